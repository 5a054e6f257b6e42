#include "executors/attempt_command.h"

#include <variant>

#include "base/text.h"
#include "engine/run_values.h"

namespace ws {

Result<Invocation> invocation_of(const Plan& plan, const ToolBook& tools, AttemptKey key,
                                 const RunValues& values) {
  const Workstream& workstream = plan.workstream_of(key.node);
  const Step* step = plan.step_if_any(key.node);
  const LookUp look_up = values.look_up(key);
  if (key.part > 0) {
    return test_invocation(workstream, step, plan.acceptance_tests(key.node)[key.part - 1],
                           look_up);
  }
  if (step == nullptr) return Invocation{};
  return step_invocation(workstream, *step, tools, look_up);
}

std::string command_text_of(const Plan& plan, const ToolBook& tools, AttemptKey key,
                            const RunValues& values) {
  const Result<Invocation> invocation = invocation_of(plan, tools, key, values);
  if (!invocation || invocation->is_nothing()) return {};
  return invocation->through_shell ? invocation->argv.front() : shell_joined(invocation->argv);
}

}  // namespace ws
