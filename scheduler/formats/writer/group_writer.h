// Groups and phases of the model as native step_groups and phases, in an order that reads back the
// same.
//
// The other way of group_reader.h and group_rule_reader.h. Knows no steps but their ids.
#pragma once

#include "formats/writer/native_value.h"
#include "formats/writer/writing.h"
#include "model/workstream.h"

namespace ws {

// step_groups and phases. Groups inside phases are written there when the order of all asks for it.
void put_groups(NativeObject& out, const Workstream& workstream, Unwritten& unwritten);

}  // namespace ws
