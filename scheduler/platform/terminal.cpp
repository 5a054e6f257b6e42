#include "platform/terminal.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/machine.h"

namespace ws {

namespace {

constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";
constexpr std::string_view kRestore = "\x1b[0m\x1b[?25h";  // default colours, cursor visible
constexpr std::array kFatalSignals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

// A signal handler and an exit handler take no argument: these two are the one exception to "no
// globals", and only what is safe in a handler (signal-safety(7)).
std::atomic<int> restored_fd{-1};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::array<struct sigaction, kFatalSignals.size()>
    previous_actions;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void write_to(int fd, std::string_view text) {
  // Nothing can be done about a terminal that is gone.
  [[maybe_unused]] const ssize_t ignored = ::write(fd, text.data(), text.size());
}

void restore() {
  const int fd = restored_fd.exchange(-1);
  if (fd >= 0) write_to(fd, kRestore);
}

extern "C" void ws_on_fatal_signal(int signal) {
  restore();
  for (std::size_t i = 0; i < kFatalSignals.size(); ++i)
    if (kFatalSignals[i] == signal) ::sigaction(signal, &previous_actions[i], nullptr);
  // Blocked until the handler returns; then what was there before (a sanitizer's report, a core
  // file) happens.
  ::raise(signal);
}

extern "C" void ws_at_exit() { restore(); }

}  // namespace

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

std::optional<TerminalSize> terminal_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
    return std::nullopt;
  return TerminalSize{size.ws_col, size.ws_row};
}

bool can_move_cursor(int fd) {
  if (!is_terminal(fd)) return false;
  const std::optional<std::string> term = environment_value("TERM");
  return term && !term->empty() && *term != "dumb";
}

bool wants_colour(int fd) {
  const std::optional<std::string> refused = environment_value("NO_COLOR");
  return can_move_cursor(fd) && (!refused || refused->empty());
}

TerminalGuard::TerminalGuard(int fd) {
  int nobody = -1;
  if (!can_move_cursor(fd) || !restored_fd.compare_exchange_strong(nobody, fd)) return;
  fd_ = fd;
  struct sigaction action {};
  action.sa_handler = ws_on_fatal_signal;
  for (std::size_t i = 0; i < kFatalSignals.size(); ++i)
    ::sigaction(kFatalSignals[i], &action, &previous_actions[i]);
  std::atexit(ws_at_exit);  // harmless when registered again
}

TerminalGuard::~TerminalGuard() {
  if (fd_ < 0) return;
  restore();
  for (std::size_t i = 0; i < kFatalSignals.size(); ++i)
    ::sigaction(kFatalSignals[i], &previous_actions[i], nullptr);
}

void TerminalGuard::hide_cursor() const {
  if (fd_ >= 0) write_to(fd_, kHideCursor);
}

void TerminalGuard::show_cursor() const {
  if (fd_ >= 0) write_to(fd_, kShowCursor);
}

}  // namespace ws
