// Acceptance tests, artifacts and gates of the model as native keys.
//
// The other way of check_reader.h. Knows nothing of whose they are.
#pragma once

#include <string_view>
#include <vector>

#include "formats/writer/native_value.h"
#include "formats/writer/writing.h"

namespace ws {

// Under `key` (acceptance_tests, pre_flight_checks): commands and sentences for people. Artifacts
// are left out.
void put_checks(NativeObject& out, Key key, const std::vector<AcceptanceTest>& tests);

// acceptance_tests, expected_artifacts and, at the end, test_gates. `owner` ("step 'a'") names
// whose they are in what could not be written.
void put_all_checks(NativeObject& out, const std::vector<AcceptanceTest>& tests,
                    std::string_view owner, Unwritten& unwritten);

}  // namespace ws
