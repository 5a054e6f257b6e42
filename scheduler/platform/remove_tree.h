// Removing a directory with all that is in it: links are removed, never followed, and what is
// mounted inside is left alone.
//
// Paths of up to some 30 KB (fts(3)); what lies deeper is an error. Knows nothing of whose it is.
// Not for processes with threads that use relative paths: deep trees are walked by changing the
// working directory, which is the old one again afterwards. Called by cli/.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ws {

struct Removed {
  std::uint64_t bytes = 0;    // on disk, as du(1) counts
  std::uint64_t entries = 0;  // files and directories
};

// What is not there is removed already. Directories without permission are given it first. An Error
// names the first thing that could not be removed; the rest is gone nevertheless.
[[nodiscard]] Result<Removed> remove_tree(const std::string& path);

// The same without removing.
[[nodiscard]] Result<Removed> measure_tree(const std::string& path);

}  // namespace ws
