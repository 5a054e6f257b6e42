#include "formats/schema.h"

#include <algorithm>

namespace ws {
namespace {

struct UnitSuffix {
  std::string_view text;
  Unit unit;
};
constexpr std::array kUnitSuffixes = {
    UnitSuffix{"_ms", Unit::milliseconds},
    UnitSuffix{"_sec", Unit::seconds},
    UnitSuffix{"_secs", Unit::seconds},
    UnitSuffix{"_seconds", Unit::seconds},
};

}  // namespace

bool takes_duration(const Shape& shape) {
  if (shape.kind == ShapeKind::duration) return true;
  return std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                     [](const Shape* part) { return part->kind == ShapeKind::duration; });
}

KeyMatch find_key(const ObjectSpec& object, std::string_view name) {
  if (const Key key = key_named(name); key != Key::none) {
    if (const KeySpec* spec = object.key(key)) return {spec, std::nullopt};
  }
  for (const UnitSuffix& suffix : kUnitSuffixes) {
    if (!name.ends_with(suffix.text)) continue;
    const Key key = key_named(name.substr(0, name.size() - suffix.text.size()));
    const KeySpec* spec = key == Key::none ? nullptr : object.key(key);
    if (spec != nullptr && takes_duration(*spec->shape)) return {spec, suffix.unit};
  }
  return {};
}

bool is_annotation(std::string_view key) {
  return key.starts_with('_') || key.starts_with("x-") || key == "doc_id";
}

}  // namespace ws
