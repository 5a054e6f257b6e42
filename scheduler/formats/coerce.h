// The one place where a value of a file becomes a value of a type: what came out of `${env.…}` is
// text and is read as the type its key wants (FEATURES.md F82); everything else keeps its kind.
//
// Nothing here reports: nullopt means "not of that type". schema_check.h says so to the user, the
// readers pass over it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/source.h"
#include "formats/document.h"
#include "formats/schema.h"

namespace ws {

// true and false, not `yes`.
[[nodiscard]] std::optional<bool> to_boolean(Value value);

// Whole numbers, also written 3.0.
[[nodiscard]] std::optional<std::int64_t> to_integer(Value value);

[[nodiscard]] std::optional<double> to_number(Value value);

// A number counts `unit`; text has suffixes ("5m"). Not negative, not over kLongestDuration.
[[nodiscard]] std::optional<Duration> to_duration(Value value, Unit unit);

// The number of units when the value is a plain number, negative ones included: for range messages.
[[nodiscard]] std::optional<double> to_seconds_as_written(Value value, Unit unit);

[[nodiscard]] std::optional<std::string_view> to_text(Value value);

// Text as it is; a number or boolean as it is written in the file ("1.10" stays "1.10").
[[nodiscard]] std::optional<std::string> to_scalar_text(Value value, const SourceSet& sources);

// Whether the value is of the kind the shape wants; ranges and rules are not looked at.
[[nodiscard]] bool accepts_kind(const Shape& shape, Value value);

// The alternative of an `either` that takes the value, or the shape itself; null when none does.
[[nodiscard]] const Shape* alternative_for(const Shape& shape, Value value);

// Whether the value asks for something: null, false, 0, the empty ones and {enabled: false} do not.
[[nodiscard]] bool asks_for_something(Value value);

}  // namespace ws
