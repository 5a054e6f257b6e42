// The policies of steps, groups and workstreams: small values, each a point in a space DESIGN.md
// section 4 describes.
//
// Knows neither how they are spelled in a file (formats/) nor how they are carried out (engine/).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
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
  bool is_policy_explicit = false;  // a defaulted policy never pre-empts any/first
};

enum class Backoff { none, fixed, linear, exponential };

struct RetryPolicy {
  std::uint32_t attempts = 1;  // total tries
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
  bool per_step = false;
  bool per_phase = false;
  Duration cooldown{};
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

struct Compensation {
  std::string command_text;  // command or action name as written
  bool is_action_name = false;
  std::vector<std::pair<std::string, std::string>> parameters;
  Duration timeout{};
  std::uint32_t retries = 0;
  bool enabled = true;
};

}  // namespace ws
