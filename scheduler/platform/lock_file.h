// An exclusive lock that dies with its process: flock(2) on a file. Never stale, never to be
// removed by hand.
//
// Knows nothing of runs: the holder leaves a text that whoever comes too late can show. Used by
// cli/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace ws {

class LockFile {
 public:
  // Somebody else has it.
  struct Held {
    std::string text;  // what the holder wrote; may be empty when it has only just begun
  };

  // Makes the file if needed (not its directory). Either we have the lock, or the holder's text.
  // The lock is not inherited by children (close-on-exec) and not shared with other opens of the
  // same process.
  [[nodiscard]] static Result<std::variant<LockFile, Held>> take(const std::string& path,
                                                                 std::string_view text);

  // Whether the file of that name is the one that is locked: somebody may have removed it between
  // our opening and our locking it, and then the next one locks another.
  [[nodiscard]] bool is_at(const std::string& path) const;

  // The holder's text, without taking the lock; empty: nobody has it, or it cannot be looked at.
  [[nodiscard]] static std::optional<std::string> held_by(const std::string& path);

  // Replaces the text.
  [[nodiscard]] Result<void> write(std::string_view text) const;

 private:
  explicit LockFile(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;  // closing it is the unlock
};

}  // namespace ws
