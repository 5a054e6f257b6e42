// What undoes: compensation of a step, and the saga, the actions and the error handling of a
// workstream as native keys.
//
// The other way of undo_reader.h and error_handling_reader.h. Knows nothing of how a rollback goes.
#pragma once

#include <string_view>

#include "formats/writer/native_value.h"
#include "formats/writer/writing.h"

namespace ws {

void put_compensation(NativeObject& out, const Compensation& compensation, std::string_view owner,
                      Unwritten& unwritten);

// saga, rollback_order, rollback_strategy, compensation_actions.
void put_resume(NativeObject& out, const std::optional<ResumePolicy>& policy);
void put_saga(NativeObject& out, const Workstream& workstream, Unwritten& unwritten);

void put_error_handling(NativeObject& out, const ErrorHandling& handling);

}  // namespace ws
