#include "formats/blok/blok_object.h"

#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::string_view kDurationHint =
    "a number of milliseconds, or a whole number and one unit: 500ms, 30s, 5m, 2h, 1d";

std::optional<Duration> milliseconds(double count) {
  if (!(count >= 0)) return std::nullopt;
  return from_seconds(count / 1000);
}

}  // namespace

std::optional<Duration> blok_duration(Value value) {
  if (value.kind() == ValueKind::integer || value.kind() == ValueKind::number)
    return milliseconds(value.as_number());
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.as_string();
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const std::string_view unit = text.substr(digits);
  if (digits == 0 || (unit != "ms" && unit != "s" && unit != "m" && unit != "h" && unit != "d"))
    return std::nullopt;
  return parse_duration(text);
}

BlokObject::BlokObject(Value object, std::string owner, BlokReading& reading)
    : object_(object), owner_(std::move(owner)), reading_(reading) {}

std::optional<Value> BlokObject::find(std::string_view key) const {
  const auto found = object_.find(key);
  if (!found || found->is_null()) return std::nullopt;
  return found;
}

Place BlokObject::place_of(std::string_view key) const {
  for (const Member& member : object_.members()) {
    if (member.key == key) return member.key_place;
  }
  return place();
}

std::optional<std::string> BlokObject::text(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (value->is_string()) return std::string(value->as_string());
  wrong_kind(key, *value, "text");
  return std::nullopt;
}

bool BlokObject::flag(std::string_view key, bool otherwise) const {
  const auto value = find(key);
  if (!value) return otherwise;
  if (value->kind() == ValueKind::boolean) return value->as_bool();
  wrong_kind(key, *value, "true or false");
  return otherwise;
}

std::optional<std::int64_t> BlokObject::whole(std::string_view key, BlokRange range) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const bool is_number = value->kind() == ValueKind::integer || value->kind() == ValueKind::number;
  const double number = is_number ? value->as_number() : 0;
  if (!is_number || number != std::floor(number) || std::abs(number) > 1e15) {
    wrong_kind(key, *value, "a whole number");
    return std::nullopt;
  }
  const auto count = static_cast<std::int64_t>(number);
  const std::string written = plain_text(*value, reading_.sources);
  if (count < range.least) {
    error(mistakes::out_of_range, value->place(),
          fmt::format("'{}' of {} must be {}{} or more, not {}", key, owner_, range.least,
                      range.unit, written));
    return std::nullopt;
  }
  if (range.most > 0 && count > range.most) {
    warning(mistakes::unusual_value, value->place(),
            fmt::format("'{}' of {} is {}: more than the documented {}{}", key, owner_, written,
                        range.most, range.unit),
            "it is taken as it is");
  }
  if (count < range.usual) {
    warning(mistakes::unusual_value, value->place(),
            fmt::format("'{}' of {} is {}: less than the documented {}{}", key, owner_, written,
                        range.usual, range.unit),
            "it is taken as it is");
  }
  return count;
}

std::optional<double> BlokObject::number(std::string_view key, double least) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (value->kind() != ValueKind::integer && value->kind() != ValueKind::number) {
    wrong_kind(key, *value, "a number");
    return std::nullopt;
  }
  if (value->as_number() >= least) return value->as_number();
  error(mistakes::out_of_range, value->place(),
        fmt::format("'{}' of {} must be {} or more, not {}", key, owner_, least,
                    plain_text(*value, reading_.sources)));
  return std::nullopt;
}

std::optional<Value> BlokObject::list(std::string_view key) const {
  const auto value = find(key);
  if (!value || value->is_array()) return value;
  wrong_kind(key, *value, "a list");
  return std::nullopt;
}

std::optional<Value> BlokObject::object(std::string_view key) const {
  const auto value = find(key);
  if (!value || value->is_object()) return value;
  wrong_kind(key, *value, "an object");
  return std::nullopt;
}

std::optional<Duration> BlokObject::duration(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (const auto read = blok_duration(*value)) return read;
  error(mistakes::bad_value, value->place(),
        fmt::format("'{}' of {} is no duration: {}", key, owner_,
                    truncate_to_width(printable(plain_text(*value, reading_.sources)), 60)),
        std::string(kDurationHint));
  return std::nullopt;
}

void BlokObject::require(std::string_view key, std::string hint) const {
  error(mistakes::missing_key, place(), fmt::format("'{}' of {} is missing", key, owner_),
        std::move(hint));
}

void BlokObject::warn_unknown(std::span<const std::string_view> known) const {
  for (const Member& member : object_.members()) {
    if (member.key.starts_with('_') || member.key.starts_with("x-")) continue;
    bool is_known = false;
    for (const std::string_view key : known) is_known = is_known || key == member.key;
    if (is_known || !reading_.told.emplace(member.key).second) continue;
    const auto near = nearest(member.key, known);
    warning(mistakes::unknown_key, member.key_place,
            fmt::format("unknown key '{}' in {}: it is of no effect",
                        truncate_to_width(printable(member.key), 60), owner_),
            near ? fmt::format("did you mean '{}'?", *near) : std::string());
  }
}

void BlokObject::wrong_kind(std::string_view key, Value value, std::string_view wanted) const {
  error(mistakes::wrong_type, value.place(),
        fmt::format("'{}' of {} must be {}, not {}", key, owner_, wanted, describe(value.kind())));
}

Diagnostic& BlokObject::error(const DiagnosticKind& kind, Place place, std::string message,
                              std::string hint) const {
  return reading_.diagnostics.error(kind, place, std::move(message), std::move(hint));
}

Diagnostic& BlokObject::warning(const DiagnosticKind& kind, Place place, std::string message,
                                std::string hint) const {
  return reading_.diagnostics.warning(kind, place, std::move(message), std::move(hint));
}

}  // namespace ws
