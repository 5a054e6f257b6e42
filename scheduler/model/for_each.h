// The items of a `for_each` that are known before a run: a list as it is, a product with its
// additions and exceptions.
//
// Does not read files and knows no results: globs, lines and earlier outputs become items while a
// run goes on. Used by lower() and report/.
#pragma once

#include <string>
#include <vector>

#include "model/workstream.h"

namespace ws {

// More items than this are a mistake of the file, not a wish.
inline constexpr std::size_t kMostItems = 1'000'000;

[[nodiscard]] bool has_known_items(const ForEach& wanted);

// JSON texts. A product counts like a clock: its last name changes first; rows that match an
// `exclude` row in all of its keys are left out; `include` rows come last. Stops at kMostItems.
[[nodiscard]] std::vector<std::string> known_items(const ForEach& wanted);

}  // namespace ws
