#include "platform/machine.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <memory>
#include <pwd.h>
#include <sched.h>
#include <sstream>
#include <string_view>
#include <sys/random.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"

extern char** environ;

namespace ws {

namespace {

unsigned processors_of_affinity() {
  // The fixed set holds 1024 processors; a larger machine answers EINVAL, and gets its whole count.
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<unsigned>(CPU_COUNT(&set));
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? static_cast<unsigned>(online) : 1;
}

std::string read_small(const std::string& path) {
  Result<std::string> text = read_file(path, 65536);
  return text ? std::string(trimmed(*text)) : std::string();
}

// The smallest quota from the group up to the root of the hierarchy: each of them binds.
std::optional<unsigned> smallest_quota(const std::string& mount, std::string group, bool is_v2) {
  std::optional<unsigned> smallest;
  while (true) {
    const std::string directory = mount + group;
    const std::string text = is_v2 ? read_small(directory + "/cpu.max")
                                   : read_small(directory + "/cpu.cfs_quota_us") + " " +
                                         read_small(directory + "/cpu.cfs_period_us");
    if (const std::optional<unsigned> found = processors_of_quota(text))
      smallest = smallest ? std::min(*smallest, *found) : *found;
    const std::size_t slash = group.rfind('/');
    if (group.empty() || slash == std::string::npos) return smallest;
    group.resize(slash);
  }
}

std::optional<unsigned> processors_of_groups() {
  // cgroups(7): "ID:controllers:path" a line; version 2 has the line "0::path".
  std::optional<unsigned> smallest;
  std::istringstream lines(read_small("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers =
        fmt::format(",{},", std::string_view(line).substr(first + 1, second - first - 1));
    std::string group = line.substr(second + 1);
    if (group == "/") group.clear();
    std::optional<unsigned> found;
    if (controllers == ",,") {
      found = smallest_quota("/sys/fs/cgroup", group, true);
    } else if (controllers.find(",cpu,") != std::string::npos) {
      found = smallest_quota("/sys/fs/cgroup/cpu", group, false);
    }
    if (found) smallest = smallest ? std::min(*smallest, *found) : *found;
  }
  return smallest;
}

std::string home_directory() {
  if (const std::optional<std::string> home = environment_value("HOME"); home && !home->empty())
    return *home;
  std::array<char, 16384> memory{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::getuid(), &entry, memory.data(), memory.size(), &found) == 0 &&
      found != nullptr && found->pw_dir != nullptr)
    return found->pw_dir;
  return {};
}

}  // namespace

std::optional<unsigned> processors_of_quota(const std::string& cpu_max) {
  std::istringstream words(cpu_max);
  long long quota = 0;
  long long period = 0;
  // "max" and version 1's -1 mean no limit.
  if (!(words >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  const long long whole = quota / period + (quota % period != 0 ? 1 : 0);
  return static_cast<unsigned>(std::clamp<long long>(whole, 1, 1'000'000));
}

unsigned usable_processors() {
  const unsigned allowed = processors_of_affinity();
  return std::max(1U, std::min(allowed, processors_of_groups().value_or(allowed)));
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed)) return seed;
  // Before the kernel's pool is ready there is no better source.
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::chrono::system_clock::time_point wall_now() { return std::chrono::system_clock::now(); }

EnvironmentList own_environment() {
  EnvironmentList variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::optional<std::string> environment_value(const char* name) {
  // The environment is never changed by this program, so no other thread can be writing it.
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> current_directory() {
  const std::unique_ptr<char, void (*)(void*)> path(::getcwd(nullptr, 0), std::free);
  if (!path) return os_error("cannot find the current directory", errno);
  return {boost::system::in_place_value, path.get()};
}

std::string config_directory() {
  // The specification says: a relative path is to be ignored.
  if (const std::optional<std::string> configured = environment_value("XDG_CONFIG_HOME");
      configured && configured->starts_with('/'))
    return *configured;
  const std::string home = home_directory();
  return home.empty() ? std::string() : join_path(home, ".config");
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace ws
