// Signals in the loop, and a terminal that is put back in order.
#include "platform/signals.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <pty.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "platform/event_loop.h"
#include "platform/terminal.h"
#include "support/catch.h"

using namespace ws;

TEST_CASE("a signal arrives in the loop, once for each delivery") {
  EventLoop loop;
  std::vector<int> seen;
  {
    const SignalWatch watch(loop, {SIGINT, SIGTERM}, [&](int signal) {
      seen.push_back(signal);
      if (seen.size() == 1) ::raise(SIGTERM);
      if (seen.size() == 2) loop.stop();
    });
    ::raise(SIGINT);
    loop.run();
  }
  CHECK(seen == std::vector<int>{SIGINT, SIGTERM});
  struct sigaction now {};
  ::sigaction(SIGINT, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
}

TEST_CASE("a signal that was ignored from the start stays ignored") {
  ::signal(SIGHUP, SIG_IGN);
  EventLoop loop;
  {
    const SignalWatch watch(loop, {SIGHUP, SIGTERM}, [&](int signal) {
      CHECK(signal == SIGTERM);
      loop.stop();
    });
    ::raise(SIGHUP);
    ::raise(SIGTERM);
    loop.run();
  }
  struct sigaction now {};
  ::sigaction(SIGHUP, nullptr, &now);
  CHECK(now.sa_handler == SIG_IGN);
  ::signal(SIGHUP, SIG_DFL);
}

TEST_CASE("names of signals") {
  CHECK(signal_name(SIGTERM) == "SIGTERM");
  CHECK(signal_name(77) == "signal 77");
}

namespace {

struct OnTerminal {
  std::string output;
  int status = 0;
};

// Runs the body in a process of its own, with a pseudo-terminal as descriptor 1.
OnTerminal on_terminal(const std::function<void()>& body) {
  int master = -1;
  winsize size{};
  size.ws_col = 20;
  size.ws_row = 5;
  const pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
  if (child == 0) {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    body();
    ::_exit(0);
  }
  OnTerminal result;
  char bytes[4096];
  for (ssize_t n = 0; (n = ::read(master, bytes, sizeof bytes)) > 0;)
    result.output.append(bytes, static_cast<std::size_t>(n));
  ::waitpid(child, &result.status, 0);
  ::close(master);
  return result;
}

// A jail without /dev/pts has none; there is nothing to test there.
bool has_pseudo_terminals() {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) {
    WARN("skipped: this machine has no pseudo-terminals");
    return false;
  }
  ::close(master);
  return true;
}

const std::string kHidden = "\x1b[?25l";
const std::string kRestored = "\x1b[0m\x1b[?25h";

}  // namespace

TEST_CASE("the size of a terminal, and no terminal") {
  if (!has_pseudo_terminals()) return;
  const OnTerminal seen = on_terminal([] {
    const auto size = terminal_size(1);
    const std::string text = std::to_string(size->columns) + "x" + std::to_string(size->rows) +
                             (wants_colour(1) ? " colour" : "");
    ::setenv("NO_COLOR", "1", 1);
    const std::string plain = wants_colour(1) ? " colour" : " plain";
    ::setenv("TERM", "dumb", 1);
    const std::string dumb = can_move_cursor(1) ? " moves" : " dumb";
    const std::string all = text + plain + dumb;
    if (::write(1, all.data(), all.size()) < 0) ::_exit(1);
  });
  CHECK(seen.output == "20x5 colour plain dumb");
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  CHECK_FALSE(terminal_size(null).has_value());
  CHECK_FALSE(is_terminal(null));
  CHECK_FALSE(wants_colour(null));
  ::close(null);
}

TEST_CASE("the cursor comes back on every way out") {
  if (!has_pseudo_terminals()) return;
  SECTION("the guard's end") {
    const OnTerminal seen = on_terminal([] {
      const TerminalGuard guard(1);
      guard.hide_cursor();
    });
    CHECK(seen.output == kHidden + kRestored);
  }
  SECTION("exit") {
    const OnTerminal seen = on_terminal([] {
      const TerminalGuard guard(1);
      guard.hide_cursor();
      std::exit(3);
    });
    CHECK(seen.output.starts_with(kHidden + kRestored));
    CHECK(WEXITSTATUS(seen.status) == 3);
  }
  SECTION("a fatal signal") {
    const OnTerminal seen = on_terminal([] {
      const TerminalGuard guard(1);
      guard.hide_cursor();
      ::raise(SIGABRT);
    });
    CHECK(seen.output.starts_with(kHidden + kRestored));
    CHECK(WIFSIGNALED(seen.status));
    CHECK(WTERMSIG(seen.status) == SIGABRT);
  }
}

TEST_CASE("dying by a signal is seen by the parent") {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGTERM, SIG_IGN);
    die_by_signal(SIGTERM);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}
