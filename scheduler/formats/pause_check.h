// Says where `on_circuit_open` asks for a pause that has no length: it names none, and no breaker
// of the file has a cooldown to take it from.
//
// Only a warning: such a hook still notifies. Knows the whole workstream, so the workstream reader
// calls it last.
#pragma once

#include "formats/fields.h"
#include "formats/reading.h"

namespace ws {

// `error_handling`: the field of the workstream, or null.
void check_pause(const Field* error_handling, Reading& reading);

}  // namespace ws
