#include "platform/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/unique_fd.h"

namespace ws {

namespace {

Error about(std::string_view what, std::string_view path, int errnum) {
  return os_error(fmt::format("{} '{}'", what, printable(path)), errnum);
}

Result<void> write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{{}, errno};
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

struct Entry {
  std::string name;
  bool is_directory = false;
  bool is_file = false;
};

Result<std::vector<Entry>> entries_of(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
  if (!open) return about("cannot list", directory, errno);
  std::vector<Entry> entries;
  while (const dirent* found = ::readdir(open.get())) {  // NOLINT(concurrency-mt-unsafe)
    Entry entry{found->d_name, found->d_type == DT_DIR, found->d_type == DT_REG};
    if (entry.name.starts_with('.')) continue;
    if (found->d_type == DT_LNK || found->d_type == DT_UNKNOWN) {
      struct stat own {};
      struct stat target {};
      const std::string path = join_path(directory, entry.name);
      const bool is_link = ::lstat(path.c_str(), &own) == 0 && S_ISLNK(own.st_mode);
      const bool is_there = ::stat(path.c_str(), &target) == 0;
      entry.is_file = is_there && S_ISREG(target.st_mode);
      // Links to directories could lead in circles.
      entry.is_directory = is_there && S_ISDIR(target.st_mode) && !is_link;
    }
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return {boost::system::in_place_value, std::move(entries)};
}

Result<std::string> read_all(const UniqueFd& fd, const struct stat& status, const std::string& path,
                             std::size_t limit) {
  std::string text;
  std::size_t used = 0;
  // One byte more than expected shows that the end was reached; files of /proc say 0.
  text.resize(S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) + 1 : 4096);
  while (true) {
    if (used > limit)
      return Error{
          fmt::format("cannot read '{}': it is larger than {} bytes", printable(path), limit),
          EFBIG};
    if (used == text.size()) text.resize(std::max<std::size_t>(text.size() * 2, 4096));
    const std::size_t wish = std::min(text.size() - used, limit + 1 - used);
    const ssize_t n = ::read(fd.get(), text.data() + used, wish);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return about("cannot read", path, errno);
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
  }
  text.resize(used);
  return {boost::system::in_place_value, std::move(text)};
}

// The umask may take from the owner too.
bool make_private(const std::string& directory) {
  return ::mkdir(directory.c_str(), 0700) == 0 && ::chmod(directory.c_str(), 0700) == 0;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return about("cannot open", path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) < 0) return about("cannot read", path, errno);
  if (S_ISDIR(status.st_mode))
    return Error{fmt::format("cannot read '{}': it is a directory", printable(path)), EISDIR};
  return read_all(fd, status, path, limit);
}

Result<std::string> read_regular_file(const std::string& path, std::size_t limit) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.is_open()) return about("cannot open", path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) < 0) return about("cannot read", path, errno);
  if (!S_ISREG(status.st_mode))
    return Error{fmt::format("cannot read '{}': it is no regular file", printable(path)), EINVAL};
  return read_all(fd, status, path, limit);
}

Result<void> write_file(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.is_open()) return about("cannot write", path, errno);
  // mkostemp makes it 0600; a file for others to read gets what the umask allows.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(fd.get(), 0666 & ~mask);
  int problem = 0;
  if (const Result<void> written = write_all(fd.get(), text); !written)
    problem = written.error().os_error;
  if (problem == 0 && ::rename(temporary.c_str(), path.c_str()) < 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(temporary.c_str());
  return about("cannot write", path, problem);
}

Result<void> make_directories(const std::string& path) {
  if (make_private(path)) return {};
  if (errno == EEXIST && is_directory(path)) return {};
  if (errno != ENOENT) {
    const int problem = errno == EEXIST ? ENOTDIR : errno;
    return about("cannot make the directory", path, problem);
  }
  // Some parent is missing: from the front, so that a long path needs no recursion.
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (!make_private(part) && (errno != EEXIST || !is_directory(part)))
      return about("cannot make the directory", part, errno == EEXIST ? ENOTDIR : errno);
    if (slash == std::string::npos) return {};
  }
}

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> list_files(const std::string& directory,
                                            const ListOptions& options) {
  std::vector<std::string> files;
  std::vector<std::string> to_visit = {directory};
  while (!to_visit.empty()) {
    const std::string current = std::move(to_visit.back());
    to_visit.pop_back();
    const Result<std::vector<Entry>> entries = entries_of(current);
    if (!entries) return entries.error();
    for (const Entry& entry : *entries) {
      if (entry.is_directory && options.is_recursive) {
        to_visit.push_back(join_path(current, entry.name));
      } else if (entry.is_file && entry.name.ends_with(options.suffix)) {
        files.push_back(join_path(current, entry.name));
      }
    }
  }
  std::sort(files.begin(), files.end());
  return {boost::system::in_place_value, std::move(files)};
}

bool has_glob_characters(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

Result<std::vector<std::string>> expand_glob(const std::string& pattern) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths;
  if (result == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result != 0 && result != GLOB_NOMATCH)
    return about("cannot expand", pattern, result == GLOB_NOSPACE ? ENOMEM : EIO);
  return {boost::system::in_place_value, std::move(paths)};
}

std::string join_path(std::string_view directory, std::string_view path) {
  if (directory.empty() || path.starts_with('/')) return std::string(path);
  std::string joined(directory);
  if (!path.empty()) {
    if (!joined.ends_with('/')) joined += '/';
    joined += path;
  }
  return joined;
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

}  // namespace ws
