#include "report/structured_log.h"

#include <utility>

#include <fmt/format.h>

#include "report/event_json.h"

namespace ws {
namespace {

bool is_plain(const std::string& text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '=' || c == '\\') return false;
  }
  return true;
}

std::string value_text(const Json& value) {
  if (!value.is_string())
    return is_plain(compact(value)) ? compact(value) : compact(compact(value));
  const auto& text = value.get_ref<const std::string&>();
  return is_plain(text) ? text : compact(value);
}

}  // namespace

std::string structured_line(const Event& event, const RunState& state) {
  const Json json = event_json(event, state);
  std::string line =
      fmt::format("time={} level={} msg={} seq={}", json["wall"].get_ref<const std::string&>(),
                  level_of(event), name(event.fact), event.seq);
  for (const auto& [key, value] : json.items()) {
    if (key == "wall" || key == "event" || key == "seq") continue;
    line += fmt::format(" {}={}", key, value_text(value));
  }
  return line;
}

StructuredLog::StructuredLog(TextSink sink) : sink_(std::move(sink)) {}

void StructuredLog::observe(const Event& event, const RunState& state) {
  sink_(structured_line(event, state) + "\n");
}

}  // namespace ws
