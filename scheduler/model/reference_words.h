// What the files of ReferenceRules share: how a piece of the user's text is shown, and the nearest
// of some names.
//
// Knows nothing of plans. Internal to model/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {

[[nodiscard]] inline std::string shown(std::string_view text) {
  return truncate_to_width(printable(text.substr(0, 200)), 60);
}

// `word` is nearest to one of `known`: as a hint; else the fallback.
[[nodiscard]] inline std::string nearest_or(std::string_view word,
                                            std::span<const std::string_view> known,
                                            std::string fallback) {
  const auto near = nearest(word, known);
  return near ? fmt::format("did you mean '{}'?", *near) : std::move(fallback);
}

}  // namespace ws
