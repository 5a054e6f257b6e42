#include "executors/attempt_command.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/rollback.h"
#include "engine/run_values.h"
#include "executors/expansion.h"
#include "executors/waits.h"
#include "model/text_template.h"

namespace ws {

const WaitAction* wait_of(const Plan& plan, AttemptKey key) {
  const Step* step = key.part == 0 ? plan.step_if_any(key.node) : nullptr;
  return step != nullptr ? std::get_if<WaitAction>(&step->action) : nullptr;
}

Result<WaitAction> filled_wait(const Plan& plan, AttemptKey key, const WaitAction& wait,
                               const RunValues& values) {
  WaitAction filled = wait;
  const bool has_item = plan.step_of(key.node).details().for_each.has_value();
  const LookUp look_up = values.look_up(key);
  for (std::string* text : {&filled.until, &filled.event}) {
    auto made = fill(*text, has_item, Splice::plain, look_up);
    if (const NoValue* none = std::get_if<NoValue>(&made)) return Error{none->why, 0};
    *text = std::get<std::string>(std::move(made));
  }
  return filled;
}

const AcceptanceTest* test_of(const Plan& plan, AttemptKey key) {
  return key.is_test() ? &plan.acceptance_tests(key.node)[key.part - 1] : nullptr;
}

std::string file_stem_of(const Plan& plan, AttemptKey key) {
  if (key.part == 0) return "out";
  if (key.is_compensation()) {
    const std::uint32_t index = key.part - AttemptKey::kCompensation;
    return index == 0 ? "comp" : fmt::format("comp-{}", index + 1);
  }
  const bool is_preflight = plan.node(key.node).kind == NodeKind::preflight;
  return fmt::format("{}-{}", is_preflight ? "preflight" : "test", key.part);
}

Result<Invocation> invocation_of(const Plan& plan, const ToolBook& tools, AttemptKey key,
                                 const RunValues& values) {
  const Workstream& workstream = plan.workstream_of(key.node);
  const Step* step = plan.step_if_any(key.node);
  const LookUp look_up = values.look_up(key);
  if (const Compensation* compensation = compensation_of(plan, key))
    return compensation_invocation(workstream, step, *compensation, tools, look_up);
  if (const AcceptanceTest* test = test_of(plan, key))
    return test_invocation(workstream, step, *test, look_up);
  if (step == nullptr || key.part != 0) return Invocation{};
  return step_invocation(workstream, *step, tools, look_up);
}

std::string command_text_of(const Plan& plan, const ToolBook& tools, AttemptKey key,
                            const RunValues& values) {
  if (key.is_expansion()) return expansion_text(plan, key);
  if (const WaitAction* wait = wait_of(plan, key)) {
    const Result<WaitAction> filled = filled_wait(plan, key, *wait, values);
    return text_of(filled ? *filled : *wait);
  }
  if (const AcceptanceTest* test = test_of(plan, key); test != nullptr && !test->artifact.empty())
    return fmt::format("look for {}", test->artifact);
  const Result<Invocation> invocation = invocation_of(plan, tools, key, values);
  if (!invocation || invocation->is_nothing()) return {};
  return invocation->through_shell ? invocation->argv.front() : shell_joined(invocation->argv);
}

SuccessRule success_rule_of(const Plan& plan, const ToolBook& tools, NodeId node) {
  const Step* step = plan.step_if_any(node);
  if (step == nullptr) return {};
  const auto* tool = std::get_if<ToolAction>(&step->action);
  const auto profile = tool != nullptr ? find_tool(tools, *tool) : tools.end();
  if (profile == tools.end()) return step->details().success;
  return merged(profile->second.success, step->details().success);
}

std::vector<std::string> retry_patterns_of(const Plan& plan, NodeId node) {
  const Workstream& workstream = plan.workstream_of(node);
  const Step* step = plan.step_if_any(node);
  const auto& retry =
      step != nullptr && step->details().retry ? step->details().retry : workstream.retry;
  const auto& breaker =
      step != nullptr && step->details().breaker ? step->details().breaker : workstream.breaker;
  std::vector<std::string> patterns;
  if (retry) patterns = retry->on_output;
  if (breaker)
    patterns.insert(patterns.end(), breaker->error_patterns.begin(), breaker->error_patterns.end());
  return patterns;
}

}  // namespace ws
