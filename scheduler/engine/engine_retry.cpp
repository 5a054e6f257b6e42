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
  if (breaker.policy != nullptr && state_.open_breakers().contains(breaker.scope)) return false;
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
                          std::string why) {
  const NodeId node = ended.key.node;
  const bool was_open = state_.open_breakers().contains(breaker.scope);
  if (was_open && state_.open_breakers().at(breaker.scope) == Duration::zero()) return false;
  const BreakerVerdict verdict = judge_breaker(breaker, state_.failures_of(breaker.scope));
  // The one try of a half-open breaker failed too: it stays open for good.
  const bool is_probe_lost = was_open && state_.open_breakers().at(breaker.scope) <= since_start();
  if (!verdict.opens && !is_probe_lost) return false;
  if (was_open && !is_probe_lost) return false;
  const Duration cooldown = was_open ? Duration::zero() : breaker.policy->cooldown;
  const Duration until = cooldown > Duration::zero() ? since_start() + cooldown : Duration::zero();
  note(BreakerOpened{breaker.scope, node,
                     was_open ? "the try after the cooldown failed: " + why : verdict.why, until});
  const ErrorHook& hook = plan_.workstream_of(node).error_handling.on_circuit_open;
  if (hook.action == ErrorAction::pause_and_notify)
    pause(hook.pause > Duration::zero() ? hook.pause : cooldown, "a circuit breaker opened");
  if (cooldown > Duration::zero()) {
    schedule_retry({node, ended.key.attempt + 1, until, verdict.why, true});
    if (!breaker.is_step) admission_.hold(plan_.node(breaker.scope).group, node);
    return true;
  }
  if (!breaker.is_step) {
    broken_groups_.emplace_back(
        plan_.node(breaker.scope).group,
        fmt::format("its circuit breaker is open: {}", verdict.opens ? verdict.why : why));
  }
  return false;
}

// A success closes the breaker it was the proof for.
void Engine::close_breaker(NodeId node) {
  if (state_.open_breakers().empty()) return;
  const BreakerScope breaker = breaker_of(plan_, node);
  if (breaker.policy == nullptr || !state_.open_breakers().contains(breaker.scope)) return;
  note(BreakerClosed{breaker.scope});
  if (!breaker.is_step) admission_.unhold(plan_.node(breaker.scope).group);
}

void Engine::pause(Duration length, std::string why) {
  if (length <= Duration::zero() || !may_go_on()) return;
  const Duration until = since_start() + length;
  if (state_.paused_until() && *state_.paused_until() >= until) return;
  note(RunPaused{until, std::move(why)});
  add_timer(until, TimerKind::resume, 0);
}

}  // namespace ws
