#include "model/value_template.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "model/template_parts.h"
#include "model/text_template.h"

namespace ws {
namespace {

// A shell may have a variable of that name; no shell sees these texts.
constexpr std::string_view kAllInputs = "${inputs}";

Evaluated fill_part(std::string_view text, bool has_item, const LookUp& look_up) {
  auto filled = fill(text, has_item, Splice::plain, look_up);
  if (auto* missing = std::get_if<NoValue>(&filled)) return std::move(*missing);
  return Datum{std::get<std::string>(std::move(filled))};
}

bool is_empty(const Datum& value) {
  const auto* text = std::get_if<std::string>(&value.value);
  return value.is_null() || (text != nullptr && text->empty());
}

// The one reference that the whole text is; null when it is anything else.
const TemplatePart* whole_of(const TemplateParts& found, std::string_view text) {
  if (found.parts.size() != 1 || !found.mistakes.empty()) return nullptr;
  const TemplatePart& part = found.parts.front();
  const bool is_whole = part.begin == 0 && part.end == text.size() && !part.is_escape;
  return is_whole ? &part : nullptr;
}

// Fills `value` in its place; false: `missing` says what has no value. parse_json() bounds the
// depth.
bool fill_datum(Datum& value, bool has_item, const LookUp& look_up, NoValue& missing) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    Evaluated filled = fill_value(*text, has_item, look_up);
    if (auto* why = std::get_if<NoValue>(&filled)) {
      missing = std::move(*why);
      return false;
    }
    value = std::get<Datum>(std::move(filled));
    return true;
  }
  if (auto* list = std::get_if<Datum::List>(&value.value)) {
    for (Datum& element : *list) {
      if (!fill_datum(element, has_item, look_up, missing)) return false;
    }
  } else if (auto* map = std::get_if<Datum::Map>(&value.value)) {
    for (auto& member : *map) {
      if (!fill_datum(member.second, has_item, look_up, missing)) return false;
    }
  }
  return true;
}

}  // namespace

Evaluated fill_value(std::string_view text, bool has_item, const LookUp& look_up) {
  if (text == kAllInputs) return look_up(Reference{{"inputs"}});
  const TemplateParts found = find_parts(text, has_item);
  const TemplatePart* part = whole_of(found, text);
  if (part == nullptr) return fill_part(text, has_item, look_up);
  Evaluated value = look_up(part->path);
  const auto* datum = std::get_if<Datum>(&value);
  if (!part->fallback) {
    if (datum != nullptr) return value;
    return NoValue{fmt::format("{} has no value: {}", part->path.text(),
                               std::get<NoValue>(std::move(value)).why)};
  }
  if (datum != nullptr && !is_empty(*datum)) return value;
  if (*part->fallback == "null") return Datum{};  // as in a condition
  // A default nests, so the way down is as long as its text: every level takes some of it away.
  return fill_value(*part->fallback, has_item, look_up);
}

Evaluated fill_json(std::string_view json, bool has_item, const LookUp& look_up) {
  std::optional<Datum> value = parse_json(json);
  if (!value) return NoValue{"it is not JSON"};
  NoValue missing;
  if (!fill_datum(*value, has_item, look_up, missing)) return missing;
  return std::move(*value);
}

void visit_texts(const Datum& value, const std::function<void(const std::string&)>& visit) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    visit(*text);
  } else if (const auto* list = std::get_if<Datum::List>(&value.value)) {
    for (const Datum& element : *list) visit_texts(element, visit);
  } else if (const auto* map = std::get_if<Datum::Map>(&value.value)) {
    for (const auto& member : *map) visit_texts(member.second, visit);
  }
}

void change_texts(Datum& value, const std::function<void(std::string&)>& change) {
  if (auto* text = std::get_if<std::string>(&value.value)) {
    change(*text);
  } else if (auto* list = std::get_if<Datum::List>(&value.value)) {
    for (Datum& element : *list) change_texts(element, change);
  } else if (auto* map = std::get_if<Datum::Map>(&value.value)) {
    for (auto& member : *map) change_texts(member.second, change);
  }
}

}  // namespace ws
