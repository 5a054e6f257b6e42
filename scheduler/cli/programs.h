// The files that tools of the kind "run this file" start: a profile says where they may lie
// (`program:`), a step which one it means. Looked for before a run, so that a missing one keeps it
// from starting.
//
// Knows paths, and nothing of what runs a file. Called by run.cpp.
#pragma once

#include "base/diagnostic.h"
#include "model/plan.h"
#include "model/tool_profile.h"

namespace ws::cli {

// Fills ToolAction::program in the plan's own workset. For a name that no path leads to an error
// (refused-tool) that lists the paths, once a name and file.
void find_programs(const Plan& plan, const ToolBook& book, Workset& workset, Diagnostics& refused);

}  // namespace ws::cli
