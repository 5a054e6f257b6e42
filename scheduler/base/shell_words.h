// Decides whether a command line needs a shell, and splits it when it does not.
//
// A shell costs about 260 µs a step, so a line without shell syntax is executed directly. When in
// doubt the answer is "needs a shell": the direct form must mean exactly what /bin/sh would have
// done (POSIX Shell Command Language, 2.2, 2.3). Knows nothing of workstreams.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

// The words of a line without shell syntax, quotes removed; nullopt when only a shell can run it
// (expansions, globs, pipes, redirections, assignments before the command, builtins and reserved
// words, unbalanced quotes, several lines) or when it is empty.
[[nodiscard]] std::optional<std::vector<std::string>> split_without_shell(std::string_view line);

}  // namespace ws
