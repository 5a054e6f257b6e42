#include "platform/process_stamp.h"

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/process_line.h"
#include "platform/unique_fd.h"

namespace ws {

namespace {

// Small files of /proc come whole in one read.
Result<std::string> read_proc(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return os_error("cannot open '" + path + "'", errno);
  std::string text(4096, '\0');
  const ssize_t n = ::read(fd.get(), text.data(), text.size());
  if (n < 0) return os_error("cannot read '" + path + "'", errno);
  text.resize(static_cast<std::size_t>(n));
  // Said in full: Error can be made from a string too, so a bare return is ambiguous.
  return {boost::system::in_place_value, std::move(text)};
}

}  // namespace

Result<ProcessStamp> stamp_of(std::int64_t pid) {
  const std::optional<ProcessLine> line = process_line_of(static_cast<pid_t>(pid));
  if (!line) return Error{fmt::format("there is no process {}", pid), ESRCH};
  return ProcessStamp{pid, line->start_ticks};
}

ProcessStamp own_stamp() {
  const Result<ProcessStamp> stamp = stamp_of(::getpid());
  return stamp ? *stamp : ProcessStamp{::getpid(), 0};
}

bool is_same_process_alive(const ProcessStamp& stamp) {
  if (stamp.pid <= 0) return false;
  const std::optional<ProcessLine> line = process_line_of(static_cast<pid_t>(stamp.pid));
  return line && line->start_ticks == stamp.start_ticks && !is_dead(*line);
}

std::uint64_t start_ticks_now() {
  // The kernel stamps a process with CLOCK_BOOTTIME and shows it divided by USER_HZ.
  static const std::uint64_t kNanosecondsPerTick =
      1'000'000'000ULL / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return (static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000ULL +
          static_cast<std::uint64_t>(now.tv_nsec)) /
         kNanosecondsPerTick;
}

std::string boot_id() {
  const Result<std::string> text = read_proc("/proc/sys/kernel/random/boot_id");
  return text ? std::string(trimmed(*text)) : std::string();
}

}  // namespace ws
