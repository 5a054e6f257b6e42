// Retries, as arithmetic: how often a step is tried, which failures are worth another try, and how
// long it waits before one (FEATURES.md F56 to F59, FORMATS.md rows 4f and 4g).
//
// Does not know the time, how often the step was tried, nor whether the run is stopping: the engine
// does, and asks here after every failed attempt. Executors ask for the patterns. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "engine/event.h"
#include "engine/outcome.h"
#include "model/plan.h"

namespace ws {

// Tries of a step whose retry block does not say how many.
inline constexpr std::uint32_t kDefaultAttempts = 3;

// What holds for the step in the end: its own retry block, else its workstream's, completed and
// limited by the breaker that stands over it (breaker_of):
//   attempts   as given, never more than the breaker's max_attempts; not given: max_attempts, else
//              kDefaultAttempts. Without any retry block max_attempts alone makes the tries.
//   backoff    as given; none: what the breaker's escalation_strategy names (immediate and
//              circuit_break: no delay). One that needs a first delay and has none gets
//              kDefaultInitialDelay.
//   on_output  as given, else the breaker's error_patterns.
// One attempt for a node that is no step.
[[nodiscard]] RetryPolicy effective_retry(const Plan& plan, NodeId node);

// How long to wait before attempt number `next_attempt` (2 is the first retry, number k = 1):
// fixed: initial; linear: initial · k; exponential: initial · factor^(k−1); never more than
// max_delay. Jitter spreads it over ±50 %, but not beyond max_delay either; the same seed, salt and
// attempt give the same delay. At least zero, at most kLongestDuration.
[[nodiscard]] Duration delay_before(const RetryPolicy& policy, std::uint32_t next_attempt,
                                    std::uint64_t seed, std::uint32_t salt);

// Whether this failure is of a kind that is tried again; the number of tries is not looked at.
// Never: a cancelled attempt, and a program that is not there. Always: any other failure to start
// (nothing ran yet that a filter could look at), and a rate limit. Else, of the filters the policy
// has, one must let it through: on_exit its exit code (128 + the signal for a death by signal, as
// shells count), on_output its text (facts.is_retryable). A timeout and a lost process have no exit
// code that on_exit could refuse.
[[nodiscard]] bool may_retry(const RetryPolicy& policy, const Outcome& outcome,
                             const AttemptFacts& facts);

}  // namespace ws
