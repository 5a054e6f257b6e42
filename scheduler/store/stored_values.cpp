#include "store/stored_values.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "store/event_codec.h"

namespace ws {
namespace {

// All of them, in the enum's order. The switch makes a new one a warning here.
constexpr std::array kStopWhys = {
    StopWhy::timeout,    StopWhy::run_timeout,  StopWhy::interrupted,    StopWhy::terminated,
    StopWhy::hang_up,    StopWhy::fail_fast,    StopWhy::killed,         StopWhy::store_failed,
    StopWhy::not_needed, StopWhy::group_failed, StopWhy::group_timeout,  StopWhy::rollback_timeout,
    StopWhy::quit,       StopWhy::cancelled,    StopWhy::step_cancelled, StopWhy::drained};
constexpr std::size_t position(StopWhy why) {
  switch (why) {
    case StopWhy::timeout:
    case StopWhy::run_timeout:
    case StopWhy::interrupted:
    case StopWhy::terminated:
    case StopWhy::hang_up:
    case StopWhy::fail_fast:
    case StopWhy::killed:
    case StopWhy::store_failed:
    case StopWhy::not_needed:
    case StopWhy::group_failed:
    case StopWhy::group_timeout:
    case StopWhy::rollback_timeout:
    case StopWhy::quit:
    case StopWhy::cancelled:
    case StopWhy::step_cancelled:
    case StopWhy::drained:
      return static_cast<std::size_t>(why);
  }
  return kStopWhys.size();
}
static_assert(position(kStopWhys.back()) + 1 == kStopWhys.size());

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned char byte = 0;
    const char* end = digits.data() + i + 2;
    const auto [stopped, error] = std::from_chars(digits.data() + i, end, byte, 16);
    if (error != std::errc() || stopped != end) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

std::optional<StopWhy> stop_why_named(std::string_view text) {
  for (const StopWhy why : kStopWhys) {
    if (name(why) == text) return why;
  }
  return std::nullopt;
}

namespace stored {

Json from_text(std::string_view text) {
  if (!first_invalid_utf8(text)) return Json(text);
  std::string digits;
  digits.reserve(text.size() * 2);
  for (const char byte : text) {
    digits += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  }
  return Json{{"hex", std::move(digits)}};
}

Json from_texts(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push_back(from_text(text));
  return array;
}

bool read_value(const Json& json, std::string& value) {
  if (json.is_string()) {
    value = json.get_ref<const std::string&>();
    return true;
  }
  const auto hex = json.is_object() ? json.find("hex") : json.end();
  if (!json.is_object() || hex == json.end() || !hex->is_string()) return false;
  std::optional<std::string> bytes = from_hex(hex->get_ref<const std::string&>());
  if (bytes) value = std::move(*bytes);
  return bytes.has_value();
}

bool read_value(const Json& json, bool& value) {
  if (json.is_boolean()) value = json.get<bool>();
  return json.is_boolean();
}

bool read_value(const Json& json, Duration& value) {
  Duration::rep count = 0;
  if (!read_value(json, count)) return false;
  value = Duration(count);
  return true;
}

bool read_value(const Json& json, std::vector<std::string>& values) {
  if (!json.is_array()) return false;
  for (const Json& item : json) {
    if (!read_value(item, values.emplace_back())) return false;
  }
  return true;
}

Json from_values(const std::vector<NamedValue>& values) {
  Json list = Json::array();
  for (const NamedValue& value : values) {
    Json item{{"name", from_text(value.name)}};
    if (!value.json.empty()) item["json"] = from_text(value.json);
    if (!value.file.empty()) item["file"] = from_text(value.file);
    if (value.is_masked) item["is_masked"] = true;
    list.push_back(std::move(item));
  }
  return list;
}

std::string file_column(const NamedValue& value) {
  return value.is_masked ? std::string(kNoFile) : value.file;
}

NamedValue value_of_columns(std::string_view name, std::string_view json, std::string_view file) {
  NamedValue value{std::string(name), std::string(json), {}};
  value.is_masked = file == kNoFile;
  if (!value.is_masked) value.file = file;
  return value;
}

bool read_value(const Json& json, std::vector<NamedValue>& values) {
  if (!json.is_array()) return false;
  for (const Json& item : json) {
    NamedValue& value = values.emplace_back();
    if (!item.is_object() || !item.contains("name") || !read_value(item["name"], value.name))
      return false;
    if (item.contains("json") && !read_value(item["json"], value.json)) return false;
    if (item.contains("file") && !read_value(item["file"], value.file)) return false;
    if (item.contains("is_masked") && !read_value(item["is_masked"], value.is_masked)) return false;
  }
  return true;
}

bool read_value(const Json& json, StopWhy& value) {
  const auto why = json.is_string() ? stop_why_named(json.get_ref<const std::string&>())
                                    : std::optional<StopWhy>();
  if (why) value = *why;
  return why.has_value();
}
bool read_value(const Json& json, StepState& value) {
  return json.is_string() && parse(json.get_ref<const std::string&>(), value);
}
bool read_value(const Json& json, RunStatus& value) {
  return json.is_string() && parse(json.get_ref<const std::string&>(), value);
}

}  // namespace stored
}  // namespace ws
