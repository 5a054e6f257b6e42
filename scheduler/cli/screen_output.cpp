#include "cli/screen_output.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ws::cli {

void ScreenOutput::write(std::string_view text) {
  if (is_gone_) return;
  if (kept_.size() + text.size() > most_kept_) {
    dropped_ += text.size();
  } else {
    kept_ += text;
  }
  (void)flush();
}

bool ScreenOutput::flush() {
  std::size_t written = 0;
  while (!is_gone_ && written < kept_.size()) {
    pollfd room{fd_, POLLOUT, 0};
    if (::poll(&room, 1, 0) <= 0) break;
    // With room for any byte, a pipe takes PIPE_BUF of them without waiting (pipe(7)).
    const std::size_t size = std::min<std::size_t>(kept_.size() - written, PIPE_BUF);
    const ssize_t count = ::write(fd_, kept_.data() + written, size);
    if (count > 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      is_gone_ = true;
      failure_ = errno;
    }
  }
  kept_.erase(0, written);
  if (is_gone_) kept_.clear();
  if (kept_.empty() && dropped_ > 0) {
    kept_ = fmt::format("… {} bytes were not shown: nobody read them in time\n", dropped_);
    dropped_ = 0;
  }
  return kept_.empty();
}

void ScreenOutput::finish() {
  while (!flush()) {
    pollfd room{fd_, POLLOUT, 0};
    ::poll(&room, 1, -1);
  }
}

}  // namespace ws::cli
