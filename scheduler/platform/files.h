// Files as the rest of the house needs them: whole reads with a limit, writes that never leave half
// a file, directories, listings, globs. Every error names the path and what was tried.
//
// Knows no notation and nothing of workstreams. Callers: cli/, executors/, and whoever else stands
// above platform/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ws {

// The largest file that is read whole by default.
inline constexpr std::size_t kReadLimit = 1024UL * 1024 * 1024;

// The whole file; also pipes and /dev/stdin. Errors: missing, no permission, a directory, larger
// than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path,
                                            std::size_t limit = kReadLimit);

// The same, but never waits: what a step left at `path` may be a pipe that nobody writes, or a
// device without end. Errors: as above, or not a regular file (after links).
[[nodiscard]] Result<std::string> read_regular_file(const std::string& path,
                                                    std::size_t limit = kReadLimit);

// Writes a temporary file beside it and renames it: readers see the old text or the new one. Does
// not sync to disk. For files of people: it looks at the umask by changing it for a moment, so it
// is not for when children are being started (platform/private_files.h is).
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

// All of the path that is missing, with mode 0700: logs and prompts may hold secrets. Fine when it
// exists; an Error when a part of it is a file.
[[nodiscard]] Result<void> make_directories(const std::string& path);

[[nodiscard]] bool is_file(const std::string& path);  // regular, after links
[[nodiscard]] bool is_directory(const std::string& path);

struct ListOptions {
  bool is_recursive = false;
  std::string suffix;  // only files that end so; empty: all
};
// Paths of the files (not directories) in it, `directory` in front, sorted by name. Hidden entries
// are left out; links to directories are not entered.
[[nodiscard]] Result<std::vector<std::string>> list_files(const std::string& directory,
                                                          const ListOptions& options = {});

[[nodiscard]] bool has_glob_characters(std::string_view pattern);
// glob(7): '*', '?' and '[…]' within one component. Sorted; empty when nothing matches.
[[nodiscard]] Result<std::vector<std::string>> expand_glob(const std::string& pattern);

// "a/b" + "c" = "a/b/c"; an absolute `path` stays; an empty `directory` is left out.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view path);
// The part before the last slash: "a/b.json" → "a", "b.json" → "", "/b" → "/".
[[nodiscard]] std::string directory_of(std::string_view path);

}  // namespace ws
