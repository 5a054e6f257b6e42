// The last lines of a log file, whatever its size.
//
// Reads at most 64 KiB from the end and never fails: a log that cannot be read has no last lines.
// Knows nothing of runs. Used by the summary; the text is as the step wrote it, so it must be
// cleaned before it is shown.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ws {

inline constexpr std::size_t kTailBytes = 64U * 1024U;

// The last `lines` non-empty lines, oldest first. A carriage return inside a line (a progress bar)
// keeps only what was left on the screen.
[[nodiscard]] std::vector<std::string> read_tail(const std::string& path, std::size_t lines);

}  // namespace ws
