// Checks of a phase plan: pre-flight checks, acceptance tests and criteria, expected artifacts.
//
// Knows nothing of steps. Called by phase_plan_reader.cpp and phase_step_reader.cpp.
#pragma once

#include <vector>

#include "formats/phase_plan/phase_values.h"

namespace ws {

// A line that may be a sentence for a person; `description` is what people are shown.
[[nodiscard]] AcceptanceTest phase_check(std::string line, std::string description, Place place,
                                         PhaseReading& reading);

[[nodiscard]] std::vector<AcceptanceTest> read_preflight_checks(Value root, PhaseReading& reading);

// acceptance_tests, acceptance_criteria and expected_artifacts.
[[nodiscard]] std::vector<AcceptanceTest> read_phase_tests(Value root, PhaseReading& reading);

}  // namespace ws
