// Files and directories of the state directory: for this user only, whatever the umask, and never
// reached through a link that somebody put there.
//
// Knows nothing of what lies where. A race with a process of the same user is not guarded against:
// such a process may write everything itself. Callers: cli/ and executors/ for what a run keeps.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace ws {

enum class PrivateOpen {
  replace,  // writing, from the beginning
  append,   // writing, at the end
  keep,     // reading and writing what is there
};

// Makes the file (0600) if needed. A link (ELOOP) and what is no regular file (EINVAL) are errors,
// and never waited for. One that exists keeps its mode, but for what its owner needs.
[[nodiscard]] Result<UniqueFd> open_private_file(const std::string& path, PrivateOpen how);

// Like write_file (platform/files.h): the old text or the new one; mode 0600. A link in its place
// is replaced, not followed.
[[nodiscard]] Result<void> write_private_file(const std::string& path, std::string_view text);

// All of `path` that is missing, with mode 0700. `path` begins with `root`, which may be a link or
// lie behind links, as its owner pleases; below it a link, or what is no directory, is an error.
[[nodiscard]] Result<void> make_directories_below(std::string_view root, const std::string& path);

// The check alone: an Error when a part of `path` below `root` is a link or no directory. What is
// missing is fine.
[[nodiscard]] Result<void> refuse_links_below(std::string_view root, const std::string& path);

}  // namespace ws
