#include "platform/program.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/unique_fd.h"

namespace ws {

namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

enum class Candidate { usable, missing, directory, not_executable };

// `shown` is what execve gets; relative ones count from the child's working directory.
Candidate inspect(const std::string& shown, std::string_view working_dir) {
  const bool is_relative = !shown.starts_with('/') && !working_dir.empty();
  const std::string path = is_relative ? fmt::format("{}/{}", working_dir, shown) : shown;
  struct stat status {};
  if (::stat(path.c_str(), &status) < 0)
    return errno == EACCES ? Candidate::not_executable : Candidate::missing;
  if (S_ISDIR(status.st_mode)) return Candidate::directory;
  if (!S_ISREG(status.st_mode) || ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) < 0)
    return Candidate::not_executable;
  return Candidate::usable;
}

Error refusal(Candidate why, std::string_view path, std::string_view working_dir) {
  const std::string quoted = printable(path);
  switch (why) {
    case Candidate::directory:
      return Error{fmt::format("'{}' is a directory, not a program", quoted), EISDIR};
    case Candidate::not_executable:
      return Error{fmt::format("'{}' is not executable (chmod +x would make it so)", quoted),
                   EACCES};
    case Candidate::missing:
    case Candidate::usable:
      break;
  }
  const bool is_relative = !path.starts_with('/') && !working_dir.empty();
  return Error{fmt::format("program '{}' does not exist{}", quoted,
                           is_relative ? fmt::format(" in '{}'", printable(working_dir)) : ""),
               ENOENT};
}

// The first bytes of a file, as execve looks at them; empty when it cannot be read.
std::string head_of(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 256> bytes{};
  const ssize_t n = fd.is_open() ? ::read(fd.get(), bytes.data(), bytes.size()) : -1;
  return n > 0 ? std::string(bytes.data(), static_cast<std::size_t>(n)) : std::string();
}

// The interpreter of a "#!" line; empty when the file has none.
std::string interpreter_of(const std::string& path) {
  const std::string head = head_of(path);
  if (!head.starts_with("#!")) return {};
  const std::string_view line = trimmed(std::string_view(head).substr(2, head.find('\n', 2) - 2));
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

}  // namespace

Result<std::string> find_program(std::string_view name, std::string_view search_path,
                                 std::string_view working_dir) {
  if (name.empty()) return Error{"the command is empty", ENOENT};
  if (name.find('\0') != std::string_view::npos)
    return Error{"the command's name holds a zero byte", EINVAL};
  if (name.find('/') != std::string_view::npos) {
    std::string path(name);
    const Candidate found = inspect(path, working_dir);
    if (found == Candidate::usable) return {boost::system::in_place_value, path};
    return refusal(found, name, working_dir);
  }

  const std::string_view searched = search_path.empty() ? kDefaultPath : search_path;
  std::string refused;
  Candidate refused_why = Candidate::missing;
  std::string candidate;
  for (std::size_t start = 0; start <= searched.size();) {
    const std::size_t end = std::min(searched.find(':', start), searched.size());
    const std::string_view directory = searched.substr(start, end - start);
    start = end + 1;
    // An empty entry means the current directory (POSIX, Environment Variables 8.3).
    candidate.assign(directory.empty() ? "." : directory).append("/").append(name);
    const Candidate found = inspect(candidate, working_dir);
    if (found == Candidate::usable) return {boost::system::in_place_value, candidate};
    // Like the shell: go on, and complain about the first file of that name only if no other runs.
    if (found == Candidate::not_executable && refused.empty()) {
      refused = candidate;
      refused_why = found;
    }
  }
  if (!refused.empty()) return refusal(refused_why, refused, working_dir);
  return Error{fmt::format("program '{}' was not found; searched PATH: {}", printable(name),
                           printable(searched)),
               ENOENT};
}

std::string explain_exec_failure(const std::string& program, int errnum) {
  const std::string quoted = printable(program);
  if (errnum == ENOENT || errnum == ENOTDIR || errnum == EACCES) {
    const std::string interpreter = interpreter_of(program);
    if (!interpreter.empty())
      return fmt::format("cannot execute '{}': its interpreter '{}' {}", quoted,
                         printable(interpreter),
                         errnum == EACCES ? "is not executable" : "was not found");
    if (errnum == ENOENT && !head_of(program).empty())
      return fmt::format(
          "cannot execute '{}': its loader was not found (built for another system?)", quoted);
  }
  if (errnum == ENOEXEC)
    return fmt::format("cannot execute '{}': not a program for this machine", quoted);
  if (errnum == E2BIG)
    return fmt::format("cannot execute '{}': arguments and environment are too long", quoted);
  return os_error(fmt::format("cannot execute '{}'", quoted), errnum).message;
}

bool is_script_without_interpreter(const std::string& program) {
  const std::string head = head_of(program);
  return !head.starts_with("#!") && head.find('\0') == std::string::npos;
}

}  // namespace ws
