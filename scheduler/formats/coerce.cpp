#include "formats/coerce.h"

#include <charconv>
#include <cmath>

namespace ws {
namespace {

// JSON's own spelling of numbers, so that `0x10`, `inf` and `1e` stay text.
std::optional<double> number_in_text(std::string_view text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::optional<std::int64_t> whole(double number) {
  constexpr double kLimit = 9.2e18;
  if (std::abs(number) > kLimit || std::floor(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

bool is_member_present(Value object, Key key) { return object.find(name_of(key)).has_value(); }

}  // namespace

std::optional<bool> to_boolean(Value value) {
  if (value.kind() == ValueKind::boolean) return value.as_bool();
  if (!value.is_string() || !value.is_substituted()) return std::nullopt;
  if (value.as_string() == "true") return true;
  if (value.as_string() == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> to_integer(Value value) {
  if (value.kind() == ValueKind::integer) return value.as_integer();
  if (const auto number = to_number(value)) return whole(*number);
  return std::nullopt;
}

std::optional<double> to_number(Value value) {
  if (value.kind() == ValueKind::integer || value.kind() == ValueKind::number)
    return value.as_number();
  if (!value.is_string() || !value.is_substituted()) return std::nullopt;
  return number_in_text(value.as_string());
}

std::optional<double> to_seconds_as_written(Value value, Unit unit) {
  const auto number = to_number(value);
  if (!number) return std::nullopt;
  return unit == Unit::milliseconds ? *number / 1000.0 : *number;
}

std::optional<Duration> to_duration(Value value, Unit unit) {
  if (const auto seconds = to_seconds_as_written(value, unit)) return from_seconds(*seconds);
  return value.is_string() ? parse_duration(value.as_string()) : std::nullopt;
}

std::optional<std::string_view> to_text(Value value) {
  if (!value.is_string()) return std::nullopt;
  return value.as_string();
}

std::optional<std::string> to_scalar_text(Value value, const SourceSet& sources) {
  switch (value.kind()) {
    case ValueKind::string:
      return std::string(value.as_string());
    case ValueKind::boolean:
      return value.as_bool() ? "true" : "false";
    case ValueKind::integer:
    case ValueKind::number: {
      const Place place = value.place();
      return std::string(sources.text(place.source).substr(place.offset, place.length));
    }
    case ValueKind::null:
    case ValueKind::array:
    case ValueKind::object:
      return std::nullopt;
  }
  return std::nullopt;
}

bool accepts_kind(const Shape& shape, Value value) {
  const ValueKind kind = value.kind();
  switch (shape.kind) {
    case ShapeKind::anything:
      return true;
    case ShapeKind::boolean:
      return to_boolean(value).has_value();
    case ShapeKind::text:
    case ShapeKind::words:
      return kind == ValueKind::string;
    case ShapeKind::scalar:
      return kind == ValueKind::string || kind == ValueKind::boolean ||
             kind == ValueKind::integer || kind == ValueKind::number;
    case ShapeKind::integer:
      return to_integer(value).has_value();
    case ShapeKind::number:
      return to_number(value).has_value();
    case ShapeKind::duration:
      return kind == ValueKind::integer || kind == ValueKind::number || kind == ValueKind::string;
    case ShapeKind::list:
      return kind == ValueKind::array;
    case ShapeKind::map:
    case ShapeKind::object:
      return kind == ValueKind::object;
    case ShapeKind::either:
      return alternative_for(shape, value) != nullptr;
  }
  return false;
}

const Shape* alternative_for(const Shape& shape, Value value) {
  if (shape.kind != ShapeKind::either) return accepts_kind(shape, value) ? &shape : nullptr;
  for (const Shape* part : shape.alternatives) {
    if (!accepts_kind(*part, value)) continue;
    const bool is_last = part == shape.alternatives.back();
    if (part->kind == ShapeKind::object && part->object->marker != Key::none && !is_last &&
        !is_member_present(value, part->object->marker))
      continue;
    return part;
  }
  return nullptr;
}

bool asks_for_something(Value value) {
  switch (value.kind()) {
    case ValueKind::null:
      return false;
    case ValueKind::boolean:
    case ValueKind::string:
      if (const auto flag = to_boolean(value)) return *flag;
      return !value.as_string().empty();
    case ValueKind::integer:
    case ValueKind::number:
      return value.as_number() != 0;
    case ValueKind::array:
      return value.size() > 0;
    case ValueKind::object: {
      if (value.size() == 0) return false;
      const auto enabled = value.find("enabled");
      return !enabled || to_boolean(*enabled).value_or(true);
    }
  }
  return true;
}

}  // namespace ws
