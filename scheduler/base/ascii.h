// What a byte is in ASCII. Not the C library's functions: those ask the locale.
//
// A byte of a longer UTF-8 sequence is none of these.
#pragma once

namespace ws {

[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
// Of a name as shells and most languages know them.
[[nodiscard]] constexpr bool is_name_start(char c) { return is_letter(c) || c == '_'; }
[[nodiscard]] constexpr bool is_name_character(char c) { return is_name_start(c) || is_digit(c); }
[[nodiscard]] constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
[[nodiscard]] constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace ws
