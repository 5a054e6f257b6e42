#include "platform/lock_file.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"
#include "platform/private_files.h"

namespace ws {

namespace {

constexpr std::size_t kLongestText = 4096;
// Who only looks has a shared lock for a few microseconds. Even many of them leave gaps.
constexpr int kMostTries = 1000;
constexpr auto kPause = std::chrono::milliseconds(1);

enum class Taken { yes, by_another, failed };

// The exclusive lock. On `failed` errno says why.
Taken try_to_take(int fd) {
  for (int tries = 0; tries < kMostTries;) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return Taken::yes;
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return Taken::failed;
    // A holder keeps us from sharing it, too; somebody who only looks does not.
    if (::flock(fd, LOCK_SH | LOCK_NB) < 0) {
      if (errno == EINTR) continue;
      return errno == EWOULDBLOCK ? Taken::by_another : Taken::failed;
    }
    ::flock(fd, LOCK_UN);
    std::this_thread::sleep_for(kPause);
    ++tries;
  }
  return Taken::by_another;
}

}  // namespace

Result<std::variant<LockFile, LockFile::Held>> LockFile::take(const std::string& path,
                                                              std::string_view text) {
  using Answer = std::variant<LockFile, Held>;
  Result<UniqueFd> opened = open_private_file(path, PrivateOpen::keep);
  if (!opened) return in_context("cannot take the lock", opened.error());
  UniqueFd fd = std::move(*opened);
  switch (try_to_take(fd.get())) {
    case Taken::yes:
      break;
    case Taken::by_another: {
      Result<std::string> held = read_file(path, kLongestText);
      return Answer(Held{held ? std::move(*held) : std::string()});
    }
    case Taken::failed:
      return os_error(fmt::format("cannot lock '{}'", printable(path)), errno);
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

std::optional<std::string> LockFile::held_by(const std::string& path) {
  // O_NONBLOCK: nobody waits for a pipe that was put in its place.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.is_open()) return std::nullopt;
  while (::flock(fd.get(), LOCK_SH | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return std::nullopt;
    std::string text(kLongestText, '\0');
    const ssize_t size = ::pread(fd.get(), text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  return std::nullopt;
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
