#include "cli/run_locks.h"

#include <algorithm>

#include "platform/files.h"

namespace ws::cli {

Result<std::variant<RunLocks, Busy>> take_locks(const StateLayout& layout, std::vector<std::string> workstreams,
                                                const std::string& holder) {
  RunLocks locks;
  // One order for everybody. Nobody waits, so it only makes the loser's message stable.
  std::sort(workstreams.begin(), workstreams.end());
  for (const std::string& workstream : workstreams) {
    if (auto made = make_directories(layout.workstream_dir(workstream).string()); made.has_error()) {
      return made.error();
    }
    auto taken = LockFile::take(layout.lock(workstream).string(), holder);
    if (taken.has_error()) return taken.error();
    if (auto* held = std::get_if<LockFile::Held>(&*taken)) {
      return std::variant<RunLocks, Busy>(Busy{workstream, held->text});
    }
    locks.push_back(std::get<LockFile>(std::move(*taken)));
  }
  return std::variant<RunLocks, Busy>(std::move(locks));
}

}  // namespace ws::cli
