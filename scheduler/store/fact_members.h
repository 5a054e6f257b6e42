// The members of each fact, listed once for both sides: a side is called with the name of a member
// and the member. The node a fact is about is not among them: the store has a column for it.
//
// Knows no JSON (event_codec.cpp has the writing and the reading side). A fact without a list does
// not compile, so none can be forgotten. Used only inside store/.
#pragma once

#include <type_traits>

#include "engine/event.h"

namespace ws::stored {

template <class Side, class FactType>
using For = std::conditional_t<Side::kReads, FactType, const FactType>;

template <class Side>
void list(Side& side, For<Side, RunStarted>& f) {
  side("run_id", f.run_id);
  side("workstream", f.workstream);
  side("workstreams", f.workstreams);
  side("max_workers", f.max_workers);
  side("is_sequential", f.is_sequential);
  side("is_dry", f.is_dry);
  side("seed", f.seed);
  side("steps", f.steps);
  side("resumes", f.resumes);
}
template <class Side>
void list(Side& side, For<Side, AttemptsResumed>& f) {
  side("attempts", f.attempts);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, RoundResumed>& f) {
  side("group", f.group);
  side("round", f.round);
}
template <class Side>
void list(Side& side, For<Side, AttemptKey>& key) {
  side("attempt", key.attempt);
  side("part", key.part);
}
template <class Side>
void list(Side& side, For<Side, AttemptStarted>& f) {
  list(side, f.key);
  side("command", f.command);
}
template <class Side>
void list(Side& side, For<Side, AttemptRunning>& f) {
  list(side, f.key);
  side("pid", f.process.pid);
  side("start_ticks", f.process.start_ticks);
}
template <class Side>
void list(Side& side, For<Side, AttemptStopping>& f) {
  list(side, f.key);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, AttemptFinished>& f) {
  list(side, f.key);
  side("outcome", f.outcome);
  side("is_success", f.is_success);
  side("why", f.why);
  side("duration_ns", f.duration);
  side("output_bytes", f.facts.output_bytes);
  side("log", f.facts.log);
  side("missing_output", f.facts.missing_output);
  side("forbidden_output", f.facts.forbidden_output);
  side("user_ns", f.facts.user_time);
  side("system_ns", f.facts.system_time);
  side("max_rss_kib", f.facts.max_rss_kib);
  side("log_error", f.facts.log_error);
  side("missing_files", f.facts.missing_files);
  side("broken_rule", f.facts.broken_rule);
  side("last_line", f.facts.last_line);
  side("undeclared_files", f.facts.undeclared_files);
  side("uncreated_files", f.facts.uncreated_files);
  if (Side::kReads || f.facts.signature != 0) side("signature", f.facts.signature);
  // What holds nothing is left out, and this holds something when it is false.
  bool is_final = !f.facts.is_retryable;
  side("is_final", is_final);
  if constexpr (Side::kReads) f.facts.is_retryable = !is_final;
  side("is_unchanged", f.facts.is_unchanged);
}
template <class Side>
void list(Side& side, For<Side, OutputsCollected>& f) {
  side("attempt", f.attempt);
  side("values", f.values);
}
template <class Side>
void list(Side& side, For<Side, RetryScheduled>& f) {
  side("attempt", f.attempt);
  side("due_ns", f.due);
  side("why", f.why);
  side("is_probe", f.is_probe);
}
template <class Side>
void list(Side& side, For<Side, BreakerOpened>& f) {
  side("scope", f.scope);
  side("cause", f.cause);
  side("why", f.why);
  side("until_ns", f.until);
}
template <class Side>
void list(Side& side, For<Side, BreakerClosed>& f) {
  side("scope", f.scope);
}
template <class Side>
void list(Side& side, For<Side, GroupBegan>& f) {
  side("group", f.group);
}
template <class Side>
void list(Side& side, For<Side, FanOutExpanded>& f) {
  side("group", f.group);
  side("items", f.items);
  side("is_masked", f.is_masked);
}
template <class Side>
void list(Side& side, For<Side, GroupDecided>& f) {
  side("group", f.group);
  side("state", f.state);
  side("cause", f.cause);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, GroupRestarted>& f) {
  side("group", f.group);
  side("round", f.round);
  side("due_ns", f.due);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, RunPaused>& f) {
  side("until_ns", f.until);
  side("why", f.why);
  side("is_draining", f.is_draining);
}
template <class Side>
void list(Side& /*side*/, For<Side, RunResumed>& /*f*/) {}
template <class Side>
void list(Side& side, For<Side, WorkersChanged>& f) {
  side("workers", f.workers);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, RollbackStarted>& f) {
  side("steps", f.steps);
  side("cause", f.cause);
  side("actions", f.actions);
}
template <class Side>
void list(Side& side, For<Side, CompensationFinished>& f) {
  side("part", f.part);
  side("is_success", f.is_success);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, AcceptanceFinished>& f) {
  side("attempt", f.attempt);
  side("test", f.test);
  side("is_manual", f.is_manual);
  side("is_success", f.is_success);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, StepFinished>& f) {
  side("state", f.state);
  side("why", f.why);
  side("is_accepted", f.is_accepted);
  side("key", f.key);
  side("restored_from", f.restored_from);
  side("outcome", f.outcome);
  side("is_unwanted", f.is_unwanted);
}
template <class Side>
void list(Side& side, For<Side, StepSkipped>& f) {
  side("cause", f.cause);
  side("why", f.why);
}
template <class Side>
void list(Side& side, For<Side, GroupJoined>& f) {
  side("group", f.group);
  side("state", f.state);
  side("cause", f.cause);
  side("is_accepted", f.is_accepted);
}
template <class Side>
void list(Side& side, For<Side, StopRequested>& f) {
  side("why", f.why);
  side("cause", f.cause);
}
template <class Side>
void list(Side& side, For<Side, RunFinished>& f) {
  side("status", f.status);
  side("duration_ns", f.duration);
  side("peak", f.peak);
}

}  // namespace ws::stored
