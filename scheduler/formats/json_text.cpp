#include "formats/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ws {

namespace {

// The offset after the string that begins at `at`. A line break ends it too: a string that is not
// closed must not swallow the file.
std::size_t after_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"' || text[i] == '\n')
      return i + 1;
  }
  return text.size();
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
  }
}

std::optional<unsigned> hex4(std::string_view digits) {
  unsigned value = 0;
  if (digits.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 4, value, 16);
  if (error != std::errc() || end != digits.data() + 4) return std::nullopt;
  return value;
}

void append_utf8(std::string& out, unsigned point) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6U);
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | point >> 18U);
    put(0x80U | (point >> 12U & 0x3FU));
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

std::optional<char> simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return std::nullopt;
  }
}

bool is_high_surrogate(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The escape `\uXXXX`, or two of them for a surrogate pair, at `at`; the offset after it.
std::optional<EscapeMistake> unicode_escape(std::string_view inside, std::size_t& at,
                                            std::string& out) {
  const std::optional<unsigned> unit = hex4(inside.substr(at + 2));
  if (!unit) {
    return EscapeMistake{at, std::min<std::size_t>(6, inside.size() - at),
                         "'\\u' needs four hexadecimal digits", "for example \\u00e9"};
  }
  const auto lone = [&] {
    return EscapeMistake{at, 6, fmt::format("\\u{:04x} is half of a surrogate pair", *unit),
                         "write the character itself, or both halves"};
  };
  if (is_low_surrogate(*unit)) return lone();
  if (!is_high_surrogate(*unit)) {
    append_utf8(out, *unit);
    at += 6;
    return std::nullopt;
  }
  if (inside.substr(at + 6, 2) != "\\u") return lone();
  const std::optional<unsigned> low = hex4(inside.substr(at + 8));
  if (!low || !is_low_surrogate(*low)) return lone();
  append_utf8(out, 0x10000U + ((*unit - 0xD800U) << 10U) + (*low - 0xDC00U));
  at += 12;
  return std::nullopt;
}

}  // namespace

bool blank_json_comments(std::string& text) {
  const bool has_any = text.find("//") != std::string::npos || text.find("/*") != std::string::npos;
  if (!has_any) return false;
  bool is_changed = false;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && text[at] != '"' && text[at] != '/') ++at;
    if (at == text.size()) return is_changed;
    if (text[at] == '"') {
      at = after_string(text, at);
      continue;
    }
    const std::string_view opening = std::string_view(text).substr(at, 2);
    std::size_t end = at + 1;
    is_changed = is_changed || opening == "//" || opening == "/*";
    if (opening == "//") {
      end = std::min(text.find('\n', at), text.size());
      blank(text, at, end);
    } else if (opening == "/*") {
      const std::size_t closing = text.find("*/", at + 2);
      if (closing == std::string::npos) return is_changed;
      end = closing + 2;
      blank(text, at, end);
    }
    at = end;
  }
}

std::optional<EscapeMistake> unescape_json(std::string_view inside, std::string& out) {
  std::size_t at = 0;
  while (at < inside.size()) {
    const std::size_t backslash = std::min(inside.find('\\', at), inside.size());
    out += inside.substr(at, backslash - at);
    at = backslash;
    if (at == inside.size()) break;
    const char next = at + 1 < inside.size() ? inside[at + 1] : '\0';
    if (next == 'u') {
      if (std::optional<EscapeMistake> mistake = unicode_escape(inside, at, out)) return mistake;
    } else if (const std::optional<char> plain = simple_escape(next)) {
      out += *plain;
      at += 2;
    } else {
      return EscapeMistake{at, std::min<std::size_t>(2, inside.size() - at),
                           "JSON has no such escape",
                           "a backslash itself is written \\\\; known escapes are \\\" \\\\ \\/ "
                           "\\b \\f \\n \\r \\t \\uXXXX"};
    }
  }
  return std::nullopt;
}

bool is_json_number(std::string_view token) {
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return k < token.size() ? token[k] : '\0'; };
  const auto digits = [&] {
    const std::size_t from = i;
    while (is_digit(at(i))) ++i;
    return i > from;
  };
  if (at(i) == '-') ++i;
  if (at(i) == '0')
    ++i;
  else if (!digits())
    return false;
  if (at(i) == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (at(i) == 'e' || at(i) == 'E') {
    ++i;
    if (at(i) == '+' || at(i) == '-') ++i;
    if (!digits()) return false;
  }
  return i == token.size();
}

std::optional<JsonNumber> parse_json_number(std::string_view token) {
  if (!is_json_number(token)) return std::nullopt;
  const char* const end = token.data() + token.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(token.data(), end, integer);
  if (whole.ec == std::errc() && whole.ptr == end) return integer;
  double number = 0;
  const auto real = std::from_chars(token.data(), end, number);
  if (real.ec == std::errc()) return number;
  // Out of range: from_chars does not say on which side, strtod does.
  number = std::strtod(std::string(token).c_str(), nullptr);
  if (std::isinf(number)) return std::nullopt;
  return number;
}

}  // namespace ws
