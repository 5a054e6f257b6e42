#include "platform/remove_tree.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fts.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

constexpr std::uint64_t kBlock = 512;  // of st_blocks, stat(2)

enum class Purpose { remove, measure };

class Walk {
 public:
  explicit Walk(Purpose purpose) : purpose_(purpose) {}

  Result<Removed> over(const std::string& path) {
    std::string root = path;
    const std::array<char*, 2> roots = {root.data(), nullptr};
    // Physical: links are entries themselves. XDEV: not into what is mounted there.
    const std::unique_ptr<FTS, int (*)(FTS*)> tree(
        ::fts_open(roots.data(), FTS_PHYSICAL | FTS_XDEV, nullptr), ::fts_close);
    if (!tree) return fail(path, errno);
    errno = 0;
    while (FTSENT* entry = ::fts_read(tree.get())) visit(*entry);
    if (errno != 0 && !error_) error_ = fail(path, errno);
    if (error_) return *error_;
    return removed_;
  }

 private:
  Error fail(std::string_view path, int errnum) const {
    return os_error(
        fmt::format("cannot {} '{}'", purpose_ == Purpose::remove ? "remove" : "look into",
                    printable(path)),
        errnum);
  }

  void visit(const FTSENT& entry) {
    switch (entry.fts_info) {
      case FTS_D:
        // So that it can be read and emptied; that it is somebody else's shows later.
        if (purpose_ == Purpose::remove && (entry.fts_statp->st_mode & S_IRWXU) != S_IRWXU)
          (void)::chmod(entry.fts_accpath, S_IRWXU);
        return;
      case FTS_NS:
        if (entry.fts_level == 0 && entry.fts_errno == ENOENT) return;
        [[fallthrough]];
      case FTS_ERR:
      case FTS_DNR:
        if (!error_) error_ = fail(entry.fts_path, entry.fts_errno);
        return;
      case FTS_DP:
        return count(entry, AT_REMOVEDIR);
      default:  // the kinds are numbers of fts(3); the others are files of some sort
        return count(entry, 0);
    }
  }

  void count(const FTSENT& entry, int flags) {
    if (purpose_ == Purpose::remove && ::unlinkat(AT_FDCWD, entry.fts_accpath, flags) < 0 &&
        errno != ENOENT) {
      if (!error_) error_ = fail(entry.fts_path, errno);
      return;
    }
    ++removed_.entries;
    // What has another name keeps its blocks.
    const bool is_last = flags == AT_REMOVEDIR || entry.fts_statp->st_nlink <= 1;
    if (is_last) removed_.bytes += static_cast<std::uint64_t>(entry.fts_statp->st_blocks) * kBlock;
  }

  Purpose purpose_;
  Removed removed_;
  std::optional<Error> error_;
};

}  // namespace

Result<Removed> remove_tree(const std::string& path) { return Walk(Purpose::remove).over(path); }

Result<Removed> measure_tree(const std::string& path) { return Walk(Purpose::measure).over(path); }

}  // namespace ws
