#include "executors/path_glob.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/glob.h"
#include "platform/directory.h"
#include "platform/files.h"

namespace ws {

namespace {

class Expansion {
 public:
  Expansion(const std::string& directory, std::string_view pattern, std::size_t limit)
      : directory_(directory), pattern_(pattern), limit_(limit) {}

  Result<std::vector<std::string>> run() {
    found_ = {pattern_.starts_with('/') ? "/" : ""};
    const std::vector<std::string_view> components = split();
    for (std::size_t i = 0; i < components.size(); ++i) {
      is_last_ = i + 1 == components.size();
      wants_directories_ = !is_last_ || pattern_.ends_with('/');
      std::vector<std::string> before = std::exchange(found_, {});
      for (const std::string& prefix : before) {
        if (const Result<void> taken = take(prefix, components[i]); !taken) return taken.error();
        if (found_.size() > limit_)
          return Error{fmt::format("'{}' matches more than {} paths", printable(pattern_), limit_),
                       0};
      }
      std::sort(found_.begin(), found_.end());
      found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    }
    if (components.empty()) found_.clear();
    return {boost::system::in_place_value, std::move(found_)};
  }

 private:
  // Neighbouring `**` mean one; "." and nothing mean nothing.
  [[nodiscard]] std::vector<std::string_view> split() const {
    std::vector<std::string_view> components;
    for (std::size_t start = 0; start < pattern_.size();) {
      const std::size_t end = std::min(pattern_.find('/', start), pattern_.size());
      const std::string_view component = pattern_.substr(start, end - start);
      start = end + 1;
      if (component.empty() || component == ".") continue;
      if (component == "**" && !components.empty() && components.back() == "**") continue;
      components.push_back(component);
    }
    return components;
  }

  Result<void> take(const std::string& prefix, std::string_view component) {
    if (component == "**") return take_tree(prefix);
    if (is_glob(component)) return take_matching(prefix, component);
    std::string path = join_path(prefix, component);
    const std::string full = join_path(directory_, path);
    if (wants_directories_ ? is_directory(full) : stamp_of(full).has_value())
      found_.push_back(std::move(path));
    return {};
  }

  Result<void> take_matching(const std::string& prefix, std::string_view component) {
    const Result<std::vector<DirectoryEntry>> entries = list(prefix);
    if (!entries) return entries.error();
    for (const DirectoryEntry& entry : *entries) {
      if (wants_directories_ && !entry.is_directory) continue;
      if (entry.name.starts_with('.') && !component.starts_with('.')) continue;
      if (glob_matches(component, entry.name)) found_.push_back(join_path(prefix, entry.name));
    }
    return {};
  }

  // In front of other components: the directory itself and all below it. At the end: all that is
  // below it.
  Result<void> take_tree(const std::string& prefix) {
    if (!is_last_) found_.push_back(prefix);
    std::vector<std::string> to_visit = {prefix};
    while (!to_visit.empty() && found_.size() <= limit_) {
      const std::string current = std::move(to_visit.back());
      to_visit.pop_back();
      const Result<std::vector<DirectoryEntry>> entries = list(current);
      if (!entries) return entries.error();
      for (const DirectoryEntry& entry : *entries) {
        if (entry.name.starts_with('.')) continue;
        const std::string path = join_path(current, entry.name);
        const bool is_entered = entry.is_directory && !entry.is_link;
        if (is_entered) to_visit.push_back(path);
        if (is_last_ ? entry.is_directory || !wants_directories_ : is_entered)
          found_.push_back(path);
      }
    }
    return {};
  }

  // A directory that is not there (any more) holds nothing.
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::string& prefix) const {
    const std::string full = join_path(directory_, prefix);
    Result<std::vector<DirectoryEntry>> entries = list_directory(full.empty() ? "." : full);
    if (!entries && (entries.error().os_error == ENOENT || entries.error().os_error == ENOTDIR))
      return {boost::system::in_place_value, std::vector<DirectoryEntry>()};
    return entries;
  }

  const std::string& directory_;
  std::string_view pattern_;
  std::size_t limit_;
  std::vector<std::string> found_;
  bool is_last_ = false;
  bool wants_directories_ = false;
};

}  // namespace

Result<std::vector<std::string>> expand_path_glob(const std::string& directory,
                                                  std::string_view pattern, std::size_t limit) {
  return Expansion(directory, pattern, limit).run();
}

}  // namespace ws
