// check_result_names(): results that one step would see under the same name. `a-b` and `a_b` are
// both WS_RESULT_A_B…, and the output `b_c` of `a` is called like the output `c` of `a_b`.
//
// Knows what steps declare, not what they write; at run time the first in plan order has the name.
// Called by check_references(). result_key() is also for those who hand results on.
#pragma once

#include <string_view>

#include "base/diagnostic.h"
#include "model/plan.h"

namespace ws {

inline constexpr std::string_view kStdoutSource = "stdout";

// The output that is the step's result: what `stdout` named, else one made of values that is called
// `result`, else the first it declares, else the first made of values, else the first name it
// provides. Empty: it has none.
[[nodiscard]] std::string_view result_key(const StepDetails& details);
// A step that declares no outputs hands its standard output on under every name it provides and
// does not write itself.
[[nodiscard]] bool provides_stdout(const StepDetails& details);

// Warnings only: every value can be read by template.
void check_result_names(const Plan& plan, Diagnostics& diagnostics);

}  // namespace ws
