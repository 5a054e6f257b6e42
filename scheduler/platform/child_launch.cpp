#include "platform/child_launch.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/program.h"

namespace ws {

namespace {

constexpr const char* kShell = "/bin/sh";

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<UniqueFd> open_stdin_file(const std::string& path) {
  // Non-blocking only for the opening: a FIFO without a writer must not stop the scheduler.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.is_open())
    return os_error(fmt::format("cannot open '{}' for stdin", printable(path)), errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode))
    return Error{fmt::format("cannot read '{}' as stdin: it is a directory", printable(path)),
                 EISDIR};
  ::fcntl(fd.get(), F_SETFL, 0);
  return fd;
}

// A file in memory: unlike a pipe it takes a text of any length without anybody waiting.
Result<UniqueFd> hold_stdin_text(std::string_view text) {
  UniqueFd fd(::memfd_create("stdin", MFD_CLOEXEC));
  if (!fd.is_open()) return os_error("cannot hold the text for stdin in memory", errno);
  while (!text.empty()) {
    const ssize_t n = ::write(fd.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error("cannot hold the text for stdin in memory", errno);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

Error with_limit(Error error) {
  if (error.os_error == EMFILE) error.message += " (the limit of open files: ulimit -n)";
  if (error.os_error == ENFILE) error.message += " (the whole system's limit)";
  return error;
}

Result<UniqueFd> open_stdin(const ChildSpec& spec) {
  if (!spec.stdin_file.empty()) return open_stdin_file(spec.stdin_file);
  if (spec.stdin_text) return hold_stdin_text(*spec.stdin_text);
  return UniqueFd();  // /dev/null
}

Result<void> make_pipe(UniqueFd& read_end, UniqueFd& write_end) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return with_limit(os_error("cannot make a pipe", errno));
  read_end.reset(ends[0]);
  write_end.reset(ends[1]);
  return {};
}

}  // namespace

Result<ChildLaunch> ChildLaunch::prepare(ChildSpec& spec, int dev_null, int spare) {
  ChildLaunch made(spec);
  Result<UniqueFd> input = open_stdin(spec);
  if (!input) return with_limit(input.error());
  made.input_ = std::move(*input);
  if (const Result<void> piped = make_pipe(made.read_end_, made.write_end_); !piped)
    return piped.error();
  if (spec.is_stdout_apart) {
    const Result<void> piped = make_pipe(made.stdout_read_end_, made.stdout_write_end_);
    if (!piped) return piped.error();
  }
  made.watch_.reset(::fcntl(dev_null, F_DUPFD_CLOEXEC, 3));
  if (!made.watch_.is_open()) return with_limit(os_error("cannot watch a process", errno));
  // The lowest free number was given, so no more than these are free above it.
  const auto above =
      static_cast<std::uint64_t>(made.watch_.get()) + static_cast<std::uint64_t>(spare);
  if (spare > 0 && above >= open_file_limit().soft)
    return with_limit(os_error("cannot start a process", EMFILE));

  made.argv_ = pointers_to(spec.argv);
  LaunchRequest& request = made.request_;
  request.program = spec.program.c_str();
  request.argv = made.argv_.data();
  request.envp = spec.environment.data();
  request.working_dir = spec.working_dir.empty() ? nullptr : spec.working_dir.c_str();
  request.stdin_fd = made.input_.is_open() ? made.input_.get() : dev_null;
  request.stdout_fd = request.stderr_fd = made.write_end_.get();
  if (spec.is_stdout_apart) request.stdout_fd = made.stdout_write_end_.get();
  request.open_files = spec.open_files ? &*spec.open_files : nullptr;
  return made;
}

void ChildLaunch::run(Launcher& launcher) {
  launch(launcher);
  // The child has its own. Of many children at once every descriptor counts.
  write_end_.reset();
  stdout_write_end_.reset();
  input_.reset();
}

void ChildLaunch::launch(Launcher& launcher) {
  launched_ = launcher.launch(request_);
  if (launched_.error != ENOEXEC || launched_.failed != LaunchStep::exec ||
      !is_script_without_interpreter(program_as_we_see_it()))
    return;
  // What the shell does with such a file (POSIX, Shell Command Language 2.9.1.4).
  std::vector<char*> argv = {const_cast<char*>("sh"), spec_->program.data()};
  argv.insert(argv.end(), argv_.begin() + 1, argv_.end());
  LaunchRequest request = request_;
  request.program = kShell;
  request.argv = argv.data();
  launched_ = launcher.launch(request);
}

UniqueFd ChildLaunch::take_watch() {
  ::dup3(launched_.pidfd.get(), watch_.get(), O_CLOEXEC);
  return std::move(watch_);
}

Error ChildLaunch::explanation() const {
  switch (launched_.failed) {
    case LaunchStep::clone: {
      Error error = os_error("cannot start a process", launched_.error);
      if (launched_.error == EAGAIN) error.message += " (the limit of processes: ulimit -u)";
      return with_limit(std::move(error));
    }
    case LaunchStep::process_group:
      return os_error("cannot make a process group", launched_.error);
    case LaunchStep::death_signal:
      return os_error("cannot arm the parent-death signal", launched_.error);
    case LaunchStep::descriptors:
      return os_error("cannot put the child's descriptors in place", launched_.error);
    case LaunchStep::working_dir:
      return os_error(
          fmt::format("cannot enter the working directory '{}'", printable(spec_->working_dir)),
          launched_.error);
    case LaunchStep::exec:
      break;
  }
  return Error{explain_exec_failure(program_as_we_see_it(), launched_.error), launched_.error};
}

// The child finds a relative path from its working directory, we from ours.
std::string ChildLaunch::program_as_we_see_it() const {
  if (spec_->program.starts_with('/') || spec_->working_dir.empty()) return spec_->program;
  const bool has_dot = spec_->program.starts_with("./");
  return fmt::format("{}/{}", spec_->working_dir, spec_->program.substr(has_dot ? 2 : 0));
}

}  // namespace ws
