// `workstream plan`: what would run, in which order, how wide, within which limits, and what will
// not run by itself.
//
// Pure function of the plan, its analysis and the settings the command line decided. Waves are for
// people: the engine starts steps as events come. Bounded unless everything is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "model/analysis.h"
#include "model/plan.h"
#include "report/style.h"

namespace ws {

struct PlanSettings {
  Style style;
  std::size_t columns = 100;
  bool show_all = false;  // every wave and step, however many

  std::uint32_t max_workers = 1;  // effective
  bool is_auto = false;           // it was decided by the machine and the plan's width
  bool is_sequential = false;
  Duration default_timeout{};  // the command line's, instead of the files' own; zero: not given
  Duration run_timeout{};      // zero: none
  Duration start_gap{};        // zero: none
  std::map<std::string, Duration, std::less<>> tool_timeouts;  // of the tools that have one
};

// How long a step's command may take, and who says so.
struct StepLimit {
  enum class Source : std::uint8_t { own, command_line, workstream, tool, none };
  Duration limit{};  // zero: as long as it likes
  Source source = Source::none;
};
// As the engine decides it: its own, the command line's, its workstream's, its tool's.
[[nodiscard]] StepLimit limit_of(const Plan& plan, NodeId node, const PlanSettings& settings);

[[nodiscard]] std::string plan_text(const Plan& plan, const PlanAnalysis& analysis,
                                    const PlanSettings& settings);

// The same as data, complete however large: one step per line.
[[nodiscard]] std::string plan_json(const Plan& plan, const PlanAnalysis& analysis,
                                    const PlanSettings& settings);

// What a step does, on one line: "make -j2", "aider: 3 tasks", "by hand: …", "nothing to run".
[[nodiscard]] std::string describe_action(const Step& step);

}  // namespace ws
