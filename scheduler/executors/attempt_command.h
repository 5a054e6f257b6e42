// What an attempt key stands for: the workstream, the step and the invocation of the command (part
// 0), of acceptance test k (part k) or of a compensation.
//
// Pure. Shared by the executors, which do not know each other.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/event.h"
#include "engine/rollback.h"
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

// The rule a step's command is judged by: its own on top of its tool's.
[[nodiscard]] SuccessRule success_rule_of(const Plan& plan, const ToolBook& tools, NodeId node);

// Regular expressions; a failure whose output matches none of them is not tried again. Empty: every
// one may be.
[[nodiscard]] std::vector<std::string> retry_patterns_of(const Plan& plan, NodeId node);

// Null when the attempt is none of these.
[[nodiscard]] const WaitAction* wait_of(const Plan& plan, AttemptKey key);
// The wait with every value in place. An Error for a value that is not there.
[[nodiscard]] Result<WaitAction> filled_wait(const Plan& plan, AttemptKey key,
                                             const WaitAction& wait, const RunValues& values);
[[nodiscard]] const AcceptanceTest* test_of(const Plan& plan, AttemptKey key);

// What the attempt's files are named after: "out", "test-2", "preflight-1", "comp".
[[nodiscard]] std::string file_stem_of(const Plan& plan, AttemptKey key);

}  // namespace ws
