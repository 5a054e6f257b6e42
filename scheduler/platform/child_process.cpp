#include "platform/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/process/v2/process.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "platform/child_host_impl.h"
#include "platform/event_loop.h"
#include "platform/program.h"

namespace ws {

namespace {

using LoopExecutor = boost::asio::io_context::executor_type;
using Descriptor = boost::asio::posix::basic_stream_descriptor<LoopExecutor>;
using Process = boost::process::v2::basic_process<LoopExecutor>;
using boost::system::error_code;

constexpr std::size_t kDefaultPipeSize = 64 * 1024;
constexpr int kLargePipeSize = 1024 * 1024;  // the most an unprivileged process may ask for
constexpr const char* kShell = "/bin/sh";

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// All that a launch needs, kept until it is over.
struct Preparation {
  UniqueFd input;
  UniqueFd read_end;
  UniqueFd write_end;
  UniqueFd watch;  // reserved beforehand, so that nothing can fail once the child runs
  std::vector<char*> argv;
  LaunchRequest request;
  Launched launched;
};

// Boost.Process v2 leaves the launching to a launcher and the rest to its process object. Ours does
// not fork (launcher.h): the library's default launcher copies the page tables (74 ms with a 2 GiB
// heap) and leaves a zombie when exec fails; its vfork launcher lets the child edit our epoll set
// (Boost 1.81).
Process own_process(const LoopExecutor& executor, Launched& launched) {
  return Process(executor, launched.pid, launched.pidfd.release());
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

Duration duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

StopLadder default_stop_ladder() {
  return {{SIGTERM, std::chrono::seconds(5)}, {SIGKILL, Duration::zero()}};
}

struct ChildProcess::Impl final : HostedChild,
                                  LaunchJob,
                                  std::enable_shared_from_this<ChildProcess::Impl> {
  Impl(ChildHost::Impl& h, ChildSpec s, ChildListener& l)
      : host(h),
        spec(std::move(s)),
        listener(&l),
        mark_(spec.environment.value(h.mark_variable)),
        output(h.loop.io()),
        watch(h.loop.io()) {}

  // start
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<UniqueFd> open_stdin() const;
  void take_over(Launched& launched);
  [[nodiscard]] Error explain(const Launched& launched) const;
  [[nodiscard]] std::string program_as_we_see_it() const;
  // run
  void wait_for_output();
  void on_output();
  void wait_for_end();
  void on_end();
  void drain();
  [[nodiscard]] bool note_usage();
  void reap();
  // stop
  void stop(const StopLadder& wanted);
  void next_rung();
  void signal_group(int signal) const;
  void abandon();

  // LaunchJob
  void launch(Launcher& launcher) override;
  void has_launched() override;

  // HostedChild
  [[nodiscard]] const std::string& mark() const override { return mark_; }
  void tell_start() override;
  [[nodiscard]] bool is_group_left() override;
  void tell_end() override;

  ChildHost::Impl& host;
  ChildSpec spec;
  ChildListener* listener;  // null once abandoned
  std::string mark_;
  std::optional<Preparation> preparation;  // until it was launched
  std::optional<Process> process;          // owns the child: pid and pidfd
  Descriptor output;
  // The process object's own wait reaps at once, so the group could not be swept before the pid is
  // free again, and getrusage(2)'s numbers would be lost (Boost 1.81, process_handle_fd.hpp; its
  // native_handle() does not compile). A second pidfd tells us first; the object reaps after.
  Descriptor watch;
  ProcessStamp stamp;
  ChildEnd end;
  std::optional<Error> failure;
  bool is_start_told = false;
  bool is_pipe_large = false;
  StopLadder ladder;
  std::size_t rung = 0;
  std::unique_ptr<Timer> ladder_timer;
};

Result<UniqueFd> ChildProcess::Impl::open_stdin() const {
  if (!spec.stdin_file.empty()) return open_stdin_file(spec.stdin_file);
  if (spec.stdin_text) return hold_stdin_text(*spec.stdin_text);
  return UniqueFd();  // the host's /dev/null
}

Result<void> ChildProcess::Impl::prepare() {
  Preparation& made = preparation.emplace();
  Result<UniqueFd> input = open_stdin();
  if (!input) return with_limit(input.error());
  made.input = std::move(*input);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return with_limit(os_error("cannot make a pipe", errno));
  made.read_end.reset(ends[0]);
  made.write_end.reset(ends[1]);
  made.watch.reset(::fcntl(host.dev_null.get(), F_DUPFD_CLOEXEC, 3));
  if (!made.watch.is_open()) return with_limit(os_error("cannot watch a process", errno));

  made.argv = pointers_to(spec.argv);
  LaunchRequest& request = made.request;
  request.program = spec.program.c_str();
  request.argv = made.argv.data();
  request.envp = spec.environment.data();
  request.working_dir = spec.working_dir.empty() ? nullptr : spec.working_dir.c_str();
  request.stdin_fd = made.input.is_open() ? made.input.get() : host.dev_null.get();
  request.stdout_fd = request.stderr_fd = made.write_end.get();
  host.sweep.add_mark(mark_);
  return {};
}

void ChildProcess::Impl::launch(Launcher& launcher) {
  Preparation& made = *preparation;
  made.launched = launcher.launch(made.request);
  if (made.launched.error != ENOEXEC || made.launched.failed != LaunchStep::exec ||
      !is_script_without_interpreter(program_as_we_see_it()))
    return;
  // What the shell does with such a file (POSIX, Shell Command Language 2.9.1.4).
  std::vector<char*> argv = {const_cast<char*>("sh"), spec.program.data()};
  argv.insert(argv.end(), made.argv.begin() + 1, made.argv.end());
  LaunchRequest request = made.request;
  request.program = kShell;
  request.argv = argv.data();
  made.launched = launcher.launch(request);
}

void ChildProcess::Impl::has_launched() {
  Launched& launched = preparation->launched;
  if (launched.error != 0) {
    failure = explain(launched);
    host.sweep.remove_mark(mark_);
  } else {
    take_over(launched);
    wait_for_output();
    wait_for_end();
  }
  preparation.reset();
  host.has_started(shared_from_this());
  if (process && !ladder.empty()) next_rung();  // was asked to stop meanwhile
}

void ChildProcess::Impl::take_over(Launched& launched) {
  stamp = launched.stamp;
  host.sweep.add_child(launched.pid);
  ::dup3(launched.pidfd.get(), preparation->watch.get(), O_CLOEXEC);
  error_code ignored;
  output.assign(preparation->read_end.release(), ignored);
  watch.assign(preparation->watch.release(), ignored);
  process.emplace(own_process(host.loop.io().get_executor(), launched));
}

Error ChildProcess::Impl::explain(const Launched& launched) const {
  switch (launched.failed) {
    case LaunchStep::clone: {
      Error error = os_error("cannot start a process", launched.error);
      if (launched.error == EAGAIN) error.message += " (the limit of processes: ulimit -u)";
      return with_limit(std::move(error));
    }
    case LaunchStep::process_group:
      return os_error("cannot make a process group", launched.error);
    case LaunchStep::death_signal:
      return os_error("cannot arm the parent-death signal", launched.error);
    case LaunchStep::descriptors:
      return os_error("cannot put the child's descriptors in place", launched.error);
    case LaunchStep::working_dir:
      return os_error(
          fmt::format("cannot enter the working directory '{}'", printable(spec.working_dir)),
          launched.error);
    case LaunchStep::exec:
      break;
  }
  return Error{explain_exec_failure(program_as_we_see_it(), launched.error), launched.error};
}

// The child finds a relative path from its working directory, we from ours.
std::string ChildProcess::Impl::program_as_we_see_it() const {
  if (spec.program.starts_with('/') || spec.working_dir.empty()) return spec.program;
  const bool has_dot = spec.program.starts_with("./");
  return fmt::format("{}/{}", spec.working_dir, spec.program.substr(has_dot ? 2 : 0));
}

void ChildProcess::Impl::tell_start() {
  if (is_start_told || listener == nullptr) return;
  is_start_told = true;
  if (failure) {
    listener->child_not_started(*failure);
  } else {
    listener->child_running(stamp);
  }
}

void ChildProcess::Impl::wait_for_output() {
  output.async_wait(Descriptor::wait_read, [self = shared_from_this()](const error_code& problem) {
    if (!problem && self->listener != nullptr) self->on_output();
  });
}

void ChildProcess::Impl::on_output() {
  if (!output.is_open()) return;
  tell_start();
  const ssize_t n = ::read(output.native_handle(), host.buffer.data(), host.buffer.size());
  if (n == 0) {  // everybody closed it; the leader may run on
    error_code ignored;
    output.close(ignored);
    return;
  }
  if (n > 0) {
    if (!is_pipe_large && static_cast<std::size_t>(n) >= kDefaultPipeSize) {
      // A full pipe: this child writes faster than we read. May be refused (pipe-user-pages-soft).
      is_pipe_large = true;
      ::fcntl(output.native_handle(), F_SETPIPE_SZ, kLargePipeSize);
    }
    listener->child_output({host.buffer.data(), static_cast<std::size_t>(n)});
  }
  wait_for_output();
}

void ChildProcess::Impl::wait_for_end() {
  watch.async_wait(Descriptor::wait_read, [self = shared_from_this()](const error_code& problem) {
    if (!problem && self->listener != nullptr) self->on_end();
  });
}

// Reads what the kernel knows of the leader without reaping it. False: it still runs.
bool ChildProcess::Impl::note_usage() {
  siginfo_t info{};
  rusage usage{};
  // The libc's waitid has no rusage parameter; the system call does.
  const long result = ::syscall(SYS_waitid, P_PIDFD, watch.native_handle(), &info,
                                WEXITED | WNOHANG | WNOWAIT, &usage);
  if (result < 0 || info.si_pid == 0) return false;
  end.is_signaled = info.si_code != CLD_EXITED;
  end.is_core_dumped = info.si_code == CLD_DUMPED;
  end.code = info.si_status;
  end.user_time = duration_of(usage.ru_utime);
  end.system_time = duration_of(usage.ru_stime);
  end.max_rss_kib = usage.ru_maxrss;
  return true;
}

void ChildProcess::Impl::on_end() {
  tell_start();
  if (!note_usage()) {
    wait_for_end();
    return;
  }
  ladder_timer.reset();
  // The leader is a zombie, so its pid and its group's number cannot belong to anybody else.
  ::kill(-static_cast<pid_t>(stamp.pid), SIGKILL);
  drain();
  reap();
  host.has_ended(shared_from_this());
}

// Takes what is in the pipe now. Whoever else holds it may write on: that is not waited for.
void ChildProcess::Impl::drain() {
  error_code ignored;
  if (output.is_open()) {
    std::size_t left = is_pipe_large ? static_cast<std::size_t>(kLargePipeSize) : kDefaultPipeSize;
    while (left > 0) {
      const ssize_t n = ::read(output.native_handle(), host.buffer.data(), left);
      if (n <= 0) break;
      left -= static_cast<std::size_t>(n);
      listener->child_output({host.buffer.data(), static_cast<std::size_t>(n)});
    }
    output.close(ignored);
  }
}

void ChildProcess::Impl::reap() {
  error_code ignored;
  // asio takes an assigned descriptor out of epoll before it closes it: a copy that another child
  // holds until its exec would go on to cause events.
  watch.close(ignored);
  if (process->running(ignored)) process->wait(ignored);  // never: it has ended
  // Forgets the pid, which is free from now on; the object would wait for it again when it dies.
  { const auto handle = process->detach(); }
  process.reset();
  host.sweep.remove_child(static_cast<pid_t>(stamp.pid));
  host.sweep.remove_mark(mark_);
}

bool ChildProcess::Impl::is_group_left() {
  // While a member is left the number cannot be recycled. ESRCH is the normal answer.
  return ::kill(-static_cast<pid_t>(stamp.pid), SIGKILL) == 0;
}

void ChildProcess::Impl::tell_end() {
  if (listener != nullptr) listener->child_ended(end);
}

void ChildProcess::Impl::signal_group(int signal) const {
  if (!process) return;
  const auto group = static_cast<pid_t>(stamp.pid);
  ::kill(-group, signal);
  // A stopped process would not see it.
  if (signal != SIGKILL) ::kill(-group, SIGCONT);
}

void ChildProcess::Impl::stop(const StopLadder& wanted) {
  if (!process && !preparation) return;
  if (!ladder.empty()) {
    ladder = {{SIGKILL, Duration::zero()}};
  } else {
    ladder = wanted;
    if (ladder.empty() || ladder.back().signal != SIGKILL)
      ladder.push_back({SIGKILL, Duration::zero()});
  }
  rung = 0;
  if (process) next_rung();  // otherwise has_launched() does
}

void ChildProcess::Impl::next_rung() {
  if (rung >= ladder.size() || !process) return;
  const StopRung step = ladder[rung++];
  signal_group(step.signal);
  if (rung >= ladder.size()) {
    if (ladder_timer) ladder_timer->cancel();
    return;
  }
  if (!ladder_timer) ladder_timer = std::make_unique<Timer>(host.loop, [this] { next_rung(); });
  ladder_timer->arm(host.loop.now() + step.wait);
}

void ChildProcess::Impl::abandon() {
  listener = nullptr;
  ladder_timer.reset();
  if (preparation && !failure) {
    if (host.launches.withdraw(*this) && preparation->launched.error == 0) {
      take_over(preparation->launched);
    } else {
      host.sweep.remove_mark(mark_);
    }
  }
  preparation.reset();
  error_code ignored;
  if (process) {
    signal_group(SIGKILL);
    process->wait(ignored);
    reap();
  }
  output.close(ignored);
  watch.close(ignored);
}

ChildProcess::ChildProcess(ChildHost& host, ChildSpec spec, ChildListener& listener)
    : impl_(std::make_shared<Impl>(host.impl(), std::move(spec), listener)) {
  if (const Result<void> prepared = impl_->prepare(); prepared) {
    host.impl().launches.submit(impl_);
  } else {
    impl_->failure = prepared.error();
    host.impl().has_started(impl_);
  }
}

ChildProcess::~ChildProcess() { impl_->abandon(); }

void ChildProcess::stop(const StopLadder& ladder) { impl_->stop(ladder); }

void ChildProcess::kill() { impl_->stop({{SIGKILL, Duration::zero()}}); }

}  // namespace ws
