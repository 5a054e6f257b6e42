// The types of the declarative description of the workstream format: what a key's value looks like
// (Shape), which keys an object has (ObjectSpec), and how a key name is found.
//
// The one description (shapes.h, *_schema.cpp) drives the checking (schema_check.h), the spelling
// suggestions (key_check.h) and the JSON Schema for editors (json_schema.h), so they cannot
// disagree. Knows neither Documents nor the model.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "formats/keys.h"

namespace ws {

struct ObjectSpec;

enum class ShapeKind : std::uint8_t {
  anything,
  boolean,
  text,      // a string
  scalar,    // a string, number or boolean, taken as its text
  integer,   // a whole number in a range
  number,    // a number in a range
  duration,  // a number of `unit`, or text with suffixes; the range is in seconds
  words,     // one of a list of words
  list,      // of `element`
  map,       // any key to `element`
  object,    // described by `object`
  either,    // the first of `alternatives` that accepts this kind of value
};

// What a text must be beyond being text. No text may hold a NUL character.
enum class TextRule : std::uint8_t {
  any,
  not_empty,
  step_id,
  workstream_id,
  plan_id,   // as workstream_id, but every spelling of it is usual
  pattern,   // a regular expression RE2 compiles
  path,      // not empty; absolute or leaving the tree is unusual
  env_name,  // not empty, no '='
  priority,  // one of the priority words, or P0, P1-HIGH, …
};

// What a bare number of a duration counts.
enum class Unit : std::uint8_t { seconds, milliseconds };

struct Shape {
  ShapeKind kind = ShapeKind::anything;
  std::string_view noun;  // "a list of step ids": what messages say was expected
  TextRule text = TextRule::any;
  Unit unit = Unit::seconds;
  // integer, number, duration (seconds). Outside: out_of_range. Outside the usual range: a warning.
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  double usual_minimum = -std::numeric_limits<double>::infinity();
  double usual_maximum = std::numeric_limits<double>::infinity();
  bool is_minimum_exclusive = false;
  std::span<const std::string_view> words;
  bool is_open = false;  // words: another word is unusual, not wrong
  const Shape* element = nullptr;
  TextRule map_keys = TextRule::any;
  std::size_t minimum_items = 0;
  // Checked in other words elsewhere (model/lower.h names the empty group): the JSON Schema says
  // it.
  bool is_filled = false;
  bool takes_null = false;  // as an element: `name:` with nothing behind it
  const ObjectSpec* object = nullptr;
  // either: an object alternative whose spec has a `marker` is taken when that key is present.
  std::span<const Shape* const> alternatives;
};

// When a key's behaviour belongs to a later version.
enum class Deferral : std::uint8_t {
  never,
  when_asked,  // unless the value asks for nothing: null, false, 0, empty, {enabled: false}
};

struct KeySpec {
  Key key = Key::none;
  const Shape* shape = nullptr;
  std::string_view doc;  // one line for editors
  bool is_required = false;
  Deferral deferral = Deferral::never;
  Key needs = Key::none;  // has a meaning only beside this key
};

// Keys of which an object may have only one, must have exactly one, or must have at least one.
struct OneOf {
  std::span<const Key> keys;
  bool is_required = false;
  bool are_several_allowed = false;
};

// A key that belongs elsewhere and would be dropped silently here: an error.
struct Misplaced {
  Key key;
  std::string_view hint;
};

enum class UnknownKeys : std::uint8_t {
  warn,    // once per name and file
  ignore,  // the plan form: documented so
};

struct ObjectSpec {
  std::string_view name;  // "step": in $defs and in messages ("a step has no key 'x'")
  std::span<const KeySpec> keys;
  std::span<const OneOf> exclusions;
  std::span<const Misplaced> misplaced;
  Key marker = Key::none;
  UnknownKeys unknown = UnknownKeys::warn;
  const Shape* others = nullptr;              // what every key the description does not name holds
  std::array<std::uint8_t, kKeyCount> slots;  // Key → index into keys + 1; 0: not a key of this

  struct Parts {
    std::string_view name;
    std::span<const KeySpec> keys;
    std::span<const OneOf> exclusions = {};
    std::span<const Misplaced> misplaced = {};
    Key marker = Key::none;
    UnknownKeys unknown = UnknownKeys::warn;
    const Shape* others = nullptr;
  };
  explicit constexpr ObjectSpec(const Parts& parts)
      : name(parts.name),
        keys(parts.keys),
        exclusions(parts.exclusions),
        misplaced(parts.misplaced),
        marker(parts.marker),
        unknown(parts.unknown),
        others(parts.others),
        slots{} {
    for (std::size_t i = 0; i < keys.size(); ++i)
      slots[static_cast<std::size_t>(keys[i].key)] = static_cast<std::uint8_t>(i + 1);
  }

  // Null when the object has no such key.
  [[nodiscard]] constexpr const KeySpec* key(Key name_of_key) const {
    const std::uint8_t slot = slots[static_cast<std::size_t>(name_of_key)];
    return slot == 0 ? nullptr : &keys[slot - 1U];
  }
};

// A key as it was written, matched to the description. A duration key may carry its unit in its
// name: `timeout_ms`, `timeout_sec`, `timeout_seconds`.
struct KeyMatch {
  const KeySpec* spec = nullptr;  // null: unknown
  std::optional<Unit> unit;       // from the name
};

[[nodiscard]] KeyMatch find_key(const ObjectSpec& object, std::string_view name);

// `_…`, `doc_id`, `x-…`: other people's keys, passed over in silence.
[[nodiscard]] bool is_annotation(std::string_view key);

// Whether the shape, or one of its alternatives, is a duration.
[[nodiscard]] bool takes_duration(const Shape& shape);

}  // namespace ws
