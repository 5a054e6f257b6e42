// What a step is told beyond its own file, as environment: results of the steps before it, its item
// of a fan-out, the error that `catch` and `finally` answer, why its last attempt failed.
//
// Knows nothing of processes and writes no file. Used by local_executor.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/event.h"
#include "engine/run_values.h"
#include "model/plan.h"
#include "platform/environment_block.h"

namespace ws {

// What results may take of a program's environment; together with its words it has about 2 MiB, and
// 128 KiB for one variable (execve(2)). What does not fit is in the file $WS_RESULTS only.
inline constexpr std::size_t kMostResultBytes = 512UL * 1024;

// "WS_RESULT_" and the name in capitals, with '_' for everything that is no letter or digit.
[[nodiscard]] std::string result_variable(std::string_view name);

// WS_RESULT_<NAME>: text as it is, everything else as JSON. A value that goes by file has its path
// in WS_RESULT_<NAME>_FILE.
void set_results(EnvironmentBlock& environment, std::span<const NamedValue> results);
// One object with all of them, by name; {"file": PATH} for those that go by file.
[[nodiscard]] std::string results_as_json(std::span<const NamedValue> results);

// ITEM, ITEM_<KEY> for each member of an object, INDEX; nothing outside of a fan-out.
void set_item(EnvironmentBlock& environment, const Plan& plan, NodeId node);

// ERROR_STEP, ERROR_MESSAGE and ERROR_CODE of a step in `catch` or `finally`, as far as there was
// an error.
void set_error(EnvironmentBlock& environment, const Plan& plan, AttemptKey key,
               const RunValues& values);

// "exit 1"; "acceptance test 2 (make check) failed: exit 1". Empty when nobody knows.
[[nodiscard]] std::string previous_failure(const RunValues& values, AttemptKey key);

}  // namespace ws
