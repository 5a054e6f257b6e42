// What a rollback undoes, and in which order (FEATURES.md F95 and F96, FORMATS.md row 4m).
//
// Knows nothing of when a rollback happens and how a compensation runs: the engine does both, and
// calls this once everything has settled. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/run_state.h"
#include "model/plan.h"

namespace ws {

class Resume;

// The completed steps of a workstream whose compensation is enabled, in waves: those of one wave
// may be undone at the same time, each wave after the one before. Empty when the workstream has no
// saga or nothing to undo. The items of a fan-out are undone one by one, as steps.
//   reverse   one step a wave, the last one completed first; of those that completed at the same
//             time, what comes later in the graph, then in the file, first. What an earlier run did
//             was completed before all that this one did
//   parallel  a step as soon as every completed step that needed it is undone, whatever lay between
//             them in the plan
//   custom    one step a wave: the listed ones in that order (an id names all items of a fan-out,
//             "id[0]" one of them), then the rest as in reverse
// Inside a wave: as in reverse. `resume`: of a run that goes on with earlier ones; else null.
[[nodiscard]] std::vector<std::vector<NodeId>> rollback_waves(const Plan& plan,
                                                              const RunState& state,
                                                              std::uint32_t workstream,
                                                              const Resume* resume = nullptr);

}  // namespace ws
