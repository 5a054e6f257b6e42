// What undoes steps, and when: compensation, compensation_actions, saga, rollback_order and
// rollback_strategy, into the model.
//
// Undoes nothing. What is switched off is left out.
#pragma once

#include <optional>
#include <vector>

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/command.h"

namespace ws {

// `compensation`, or the commands of `compensation_actions` one after the other, of a step.
[[nodiscard]] std::optional<Compensation> read_step_compensation(const Fields& step,
                                                                 Reading& reading);

// `compensation_actions` of a workstream. Prose is left out with a warning.
[[nodiscard]] std::vector<Compensation> read_compensation_actions(const Field* field,
                                                                  Reading& reading);

// Sets the saga policy of reading.workstream, whose steps and compensation_actions have been read.
// A workstream that can undo something and says nothing about it gets the defaults.
void read_saga(const Fields& fields, Reading& reading);

}  // namespace ws
