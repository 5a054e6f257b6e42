#include "platform/lock_file.h"

#include <cerrno>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"
#include "platform/private_files.h"

namespace ws {

namespace {

constexpr std::size_t kLongestText = 4096;

}  // namespace

Result<std::variant<LockFile, LockFile::Held>> LockFile::take(const std::string& path,
                                                              std::string_view text) {
  using Answer = std::variant<LockFile, Held>;
  Result<UniqueFd> opened = open_private_file(path, PrivateOpen::keep);
  if (!opened) return in_context("cannot take the lock", opened.error());
  UniqueFd fd = std::move(*opened);
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK)
      return os_error(fmt::format("cannot lock '{}'", printable(path)), errno);
    Result<std::string> held = read_file(path, kLongestText);
    return Answer(Held{held ? std::move(*held) : std::string()});
  }
  LockFile lock(std::move(fd));
  if (Result<void> written = lock.write(text); !written)
    return in_context(fmt::format("cannot write the lock file '{}'", printable(path)),
                      written.error());
  return Answer(std::move(lock));
}

bool LockFile::is_at(const std::string& path) const {
  struct stat ours {};
  struct stat there {};
  return ::fstat(fd_.get(), &ours) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

Result<void> LockFile::write(std::string_view text) const {
  // In place: a rename would put another file under the lock's name.
  text = text.substr(0, kLongestText);
  if (::pwrite(fd_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
      ::ftruncate(fd_.get(), static_cast<off_t>(text.size())) < 0)
    return os_error("cannot write", errno);
  return {};
}

}  // namespace ws
