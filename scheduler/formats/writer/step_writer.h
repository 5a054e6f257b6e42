// A step of the model as a native step: all of its keys.
//
// The other way of step_reader.h, action_reader.h and for_each_reader.h. Knows no groups.
#pragma once

#include "formats/writer/native_value.h"
#include "formats/writer/writing.h"
#include "model/workstream.h"

namespace ws {

// Keys whose behaviour a later version brings and that belong to `owner` ("step 'a'"), as they were
// written.
void put_deferred(NativeObject& out, const Workstream& workstream, std::string_view owner);

// tool, tasks, command, script, wait or workstream.
void put_action(NativeObject& out, const Action& action);

[[nodiscard]] NativeValue write_items(const ForEach& each);

[[nodiscard]] NativeValue write_step(const Step& step, const Workstream& workstream,
                                     Unwritten& unwritten);

}  // namespace ws
