#include "platform/process_setup.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// <linux/close_range.h>; by number because Debian 12's libc header hides it behind _GNU_SOURCE
// rules.
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace ws {

namespace {

Result<void> open_missing_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // Without O_CLOEXEC: these three are inherited by nature. open() takes the lowest free number.
    // What is written to a missing standard output is lost, and the writer is to know.
    if (::open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) < 0)  // NOLINT(android-cloexec-open)
      return os_error("cannot open /dev/null", errno);
  }
  return {};
}

void set_disposition(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

Result<void> prepare_this_process() {
  if (Result<void> opened = open_missing_standard_descriptors(); !opened) return opened;
  // Linux before 5.11 has no such flag; then a descriptor that our parent leaked leaks on.
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  set_disposition(SIGPIPE, SIG_IGN);
  set_disposition(SIGXFSZ, SIG_IGN);
  set_disposition(SIGCHLD, SIG_DFL);
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
    return os_error("cannot become the reaper of orphaned processes", errno);
  return {};
}

}  // namespace ws
