#include "platform/orphan_sweep.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "platform/children_list.h"
#include "platform/keeper.h"
#include "platform/process_environment.h"
#include "platform/process_line.h"

namespace ws {

namespace {

// Something that forks faster than it dies must not hold the loop; the next look goes on.
constexpr int kMostPasses = 100;

}  // namespace

OrphanSweep::OrphanSweep(std::string mark_variable, Keeper* keeper)
    : mark_variable_(std::move(mark_variable)), keeper_(keeper) {
  // Orphans come to the main thread, whichever thread started their ancestor.
  const std::string path = fmt::format("/proc/self/task/{}/children", ::getpid());
  children_file_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  list_children();
  spared_.insert(listed_.begin(), listed_.end());
}

void OrphanSweep::add_child(const ProcessStamp& stamp) {
  children_.emplace(static_cast<pid_t>(stamp.pid),
                    keeper_ == nullptr
                        ? KeeperBoard::kNoSlot
                        : keeper_->board().put({KeeperBoard::Kind::group_leader, stamp}));
}

void OrphanSweep::remove_child(pid_t pid) {
  const auto found = children_.find(pid);
  if (found == children_.end()) return;
  if (keeper_ != nullptr) keeper_->board().take_down(found->second);
  children_.erase(found);
}

void OrphanSweep::list_children() {
  listed_.clear();
  if (!children_file_.is_open()) return list_children_from_stat();
  append_children_in(children_file_.get(), listed_);
}

void OrphanSweep::list_children_from_stat() {
  const pid_t self = ::getpid();
  for (const pid_t pid : all_processes()) {
    const std::optional<ProcessLine> line = process_line_of(pid);
    if (line && line->parent == self) listed_.push_back(pid);
  }
}

bool OrphanSweep::is_owner_running(const Orphan& orphan) const {
  if (orphan.mark.empty()) return !marks_.empty();
  return std::any_of(marks_.begin(), marks_.end(),
                     [&](const std::string* mark) { return *mark == orphan.mark; });
}

void OrphanSweep::kill_orphan(pid_t pid, Orphan& orphan) {
  // Its group first: a daemon usually leads one, and what is in it dies in the same moment.
  const pid_t group = ::getpgid(pid);
  if (group == pid) ::kill(-group, SIGKILL);
  if (::kill(pid, SIGKILL) < 0 && errno == EPERM) {
    // A set-user-id program: nobody but its user may end it, and waiting would never end.
    orphan.is_untouchable = true;
    return;
  }
  orphan.is_killed = true;
}

void OrphanSweep::look() {
  // What was reaped may have left children, which are ours since: look again until nothing was.
  for (int pass = 0; pass < kMostPasses && look_once(); ++pass) {
  }
}

void OrphanSweep::tell_keeper(pid_t pid, Orphan& orphan) {
  if (keeper_ == nullptr || orphan.slot != KeeperBoard::kNoSlot || orphan.is_killed) return;
  if (const Result<ProcessStamp> stamp = stamp_of(pid))
    orphan.slot = keeper_->board().put({KeeperBoard::Kind::lone_process, *stamp});
}

// Only we reap, so a listed pid cannot have been recycled, and an unlisted one is gone.
void OrphanSweep::forget_unlisted() {
  std::erase_if(orphans_, [this](const auto& entry) {
    if (!entry.second.is_listed && keeper_ != nullptr)
      keeper_->board().take_down(entry.second.slot);
    return !entry.second.is_listed;
  });
}

bool OrphanSweep::look_once() {
  bool has_reaped = false;
  list_children();
  for (auto& [pid, orphan] : orphans_) orphan.is_listed = false;
  for (const pid_t pid : listed_) {
    if (children_.contains(pid)) continue;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) == 0 &&
        info.si_pid == pid) {
      has_reaped = true;  // erased below
      spared_.erase(pid);
      continue;
    }
    if (spared_.contains(pid)) continue;
    Orphan& orphan = orphans_[pid];
    orphan.is_listed = true;
    // An empty environment is read again: it may have been read in the middle of an exec.
    if (orphan.mark.empty() && !orphan.is_killed)
      orphan.mark = environment_value_of(pid, mark_variable_);
    if (!orphan.is_killed && !orphan.is_untouchable && !is_owner_running(orphan))
      kill_orphan(pid, orphan);
    tell_keeper(pid, orphan);
  }
  forget_unlisted();
  dying_ = static_cast<std::size_t>(std::count_if(
      orphans_.begin(), orphans_.end(), [](const auto& entry) { return entry.second.is_killed; }));
  return has_reaped;
}

bool OrphanSweep::is_dying(std::string_view mark) const {
  if (dying_ == 0) return false;
  return std::any_of(orphans_.begin(), orphans_.end(), [&](const auto& entry) {
    return entry.second.is_killed && (entry.second.mark.empty() || entry.second.mark == mark);
  });
}

}  // namespace ws
