#include "cli/run_removal.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/run_locks.h"
#include "platform/directory.h"
#include "platform/private_files.h"
#include "platform/process_stamp.h"
#include "store/run_id.h"

namespace ws::cli {
namespace {

using Answer = std::variant<Removed, Left>;

// Anybody may have written the database, and these become paths that are removed. Without a
// workstream there is no lock to hold.
Result<void> check_names(const HalfRemoved& run) {
  bool is_safe = is_run_id(run.id) && !run.workstreams.empty();
  for (const std::string& workstream : run.workstreams) {
    is_safe = is_safe && !workstream.empty() && workstream != "." && workstream != ".." &&
              workstream.find('/') == std::string::npos &&
              workstream.find('\0') == std::string::npos;
  }
  if (is_safe) return {};
  return Error{fmt::format("run '{}' of {} is not removed: these are no names that a run has",
                           printable(run.id), printable(listed(run.workstreams))),
               0};
}

// The link to the newest log leads nowhere when that was this run's.
void drop_dangling_link(const std::filesystem::path& link) {
  std::error_code unknown;
  if (std::filesystem::is_symlink(link, unknown) && !std::filesystem::exists(link, unknown))
    remove_file(link.string());
}

template <class Visit>
Result<Removed> over_directories(const StateLayout& layout, const HalfRemoved& run,
                                 const Visit& visit) {
  Removed all;
  for (const std::string& workstream : run.workstreams) {
    const std::string directory = layout.run_dir(workstream, run.id).string();
    if (auto safe = refuse_links_below(layout.state_dir().string(), directory); safe.has_error())
      return safe.error();
    const Result<Removed> one = visit(directory);
    if (one.has_error()) return one.error();
    all.bytes += one->bytes;
    all.entries += one->entries;
  }
  return all;
}

Result<Removed> remove_directories(const StateLayout& layout, const HalfRemoved& run) {
  auto removed = over_directories(layout, run, remove_tree);
  if (removed.has_error()) return removed;
  for (const std::string& workstream : run.workstreams) {
    drop_dangling_link(layout.orchestrator_log(workstream));
    // Only when it is empty. The workstream's own stays: it holds its lock.
    ::rmdir(layout.run_dir(workstream, run.id).parent_path().c_str());
  }
  return removed;
}

// Nobody begins a run of these while we are at it.
Result<std::variant<RunLocks, Busy>> lock(const StateLayout& layout, const HalfRemoved& run) {
  return take_locks(
      layout, run.workstreams,
      fmt::format("{} (process {}), which takes a moment", kCleanHolder, own_stamp().pid));
}

Result<Answer> rest_of_removal(const StateLayout& layout, Retention& retention,
                               const HalfRemoved& run) {
  if (auto done = retention.remove_rows(run.number); done.has_error()) return done.error();
  const auto removed = remove_directories(layout, run);
  if (removed.has_error()) return removed.error();
  if (auto done = retention.forget(run.number); done.has_error()) return done.error();
  return Answer(*removed);
}

}  // namespace

Result<Answer> remove_run(const StateLayout& layout, Retention& retention, const HalfRemoved& run,
                          std::int64_t newest) {
  if (auto safe = check_names(run); safe.has_error()) return safe.error();
  const auto locks = lock(layout, run);
  if (locks.has_error()) return locks.error();
  if (const auto* busy = std::get_if<Busy>(&*locks)) return Answer(Left{refusal_text(*busy)});
  const auto newest_now = retention.newest(run.workstreams);
  if (newest_now.has_error()) return newest_now.error();
  if (*newest_now > newest) return Answer(Left{"another run of it has begun meanwhile"});
  if (auto done = retention.hide(run); done.has_error()) return done.error();
  return rest_of_removal(layout, retention, run);
}

Result<Answer> finish_removal(const StateLayout& layout, Retention& retention,
                              const HalfRemoved& run) {
  if (auto safe = check_names(run); safe.has_error()) return safe.error();
  const auto locks = lock(layout, run);
  if (locks.has_error()) return locks.error();
  if (const auto* busy = std::get_if<Busy>(&*locks)) return Answer(Left{refusal_text(*busy)});
  return rest_of_removal(layout, retention, run);
}

Result<Removed> measure_run(const StateLayout& layout, const HalfRemoved& run) {
  if (auto safe = check_names(run); safe.has_error()) return safe.error();
  return over_directories(layout, run, measure_tree);
}

}  // namespace ws::cli
