#include "formats/value_text.h"

#include <cmath>

#include <fmt/format.h>

#include "formats/coerce.h"
#include "formats/json_text.h"

namespace ws {
namespace {

// YAML has spellings that JSON has not: 0x1F, .5, +1.
std::string number_text(Value value, const SourceSet& sources) {
  std::string text = to_scalar_text(value, sources).value_or("null");
  if (is_json_number(text)) return text;
  if (const auto integer = to_integer(value)) return std::to_string(*integer);
  const auto number = to_number(value);
  return number && std::isfinite(*number) ? fmt::format("{}", *number) : "null";
}

void append(std::string& out, Value value, const SourceSet& sources) {
  std::string_view separator;
  switch (value.kind()) {
    case ValueKind::null:
      out += "null";
      return;
    case ValueKind::boolean:
      out += to_scalar_text(value, sources).value_or("null");
      return;
    case ValueKind::integer:
    case ValueKind::number:
      out += number_text(value, sources);
      return;
    case ValueKind::string:
      append_json_string(out, value.as_string());
      return;
    case ValueKind::array:
      out += '[';
      for (const Value element : value.items()) {
        out += separator;
        append(out, element, sources);
        separator = ", ";
      }
      out += ']';
      return;
    case ValueKind::object:
      out += '{';
      for (const Member& member : value.members()) {
        out += separator;
        append_json_string(out, member.key);
        out += ": ";
        append(out, member.value, sources);
        separator = ", ";
      }
      out += '}';
      return;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
          out += c;
    }
  }
  out += '"';
}

std::string json_text(Value value, const SourceSet& sources) {
  std::string out;
  append(out, value, sources);
  return out;
}

std::string plain_text(Value value, const SourceSet& sources) {
  return value.is_string() ? std::string(value.as_string()) : json_text(value, sources);
}

}  // namespace ws
