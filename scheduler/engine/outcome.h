// How an attempt ended: a variant, never an int. And how a step and a run ended.
//
// Knows nothing of processes beyond these facts; executors/ produce outcomes, the engine judges
// them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/duration.h"
#include "base/result.h"

namespace ws {

struct Exited {
  int code = 0;
};
struct Signaled {
  int signal = 0;
  bool core_dumped = false;
};
struct TimedOut {
  Duration limit{};
};
struct Cancelled {};
struct SpawnFailed {
  std::string error;        // what was tried, which path was searched, why it failed
  bool is_lasting = false;  // a second try cannot help: the program or its directory is missing
};
struct RateLimited {
  std::chrono::system_clock::time_point until;
};
struct Lost {
  std::string why;
};
using Outcome = std::variant<Exited, Signaled, TimedOut, Cancelled, SpawnFailed, RateLimited, Lost>;

// What an executor answers when nothing could be started. Lasting: errors that are no system call's
// (a name that is none), and those of programs and directories that are missing, forbidden or no
// programs; not those of a machine that is short of something.
[[nodiscard]] SpawnFailed cannot_start(const Error& error);

// "exit 1", "killed by signal 9 (SIGKILL)", "timed out after 5m 00s", …
[[nodiscard]] std::string describe(const Outcome& outcome);

enum class StepState : std::uint8_t {
  waiting,  // for what it depends on
  ready,    // could start; held by slots or the start gap
  running,
  backing_off,  // between attempts (later)
  succeeded,
  noop,        // succeeded without anything to run
  unverified,  // succeeded, but promised checks are prose
  failed,
  timed_out,
  cancelled,
  skipped,
  compensated,  // (later)
};

enum class RunStatus : std::uint8_t {
  running,
  succeeded,
  completed_with_errors,  // everything that failed was declared acceptable
  failed,
  timed_out,
  cancelled,
  rolled_back,            // (later)
  partially_rolled_back,  // (later)
  crashed,                // never in a live run: its process is gone without an end
};

[[nodiscard]] std::string_view name(StepState state);
[[nodiscard]] std::string_view name(RunStatus status);
// Exact inverses; nullopt for unknown names (a database of another version).
[[nodiscard]] bool parse(std::string_view text, StepState& state);
[[nodiscard]] bool parse(std::string_view text, RunStatus& status);

[[nodiscard]] constexpr bool is_settled(StepState s) {
  return s != StepState::waiting && s != StepState::ready && s != StepState::running &&
         s != StepState::backing_off;
}
// succeeded, noop or unverified: dependents with `on: success` may start.
[[nodiscard]] constexpr bool is_success(StepState s) {
  return s == StepState::succeeded || s == StepState::noop || s == StepState::unverified;
}
// It went wrong itself: the totals count it among the failed.
[[nodiscard]] constexpr bool has_failed(StepState s) {
  return s == StepState::failed || s == StepState::timed_out;
}
// failed, timed_out or cancelled.
[[nodiscard]] constexpr bool is_failure(StepState s) {
  return s == StepState::failed || s == StepState::timed_out || s == StepState::cancelled;
}

}  // namespace ws
