#include "cli/project_store.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/run_locks.h"
#include "platform/machine.h"
#include "platform/process_stamp.h"

namespace ws::cli {
namespace {

std::vector<std::string_view> workstreams_of(const std::vector<RunRow>& runs) {
  std::vector<std::string_view> names;
  for (const RunRow& run : runs)
    names.insert(names.end(), run.workstreams.begin(), run.workstreams.end());
  return names;
}

std::string what_is_known(std::string_view what, const std::vector<std::string_view>& known) {
  const auto near = nearest(what, known);
  return near ? fmt::format("did you mean '{}'?", printable(*near))
              : "`workstream history` lists what is";
}

}  // namespace

Error as_worlds(Error error) {
  if (error.os_error == 0) error.os_error = EIO;
  return error;
}

ExitCode code_of(const Error& error) {
  return error.os_error == kPersonsMistake ? ExitCode::bad_input : ExitCode::world_failed;
}

void add_state_dir(CLI::App& app, std::string& state_dir) {
  state_dir = std::string(kDefaultStateDir);
  app.add_option("--state-dir", state_dir, "Where runs, logs and their database are kept")
      ->type_name("DIR")
      ->check([](const std::string& directory) {
        return directory.empty() ? std::string("the name of the directory is empty")
                                 : std::string();
      })
      ->capture_default_str();
}

bool is_holder_here(const RunHolder& holder) {
  const bool is_this_boot = holder.boot_id.empty() || holder.boot_id == boot_id();
  return is_this_boot && is_same_process_alive({holder.pid, holder.start_ticks});
}

std::string process_text(const RunHolder& holder) {
  if (is_holder_here(holder)) return fmt::format("process {}", holder.pid);
  const bool is_elsewhere = !holder.host.empty() && holder.host != host_name();
  return fmt::format("process {} of another container{}", holder.pid,
                     is_elsewhere ? " (" + printable(holder.host) + ")" : std::string());
}

Duration running_for(const RunRow& run, Duration at_least) {
  const auto by_wall = std::chrono::duration_cast<Duration>(wall_now() - run.started);
  const Duration tick = Duration(std::chrono::seconds(1)) / ::sysconf(_SC_CLK_TCK);
  const std::uint64_t now = start_ticks_now() + 1;  // the one that has begun
  const std::uint64_t start = std::min(run.context.holder.start_ticks, now);
  const Duration age = tick * static_cast<Duration::rep>(now - start);
  // A clock that somebody set since tells nothing; the process is hardly older than its run.
  const bool is_credible = by_wall >= at_least && by_wall <= age;
  return is_credible ? by_wall : std::max(at_least, age);
}

Result<std::optional<RunStore>> open_store(const StateLayout& layout) {
  // A process in another container cannot be seen, but its lock can.
  const auto is_alive = [layout](const RunRow& run) {
    return is_holder_here(run.context.holder) || is_locked_by(layout, run.workstream, run.id);
  };
  auto store = RunStore::open(layout.database(), is_alive);
  if (store.has_value()) return std::optional<RunStore>(std::move(*store));
  if (store.error().os_error == ENOENT) return std::optional<RunStore>();
  return as_worlds(store.error());
}

Error unknown_run(const std::vector<RunRow>& runs, std::string_view what) {
  std::vector<std::string_view> known = workstreams_of(runs);
  for (const RunRow& run : runs) known.push_back(run.id);
  return {fmt::format("no run and no workstream '{}' is known; {}", printable(what),
                      what_is_known(what, known)),
          kPersonsMistake};
}

Error unknown_workstream(const std::vector<RunRow>& runs, std::string_view what) {
  for (const RunRow& run : runs) {
    if (run.id != what) continue;
    return {fmt::format("'{}' is no workstream: it is a run of {}", printable(what),
                        printable(listed(run.workstreams))),
            kPersonsMistake};
  }
  return {fmt::format("no run of a workstream '{}' is known; {}", printable(what),
                      what_is_known(what, workstreams_of(runs))),
          kPersonsMistake};
}

Error reason_if_unknown(RunStore& store, const std::string& workstream) {
  const auto latest = store.latest(workstream);
  if (latest.has_error()) return latest.error();
  if (latest->has_value()) return {};
  const auto runs = store.runs({.workstream = {}, .status = {}, .limit = kRunsWithNearNames});
  if (runs.has_error()) return runs.error();
  return unknown_workstream(*runs, workstream);
}

Result<RunRow> find_run(RunStore& store, const std::string& what) {
  if (what.empty()) {
    auto newest = store.runs({.workstream = {}, .status = {}, .limit = 1});
    if (newest.has_error()) return as_worlds(newest.error());
    if (newest->empty()) return Error{"no run is known yet", kPersonsMistake};
    return newest->front();
  }
  auto latest = store.latest(what);
  if (latest.has_error()) return as_worlds(latest.error());
  if (latest->has_value()) return std::move(**latest);
  auto matches = store.find(what);
  if (matches.has_error()) return as_worlds(matches.error());
  if (matches->size() == 1) return std::move(matches->front());
  if (matches->empty()) {
    const auto runs = store.runs({.workstream = {}, .status = {}, .limit = kRunsWithNearNames});
    return unknown_run(runs.has_value() ? *runs : std::vector<RunRow>(), what);
  }
  std::vector<std::string> ids;
  for (const RunRow& run : *matches) ids.push_back(run.id);
  return Error{fmt::format("'{}' could be {}", printable(what), listed(ids)), kPersonsMistake};
}

std::string shown_database(const StateLayout& layout) {
  return printable(layout.database().string()) + " (--state-dir says where else to look)";
}

Error nothing_ran_yet(const StateLayout& layout) {
  return {"nothing has run yet: there is no " + shown_database(layout), kPersonsMistake};
}

Result<FoundRun> find_run_in(const StateLayout& layout, const std::string& what) {
  auto store = open_store(layout);
  if (store.has_error()) return store.error();
  if (!store->has_value()) {
    return nothing_ran_yet(layout);
  }
  auto run = find_run(**store, what);
  if (run.has_error()) return run.error();
  return FoundRun{std::move(**store), std::move(*run)};
}

}  // namespace ws::cli
