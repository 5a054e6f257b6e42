#include "platform/launcher.h"

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

namespace ws {

namespace {

constexpr std::size_t kStackSize = 64 * 1024;  // the child needs under 1 KiB; sanitizers need more
constexpr std::size_t kGuardSize = 4096;
constexpr std::size_t kSignalSetSize = 8;  // the kernel's sigset, unlike glibc's
constexpr int kLastSignal = 31;            // real-time signals: nobody here has handlers for them

// The kernel's struct sigaction on x86-64 and arm64 is at most 32 bytes; all zero is SIG_DFL.
struct KernelSigaction {
  std::uint64_t words[4];
};

// Lives in the parent's frame; the child shares the memory and reports through it.
struct Shared {
  const LaunchRequest* request;
  pid_t parent;
  int error;
  LaunchStep failed;
};

// No instrumentation in the child: it runs on a stack that the sanitizers do not know and never
// returns from here. Only direct system calls: libc's wrappers may be intercepted, and some glibc
// internals (cancellation, setxid) must not run with the parent's thread data.
[[noreturn]] __attribute__((no_sanitize("address", "undefined"))) void fail(Shared& shared,
                                                                            LaunchStep step) {
  shared.error = errno;
  shared.failed = step;
  ::syscall(SYS_exit_group, 127);
  __builtin_unreachable();
}

__attribute__((no_sanitize("address", "undefined"))) void put_in_place(Shared& shared, int from,
                                                                       int to) {
  // The flag close-on-exec is not copied.
  if (::syscall(SYS_dup3, from, to, 0) < 0) fail(shared, LaunchStep::descriptors);
}

__attribute__((no_sanitize("address", "undefined"))) int child_main(void* argument) {
  Shared& shared = *static_cast<Shared*>(argument);
  const LaunchRequest& request = *shared.request;

  if (::syscall(SYS_setpgid, 0, 0) < 0) fail(shared, LaunchStep::process_group);
  if (::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
    fail(shared, LaunchStep::death_signal);
  // Our parent may have died before the signal was armed.
  if (::syscall(SYS_getppid) != shared.parent) {
    errno = ESRCH;
    fail(shared, LaunchStep::death_signal);
  }
  put_in_place(shared, request.stdin_fd, 0);
  put_in_place(shared, request.stdout_fd, 1);
  put_in_place(shared, request.stderr_fd, 2);
  if (request.working_dir != nullptr && ::syscall(SYS_chdir, request.working_dir) < 0)
    fail(shared, LaunchStep::working_dir);

  // May be refused only to those who want more than they have; then it stays as it is.
  if (request.open_files != nullptr)
    ::syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, request.open_files, nullptr);

  // Handlers must be gone before signals are let in: they would run here, in the parent's memory.
  // exec would keep what is ignored, so that is reset too.
  KernelSigaction default_action{};
  for (int signal = 1; signal <= kLastSignal; ++signal)
    ::syscall(SYS_rt_sigaction, signal, &default_action, nullptr, kSignalSetSize);
  const std::uint64_t nothing = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, nullptr, kSignalSetSize);

  ::syscall(SYS_execve, request.program, request.argv, request.envp);
  fail(shared, LaunchStep::exec);
}

}  // namespace

Launcher::Launcher() {
  void* memory = ::mmap(nullptr, kStackSize + kGuardSize, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;  // launch() says so
  ::mprotect(memory, kGuardSize, PROT_NONE);
  stack_ = memory;
}

Launcher::~Launcher() {
  if (stack_ != nullptr) ::munmap(stack_, kStackSize + kGuardSize);
}

Launched Launcher::launch(const LaunchRequest& request) {
  Launched launched;
  if (stack_ == nullptr) {
    launched.error = ENOMEM;
    return launched;
  }
  Shared shared{&request, ::getpid(), 0, LaunchStep::clone};

  // Everything is blocked, glibc's internal signals included, so that no handler of ours ever runs
  // in the child.
  const std::uint64_t everything = ~std::uint64_t{0};
  std::uint64_t before = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &everything, &before, kSignalSetSize);
  const std::uint64_t ticks_before = start_ticks_now();
  int pidfd = -1;
  const pid_t pid = ::clone(child_main, static_cast<char*>(stack_) + kGuardSize + kStackSize,
                            CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &shared, &pidfd);
  const int clone_error = errno;
  const std::uint64_t ticks_after = start_ticks_now();
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, kSignalSetSize);

  if (pid < 0) {
    launched.error = clone_error;
    return launched;
  }
  launched.pidfd.reset(pidfd);
  if (shared.error != 0) {
    siginfo_t ignored{};
    while (::waitid(P_PIDFD, static_cast<id_t>(pidfd), &ignored, WEXITED) < 0 && errno == EINTR) {
    }
    launched.pidfd.reset();
    launched.error = shared.error;
    launched.failed = shared.failed;
    return launched;
  }
  launched.pid = pid;
  launched.stamp = ProcessStamp{pid, ticks_before};
  if (ticks_before != ticks_after) {
    // The zombie of a child that has already ended still has its line.
    if (const Result<ProcessStamp> stamp = stamp_of(pid)) launched.stamp = *stamp;
  }
  return launched;
}

}  // namespace ws
