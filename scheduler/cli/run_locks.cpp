#include "cli/run_locks.h"

#include <algorithm>
#include <chrono>
#include <thread>

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

// The text begins as holder_text() makes it. That of a dead holder stays, but not its lock.
bool is_locked_by(const StateLayout& layout, const std::string& workstream,
                  const std::string& run_id) {
  const auto text = LockFile::held_by(layout.lock(workstream).string());
  return text && text->starts_with(fmt::format("run {} ", run_id));
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

Result<std::variant<RunLocks, Busy>> take_locks_of_run(const StateLayout& layout,
                                                       const std::vector<std::string>& workstreams,
                                                       const std::string& holder) {
  constexpr auto kPatience = std::chrono::seconds(10);
  constexpr auto kPause = std::chrono::milliseconds(10);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto taken = take_locks(layout, workstreams, holder);
    const Busy* busy = taken.has_value() ? std::get_if<Busy>(&*taken) : nullptr;
    const bool is_cleaned = busy != nullptr && busy->holder.starts_with(kCleanHolder);
    if (!is_cleaned || std::chrono::steady_clock::now() >= end) return taken;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace ws::cli
