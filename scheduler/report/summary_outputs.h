// What the summary says about values: the outputs of the run, and what steps declared and did not
// write. Empty texts where there is nothing to tell.
//
// Knows no other part of the summary. Internal to report/.
#pragma once

#include <string>

#include "report/summary.h"

namespace ws {

// "Outputs:" and one line each, ten at most; with its reason where one has no value.
[[nodiscard]] std::string run_outputs_text(const RunState& state, const SummaryOptions& options);
[[nodiscard]] std::string unwritten_outputs_text(const RunState& state,
                                                 const SummaryOptions& options);

}  // namespace ws
