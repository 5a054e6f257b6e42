#include "platform/launcher.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "platform/raw_syscall.h"

namespace ws {

namespace {

constexpr std::size_t kStackSize = 64 * 1024;  // the child needs under 1 KiB; sanitizers need more
constexpr std::size_t kGuardSize = 4096;
constexpr long kSignalSetSize = 8;  // the kernel's sigset, unlike glibc's
constexpr int kLastSignal = 31;     // real-time signals: nobody here has handlers for them

// The kernel's struct sigaction on x86-64 and arm64 is at most 32 bytes; all zero is SIG_DFL.
struct KernelSigaction {
  std::uint64_t words[4];
};

// What the child reports. It writes only what nobody else touches meanwhile.
struct Report {
  LaunchRequest request;
  pid_t parent = 0;
  LaunchFailure failure;
};

// No instrumentation in the child: it runs on a stack that the sanitizers do not know and never
// returns from here. It shares our memory while we go on, so it calls the kernel directly: libc's
// wrappers write the thread's errno, may be intercepted, and some glibc internals (cancellation,
// setxid) must not run with our thread data.
#define WS_IN_CHILD __attribute__((no_sanitize("address", "undefined")))

WS_IN_CHILD [[noreturn]] void fail(Report& report, LaunchStep step, long result) {
  report.failure.step = step;
  report.failure.error = static_cast<int>(-result);
  raw_syscall(SYS_exit_group, 127);
  __builtin_unreachable();
}

WS_IN_CHILD void put_in_place(Report& report, int from, int to) {
  // The flag close-on-exec is not copied.
  const long result = raw_syscall(SYS_dup3, from, to, 0);
  if (result < 0) fail(report, LaunchStep::descriptors, result);
}

WS_IN_CHILD int child_main(void* argument) {
  Report& report = *static_cast<Report*>(argument);
  const LaunchRequest& request = report.request;

  long result = raw_syscall(SYS_setpgid, 0, 0);
  if (result < 0) fail(report, LaunchStep::process_group, result);
  result = raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
  if (result < 0) fail(report, LaunchStep::death_signal, result);
  // Our parent may have died before the signal was armed.
  if (raw_syscall(SYS_getppid) != report.parent) fail(report, LaunchStep::death_signal, -ESRCH);
  put_in_place(report, request.stdin_fd, 0);
  put_in_place(report, request.stdout_fd, 1);
  put_in_place(report, request.stderr_fd, 2);
  if (request.working_dir != nullptr) {
    result = raw_syscall(SYS_chdir, request.working_dir);
    if (result < 0) fail(report, LaunchStep::working_dir, result);
  }

  // May be refused only to those who want more than they have; then it stays as it is.
  if (request.open_files != nullptr)
    raw_syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, request.open_files, nullptr);

  // Handlers must be gone before signals are let in: they would run here, in the parent's memory.
  // exec would keep what is ignored, so that is reset too.
  KernelSigaction default_action{};
  for (int signal = 1; signal <= kLastSignal; ++signal)
    raw_syscall(SYS_rt_sigaction, signal, &default_action, nullptr, kSignalSetSize);
  const std::uint64_t nothing = 0;
  raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, nullptr, kSignalSetSize);

  result = raw_syscall(SYS_execve, request.program, request.argv, request.envp);
  fail(report, LaunchStep::exec, result);
}

}  // namespace

// Where a child is until it has left: its stack, its report, and the word that the kernel clears
// when it leaves (CLONE_CHILD_CLEARTID: at exec and at exit).
struct Launcher::Room {
  Room() {
    void* memory = ::mmap(nullptr, kStackSize + kGuardSize, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return;  // launch() says so
    ::mprotect(memory, kGuardSize, PROT_NONE);
    stack = memory;
  }
  ~Room() {
    if (stack != nullptr) ::munmap(stack, kStackSize + kGuardSize);
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  void* stack = nullptr;
  Report report;
  std::atomic<pid_t> inside{0};
  static_assert(sizeof(std::atomic<pid_t>) == sizeof(pid_t));
};

Launcher::Launcher() = default;
Launcher::~Launcher() = default;

Launcher::Launch::Launch(Launcher& launcher, std::unique_ptr<Room> room)
    : launcher_(&launcher), room_(std::move(room)) {}

Launcher::Launch::Launch(Launch&&) noexcept = default;

Launcher::Launch::~Launch() {
  if (room_) launcher_->free_.push_back(std::move(room_));
}

bool Launcher::Launch::has_left() const {
  return room_->inside.load(std::memory_order_acquire) == 0;
}

LaunchFailure Launcher::Launch::failure() const { return room_->report.failure; }

void Launcher::Launch::ensure_group() const {
  // Refused once the child has exec'd, but then it has done this itself.
  if (!has_left()) ::setpgid(pid, pid);
}

Result<Launcher::Launch> Launcher::launch(const LaunchRequest& request) {
  std::unique_ptr<Room> room;
  if (free_.empty()) {
    room = std::make_unique<Room>();
  } else {
    room = std::move(free_.back());
    free_.pop_back();
  }
  if (room->stack == nullptr) return os_error("cannot start a process", ENOMEM);
  room->report = Report{request, ::getpid(), {}};
  room->inside.store(1, std::memory_order_relaxed);

  // Everything is blocked, glibc's internal signals included, so that no handler of ours ever runs
  // in the child.
  const std::uint64_t everything = ~std::uint64_t{0};
  std::uint64_t before = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &everything, &before, kSignalSetSize);
  const std::uint64_t ticks_before = start_ticks_now();
  int pidfd = -1;
  // Without calls that leave errno alone, we must wait until the child has left.
  constexpr int kWait = kHasRawSyscall ? 0 : CLONE_VFORK;
  const pid_t pid = ::clone(child_main, static_cast<char*>(room->stack) + kGuardSize + kStackSize,
                            CLONE_VM | CLONE_PIDFD | CLONE_CHILD_CLEARTID | kWait | SIGCHLD,
                            &room->report, &pidfd, nullptr, &room->inside);
  const int clone_error = errno;
  const std::uint64_t ticks_after = start_ticks_now();
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, kSignalSetSize);

  if (pid < 0) {
    free_.push_back(std::move(room));
    return os_error("cannot start a process", clone_error);
  }
  Launch launch(*this, std::move(room));
  launch.pid = pid;
  launch.pidfd.reset(pidfd);
  launch.stamp = ProcessStamp{pid, ticks_before};
  if (ticks_before != ticks_after) {
    // The zombie of a child that has already ended still has its line.
    if (const Result<ProcessStamp> stamp = stamp_of(pid)) launch.stamp = *stamp;
  }
  return launch;
}

}  // namespace ws
