// What an attempt key stands for: the workstream, the step and the invocation of the command (part
// 0) or of acceptance test k (part k).
//
// Pure. Shared by the executors, which do not know each other.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/event.h"
#include "model/invocation.h"
#include "model/plan.h"
#include "model/tool_profile.h"

namespace ws {

class RunValues;

// With every value in place. An Error for a tool without a profile, which cli/ refuses before any
// run, and for a value that is not there.
[[nodiscard]] Result<Invocation> invocation_of(const Plan& plan, const ToolBook& tools,
                                               AttemptKey key, const RunValues& values);

// As a person would type it; empty when there is nothing to run.
[[nodiscard]] std::string command_text_of(const Plan& plan, const ToolBook& tools, AttemptKey key,
                                          const RunValues& values);

}  // namespace ws
