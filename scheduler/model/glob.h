// Globs over one path component or one name: `*`, `?`, `[a-z]`, `[!a-z]`. Matching a text, and
// whether two globs have a text in common.
//
// Knows nothing of directories and `**` (model/scope_pattern.h does) and nothing of the file
// system. Time is the product of the two lengths; no recursion.
#pragma once

#include <string_view>

namespace ws {

// True when the text holds a character with a meaning in globs.
[[nodiscard]] bool is_glob(std::string_view text);

[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view text);

// Whether some text matches both. Exact, but for pairs whose lengths multiply to more than a
// million: they are taken to meet.
[[nodiscard]] bool globs_meet(std::string_view a, std::string_view b);

}  // namespace ws
