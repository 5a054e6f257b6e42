// Globs over whole trees: `*`, `?` and `[…]` within a component, `**` for any number of
// directories.
//
// Hidden entries match only where the pattern writes their dot, and linked directories are never
// entered by `**`. Does not know what the paths are for. Used by expansion.cpp and file_checks.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ws {

// Paths that match, files and directories (those without a slash at their end), spelled as the
// pattern is: relative ones count from `directory`. Sorted, each once. A pattern that ends in a
// slash means directories only; one without wildcards is a path that may be there. Errors: a
// directory that cannot be read, more than `limit` paths.
[[nodiscard]] Result<std::vector<std::string>> expand_path_glob(const std::string& directory,
                                                                std::string_view pattern,
                                                                std::size_t limit);

}  // namespace ws
