// Step groups and phases, with the steps written inside them, from their objects into the model.
//
// Does not check (SchemaCheck did), does not resolve names and carries nothing out.
#pragma once

#include "formats/fields.h"
#include "formats/reading.h"
#include "formats/step_reader.h"

namespace ws {

// Appends the groups of a list, and the steps and groups written inline, to the workstream: inner
// before outer. Recursion is bounded by the depth of the Document.
void read_groups(const Field& list, const StepDefaults& defaults, Reading& reading);
void read_phases(const Field& list, const StepDefaults& defaults, Reading& reading);

}  // namespace ws
