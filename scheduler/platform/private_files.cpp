#include "platform/private_files.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"

namespace ws {
namespace {

constexpr mode_t kOwnersFile = S_IRUSR | S_IWUSR;

Error about(std::string_view what, std::string_view path, int errnum) {
  if (errnum == ELOOP)
    return Error{fmt::format("{} '{}': it is a symbolic link, and nothing in the state directory "
                             "is reached through one",
                             what, printable(path)),
                 errnum};
  return os_error(fmt::format("{} '{}'", what, printable(path)), errnum);
}

int flags_of(PrivateOpen how) {
  switch (how) {
    case PrivateOpen::replace:
      return O_WRONLY | O_CREAT | O_TRUNC;
    case PrivateOpen::append:
      return O_WRONLY | O_CREAT | O_APPEND;
    case PrivateOpen::keep:
      return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

// Calls `visit` with each longer part of `path` behind `root`, and the whole; its error ends it.
template <class Visit>
Result<void> for_each_part(std::string_view root, const std::string& path, const Visit& visit) {
  if (!path.starts_with(root))
    return Error{fmt::format("bug: '{}' is not below '{}'", printable(path), printable(root)), 0};
  std::size_t at = root.size();
  while (at < path.size() && path[at] == '/') ++at;
  while (at < path.size()) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    if (Result<void> done = visit(path.substr(0, slash)); !done) return done;
    at = slash;
    while (at < path.size() && path[at] == '/') ++at;
  }
  return {};
}

// Whether it is there. A link is one that is not followed, even to a directory.
Result<bool> is_plain_directory(const std::string& path, std::string_view what) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) < 0) {
    if (errno == ENOENT) return false;
    return about(what, path, errno);
  }
  if (S_ISLNK(status.st_mode)) return about(what, path, ELOOP);
  if (!S_ISDIR(status.st_mode)) return about(what, path, ENOTDIR);
  return true;
}

}  // namespace

Result<UniqueFd> open_private_file(const std::string& path, PrivateOpen how) {
  // O_NONBLOCK: a pipe in its place would be waited for until somebody reads it.
  UniqueFd fd(::open(path.c_str(), flags_of(how) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                     kOwnersFile));
  if (!fd.is_open()) return about("cannot write", path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) < 0) return about("cannot write", path, errno);
  if (!S_ISREG(status.st_mode))
    return Error{fmt::format("cannot write '{}': it is no regular file", printable(path)), EINVAL};
  // A umask such as 0777 takes from the owner too. It may be another's file: then it stays.
  if ((status.st_mode & kOwnersFile) != kOwnersFile)
    (void)::fchmod(fd.get(), status.st_mode | kOwnersFile);
  return {boost::system::in_place_value, std::move(fd)};
}

Result<void> write_private_file(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.is_open()) return about("cannot write", path, errno);
  int problem = ::fchmod(fd.get(), kOwnersFile) < 0 ? errno : 0;
  while (problem == 0 && !text.empty()) {
    const ssize_t n = ::write(fd.get(), text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      problem = errno;
    }
  }
  if (problem == 0 && ::rename(temporary.c_str(), path.c_str()) < 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(temporary.c_str());
  return about("cannot write", path, problem);
}

Result<void> make_directories_below(std::string_view root, const std::string& path) {
  if (!root.empty()) {
    if (Result<void> made = make_directories(std::string(root)); !made) return made;
  }
  return for_each_part(root, path, [](const std::string& part) -> Result<void> {
    constexpr std::string_view kWhat = "cannot make the directory";
    // The umask may take from the owner too.
    if (::mkdir(part.c_str(), S_IRWXU) == 0 && ::chmod(part.c_str(), S_IRWXU) == 0) return {};
    const int problem = errno;
    const Result<bool> there = is_plain_directory(part, kWhat);
    if (!there) return there.error();
    if (!*there) return about(kWhat, part, problem);
    return {};
  });
}

Result<void> refuse_links_below(std::string_view root, const std::string& path) {
  return for_each_part(root, path, [](const std::string& part) -> Result<void> {
    const Result<bool> there = is_plain_directory(part, "cannot use the directory");
    return there ? Result<void>() : Result<void>(there.error());
  });
}

}  // namespace ws
