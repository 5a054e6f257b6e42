// `run --hand-on`: the outputs of a workstream through $WORKSTREAM_OUTPUT, for a run that is itself
// the step of another run.
//
// Does not know that run; the variable is the whole agreement. Called by run_session.cpp.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/run_state.h"
#include "engine/run_values.h"

namespace ws::cli {

// Of the workstream with that id, in the plan. An Error when the variable is not set, or the file
// cannot be written.
[[nodiscard]] Result<void> hand_on(const RunState& state, const InputValues& inputs,
                                   const std::string& workstream);

}  // namespace ws::cli
