// What a directory holds, and what tells whether a file changed: for globs over whole trees and for
// looking at what a step did.
//
// Knows nothing of patterns and never walks by itself. Called by executors/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ws {

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;  // after links
  bool is_link = false;       // entering linked directories could lead in circles
};

// Sorted by name, hidden entries too, without "." and "..". Errors: missing, no permission, no
// directory.
[[nodiscard]] Result<std::vector<DirectoryEntry>> list_directory(const std::string& directory);

// What changes when a file is written or replaced: stat(2), after links.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since the epoch
  std::uint64_t inode = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
// nullopt: there is no such file or directory, or it cannot be reached.
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::string& path);

// Fine when there is none.
void remove_file(const std::string& path);

}  // namespace ws
