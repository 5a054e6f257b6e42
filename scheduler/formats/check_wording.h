// How schema_check.cpp says things: articles, lists of words, numbers with their unit, and where a
// key belongs that is unknown where it stands.
//
// Only words: decides nothing and reports nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "formats/document.h"
#include "formats/schema.h"

namespace ws {

// "a step", "an acceptance test". Requires a noun that is not empty.
[[nodiscard]] std::string article(std::string_view noun);

// "'a', 'b' and 'c'".
[[nodiscard]] std::string quoted_list(std::span<const std::string_view> words);

// A bound of the shape: "1024", "30d".
[[nodiscard]] std::string spelt(double number, const Shape& shape);

// Text of the user's: cut, and without control characters.
[[nodiscard]] std::string shown(std::string_view text);

// "'timeout'", or "each element of 'tags'".
[[nodiscard]] std::string name_text(std::string_view key, bool is_element);

// "it is a key of a step"; empty when no object we name has it.
[[nodiscard]] std::string_view home_of(std::string_view name);

// `"3"` in quotes where the shape wants a number.
[[nodiscard]] bool is_quoted_number(Value value, const Shape& shape);

}  // namespace ws
