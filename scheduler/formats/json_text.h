// The small pieces of JSON text (RFC 8259): comments, escapes in strings, numbers.
//
// Works on bytes and offsets; knows no Document, no places and no diagnostics. Called by
// json_reader.cpp (every file) and json_mistake.cpp (files that are wrong).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ws {

// Replaces `//…` and `/*…*/` outside strings by as many spaces; line breaks stay. An open `/*` is
// left as it is. False when there was none.
bool blank_json_comments(std::string& text);

struct EscapeMistake {
  std::size_t offset = 0;  // of the backslash, in the text that was given
  std::size_t length = 0;
  std::string message;
  std::string hint;
};

// Appends to `out` what the inside of a string (without its quotes) stands for. Lone surrogates and
// unknown escapes are mistakes. Other bytes are taken as they are.
[[nodiscard]] std::optional<EscapeMistake> unescape_json(std::string_view inside, std::string& out);

// An integer when it is written as one and fits; otherwise a double. Nothing when the token is no
// JSON number or too large for a double; too small becomes 0.
using JsonNumber = std::variant<std::int64_t, double>;
[[nodiscard]] bool is_json_number(std::string_view token);
[[nodiscard]] std::optional<JsonNumber> parse_json_number(std::string_view token);

}  // namespace ws
