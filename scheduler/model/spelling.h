// Spelling hints with a budget: the nearest name costs a look at every name, so ten thousand
// unknown names among a hundred thousand known ones must stop getting hints at some point. Only
// the first mistakes are shown anyway.
//
// Knows only names. Internal to model/.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"

namespace ws {

class Spelling {
 public:
  // "did you mean 'x'?", or empty when nothing is near or the budget is spent.
  [[nodiscard]] std::string hint(std::string_view word, std::span<const std::string_view> known) {
    if (known.size() > budget_) return "";
    budget_ -= known.size();
    const auto found = nearest(word, known);
    return found ? "did you mean '" + std::string(*found) + "'?" : "";
  }

 private:
  std::size_t budget_ = 1'000'000;  // names looked at, in one lower()
};

}  // namespace ws
