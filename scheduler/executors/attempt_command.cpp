#include "executors/attempt_command.h"

#include <variant>

#include "base/text.h"

namespace ws {

Result<Invocation> invocation_of(const Plan& plan, const ToolBook& tools, AttemptKey key) {
  const Workstream& workstream = plan.workstream_of(key.node);
  const Step* step = plan.step_if_any(key.node);
  if (key.part > 0)
    return test_invocation(workstream, step, plan.acceptance_tests(key.node)[key.part - 1]);
  if (step == nullptr) return Invocation{};
  return step_invocation(workstream, *step, tools);
}

std::string command_text_of(const Plan& plan, const ToolBook& tools, AttemptKey key) {
  // The common cases need no expansion.
  if (key.part > 0) return plan.acceptance_tests(key.node)[key.part - 1].command.text();
  const Step* step = plan.step_if_any(key.node);
  if (step == nullptr) return {};
  if (const auto* command = std::get_if<CommandAction>(&step->action))
    return command->command.text();
  const Result<Invocation> invocation = invocation_of(plan, tools, key);
  return invocation ? shell_joined(invocation->argv) : std::string();
}

}  // namespace ws
