#include "cli/run_locks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/private_files.h"
#include "platform/process_stamp.h"
#include "report/run_reading.h"

namespace ws::cli {
namespace {

// Runs are no source: git should not offer to commit them. A failure is nobody's problem.
void ignore_state_dir(const StateLayout& layout) {
  const std::string path = (layout.state_dir() / ".gitignore").string();
  if (!is_file(path)) (void)write_private_file(path, "*\n");
}

}  // namespace

std::string state_dir_option(const StateLayout& layout) {
  const std::string directory = layout.state_dir().string();
  return directory == kDefaultStateDir ? std::string() : "--state-dir " + shell_quoted(directory);
}

std::string holder_text(const StateLayout& layout, const std::string& run_id) {
  std::string which = run_id;
  if (const std::string where = state_dir_option(layout); !where.empty()) which += " " + where;
  return fmt::format(
      "run {0} (process {1}, since {2}): `workstream status {3}` shows it, `workstream cancel {3}` "
      "ends it",
      run_id, own_stamp().pid, iso_utc(wall_now()), which);
}

std::string refusal_text(const Busy& busy) {
  return fmt::format(
      "workstream '{}' is being run by {}", printable(busy.workstream),
      busy.holder.empty() ? "another process that has just begun" : printable(busy.holder));
}

Result<std::variant<RunLocks, Busy>> take_locks(const StateLayout& layout,
                                                std::vector<std::string> workstreams,
                                                const std::string& holder) {
  RunLocks locks;
  // One order for everybody. Nobody waits, so it only makes the loser's message stable.
  std::sort(workstreams.begin(), workstreams.end());
  for (const std::string& workstream : workstreams) {
    auto made = make_directories_below(layout.state_dir().string(),
                                       layout.workstream_dir(workstream).string());
    if (made.has_error()) return made.error();
    auto taken = LockFile::take(layout.lock(workstream).string(), holder);
    if (taken.has_error()) return taken.error();
    if (auto* held = std::get_if<LockFile::Held>(&*taken)) {
      return std::variant<RunLocks, Busy>(Busy{workstream, held->text});
    }
    locks.push_back(std::get<LockFile>(std::move(*taken)));
  }
  ignore_state_dir(layout);
  return std::variant<RunLocks, Busy>(std::move(locks));
}

}  // namespace ws::cli
