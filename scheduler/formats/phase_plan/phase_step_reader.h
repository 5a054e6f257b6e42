// The steps of a phase plan: one after another, in the order of their list.
//
// Knows nothing of the sections around them. Called by phase_plan_reader.cpp.
#pragma once

#include <span>

#include "formats/phase_plan/phase_values.h"

namespace ws {

// Whether the steps are written for people: `action` and a number instead of an id, or sentences.
[[nodiscard]] bool is_descriptive(std::span<const Value> steps);

struct StepOrder {
  bool goes_on_after_failure = false;  // no_stop_mode
};

// Into reading.workstream.steps.
void read_phase_steps(std::span<const Value> steps, StepOrder order, PhaseReading& reading);

}  // namespace ws
