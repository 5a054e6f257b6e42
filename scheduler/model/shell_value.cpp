#include "model/shell_value.h"

#include <algorithm>

#include "base/ascii.h"

namespace ws {

std::string escaped(std::string_view value, std::string_view special) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string inside_single_quotes(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 2);
  for (const char c : value) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out;
}

bool is_after_name(std::string_view text) {
  std::size_t start = text.size();
  while (start > 0 && is_name_character(text[start - 1])) --start;
  return start > 0 && start < text.size() && text[start - 1] == '$';
}

bool is_integer(std::string_view value) {
  if (value.starts_with('-')) value.remove_prefix(1);
  return !value.empty() && value.size() <= 19 && std::all_of(value.begin(), value.end(), is_digit);
}

std::string_view without_tabs(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of('\t'), line.size()));
}

bool may_end_document(std::string_view line, std::string_view delimiter, LinePart part) {
  line = without_tabs(line);
  if (part == LinePart::complete) return line == delimiter;
  return !line.empty() && delimiter.starts_with(line);
}

}  // namespace ws
