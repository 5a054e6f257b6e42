// Puts one item of a list into texts that speak of `{item}` and `{index}`, where the list is known
// before a run. Every other reference stays as it is.
//
// Pure; knows neither lists nor steps. Internal to model/ (call_copy.cpp).
#pragma once

#include <cstdint>
#include <string>

#include "model/datum.h"

namespace ws {

struct BoundItem {
  Datum item;
  std::int64_t index = 0;
};

// A JSON text whose texts are templates. A text that is nothing but a reference to the item becomes
// the value itself. A path that the item does not have becomes null, or nothing in a text.
[[nodiscard]] std::string bind_item(const std::string& json, const BoundItem& bound);

}  // namespace ws
