// take_out_bodies(): a group with a `for_each` becomes a step that calls, for each item, a
// workstream made of the group's members (model/calls.h does the rest).
//
// What the members say of the item becomes the input `item` (and `index`) of that workstream; what
// they say of steps outside the group and of the inputs of the run becomes inputs that the call
// gives. What they wait for outside, the call waits for. Pure; does not know how many items there
// are. Called after loading, before link_calls().
#pragma once

#include <string_view>

#include "model/workstream.h"

namespace ws {

// Between the id of a workstream and that of the group whose members another one holds.
inline constexpr std::string_view kBodyMark = ":";

// Adds the workstreams that hold the members behind all others of the workset.
void take_out_bodies(Workset& workset);

}  // namespace ws
