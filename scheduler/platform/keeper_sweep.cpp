#include "platform/keeper_sweep.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <set>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <unordered_set>

#include "platform/keeper.h"
#include "platform/process_environment.h"
#include "platform/process_line.h"
#include "platform/unique_fd.h"

namespace ws {

namespace {

using namespace std::chrono_literals;

constexpr auto kGiveUp = 10s;
// Between looks: what was killed needs a moment to go, and a program in the middle of an exec shows
// no environment.
constexpr auto kPause = 5ms;
constexpr int kQuietLooks = 3;
// Who forks and ends without pause has gone on when a list of all processes is read, so for a while
// only the newest numbers are looked at, which is quicker than it can fork.
constexpr auto kChase = 20ms;
constexpr pid_t kBehindNewest = 24;
constexpr pid_t kBeforeNewest = 8;

// The number that was given last (proc(5), loadavg: its last field); 0 when it is not known.
pid_t newest_process() {
  std::ifstream loadavg("/proc/loadavg");
  std::string skipped;
  pid_t newest = 0;
  loadavg >> skipped >> skipped >> skipped >> skipped >> newest;
  return newest;
}

class Sweep {
 public:
  explicit Sweep(const DeadScheduler& scheduler) : scheduler_(scheduler) {}

  // Kills what it finds. False: there was nothing.
  bool look() {
    read_processes();
    choose();
    bool has_found = false;
    for (const ProcessLine& line : lines_) {
      if (chosen_.contains(line.pid)) has_found = kill(line) || has_found;
    }
    return has_found;
  }
  // The same among those that have only just begun.
  bool chase() {
    bool has_found = false;
    const auto end = std::chrono::steady_clock::now() + kChase;
    while (std::chrono::steady_clock::now() < end) {
      const pid_t newest = newest_process();
      for (pid_t pid = newest - kBehindNewest; pid < newest + kBeforeNewest; ++pid) {
        if (pid <= 1 || pid == ::getpid() || !is_marked(pid)) continue;
        if (const auto line = process_line_of(pid)) has_found = kill(*line) || has_found;
      }
    }
    return has_found;
  }
  [[nodiscard]] std::size_t killed() const { return killed_.size(); }

 private:
  [[nodiscard]] bool is_marked(pid_t pid) const {
    return has_mark(environment_value_of(pid, kRunMark), scheduler_.mark);
  }

  void read_processes() {
    lines_.clear();
    starts_.clear();
    const pid_t self = ::getpid();
    for (const pid_t pid : all_processes()) {
      if (pid == self || pid == 1) continue;
      const std::optional<ProcessLine> line = process_line_of(pid);
      if (!line || is_dead(*line)) continue;
      lines_.push_back(*line);
      starts_.emplace(pid, line->start_ticks);
    }
  }

  void choose() {
    chosen_.clear();
    std::unordered_multimap<pid_t, pid_t> children;
    std::vector<pid_t> open;
    for (const ProcessLine& line : lines_) {
      children.emplace(line.parent, line.pid);
      if (!is_ours(line)) continue;
      chosen_.insert(line.pid);
      open.push_back(line.pid);
    }
    // Their descendants are ours too, whatever they did to their environment.
    while (!open.empty()) {
      const auto [first, last] = children.equal_range(open.back());
      open.pop_back();
      for (auto child = first; child != last; ++child)
        if (chosen_.insert(child->second).second) open.push_back(child->second);
    }
  }

  [[nodiscard]] bool is_ours(const ProcessLine& line) const {
    const auto is_entry = [&](const KeeperBoard::Entry& entry) {
      switch (entry.kind) {
        case KeeperBoard::Kind::group_leader:
          return is_in_group(line, static_cast<pid_t>(entry.stamp.pid));
        case KeeperBoard::Kind::lone_process:
          return entry.stamp == ProcessStamp{line.pid, line.start_ticks};
      }
      return false;
    };
    return std::any_of(scheduler_.board.begin(), scheduler_.board.end(), is_entry) ||
           is_marked(line.pid);
  }

  [[nodiscard]] bool is_group_on_board(const ProcessLine& line) const {
    return std::any_of(scheduler_.board.begin(), scheduler_.board.end(),
                       [&](const KeeperBoard::Entry& entry) {
                         return entry.kind == KeeperBoard::Kind::group_leader &&
                                is_in_group(line, static_cast<pid_t>(entry.stamp.pid));
                       });
  }

  // The number of a group cannot belong to another one while a member is left. When none is left it
  // may, but then its leader is younger than the death that brought us here.
  [[nodiscard]] bool is_in_group(const ProcessLine& line, pid_t group) const {
    if (line.group != group || line.session != scheduler_.session) return false;
    const auto leader = starts_.find(group);
    return leader == starts_.end() || leader->second <= scheduler_.death_ticks;
  }

  bool kill(const ProcessLine& line) {
    if (untouchable_.contains(line.pid)) return false;
    // By descriptor, and looked at again: the number may belong to somebody else by now.
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, line.pid, 0)));
    const std::optional<ProcessLine> now = process_line_of(line.pid);
    if (!process.is_open() || !now || now->start_ticks != line.start_ticks) return true;
    // A group dies in one moment, so that what forks for ever cannot get away from it.
    if (line.group == line.pid || is_group_on_board(line)) ::kill(-line.group, SIGKILL);
    if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0) {
      killed_.insert(line.pid);
    } else if (errno == EPERM) {
      // A set-user-id program: nobody but its user may end it.
      untouchable_.insert(line.pid);
      return false;
    }
    return true;
  }

  const DeadScheduler& scheduler_;
  std::vector<ProcessLine> lines_;
  std::unordered_map<pid_t, std::uint64_t> starts_;
  std::unordered_set<pid_t> chosen_;
  std::set<pid_t> killed_;
  std::set<pid_t> untouchable_;
};

}  // namespace

bool has_mark(std::string_view value, std::string_view mark) {
  while (!value.empty()) {
    const std::string_view word = value.substr(0, value.find(':'));
    if (word == mark) return true;
    value.remove_prefix(std::min(word.size() + 1, value.size()));
  }
  return false;
}

std::size_t end_processes_of(const DeadScheduler& scheduler) {
  Sweep sweep(scheduler);
  const auto give_up = std::chrono::steady_clock::now() + kGiveUp;
  for (int quiet = 0; quiet < kQuietLooks && std::chrono::steady_clock::now() < give_up;) {
    const bool has_found = sweep.look();
    quiet = sweep.chase() || has_found ? 0 : quiet + 1;
    if (quiet < kQuietLooks) std::this_thread::sleep_for(kPause);
  }
  return sweep.killed();
}

}  // namespace ws
