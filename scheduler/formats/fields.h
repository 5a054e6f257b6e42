// Fields: the known members of one object by Key, for the readers. Built in one pass; looking a
// field up is an array access.
//
// Reports nothing: schema_check.h has been here before. A null value counts as absent; of two
// spellings of one key (timeout, timeout_ms) the first is taken.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "formats/document.h"
#include "formats/schema.h"

namespace ws {

struct Field {
  Value value;
  const KeySpec* spec;
  std::string_view key;  // as written
  Place key_place;
  Unit unit;  // of a bare number, when the key is a duration
};

class Fields {
 public:
  // The value must be an object; anything else has no fields.
  Fields(Value object, const ObjectSpec& spec);

  // Null when the object has no such member.
  [[nodiscard]] const Field* find(Key key) const {
    const std::uint8_t slot = slots_[static_cast<std::size_t>(key)];
    return slot == 0 ? nullptr : &all_[slot - 1U];
  }
  [[nodiscard]] bool has(Key key) const { return find(key) != nullptr; }
  [[nodiscard]] Place place() const { return place_; }
  [[nodiscard]] std::span<const Field> all() const { return all_; }

 private:
  std::array<std::uint8_t, kKeyCount> slots_{};
  std::vector<Field> all_;
  Place place_;
};

}  // namespace ws
