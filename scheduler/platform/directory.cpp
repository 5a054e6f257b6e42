#include "platform/directory.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"

namespace ws {

Result<std::vector<DirectoryEntry>> list_directory(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
  if (!open) return os_error(fmt::format("cannot list '{}'", printable(directory)), errno);
  std::vector<DirectoryEntry> entries;
  while (const dirent* found = ::readdir(open.get())) {  // NOLINT(concurrency-mt-unsafe)
    DirectoryEntry entry{found->d_name, found->d_type == DT_DIR, found->d_type == DT_LNK};
    if (entry.name == "." || entry.name == "..") continue;
    if (found->d_type == DT_LNK || found->d_type == DT_UNKNOWN) {
      struct stat own {};
      struct stat target {};
      const std::string path = join_path(directory, entry.name);
      entry.is_link = ::lstat(path.c_str(), &own) == 0 && S_ISLNK(own.st_mode);
      entry.is_directory = ::stat(path.c_str(), &target) == 0 && S_ISDIR(target.st_mode);
    }
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return {boost::system::in_place_value, std::move(entries)};
}

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return FileStamp{static_cast<std::uint64_t>(status.st_size),
                   status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec, status.st_ino};
}

void remove_file(const std::string& path) { ::unlink(path.c_str()); }

}  // namespace ws
