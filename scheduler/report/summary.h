// What a person reads after a run: the results, the failed steps with the end of their logs, what
// was skipped and why, what still needs a person, and one last line that says how it went.
//
// Pure functions of the fold; knows no store, and logs come through an injected reader. Long runs
// are cut to a few dozen lines with counts. Called by the plain report and the live view at
// RunFinished, and by cli for `status`.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "engine/run_state.h"
#include "engine/run_values.h"
#include "report/style.h"

namespace ws {

struct SummaryOptions {
  Style style;
  std::size_t columns = 160;      // log lines are cut to this
  std::size_t log_lines = 20;     // shown of each failed step
  std::size_t failed_limit = 10;  // failed steps shown with their log; the rest is counted
  // Added to the commands it suggests, as a person would type it: "--state-dir 'my runs'". Empty:
  // the run is where they look anyway.
  std::string state_dir_option;
  InputValues inputs;  // for outputs of the run that tell them
  // The last `lines` lines of a log; read_tail unless a test injects another.
  std::function<std::vector<std::string>(const std::string& log, std::size_t lines)> read_log;
};

// "✓ All steps complete", "✗ 2 of 5 steps failed, 1 skipped" or "✗ 2 of 2 steps complete, 1 group
// failed", then the acceptance tests:
// "✓ Running acceptance tests (3/3)" and one "  → step-01: PASS" per step that has any.
[[nodiscard]] std::string results_text(const RunState& state, const SummaryOptions& options);

// Failed steps and groups (first cause first), failures that somebody accepted, skipped ones by
// cause, what a person must check, what the run hands on. Empty when there is nothing to tell.
[[nodiscard]] std::string details_text(const RunState& state, const SummaryOptions& options);

// "✓ Workstream complete in 3m 01s" and the time saved; or one line that says why it is none.
[[nodiscard]] std::string verdict_text(const RunState& state, const SummaryOptions& options);

// All three with blank lines between: what follows the last step on the screen.
[[nodiscard]] std::string closing_text(const RunState& state, const SummaryOptions& options);

}  // namespace ws
