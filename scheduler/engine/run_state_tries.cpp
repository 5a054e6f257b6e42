// The part of the fold that retries and breakers need: when a step is tried again, which breakers
// are open, and who is to close them.
#include "engine/breaker.h"
#include "engine/run_state.h"

namespace ws {

void RunState::on(const RetryScheduled& fact, Duration /*at*/) {
  NodeRecord& record = nodes_[fact.node.index()];
  if (record.state == StepState::running) busy_ += last_event_ - record.busy_since;
  retry_due_[fact.node] = fact.due;
  move(fact.node, StepState::backing_off);
}

void RunState::on(const AttemptsResumed& fact, Duration at) {
  NodeRecord& record = nodes_[fact.node.index()];
  record.attempts = fact.attempts;
  record.started = at;
}

// Of an earlier run: what conditions ask about it.
void RunState::take_over_attempt(const StepFinished& fact) {
  AttemptFinished earlier;
  earlier.key = {fact.node, 1, 0};
  earlier.outcome = *fact.outcome;
  earlier.is_success = is_success(fact.state);
  earlier.why = fact.why;
  attempts_[fact.node].push_back(std::move(earlier));
}

std::uint32_t RunState::earlier_attempts(NodeId id) const {
  const auto found = earlier_attempts_.find(id);
  return found == earlier_attempts_.end() ? 0 : found->second;
}

Duration RunState::retry_due(NodeId id) const {
  const auto found = retry_due_.find(id);
  return found == retry_due_.end() ? Duration::zero() : found->second;
}

void RunState::on(const BreakerOpened& fact, Duration /*at*/) {
  const bool is_for_good = fact.until == Duration::zero();
  open_breakers_[fact.scope] = {fact.until, is_for_good ? NodeId() : fact.cause};
}

void RunState::on(const BreakerClosed& fact, Duration /*at*/) {
  open_breakers_.erase(fact.scope);
  failures_.erase(fact.scope);
}

const OpenBreaker* RunState::open_breaker_over(NodeId step) const {
  if (open_breakers_.empty()) return nullptr;
  const auto found = open_breakers_.find(breaker_of(*plan_, step).scope);
  return found == open_breakers_.end() ? nullptr : &found->second;
}

// Its breaker is half-open, and the step that was to try did not come to it: this one tries.
void RunState::note_probe(NodeId started) {
  if (open_breakers_.empty()) return;
  const auto found = open_breakers_.find(holding_scope_of(*plan_, started));
  if (found == open_breakers_.end() || found->second.until == Duration::zero()) return;
  if (!found->second.probe.is_valid()) found->second.probe = started;
}

std::span<const std::uint64_t> RunState::failures_of(NodeId scope) const {
  const auto found = failures_.find(scope);
  if (found == failures_.end()) return {};
  return found->second;
}

// A probe that neither succeeded nor failed was cancelled: somebody else will have to try.
void RunState::forget_probe(NodeId settled) {
  if (open_breakers_.empty()) return;
  const auto open = open_breakers_.find(breaker_of(*plan_, settled).scope);
  if (open != open_breakers_.end() && open->second.probe == settled) open->second.probe = NodeId();
}

}  // namespace ws
