// What the engine has to know about a condition before it has a value.
//
// Evaluates nothing (model/expression.h does) and knows no run. Used by the fold and the engine.
#pragma once

#include <string_view>

namespace ws {

// Whether it names `item` or `index`: then each item of a fan-out is asked, not the fan-out as a
// whole. False for a text that is no expression.
[[nodiscard]] bool speaks_of_item(std::string_view condition);

}  // namespace ws
