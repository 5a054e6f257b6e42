#include "formats/yaml_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/ascii.h"

namespace ws {

namespace {

// `digits` without sign or prefix, all valid in `base`; a double when they are too many.
YamlPlain whole_number(std::string_view digits, int base, std::string_view sign) {
  std::string spelt(sign == "-" ? "-" : "");
  spelt += digits;
  std::int64_t integer = 0;
  const char* const end = spelt.data() + spelt.size();
  if (std::from_chars(spelt.data(), end, integer, base).ec == std::errc()) return integer;
  if (base == 10) return std::strtod(spelt.c_str(), nullptr);
  double value = 0;
  for (const char c : digits) {
    int digit = c - '0';
    if (!is_digit(c)) digit = (c | 0x20) - 'a' + 10;
    value = value * base + digit;
  }
  return sign == "-" ? -value : value;
}

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// [0-9]* with the dot and exponent of the core schema's float.
bool is_float(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - from;
  };
  const std::size_t before = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0 && before == 0) return false;
  } else if (before == 0) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_break(char c) { return c == '\n' || c == '\r'; }

// npos when the quote is never closed.
std::size_t after_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t line_end(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of("\r\n", at), text.size());
}

// A block scalar reaches to the first line that is indented less than its first one.
std::size_t after_block(std::string_view text, std::size_t at) {
  std::size_t end = line_end(text, at);
  std::size_t indentation = 0;
  std::size_t line = end;
  while (line < text.size()) {
    line = text.find_first_not_of("\r\n", line);
    if (line == std::string_view::npos) break;
    const std::size_t content = std::min(text.find_first_not_of(' ', line), text.size());
    const std::size_t next = line_end(text, line);
    if (content < next) {
      if (indentation == 0) indentation = content - line;
      if (indentation == 0 || content - line < indentation) break;
      end = next;
    }
    line = next;
  }
  return end;
}

}  // namespace

YamlPlain resolve_plain(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return YamlNull();
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const bool has_sign = text[0] == '-' || text[0] == '+';
  const std::string_view sign = text.substr(0, has_sign ? 1 : 0);
  const std::string_view body = text.substr(sign.size());
  if (body.empty() || !(is_digit(body[0]) || body[0] == '.')) return text;
  if (all_of(body, "0123456789")) return whole_number(body, 10, sign);
  if (!has_sign && body.starts_with("0x") && all_of(body.substr(2), "0123456789abcdefABCDEF"))
    return whole_number(body.substr(2), 16, "");
  if (!has_sign && body.starts_with("0o") && all_of(body.substr(2), "01234567"))
    return whole_number(body.substr(2), 8, "");
  if (body == ".inf" || body == ".Inf" || body == ".INF") {
    const double infinity = std::numeric_limits<double>::infinity();
    return sign == "-" ? -infinity : infinity;
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return std::numeric_limits<double>::quiet_NaN();
  if (!is_float(body)) return text;
  return std::strtod(std::string(text).c_str(), nullptr);
}

std::size_t skip_yaml_properties(std::string_view text, std::size_t at) {
  const std::size_t given = at;
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    while (at < text.size() && !is_blank(text[at]) && !is_break(text[at])) ++at;
    while (at < text.size() && (is_blank(text[at]) || is_break(text[at]) || text[at] == '#')) {
      if (text[at] == '#')
        at = line_end(text, at);
      else
        ++at;
    }
  }
  return at < text.size() ? at : given;
}

YamlToken yaml_scalar_token(std::string_view text, std::size_t at, std::string_view value) {
  if (at >= text.size()) return {text.size(), 0, {}, true};
  const char first = text[at];
  if (first == '"' || first == '\'') {
    const std::size_t end = after_quoted(text, at);
    if (end == std::string_view::npos) return {at, 1, {}, false};
    YamlToken token{at, end - at, {}, true};
    if (value.size() + 2 == token.length && text.substr(at + 1, value.size()) == value)
      token.value_offset = at + 1;
    return token;
  }
  if (text.substr(at, value.size()) == value) return {at, value.size(), at, true};
  if (first == '|' || first == '>') return {at, after_block(text, at) - at, {}, true};
  std::size_t end = line_end(text, at);
  while (end > at + 1 && is_blank(text[end - 1])) --end;
  return {at, end - at, {}, true};
}

bool is_yaml_bracket_closed(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '{') {
      ++depth;
    } else if (text[i] == ']' || text[i] == '}') {
      if (--depth == 0) return true;
    } else if (text[i] == '"' || text[i] == '\'') {
      const std::size_t end = after_quoted(text, i);
      if (end == std::string_view::npos) return false;
      i = end - 1;
    }
  }
  return false;
}

std::optional<std::size_t> first_bracket_beyond(std::string_view text, std::size_t limit) {
  std::size_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') open = 0;
    if ((c == ']' || c == '}') && open > 0) --open;
    if ((c == '[' || c == '{') && ++open > limit) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_yaml_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_allowed = byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r';
    if (!is_allowed || byte == 0x7F) return i;
  }
  return std::nullopt;
}

}  // namespace ws
