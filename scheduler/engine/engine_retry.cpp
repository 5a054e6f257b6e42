// What a failed attempt leads to: another one after a delay, an open breaker, a pause. Part of the
// update half of the engine.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/breaker.h"
#include "engine/engine.h"
#include "engine/retry.h"

namespace ws {

// True when the step will be tried again: it has given its slot back and waits.
bool Engine::try_again(const AttemptFinished& ended) {
  const NodeId node = ended.key.node;
  if (plan_.step_if_any(node) == nullptr) return false;
  const RetryPolicy policy = effective_retry(plan_, node);
  const BreakerScope breaker = breaker_of(plan_, node);
  if (policy.attempts <= 1 && breaker.policy == nullptr) return false;
  if (breaker.policy != nullptr && note_breaker(ended, breaker, ended.why)) return true;
  // While it cools the others may go on hoping: what they wait for then is the probe.
  const OpenBreaker* open = state_.open_breaker_over(node);
  if (open != nullptr && open->until == Duration::zero()) return false;
  const std::uint32_t next = ended.key.attempt + 1;
  // Each round of a group is a new start for its steps.
  const std::uint32_t next_of_round = next - state_.earlier_attempts(node);
  if (next_of_round > policy.attempts || !may_retry(policy, ended.outcome, ended.facts))
    return false;
  const Duration delay = delay_before(policy, next_of_round, options_.seed, node.value);
  schedule_retry({node, next, since_start() + delay, ended.why, false});
  return true;
}

void Engine::schedule_retry(const RetryScheduled& fact) {
  const bool held_slot = takes_slot(fact.node);
  note(fact);
  if (held_slot) admission_.release(fact.node);
  add_timer(fact.due, TimerKind::retry, fact.node.value);
}

// Looks at the breaker over the step; true when the step waits for its half-open try.
bool Engine::note_breaker(const AttemptFinished& ended, const BreakerScope& breaker,
                          const std::string& why) {
  const NodeId node = ended.key.node;
  if (const OpenBreaker* open = state_.open_breaker_over(node)) {
    // What ran on when it opened decides nothing any more.
    if (open->probe != node) return false;
    open_breaker({breaker.scope, node, "the try after the cooldown failed: " + why, {}}, breaker);
    return false;
  }
  const BreakerVerdict verdict = judge_breaker(breaker, state_.failures_of(breaker.scope));
  if (!verdict.opens) return false;
  const Duration cooldown = breaker.policy->cooldown;
  if (cooldown <= Duration::zero()) {
    open_breaker({breaker.scope, node, verdict.why, {}}, breaker);
    return false;
  }
  const Duration until = since_start() + cooldown;
  open_breaker({breaker.scope, node, verdict.why, until}, breaker);
  schedule_retry({node, ended.key.attempt + 1, until, verdict.why, true});
  if (!breaker.is_step) {
    admission_.hold(breaker.scope, node);
    add_timer(until, TimerKind::cooldown, breaker.scope.value);
  }
  return true;
}

void Engine::open_breaker(const BreakerOpened& fact, const BreakerScope& breaker) {
  note(fact);
  const ErrorHook& hook = plan_.workstream_of(fact.cause).error_handling.on_circuit_open;
  const bool is_for_good = fact.until == Duration::zero();
  const Duration cooldown = is_for_good ? Duration::zero() : breaker.policy->cooldown;
  pause(pause_when_open(hook, cooldown), "a circuit breaker opened");
  if (!is_for_good || breaker.is_step) return;
  admission_.unhold(fact.scope);
  broken_groups_.emplace_back(plan_.node(fact.scope).group,
                              fmt::format("its circuit breaker is open: {}", fact.why));
}

// Only the try after the cooldown proves anything: other steps may have succeeded because they do
// not do what fails.
void Engine::close_breaker(NodeId node) {
  const OpenBreaker* open = state_.open_breaker_over(node);
  if (open == nullptr || open->probe != node) return;
  const NodeId scope = breaker_of(plan_, node).scope;
  note(BreakerClosed{scope});
  admission_.unhold(scope);
}

void Engine::end_cooldown(NodeId scope) {
  const auto open = state_.open_breakers().find(scope);
  // Else it is another opening's, which a new round of its group has forgotten.
  const bool is_over = open != state_.open_breakers().end() && open->second.until <= since_start();
  if (is_over) admission_.end_cooldown(scope);
}

}  // namespace ws
