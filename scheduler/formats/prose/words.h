// The words of prose programs that both the checks and the lowering know.
//
// Not the keywords of statements: the parser has those.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "formats/prose/program.h"

namespace ws::prose {

inline constexpr std::array<std::string_view, 3> kModels = {"sonnet", "opus", "haiku"};
inline constexpr std::array<std::string_view, 3> kBackoffs = {"none", "linear", "exponential"};
inline constexpr std::array<std::string_view, 6> kStrategies = {"all",        "first",   "any",
                                                                "regardless", "settled", "race"};
inline constexpr std::array<std::string_view, 3> kPolicies = {"fail-fast", "continue", "ignore"};
inline constexpr std::array<std::string_view, 3> kPermissionValues = {"allow", "deny", "prompt"};

// Rounds of a loop that names no limit.
inline constexpr std::uint32_t kMostRounds = 1000;

// A whole number that is not negative.
[[nodiscard]] std::optional<std::uint32_t> count_of(const Expression& value);

}  // namespace ws::prose
