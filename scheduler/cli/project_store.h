// The project's run store as the reading commands use it: --state-dir, which run is meant, and
// whether a run's process still lives.
//
// Writes nothing. Shared by status, logs, history and graph --run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "cli/exit_code.h"
#include "store/layout.h"
#include "store/run_store.h"

namespace ws::cli {

// os_error of an Error that is the person's mistake (no such run): exit code 2. Every other Error
// is the store's: 3.
inline constexpr int kPersonsMistake = -1;
[[nodiscard]] ExitCode code_of(const Error& error);
// SQLite's own refusals have no errno. EIO marks them as the world's.
[[nodiscard]] Error as_worlds(Error error);

void add_state_dir(CLI::App& app, std::string& state_dir);

// Whether the process can be seen from here: it lives, on this machine, and in this container or in
// one inside of it.
[[nodiscard]] bool is_holder_here(const RunHolder& holder);
// "process 12", or where else it is: a number means nothing in another container.
[[nodiscard]] std::string process_text(const RunHolder& holder);

// How long a run that goes on has been going on: by the clock on the wall, unless that was set
// meanwhile. Never less than `at_least` (what is recorded), never more than its process is old.
[[nodiscard]] Duration running_for(const RunRow& run, Duration at_least);

// An empty optional when nothing was ever stored there.
[[nodiscard]] Result<std::optional<RunStore>> open_store(const StateLayout& layout);

// The run a person means: a run id, a unique prefix of one, a workstream id (its latest run), or
// nothing (the latest of all). An Error says what was looked for, and what there is.
[[nodiscard]] Result<RunRow> find_run(RunStore& store, const std::string& what);

// Why a name is none of those, with the nearest that is one. `runs`: those to look among.
[[nodiscard]] Error unknown_run(const std::vector<RunRow>& runs, std::string_view what);
[[nodiscard]] Error unknown_workstream(const std::vector<RunRow>& runs, std::string_view what);
// Of a workstream that is known there is just nothing to show: an Error without a message.
[[nodiscard]] Error reason_if_unknown(RunStore& store, const std::string& workstream);
// Enough of the newest runs to find a name among that somebody has just mistyped.
inline constexpr std::size_t kRunsWithNearNames = 1000;

// Where it would be, and what to do if that is the wrong place.
[[nodiscard]] std::string shown_database(const StateLayout& layout);
// There is no store there: a person's mistake where somebody asks for something by name.
[[nodiscard]] Error nothing_ran_yet(const StateLayout& layout);

// Opens and finds; an Error also when there is no store yet.
struct FoundRun {
  RunStore store;
  RunRow run;
};
[[nodiscard]] Result<FoundRun> find_run_in(const StateLayout& layout, const std::string& what);

}  // namespace ws::cli
