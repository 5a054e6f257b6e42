#include "formats/fields.h"

#include <algorithm>

namespace ws {

Fields::Fields(Value object, const ObjectSpec& spec) : place_(object.place()) {
  if (!object.is_object()) return;
  all_.reserve(std::min(object.size(), spec.keys.size()));
  for (const Member& member : object.members()) {
    if (member.value.is_null()) continue;
    const KeyMatch match = find_key(spec, member.key);
    if (match.spec == nullptr) continue;
    std::uint8_t& slot = slots_[static_cast<std::size_t>(match.spec->key)];
    if (slot != 0) continue;
    all_.push_back({member.value, match.spec, member.key, member.key_place,
                    match.unit.value_or(match.spec->shape->unit)});
    slot = static_cast<std::uint8_t>(all_.size());
  }
}

}  // namespace ws
