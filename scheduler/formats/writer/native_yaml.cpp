// to_yaml_text of native_value.h.
//
// Not yaml-cpp's emitter (0.7): it writes the text "true" and the text "12" so that they read back
// as a boolean and a number, and its literal blocks always end with one line break.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/ascii.h"
#include "formats/writer/native_value.h"
#include "formats/yaml_text.h"

namespace ws {
namespace {

constexpr std::size_t kLongestLine = 100;
constexpr std::size_t kLongestSimpleKey = 500;  // yaml-cpp takes no longer ones than 1024

enum class Within { block, brackets };

// Bytes that a text in quotes, or in a literal block, cannot hold as they are: control characters
// but the line break and the tab, and the line breaks and marks of Unicode (U+0085, U+2028, U+2029,
// U+FEFF, U+FFFE, U+FFFF, C1).
bool has_odd_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return true;
    const std::string_view rest = text.substr(i);
    if (c == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return true;
    if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ||
        rest.starts_with("\xEF\xBB\xBF") || rest.starts_with("\xEF\xBF\xBE") ||
        rest.starts_with("\xEF\xBF\xBF"))
      return true;
  }
  return false;
}

// What YAML 1.1, which other programs still read, takes for a boolean.
bool is_old_boolean(std::string_view text) {
  static constexpr std::string_view kWords[] = {"y", "n", "yes", "no", "on", "off"};
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

// What YAML 1.1 takes for a date, a time or a number of another base: 2026-01-31, 12:30, 1_000.
bool is_old_number(std::string_view text) {
  return is_digit(text.front()) &&
         text.find_first_not_of("0123456789:._-") == std::string_view::npos;
}

bool is_plain(std::string_view text, Within within) {
  if (text.empty() || text.size() > 1000 || text.front() == ' ' || text.back() == ' ') return false;
  if (text.find_first_of("\n\t") != std::string_view::npos || has_odd_characters(text))
    return false;
  if (!std::holds_alternative<std::string_view>(resolve_plain(text)) || is_old_boolean(text) ||
      is_old_number(text))
    return false;
  const char first = text.front();
  if (std::string_view("?:,[]{}#&*!|>'\"%@`=<").find(first) != std::string_view::npos) return false;
  if (first == '-' && (text.size() == 1 || !is_letter(text[1])) && !text.starts_with("--"))
    return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  if (text.back() == ':' || text.find(": ") != std::string_view::npos ||
      text.find(" #") != std::string_view::npos)
    return false;
  return within == Within::block || text.find_first_of(",[]{}?:") == std::string_view::npos;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += '\'';
  }
  return out + "'";
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::string_view rest = text.substr(i);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[i];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7F) {
      out += fmt::format("\\x{:02X}", c);
    } else if (c == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[++i]));
    } else if (rest.size() > 2 && (c == 0xE2 || c == 0xEF) &&
               has_odd_characters(rest.substr(0, 3))) {
      const unsigned code = ((c & 0x0FU) << 12U) |
                            ((static_cast<unsigned char>(rest[1]) & 0x3FU) << 6U) |
                            (static_cast<unsigned char>(rest[2]) & 0x3FU);
      out += fmt::format("\\u{:04X}", code);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out + "\"";
}

std::string one_line(std::string_view text, Within within) {
  if (is_plain(text, within)) return std::string(text);
  const bool needs_escapes =
      text.find_first_of("\n\t") != std::string_view::npos || has_odd_characters(text);
  if (needs_escapes || text.find_first_of("\"\\") == std::string_view::npos)
    return double_quoted(text);
  return single_quoted(text);
}

// A literal block keeps every line as it is, but a line of blanks only, or a first line that begins
// with one, would need more care than reading it is worth.
bool is_literal(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || has_odd_characters(text)) return false;
  if (std::string_view(" \t\n").find(text.front()) != std::string_view::npos) return false;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    if (!line.empty() && line.find_first_not_of(" \t") == std::string_view::npos) return false;
    start = end + 1;
  }
  return true;
}

class YamlWriter {
 public:
  void write_root(const NativeValue& value) {
    if (const auto* map = std::get_if<NativeValue::Map>(&value.value); map && !map->empty())
      write_members(*map, 0, false);
    else if (const auto* list = std::get_if<NativeValue::List>(&value.value);
             list && !list->empty())
      write_elements(*list, 0);
    else
      out_ += inline_text(value, Within::block) + '\n';
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  // A scalar, or an empty list or object.
  static std::string inline_text(const NativeValue& value, Within within) {
    if (const auto* flag = std::get_if<bool>(&value.value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<NativeValue::Number>(&value.value)) return number->text;
    if (const auto* text = std::get_if<std::string>(&value.value)) return one_line(*text, within);
    if (std::holds_alternative<NativeValue::List>(value.value)) return "[]";
    if (std::holds_alternative<NativeValue::Map>(value.value)) return "{}";
    return "null";
  }

  // `[a, b]` when it fits behind what stands on the line.
  [[nodiscard]] std::string brackets(const NativeValue::List& list) const {
    const std::size_t column = out_.size() - (out_.rfind('\n') + 1);
    std::string text = "[";
    std::string_view separator;
    for (const NativeValue& element : list) {
      if (!element.is_scalar()) return "";
      text += separator;
      text += inline_text(element, Within::brackets);
      separator = ", ";
      if (column + text.size() > kLongestLine) return "";
    }
    return text + "]";
  }

  // What follows "key:" or "-"; `indent` is where the members of a value of it begin.
  void write_value(const NativeValue& value, std::size_t indent, bool is_element) {
    if (const auto* map = std::get_if<NativeValue::Map>(&value.value); map && !map->empty()) {
      if (is_element) {
        out_ += ' ';
        write_members(*map, indent, true);
      } else {
        out_ += '\n';
        write_members(*map, indent, false);
      }
      return;
    }
    if (const auto* list = std::get_if<NativeValue::List>(&value.value); list && !list->empty()) {
      if (const std::string text = brackets(*list); !text.empty()) {
        out_ += ' ' + text + '\n';
        return;
      }
      out_ += '\n';
      write_elements(*list, indent);
      return;
    }
    const auto* text = std::get_if<std::string>(&value.value);
    if (text != nullptr && is_literal(*text))
      write_literal(*text, indent);
    else
      out_ += ' ' + inline_text(value, Within::block) + '\n';
  }

  void write_members(const NativeValue::Map& map, std::size_t indent, bool is_first_in_line) {
    for (const auto& [key, value] : map) {
      if (!is_first_in_line) out_.append(indent, ' ');
      is_first_in_line = false;
      std::string name = one_line(key, Within::block);
      if (name.size() > kLongestSimpleKey) {
        out_ += "? " + name + '\n';
        out_.append(indent, ' ');
        name.clear();
      }
      out_ += name + ':';
      write_value(value, indent + 2, false);
    }
  }

  void write_elements(const NativeValue::List& list, std::size_t indent) {
    for (const NativeValue& element : list) {
      out_.append(indent, ' ');
      out_ += '-';
      write_value(element, indent + 2, true);
    }
  }

  void write_literal(std::string_view text, std::size_t indent) {
    out_ += " |";
    if (text.back() != '\n')
      out_ += '-';
    else if (text.ends_with("\n\n"))
      out_ += '+';
    else
      text.remove_suffix(1);
    out_ += '\n';
    std::size_t start = 0;
    while (start <= text.size()) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      if (end > start) out_.append(indent, ' ');
      out_ += text.substr(start, end - start);
      if (end < text.size() || text.empty() || text.back() != '\n') out_ += '\n';
      start = end + 1;
    }
  }

  std::string out_;
};

}  // namespace

std::string to_yaml_text(const NativeValue& value) {
  YamlWriter writer;
  writer.write_root(value);
  return std::move(writer).take();
}

}  // namespace ws
