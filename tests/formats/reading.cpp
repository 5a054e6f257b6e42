#include "reading.h"

#include <cmath>

#include <fmt/format.h>

namespace ws::test {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string written_number(double value) {
  std::string out = fmt::format("{}", value);
  if (std::isfinite(value) && out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

}  // namespace

std::string Reading::kind() const {
  const auto& items = diagnostics.items();
  if (items.empty()) return "";
  return items.size() > 1 ? "several" : std::string(items[0].kind->name);
}

std::string Reading::where() const {
  if (diagnostics.items().size() != 1) return "";
  const LineColumn at = sources.line_column(diagnostics.items()[0].place);
  return fmt::format("{}:{}", at.line, at.column);
}

Reading json(std::string text, const JsonOptions& options) {
  Reading reading;
  reading.source = reading.sources.add("file.json", std::move(text));
  reading.document = read_json(reading.sources, reading.source, options, reading.diagnostics);
  return reading;
}

Reading yaml(std::string text, const ReadLimits& limits) {
  Reading reading;
  reading.source = reading.sources.add("file.yaml", std::move(text));
  reading.document = read_yaml(reading.sources, reading.source, limits, reading.diagnostics);
  return reading;
}

std::string written(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null:
      return "null";
    case ValueKind::boolean:
      return value.as_bool() ? "true" : "false";
    case ValueKind::integer:
      return std::to_string(value.as_integer());
    case ValueKind::number:
      return written_number(value.as_number());
    case ValueKind::string:
      return quoted(value.as_string());
    case ValueKind::array: {
      std::string out;
      for (const Value item : value.items()) out += (out.empty() ? "" : ",") + written(item);
      return "[" + out + "]";
    }
    case ValueKind::object: {
      std::string out;
      for (const Member& member : value.members())
        out += (out.empty() ? "" : ",") + quoted(member.key) + ":" + written(member.value);
      return "{" + out + "}";
    }
  }
  return "?";
}

std::string written(const Reading& reading) {
  return reading.document ? written(reading.document->root()) : reading.errors();
}

}  // namespace ws::test
