// The policies of steps, groups and workstreams: small values, each a point in a space DESIGN.md
// section 4 describes.
//
// Knows neither how they are spelled in a file (formats/) nor how they are carried out (engine/).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/source.h"

namespace ws {

// What a step waits for in the step it depends on.
enum class DependencyOn { success, failure, done };

// What a failed step does to the rest.
enum class OnFailure {
  skip_dependents,  // independent branches go on; everything that needs it is skipped
  abort,            // everything is cancelled
  carry_on,         // `continue`: dependents run anyway; the failure is accepted
};

enum class Join { all, any, first, settled };
enum class OnFirstFailure { cancel, drain };
enum class FailIf { any, all, none };
enum class Errors { surface, drop };
enum class Losers { cancel, background };
enum class Execute { parallel, sequential };

// The rule of a group's end gate.
struct GroupRule {
  Join join = Join::all;
  std::uint32_t join_count = 1;  // for any(n)
  OnFirstFailure on_first_failure = OnFirstFailure::cancel;
  FailIf fail_if = FailIf::any;
  Errors errors = Errors::surface;
  std::optional<Losers> losers;  // empty: cancel for first and any
  Execute execute = Execute::parallel;
  std::uint32_t max_workers = 0;    // 0: no limit of its own
  Duration timeout{};               // 0: none
  bool is_policy_explicit = false;  // a defaulted policy never pre-empts any/first/settled
};

// The word that stands for the three policy fields together: fail_fast, drain, collect, continue,
// ignore; empty for the points of the space that have none.
[[nodiscard]] constexpr std::string_view preset_name(const GroupRule& rule) {
  const bool surfaces = rule.errors == Errors::surface;
  if (rule.on_first_failure == OnFirstFailure::cancel)
    return rule.fail_if == FailIf::any && surfaces ? "fail_fast" : "";
  switch (rule.fail_if) {
    case FailIf::any:
      return surfaces ? "drain" : "";
    case FailIf::all:
      return surfaces ? "collect" : "";
    case FailIf::none:
      return surfaces ? "continue" : "ignore";
  }
  return "";
}

// Runs a whole group again: after a failure (its retry) or as a loop (its repeat).
struct RepeatPolicy {
  std::uint32_t max_rounds = 1;   // the first included
  std::string until;              // an expression; empty: not given. Checked after each round
  std::string while_;             // an expression; empty: not given. Checked before each round
  bool is_bound_an_error = true;  // reaching max_rounds with the loop unfinished fails the group
};

enum class Backoff { none, fixed, linear, exponential };

// The first delay of a backoff that does not say its own.
inline constexpr Duration kDefaultInitialDelay = std::chrono::seconds(1);

struct RetryPolicy {
  std::uint32_t attempts = 1;  // total tries; 0: not given (engine/retry.h says what holds then)
  Backoff backoff = Backoff::none;
  Duration initial_delay{};
  Duration max_delay{};  // 0: no cap
  double factor = 2.0;
  bool jitter = false;
  std::vector<int> on_exit;            // empty together with on_output: any failure is retried
  std::vector<std::string> on_output;  // regular expressions
};

struct BreakerPolicy {
  std::uint32_t max_attempts = 0;  // 0: not given
  std::uint32_t max_error_repeats = 0;
  std::uint32_t oscillation_threshold = 0;
  // Of a workstream's breaker: what counts its failures. Neither: the workstream as a whole.
  bool per_step = true;
  bool per_phase = false;
  Duration cooldown{};  // zero: once open it stays open
  std::vector<std::string> error_patterns;
  std::string escalation_strategy;
};

// What counts as success beyond "it ended".
struct SuccessRule {
  std::vector<int> exit_codes;  // empty: not given; then a tool's count, or else only 0
  std::vector<std::string>
      require_output;  // regular expressions (RE2), one line at a time; all must match somewhere
  std::vector<std::string> fail_on_output;  // none may match anywhere
  std::vector<std::string> files;           // must exist afterwards
  std::string no_change;                    // ok | fail | skip

  [[nodiscard]] bool allows_exit(int code) const {
    if (exit_codes.empty()) return code == 0;
    return std::find(exit_codes.begin(), exit_codes.end(), code) != exit_codes.end();
  }
};

// What one occasion of `error_handling` does.
enum class ErrorAction { none, fail_fast, log_and_continue, skip_step, escalate, pause_and_notify };

struct ErrorHook {
  ErrorAction action = ErrorAction::none;
  std::string log_level;            // debug | info | warning | error | critical; empty: not given
  std::vector<std::string> notify;  // names handed to the notify command
  bool collect_diagnostics = false;
  std::string message;  // a template; empty: not given
  Place message_place;
  Duration pause{};
  std::optional<bool> triggers_rollback;
};

// Example 03's `error_handling`: what a workstream does on each occasion.
struct ErrorHandling {
  ErrorHook on_failure;
  ErrorHook on_retry;
  ErrorHook on_recovery;
  ErrorHook on_circuit_open;
  ErrorHook on_step_failure;
  ErrorHook on_rollback_start;
  ErrorHook on_rollback_complete;
  ErrorHook on_rollback_failure;
};

enum class RollbackOrder { reverse, parallel, custom };
enum class CompensationFailure { log_and_continue, fail_fast, retry_later };

// How a run goes on with an earlier one that did not come to its end, as a file says it. The
// command line (--resume, --fresh-start, …) has the last word.
struct ResumePolicy {
  enum class From : std::uint8_t { checkpoint, phase_start, beginning };
  bool is_enabled = true;  // as written: the same command also goes on after a failure
  From from = From::checkpoint;
  bool refuses_edits = false;  // an edited step refuses the run instead of running again
  bool cleans_up = false;      // a run that succeeded leaves nothing behind
};

// When and how the completed steps of a workstream are undone.
struct SagaPolicy {
  bool rolls_back_on_failure = true;
  RollbackOrder order = RollbackOrder::reverse;
  std::vector<std::string> custom_order;  // step ids; those not named follow in reverse order
  CompensationFailure on_compensation_failure = CompensationFailure::log_and_continue;
  std::uint32_t max_rollback_retries = 0;  // of retry_later: further rounds over what failed
  Duration timeout{};                      // the whole rollback; zero: none
};

}  // namespace ws
