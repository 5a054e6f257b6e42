// How many descriptors this process may have open (RLIMIT_NOFILE, getrlimit(2)): the soft limit,
// usually 1024, is for programs that use select(2), and anybody may raise his own to the hard one.
//
// Knows nothing of who needs how many. Called by cli/, which raises the limit before a run and
// hands the old one down, so that children see what they would have seen (child_spec.h).
#pragma once

#include <cstdint>

namespace ws {

struct OpenFileLimit {  // laid out as prlimit64(2) wants it
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

[[nodiscard]] OpenFileLimit open_file_limit();

// The soft limit becomes the hard one; where the kernel refuses, it stays. Returns what it was.
OpenFileLimit raise_open_file_limit();

}  // namespace ws
