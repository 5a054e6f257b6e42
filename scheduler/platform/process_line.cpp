#include "platform/process_line.h"

#include <array>
#include <charconv>
#include <cstring>
#include <dirent.h>
#include <memory>
#include <string>
#include <string_view>

#include "platform/process_environment.h"

namespace ws {

namespace {

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kLastField = 22;

}  // namespace

std::optional<ProcessLine> process_line_of(pid_t pid) {
  const std::string text = read_process_file(pid, "stat", kLongestLine);
  // The name in field 2 may hold spaces and parentheses, so fields count from the last ')'.
  const std::size_t close = text.rfind(')');
  if (close == std::string::npos || close + 2 >= text.size()) return std::nullopt;
  std::array<std::string_view, kLastField + 1> fields;
  std::string_view rest = std::string_view(text).substr(close + 2);
  for (std::size_t field = 3; field <= kLastField; ++field) {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    fields[field] = rest.substr(0, space);
    rest.remove_prefix(space + 1);
  }
  const auto read = [&](std::size_t field, auto& number) {
    std::from_chars(fields[field].data(), fields[field].data() + fields[field].size(), number);
  };
  ProcessLine line;
  line.pid = pid;
  line.state = fields[3].front();
  read(4, line.parent);
  read(5, line.group);
  read(6, line.session);
  read(22, line.start_ticks);
  return line;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return found;
  while (const dirent* entry = ::readdir(proc.get())) {  // NOLINT(concurrency-mt-unsafe)
    pid_t pid = 0;
    const char* const end = entry->d_name + std::strlen(entry->d_name);
    const auto [stopped, problem] = std::from_chars(entry->d_name, end, pid);
    if (problem == std::errc() && stopped == end) found.push_back(pid);
  }
  return found;
}

}  // namespace ws
