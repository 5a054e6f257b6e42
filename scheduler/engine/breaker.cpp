#include "engine/breaker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

// The group or phase as it was written, or null for gates that stand for something else.
const Group* written_group(const Plan& plan, const PlanGroup& group) {
  const bool is_inside_one = group.role == GroupRole::body || group.role == GroupRole::fan_out;
  if (is_inside_one || group.declared == PlanGroup::kWholeWorkstream) return nullptr;
  return &plan.workset().workstreams[group.workstream].groups[group.declared];
}

std::size_t equal_at_the_end(std::span<const std::uint64_t> signatures, std::size_t limit) {
  std::size_t count = 0;
  for (auto it = signatures.rbegin(); it != signatures.rend() && count < limit; ++it) {
    if (*it == 0 || *it != signatures.back()) break;
    ++count;
  }
  return count;
}

std::size_t returns_in(std::span<const std::uint64_t> signatures) {
  std::size_t count = 0;
  for (std::size_t i = 2; i < signatures.size(); ++i) {
    const std::uint64_t signature = signatures[i];
    if (signature == 0 || signature == signatures[i - 1]) continue;
    const auto before = signatures.first(i - 1);
    if (std::find(before.begin(), before.end(), signature) != before.end()) ++count;
  }
  return count;
}

}  // namespace

BreakerScope breaker_of(const Plan& plan, NodeId step) {
  const Step* written = plan.step_if_any(step);
  if (written == nullptr) return {};
  if (written->details().breaker) return {step, &*written->details().breaker, true};

  NodeId innermost_phase;
  NodeId outermost;
  for (GroupId id = plan.node(step).group; id.is_valid(); id = plan.group(id).parent) {
    const PlanGroup& group = plan.group(id);
    outermost = group.end;
    const Group* declared = written_group(plan, group);
    if (declared == nullptr) continue;
    if (declared->breaker) return {group.end, &*declared->breaker, false};
    if (declared->is_phase && !innermost_phase.is_valid()) innermost_phase = group.end;
  }

  const std::optional<BreakerPolicy>& of_workstream = plan.workstream_of(step).breaker;
  if (!of_workstream) return {};
  if (of_workstream->per_step) return {step, &*of_workstream, true};
  if (!of_workstream->per_phase) return {outermost, &*of_workstream, false};
  if (innermost_phase.is_valid()) return {innermost_phase, &*of_workstream, false};
  return {step, &*of_workstream, true};
}

NodeId holding_scope_of(const Plan& plan, NodeId node) {
  const BreakerScope breaker = breaker_of(plan, node);
  if (breaker.policy == nullptr || plan.node(node).is_finally) return {};
  for (GroupId id = plan.node(node).group; id.is_valid(); id = plan.group(id).parent) {
    if (plan.group(id).is_finally) return {};
  }
  return breaker.scope;
}

Duration pause_when_open(const ErrorHook& on_circuit_open, Duration cooldown) {
  if (on_circuit_open.action != ErrorAction::pause_and_notify) return Duration::zero();
  if (on_circuit_open.pause > Duration::zero()) return on_circuit_open.pause;
  return std::max(cooldown, Duration::zero());
}

BreakerVerdict judge_breaker(const BreakerScope& breaker,
                             std::span<const std::uint64_t> signatures) {
  if (breaker.policy == nullptr || signatures.empty()) return {};
  const BreakerPolicy& policy = *breaker.policy;

  if (policy.max_error_repeats == 1) return {true, "an error, and one is enough to open it"};
  if (policy.max_error_repeats > 1 &&
      equal_at_the_end(signatures, policy.max_error_repeats) >= policy.max_error_repeats)
    return {true, fmt::format("the same error {} times in a row", policy.max_error_repeats)};

  if (policy.oscillation_threshold > 0) {
    const std::size_t size = std::min(signatures.size(), kOscillationWindow);
    const std::size_t returns = returns_in(signatures.last(size));
    if (returns >= policy.oscillation_threshold)
      return {true, fmt::format("earlier errors came back {}",
                                returns == 1 ? "once" : fmt::format("{} times", returns))};
  }

  if (!breaker.is_step && policy.max_attempts > 0 && signatures.size() >= policy.max_attempts)
    return {true, counted(signatures.size(), "failure") + " in all"};
  return {};
}

}  // namespace ws
