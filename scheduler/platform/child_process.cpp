#include "platform/child_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/process/v2/process.hpp>

#include "platform/child_host_impl.h"
#include "platform/child_launch.h"
#include "platform/event_loop.h"

namespace ws {

namespace {

using LoopExecutor = boost::asio::io_context::executor_type;
using Descriptor = boost::asio::posix::basic_stream_descriptor<LoopExecutor>;
using Process = boost::process::v2::basic_process<LoopExecutor>;
using boost::system::error_code;

constexpr std::size_t kDefaultPipeSize = 64 * 1024;
constexpr int kSpareDescriptors = 4;
constexpr int kLargePipeSize = 1024 * 1024;  // the most an unprivileged process may ask for

// Boost.Process v2 leaves the launching to a launcher and the rest to its process object. Ours does
// not fork (launcher.h): the library's default launcher copies the page tables (74 ms with a 2 GiB
// heap) and leaves a zombie when exec fails; its vfork launcher lets the child edit our epoll set
// (Boost 1.81).
Process own_process(const LoopExecutor& executor, Launched& launched) {
  return Process(executor, launched.pid, launched.pidfd.release());
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
                                  HeldLaunch,
                                  std::enable_shared_from_this<ChildProcess::Impl> {
  Impl(ChildHost::Impl& h, ChildSpec s, ChildListener& l)
      : host(h),
        spec(std::move(s)),
        listener(&l),
        mark_(spec.environment.value(h.mark_variable)),
        output(h),
        watch(h.loop.io()) {}

  // start
  void start();
  [[nodiscard]] Result<void> prepare();
  void not_launched(const Error& why);
  void hold(const Error& why);
  void take_over();
  // run
  struct Stream;
  void wait_for_output(Stream& stream);
  void on_output(Stream& stream);
  void wait_for_end();
  void on_end();
  void drain(Stream& stream);
  void deliver(const Stream& stream, std::size_t size);
  [[nodiscard]] bool note_usage();
  void reap();
  // stop
  void stop(const StopLadder& wanted);
  void next_rung();
  void signal_group(int signal) const;
  void abandon();

  // LaunchJob
  void launch(Launcher& launcher) override { preparation->run(launcher); }
  void has_launched() override;

  // HeldLaunch
  void try_again() override;
  void give_up(const Error& why) override;

  // HostedChild
  [[nodiscard]] const std::string& mark() const override { return mark_; }
  void tell_start() override;
  [[nodiscard]] bool is_group_left() override;
  void tell_end() override;

  ChildHost::Impl& host;
  ChildSpec spec;
  ChildListener* listener;  // null once abandoned
  std::string mark_;
  std::optional<ChildLaunch> preparation;  // until it was launched
  std::optional<Process> process;          // owns the child: pid and pidfd
  // One pipe of the child's.
  struct Stream {
    explicit Stream(ChildHost::Impl& h) : pipe(h.loop.io()) {}
    Descriptor pipe;
    bool is_large = false;
    bool is_stdout = false;  // and nothing but that
  };
  Stream output;
  std::unique_ptr<Stream> stdout_if_apart;
  // The process object's own wait reaps at once, so the group could not be swept before the pid is
  // free again, and getrusage(2)'s numbers would be lost (Boost 1.81, process_handle_fd.hpp; its
  // native_handle() does not compile). A second pidfd tells us first; the object reaps after.
  Descriptor watch;
  ProcessStamp stamp;
  ChildEnd end;
  std::optional<Error> failure;
  std::optional<Error> held_back;  // not told yet
  bool was_held = false;
  bool is_start_told = false;
  bool is_group_gone = false;
  StopLadder ladder;
  std::size_t rung = 0;
  std::unique_ptr<Timer> ladder_timer;
};

Result<void> ChildProcess::Impl::prepare() {
  // The last descriptors are for logs; but if nothing runs, nobody will give back any.
  const int spare = !host.sweep.children().empty() ? kSpareDescriptors : 0;
  Result<ChildLaunch> made = ChildLaunch::prepare(spec, host.dev_null.get(), spare);
  if (!made) return made.error();
  preparation.emplace(std::move(*made));
  host.sweep.add_mark(mark_);
  return {};
}

void ChildProcess::Impl::start() {
  if (host.held.is_waiting_wanted()) return hold(host.held.why());
  try_again();
}

void ChildProcess::Impl::try_again() {
  if (const Result<void> prepared = prepare(); prepared) {
    host.launches.submit(shared_from_this());
  } else {
    not_launched(prepared.error());
  }
}

void ChildProcess::Impl::not_launched(const Error& why) {
  if (HeldLaunches::is_shortage(why.os_error) && ladder.empty()) return hold(why);
  give_up(why);
}

void ChildProcess::Impl::hold(const Error& why) {
  host.held.hold(shared_from_this(), why);
  if (std::exchange(was_held, true)) return;
  held_back = why;
  host.has_news(shared_from_this());
}

void ChildProcess::Impl::give_up(const Error& why) {
  failure = why;
  host.held.has_settled(*this);
  host.has_news(shared_from_this());
}

void ChildProcess::Impl::has_launched() {
  if (preparation->has_failed()) {
    const Error why = preparation->explanation();
    host.sweep.remove_mark(mark_);
    preparation.reset();
    return not_launched(why);
  }
  host.held.has_settled(*this);
  take_over();
  wait_for_output(output);
  if (stdout_if_apart) wait_for_output(*stdout_if_apart);
  wait_for_end();
  host.has_started(shared_from_this());
  preparation.reset();
  if (process && !ladder.empty()) next_rung();  // was asked to stop meanwhile
}

void ChildProcess::Impl::take_over() {
  Launched& launched = preparation->launched();
  stamp = launched.stamp;
  host.sweep.add_child(stamp);
  error_code ignored;
  output.pipe.assign(preparation->take_output().release(), ignored);
  if (spec.is_stdout_apart) {
    stdout_if_apart = std::make_unique<Stream>(host);
    stdout_if_apart->is_stdout = true;
    stdout_if_apart->pipe.assign(preparation->take_stdout().release(), ignored);
  }
  watch.assign(preparation->take_watch().release(), ignored);
  process.emplace(own_process(host.loop.io().get_executor(), launched));
}

void ChildProcess::Impl::tell_start() {
  if (is_start_told || listener == nullptr) return;
  if (!failure && !process) {
    if (held_back) listener->child_held(*std::exchange(held_back, std::nullopt));
    return;
  }
  is_start_told = true;
  if (failure) {
    listener->child_not_started(*failure);
  } else {
    listener->child_running(stamp);
  }
}

void ChildProcess::Impl::wait_for_output(Stream& stream) {
  stream.pipe.async_wait(Descriptor::wait_read,
                         [self = shared_from_this(), &stream](const error_code& problem) {
                           if (!problem && self->listener != nullptr) self->on_output(stream);
                         });
}

void ChildProcess::Impl::on_output(Stream& stream) {
  if (!stream.pipe.is_open()) return;
  const ssize_t n = ::read(stream.pipe.native_handle(), host.buffer.data(), host.buffer.size());
  if (n == 0) {  // everybody closed it; the leader may run on
    error_code ignored;
    stream.pipe.close(ignored);
    return;
  }
  if (n > 0) {
    tell_start();
    if (!stream.is_large && static_cast<std::size_t>(n) >= kDefaultPipeSize) {
      // A full pipe: this child writes faster than we read. May be refused (pipe-user-pages-soft).
      stream.is_large = true;
      ::fcntl(stream.pipe.native_handle(), F_SETPIPE_SZ, kLargePipeSize);
    }
    deliver(stream, static_cast<std::size_t>(n));
  }
  wait_for_output(stream);
}

void ChildProcess::Impl::deliver(const Stream& stream, std::size_t size) {
  const std::string_view bytes(host.buffer.data(), size);
  listener->child_output(bytes);
  if (stream.is_stdout) listener->child_stdout(bytes);
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
  if (stdout_if_apart) drain(*stdout_if_apart);
  drain(output);
  reap();
  host.has_ended(shared_from_this());
}

// Takes what is in the pipe now. Whoever else holds it may write on: that is not waited for.
void ChildProcess::Impl::drain(Stream& stream) {
  if (!stream.pipe.is_open()) return;
  std::size_t left = stream.is_large ? static_cast<std::size_t>(kLargePipeSize) : kDefaultPipeSize;
  while (left > 0) {
    const ssize_t n = ::read(stream.pipe.native_handle(), host.buffer.data(), left);
    if (n <= 0) break;
    left -= static_cast<std::size_t>(n);
    deliver(stream, static_cast<std::size_t>(n));
  }
  error_code ignored;
  stream.pipe.close(ignored);
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
  // While a member is left the number cannot be recycled. ESRCH is the normal answer, and the last
  // one: from then on the number may be another group's.
  if (!is_group_gone) is_group_gone = ::kill(-static_cast<pid_t>(stamp.pid), SIGKILL) != 0;
  return !is_group_gone;
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
  if (host.held.remove(*this)) return give_up(Error{"stopped while it waited for room", 0});
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
  (void)host.held.remove(*this);
  host.held.has_settled(*this);
  if (preparation) {
    if (host.launches.withdraw(*this) && !preparation->has_failed()) {
      take_over();
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
  output.pipe.close(ignored);
  if (stdout_if_apart) stdout_if_apart->pipe.close(ignored);
  watch.close(ignored);
}

ChildProcess::ChildProcess(ChildHost& host, ChildSpec spec, ChildListener& listener)
    : impl_(std::make_shared<Impl>(host.impl(), std::move(spec), listener)) {
  impl_->start();
}

ChildProcess::~ChildProcess() { impl_->abandon(); }

void ChildProcess::stop(const StopLadder& ladder) { impl_->stop(ladder); }

void ChildProcess::kill() { impl_->stop({{SIGKILL, Duration::zero()}}); }

}  // namespace ws
