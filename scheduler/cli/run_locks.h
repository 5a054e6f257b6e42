// One run at a time for each workstream: locks that die with the process.
//
// Also makes the directories they lie in. Knows nothing of the run that holds one but the text it
// left. Called by cli/run_session and cli/clean, and by cli/project_store, which only looks.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "platform/lock_file.h"
#include "store/layout.h"

namespace ws::cli {

using RunLocks = std::vector<LockFile>;

// Somebody else runs this workstream.
struct Busy {
  std::string workstream;
  std::string holder;
};

// What others are told of a run of this process that begins now: its id, since when, how to look
// at it and how to stop it.
[[nodiscard]] std::string holder_text(const StateLayout& layout, const std::string& run_id);

// "workstream 'x' is being run by …".
[[nodiscard]] std::string refusal_text(const Busy& busy);

// How `workstream clean` names itself as a holder.
inline constexpr std::string_view kCleanHolder = "`workstream clean`";

// Whether that run has the workstream's lock: it goes on, wherever its process is.
[[nodiscard]] bool is_locked_by(const StateLayout& layout, const std::string& workstream,
                                const std::string& run_id);

// All of them, or none. Makes the workstreams' directories, and keeps git from offering them.
[[nodiscard]] Result<std::variant<RunLocks, Busy>> take_locks(const StateLayout& layout,
                                                              std::vector<std::string> workstreams,
                                                              const std::string& holder);
// The same for a run: a clean-up holds a lock for a moment only, so it is waited for, 10 s at most.
[[nodiscard]] Result<std::variant<RunLocks, Busy>> take_locks_of_run(
    const StateLayout& layout, const std::vector<std::string>& workstreams,
    const std::string& holder);

// `--state-dir DIR` for commands that people are told to type; empty for the usual one.
[[nodiscard]] std::string state_dir_option(const StateLayout& layout);

}  // namespace ws::cli
