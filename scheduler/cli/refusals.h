// What keeps a run from starting although every file is right: keys this version cannot carry out
// yet, steps for a person, a gate nobody approved, tools without a profile or a program. All of
// them at once, before anything starts.
//
// Decides nothing about a run that may start. Exit code 5; a dry run gets the same as warnings.
#pragma once

#include <cstdint>

#include "base/diagnostic.h"
#include "cli/tool_search.h"
#include "model/plan.h"

namespace ws::cli {

struct RefusalWish {
  std::uint32_t approved_gate = 1;  // --approve N
};

// Errors in the answer are refusals; their places are in the plan's sources.
[[nodiscard]] Diagnostics refusals(const Plan& plan, const Tools& tools, const RefusalWish& wish);

// `--tool NAME=…` for a NAME that no step uses: a typing mistake that would let another tool run.
void report_unused_choices(const Plan& plan, const ToolFlags& flags, Diagnostics& found);

// Tools without a profile, as warnings: for `validate`, which does not know on which machine the
// file will run.
void warn_of_unknown_tools(const Plan& plan, const Tools& tools, Diagnostics& diagnostics);

}  // namespace ws::cli
