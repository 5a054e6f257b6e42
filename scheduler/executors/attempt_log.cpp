#include "executors/attempt_log.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "platform/files.h"
#include "platform/private_files.h"

namespace ws {

AttemptLog::AttemptLog(std::string directory, std::string stem, std::string command,
                       std::uint64_t cap)
    : directory_(std::move(directory)),
      stem_(std::move(stem)),
      command_(std::move(command)),
      cap_(cap) {}

std::string AttemptLog::path() const {
  return has_file_ ? join_path(directory_, stem_ + ".log") : std::string();
}

void AttemptLog::keep_command() {
  if (std::exchange(is_command_kept_, true)) return;
  if (!make_directories(directory_)) return;
  const std::string name = stem_ == "out" ? "cmd" : stem_ + ".cmd";
  const Result<UniqueFd> file =
      open_private_file(join_path(directory_, name), PrivateOpen::replace);
  if (!file) return;
  const std::string line = command_ + "\n";
  // For people only; the store has the command too.
  [[maybe_unused]] const ssize_t ignored = ::write(file->get(), line.data(), line.size());
}

void AttemptLog::open() {
  keep_command();
  Result<UniqueFd> file =
      open_private_file(join_path(directory_, stem_ + ".log"), PrivateOpen::replace);
  has_file_ = file.has_value();
  if (!has_file_) return give_up(file.error());
  file_ = std::move(*file);
}

void AttemptLog::give_up(const Error& error) {
  is_closed_ = true;
  file_.reset();
  // That its directory could not be made is the better explanation.
  const Result<void> made = make_directories(directory_);
  error_ = made ? error.message : made.error().message;
}

void AttemptLog::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (bytes_ == 0) open();
  const std::uint64_t room = cap_ - std::min(cap_, bytes_);
  bytes_ += bytes.size();
  if (is_closed_) return;
  write(bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()))));
  if (room >= bytes.size() || is_closed_) return;
  write(
      fmt::format("\n[workstream: the log ends here, after {} bytes; the output went on]\n", cap_));
  if (is_closed_) return;
  is_closed_ = true;
  file_.reset();
  error_ = fmt::format("the log ends after {} bytes (--log-limit)", cap_);
}

void AttemptLog::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      return give_up(
          os_error(fmt::format("cannot write '{}'", join_path(directory_, stem_ + ".log")), errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace ws
