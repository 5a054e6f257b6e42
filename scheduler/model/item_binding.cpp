#include "model/item_binding.h"

#include <optional>

#include "model/template_parts.h"
#include "model/text_template.h"

namespace ws {
namespace {

// What an item says is text, whatever it looks like.
std::string as_text(const Datum& value) {
  const std::string text = to_plain_text(value);
  std::string out;
  std::size_t at = 0;
  for (const TemplatePart& part : find_parts(text, false).parts) {
    out.append(text, at, part.begin - at);
    if (!part.is_escape) out += '$';
    out.append(text, part.begin, part.end - part.begin);
    at = part.end;
  }
  return out.append(text, at);
}

class Binding {
 public:
  explicit Binding(const BoundItem& bound) : bound_(bound) {}

  // parse_json() bounds the depth.
  void apply(Datum& value) const {
    if (const auto* text = std::get_if<std::string>(&value.value)) {
      value = bound_text(*text);
    } else if (auto* list = std::get_if<Datum::List>(&value.value)) {
      for (Datum& element : *list) apply(element);
    } else if (auto* map = std::get_if<Datum::Map>(&value.value)) {
      for (auto& member : *map) apply(member.second);
    }
  }

 private:
  [[nodiscard]] std::optional<Datum> value_of(const TemplatePart& part) const {
    if (part.is_escape || part.path.names.empty()) return std::nullopt;
    const std::string& first = part.path.names.front();
    if (first == "index") return Datum{bound_.index};
    if (first != "item") return std::nullopt;
    const Datum* at = &bound_.item;
    for (std::size_t i = 1; i < part.path.names.size() && at != nullptr; ++i)
      at = at->find(part.path.names[i]);
    return at == nullptr ? Datum{} : *at;
  }

  [[nodiscard]] Datum bound_text(const std::string& text) const {
    std::string out;
    std::size_t at = 0;
    for (const TemplatePart& part : find_parts(text, true).parts) {
      const std::optional<Datum> value = value_of(part);
      if (!value) continue;
      const bool is_whole = part.begin == 0 && part.end == text.size();
      if (is_whole && !std::holds_alternative<std::string>(value->value)) return *value;
      out.append(text, at, part.begin - at);
      out += as_text(*value);
      at = part.end;
    }
    return {out.append(text, at)};
  }

  const BoundItem& bound_;
};

}  // namespace

std::string bind_item(const std::string& json, const BoundItem& bound) {
  std::optional<Datum> value = parse_json(json);
  if (!value) return json;
  Binding(bound).apply(*value);
  return to_json(*value);
}

}  // namespace ws
