// Circuit breakers, as arithmetic: which breaker stands over a step, and whether the failures so
// far open it (FEATURES.md F60 to F62, FORMATS.md row 4f).
//
// Knows nothing of time: the cooldown and the one try after it are the engine's, which calls this
// after every failed attempt. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/plan.h"

namespace ws {

// Where failures are counted.
struct BreakerScope {
  NodeId scope;  // the step's own node, or the end gate of its phase or workstream
  const BreakerPolicy* policy = nullptr;  // null: no breaker stands over the node
  bool is_step = false;                   // the scope is one step
};

// The step's own breaker, counted for the step. Else the one of the innermost group or phase around
// it that has one, counted for that group. Else its workstream's: with per_step for the step (which
// is what a file that says neither means), with per_phase for the innermost phase (a step in none
// counts on its own), with both off for the workstream. A fan-out's items count each on its own
// where a step does. No policy for a node that is no step.
[[nodiscard]] BreakerScope breaker_of(const Plan& plan, NodeId step);

// The scope whose open breaker keeps the node from starting; invalid: none can. `finally` steps
// clean up whatever happened, and what is no step has no breaker.
[[nodiscard]] NodeId holding_scope_of(const Plan& plan, NodeId node);

// How long nothing starts because a breaker opened: what `on_circuit_open` says, else the cooldown
// that begins (zero: it opened for good); zero when it asks for no pause.
[[nodiscard]] Duration pause_when_open(const ErrorHook& on_circuit_open, Duration cooldown);

struct BreakerVerdict {
  bool opens = false;
  std::string why;  // "the same error 3 times in a row"; empty when it stays closed
};

// Returns of an earlier error are looked for among so many of the last failures.
inline constexpr std::size_t kOscillationWindow = 16;

// `signatures`: of the failed attempts of the scope since it last succeeded or its breaker closed,
// oldest first, the newest included (engine/error_signature.h; 0, an error nobody recognised, is
// like no other).
//   max_error_repeats n: the n-th equal one in a row opens.
//   oscillation_threshold n: the n-th return opens. A return is an error that was there before,
//   but is not the one just before it: A B A is one return, A B A B two.
//   max_attempts n: the n-th failure opens, unless the scope is a step: there it is the number of
//   tries (engine/retry.h), which end without a cooldown.
// Constant time, whatever the number of failures.
[[nodiscard]] BreakerVerdict judge_breaker(const BreakerScope& breaker,
                                           std::span<const std::uint64_t> signatures);

}  // namespace ws
