// The native result of a run that the store knows: the file the run wrote at its end; while it goes
// on, or when it crashed, the same members as far as the store has them.
//
// For the views of `status` and `run`, which read members by name. Without a plan, the members of a
// group stand in plan order, and errors are told without the last line of a log. Changes nothing.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/exit_code.h"
#include "store/layout.h"
#include "store/run_store.h"

namespace ws::cli {

// Error: the store or the result file cannot be read.
[[nodiscard]] Result<std::string> stored_result(RunStore& store, const RunRow& run,
                                                const StateLayout& layout);

// Prints the text of a native result in the form of a view (report/views/views.h).
[[nodiscard]] ExitCode answer_as(const std::string& view, const std::string& result);

}  // namespace ws::cli
