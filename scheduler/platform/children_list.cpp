#include "platform/children_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "platform/unique_fd.h"

namespace ws {

namespace {

void append_numbers(std::string_view text, std::vector<pid_t>& numbers) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    pid_t pid = 0;
    const auto [next, problem] = std::from_chars(at, end, pid);
    if (problem == std::errc()) numbers.push_back(pid);
    at = next + 1;
  }
}

void append_of_thread(const std::string& tasks, const char* thread, std::vector<pid_t>& children) {
  const std::string path = fmt::format("{}/{}/children", tasks, thread);
  const UniqueFd list(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (list.is_open()) append_children_in(list.get(), children);
}

// The directory of a process with one thread has three links: itself, the name in its parent, and
// the thread. That saves listing it, which costs more than all the rest.
bool has_one_thread(const std::string& tasks) {
  struct stat status {};
  return ::stat(tasks.c_str(), &status) == 0 && status.st_nlink == 3;
}

}  // namespace

void append_children_in(int list, std::vector<pid_t>& children) {
  // The kernel gives at most a page a read and never splits a number... but a number may still be
  // cut by our own buffer, so the tail is carried over.
  std::array<char, 4096> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by pread
  std::size_t kept = 0;
  off_t offset = 0;
  while (true) {
    const ssize_t n = ::pread(list, chunk.data() + kept, chunk.size() - kept, offset);
    if (n <= 0) break;
    offset += n;
    const std::size_t filled = kept + static_cast<std::size_t>(n);
    const std::string_view text(chunk.data(), filled);
    const std::size_t whole = text.rfind(' ') + 1;  // every number is followed by a space
    append_numbers(text.substr(0, whole), children);
    kept = filled - whole;
    std::copy(chunk.begin() + static_cast<std::ptrdiff_t>(whole),
              chunk.begin() + static_cast<std::ptrdiff_t>(filled), chunk.begin());
    if (filled < chunk.size() / 2) break;  // the normal case: one read
  }
}

void append_children_of(pid_t pid, std::vector<pid_t>& children) {
  const std::string tasks = fmt::format("/proc/{}/task", pid);
  if (has_one_thread(tasks)) return append_of_thread(tasks, std::to_string(pid).c_str(), children);
  const std::unique_ptr<DIR, int (*)(DIR*)> threads(::opendir(tasks.c_str()), ::closedir);
  if (!threads) return;
  while (const dirent* thread = ::readdir(threads.get())) {  // NOLINT(concurrency-mt-unsafe)
    if (thread->d_name[0] != '.') append_of_thread(tasks, thread->d_name, children);
  }
}

}  // namespace ws
