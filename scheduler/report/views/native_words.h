// The native words for how a step or a group ended (engine/outcome.h), sorted as every other
// system sorts them.
//
// Knows no result and no view. For the views, which are given words and not values.
#pragma once

#include <string_view>

namespace ws {

[[nodiscard]] bool is_success_word(std::string_view state);
[[nodiscard]] bool is_failure_word(std::string_view state);
[[nodiscard]] bool is_running_word(std::string_view state);
[[nodiscard]] bool is_settled_word(std::string_view state);

}  // namespace ws
