#include "platform/process_environment.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "platform/unique_fd.h"

namespace ws {

namespace {

// Environments are limited by the kernel to a quarter of the stack limit, usually 2 MiB.
constexpr std::size_t kLongestEnvironment = 4UL * 1024 * 1024;

}  // namespace

std::string read_process_file(pid_t pid, std::string_view name, std::size_t limit) {
  std::string text;
  const UniqueFd fd(::open(fmt::format("/proc/{}/{}", pid, name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return text;
  std::array<char, 16384> chunk{};
  while (text.size() < limit) {
    const ssize_t n = ::read(fd.get(), chunk.data(), chunk.size());
    if (n <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(n));
  }
  return text;
}

std::string environment_value_of(pid_t pid, std::string_view variable) {
  const std::string text = read_process_file(pid, "environ", kLongestEnvironment);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.size() > variable.size() && entry[variable.size()] == '=' &&
        entry.starts_with(variable))
      return std::string(entry.substr(variable.size() + 1));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return {};
}

}  // namespace ws
