// What is checked before and after the work: acceptance tests, pre-flight checks, expected
// artifacts and test gates, all of them AcceptanceTests in the model.
//
// Runs nothing. Prose is kept as manual, with one warning each.
#pragma once

#include <vector>

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/command.h"

namespace ws {

// Commands, or objects with `command`: of acceptance_tests or pre_flight_checks.
[[nodiscard]] std::vector<AcceptanceTest> read_checks(const Field* field, Reading& reading);

// acceptance_tests, then expected_artifacts, then test_gates of a step or workstream.
[[nodiscard]] std::vector<AcceptanceTest> read_all_checks(const Fields& fields, Reading& reading);

}  // namespace ws
