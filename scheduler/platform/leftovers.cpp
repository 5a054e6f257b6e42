#include "platform/leftovers.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "platform/process_environment.h"
#include "platform/process_line.h"
#include "platform/unique_fd.h"

namespace ws {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kGiveUp = 2s;
constexpr auto kPause = 5ms;
constexpr int kMostAncestors = 1000;

// Paths as they really are: the same directory may have been named through a link or another
// working directory.
std::optional<fs::path> real_path(const fs::path& path) {
  std::error_code failure;
  fs::path real = fs::weakly_canonical(path, failure);
  if (failure || !real.is_absolute()) return std::nullopt;
  return real;
}

bool is_inside(const fs::path& path, const fs::path& directory) {
  const auto [end, ignored] =
      std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
  return end == directory.end();
}

std::set<pid_t> ourselves_and_ancestors() {
  std::set<pid_t> found = {::getpid()};
  pid_t pid = ::getppid();
  for (int i = 0; i < kMostAncestors && pid > 0 && found.insert(pid).second; ++i) {
    const std::optional<ProcessLine> line = process_line_of(pid);
    pid = line ? line->parent : 0;
  }
  return found;
}

bool is_of_our_user(pid_t pid) {
  struct stat status {};
  return ::stat(fmt::format("/proc/{}", pid).c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

class Search {
 public:
  Search(const std::string& variable, const std::vector<std::string>& directories, pid_t helper)
      : variable_(variable), spared_(ourselves_and_ancestors()), ended_(directories.size()) {
    if (helper != 0) spared_.insert(helper);
    for (const std::string& directory : directories) directories_.push_back(real_path(directory));
  }

  // Kills what it finds. False: there was nothing.
  bool pass() {
    bool has_found = false;
    for (const pid_t pid : all_processes()) {
      if (spared_.contains(pid) || !is_of_our_user(pid) || !owner_of(pid)) continue;
      // By descriptor, and looked at again: the number may belong to somebody else by now.
      const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
      const std::optional<std::size_t> owner = owner_of(pid);
      if (!process.is_open() || !owner) continue;
      has_found = true;
      if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0 &&
          killed_.insert(pid).second)
        ++ended_[*owner];
    }
    return has_found;
  }
  [[nodiscard]] const std::vector<std::size_t>& ended() const { return ended_; }

 private:
  // Which directory its mark lies in. None for what has died: its environment is gone.
  [[nodiscard]] std::optional<std::size_t> owner_of(pid_t pid) const {
    const std::string mark = environment_value_of(pid, variable_);
    if (mark.empty() || mark.front() != '/') return std::nullopt;
    const std::optional<fs::path> path = real_path(mark);
    if (!path) return std::nullopt;
    const auto found = std::find_if(directories_.begin(), directories_.end(),
                                    [&](const std::optional<fs::path>& directory) {
                                      return directory && is_inside(*path, *directory);
                                    });
    if (found == directories_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - directories_.begin());
  }

  const std::string& variable_;
  std::vector<std::optional<fs::path>> directories_;
  std::set<pid_t> spared_;
  std::set<pid_t> killed_;
  std::vector<std::size_t> ended_;
};

}  // namespace

std::vector<std::size_t> end_leftovers(const std::string& variable,
                                       const std::vector<std::string>& directories, pid_t helper) {
  Search search(variable, directories, helper);
  const auto give_up = std::chrono::steady_clock::now() + kGiveUp;
  while (search.pass() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(kPause);
  return search.ended();
}

}  // namespace ws
