// The exit codes, in one place (documented in the README). Scripts depend on them: they never
// change meaning.
//
// Knows how a run's status becomes a number, not how the run went.
#pragma once

#include <optional>

#include "engine/event.h"

namespace ws::cli {

enum class ExitCode : int {
  success = 0,       // every step succeeded, or the failures were declared acceptable
  failed = 1,        // some step failed, timed out or was skipped because of one
  bad_input = 2,     // command line or workstream is wrong
  world_failed = 3,  // disk, store
  unverified = 4,    // --strict-acceptance, and some promised check is prose
  refused =
      5,  // tool not installed, gate not approved, another run holds the lock, not supported yet
  stopped_resumable = 75,  // drained: what ran has finished, the rest can be carried on with
  run_timed_out = 124,
  interrupted = 130,
  quit = 131,        // SIGQUIT (Ctrl-\ at a terminal)
  terminated = 143,  // SIGTERM and SIGHUP; `workstream cancel`
};

[[nodiscard]] constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

struct VerdictFacts {
  RunStatus status = RunStatus::succeeded;
  std::optional<StopWhy> stop;
  bool has_store_error = false;
  bool has_unverified = false;
};

struct VerdictWishes {
  bool is_strict_acceptance = false;  // unverified steps give 4
  bool is_failing_on_errors = false;  // accepted failures give 1
};

[[nodiscard]] ExitCode verdict(const VerdictFacts& facts, const VerdictWishes& wishes);

}  // namespace ws::cli
