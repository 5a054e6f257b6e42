#include "executors/stdout_capture.h"

#include <cerrno>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"
#include "platform/private_files.h"

namespace ws {

void StdoutCapture::feed(std::string_view bytes) {
  if (path_.empty() && text_.size() + bytes.size() > kLongestValue) keep_in_file();
  text_ += bytes;
  if (path_.empty()) return;
  write(bytes);
  // Cut rarely: each cut moves what is kept.
  if (text_.size() > 4 * kLongestValue) text_.erase(0, text_.size() - kLongestValue);
}

void StdoutCapture::keep_in_file() {
  if (!path_.empty()) return;
  path_ = join_path(directory_, "stdout");
  if (const Result<void> made = make_directories(directory_); !made) {
    error_ = made.error().message;
    return;
  }
  Result<UniqueFd> file = open_private_file(path_, PrivateOpen::replace);
  if (!file) {
    error_ = file.error().message;
    return;
  }
  file_ = std::move(*file);
  write(text_);
}

void StdoutCapture::write(std::string_view bytes) {
  while (!bytes.empty() && error_.empty()) {
    const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error_ = os_error(fmt::format("cannot write '{}'", printable(path_)), errno).message;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace ws
