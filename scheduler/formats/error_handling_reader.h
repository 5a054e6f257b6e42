// `error_handling` and `state_transitions` of a workstream, into the model.
//
// Does nothing on any occasion. Reports keys that have no effect on their occasion, and states that
// are not in the list of states.
#pragma once

#include <optional>

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/policy.h"

namespace ws {

[[nodiscard]] ErrorHandling read_error_handling(const Field* field, Reading& reading);

[[nodiscard]] std::optional<StateMachine> read_state_machine(const Field* field, Reading& reading);

}  // namespace ws
