// The terminal, as far as the screen needs it: is there one, how large, does it want colour; and a
// guard that puts it back in order on every way out, a fatal signal included.
//
// Knows nothing of what is drawn (report/ does). Called by cli/.
#pragma once

#include <optional>
#include <string>

namespace ws {

[[nodiscard]] bool is_terminal(int fd);

struct TerminalSize {
  unsigned columns = 80;
  unsigned rows = 24;
};
// nullopt when it is no terminal or does not know.
[[nodiscard]] std::optional<TerminalSize> terminal_size(int fd);

// Whether to write colours and move the cursor there. No for what is not a terminal, TERM=dumb or
// unset, and NO_COLOR set to anything (no-color.org: colour only).
[[nodiscard]] bool wants_colour(int fd);
[[nodiscard]] bool can_move_cursor(int fd);

// While it lives the cursor may be hidden. Its end, exit(), and the fatal signals (SEGV, BUS, ILL,
// FPE, ABRT) show it again and reset colours; the signal then does what it would have done. QUIT is
// not among them: a run answers it (cli/run_signals.cpp). At most one may live; a second one does
// nothing.
class TerminalGuard {
 public:
  explicit TerminalGuard(int fd);
  ~TerminalGuard();
  TerminalGuard(const TerminalGuard&) = delete;
  TerminalGuard& operator=(const TerminalGuard&) = delete;

  void hide_cursor() const;
  void show_cursor() const;

 private:
  int fd_ = -1;  // -1: not a terminal, or not the one in charge
};

}  // namespace ws
