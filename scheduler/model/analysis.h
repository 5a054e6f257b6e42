// What can be said about a plan before it runs: waves, width, critical path, the bound on speed-up.
// Informational only.
//
// Does not decide anything: the engine starts steps as events come, without waves.
#pragma once

#include <cstddef>
#include <vector>

#include "base/duration.h"
#include "model/plan.h"

namespace ws {

struct PlanAnalysis {
  std::vector<std::vector<NodeId>>
      waves;              // step nodes (acceptance and preflight nodes too) by longest distance from a start
  std::size_t width = 0;  // the widest wave
  std::vector<NodeId> critical_path;  // a longest chain of step nodes, first to last
  std::size_t step_count = 0;
  // steps / length of the critical path: no number of workers can do better (unit weights).
  double speedup_bound = 1.0;
};

[[nodiscard]] PlanAnalysis analyse(const Plan& plan);

}  // namespace ws
