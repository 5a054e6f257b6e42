// Writing to a screen that may not be read: a pager, Ctrl-S, a slow pipe. The run must not wait for
// it, so what cannot be written yet is kept, up to a bound, and written when there is room.
//
// Does not make the descriptor non-blocking (others share it) and knows nothing of what is written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ws::cli {

class ScreenOutput {
 public:
  // `fd` is borrowed. Beyond `most_kept` bytes the newest text is dropped, and a line says so
  // later.
  explicit ScreenOutput(int fd, std::size_t most_kept = 8U << 20U)
      : fd_(fd), most_kept_(most_kept) {}

  // Never waits.
  void write(std::string_view text);
  // Writes what there is room for; true when nothing is left.
  bool flush();
  // Writes the rest, waiting for the reader: after the run, when nothing else is to be done.
  void finish();
  // The errno that ended writing for good; 0: none yet.
  [[nodiscard]] int failure() const { return failure_; }

 private:
  int fd_;
  std::size_t most_kept_;
  std::string kept_;
  std::size_t dropped_ = 0;
  int failure_ = 0;
  bool is_gone_ = false;  // nobody will ever read: a closed pipe, a vanished terminal
};

}  // namespace ws::cli
