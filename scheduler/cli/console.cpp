#include "cli/console.h"

#include <cerrno>
#include <poll.h>
#include <string>
#include <unistd.h>

#include <fmt/format.h>

#include "base/result.h"
#include "base/text.h"
#include "platform/machine.h"
#include "platform/terminal.h"

namespace ws::cli {
namespace {

int descriptor_of(Stream stream) { return stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO; }

// The locale as POSIX decides it: LC_ALL, LC_CTYPE, LANG. Unset means the C locale, but terminals
// and CI systems of today read UTF-8 all the same, so only an explicit other charset gives ASCII.
bool is_utf8_refused() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = environment_value(variable);
    if (!value || value->empty()) continue;
    if (*value == "C" || *value == "POSIX") return false;
    return value->find('.') != std::string::npos && value->find("UTF-8") == std::string::npos &&
           value->find("utf8") == std::string::npos && value->find("utf-8") == std::string::npos;
  }
  return false;
}

}  // namespace

Style style_for(Stream stream) {
  Style style;
  style.colour = wants_colour(descriptor_of(stream));
  style.ascii = is_utf8_refused();
  return style;
}

bool is_terminal(Stream stream) { return ws::is_terminal(descriptor_of(stream)); }

int try_write(Stream stream, std::string_view text) {
  const int fd = descriptor_of(stream);
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      // Somebody who shares the other end made it non-blocking (node, ssh): wait as write() would.
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void write(Stream stream, std::string_view text) { (void)try_write(stream, text); }

ExitCode code_of_writing(int failure) {
  if (failure == 0 || failure == EPIPE) return ExitCode::success;
  complain(os_error("cannot write to standard output", failure).message);
  return ExitCode::world_failed;
}

ExitCode answer_text(std::string_view text) {
  return is_terminal(Stream::out) ? answer(printable_lines(text)) : answer(text);
}

ExitCode answer(std::string_view text) { return code_of_writing(try_write(Stream::out, text)); }

void complain(std::string_view message) {
  write(Stream::err, fmt::format("workstream: {}\n", printable(message)));
}

}  // namespace ws::cli
