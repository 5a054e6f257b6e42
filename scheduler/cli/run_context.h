// Who runs a run, for the store: this process, its command line, its directory, its version.
//
// Knows nothing of the run itself. Called by cli/run_session.
#pragma once

#include <string>
#include <vector>

#include "store/rows.h"

namespace ws::cli {

// `files`: the workstream files that were read.
[[nodiscard]] RunContext run_context(std::vector<std::string> files);

}  // namespace ws::cli
