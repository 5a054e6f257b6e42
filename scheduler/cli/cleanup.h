// `cleanup_on_complete` of `resume`: a run that succeeded leaves nothing behind, nor do the runs it
// went on with. What somebody still needs (an idempotency key remembers it) stays.
//
// Knows no screen; what goes wrong is the answer. Called by cli/run once the run has let go of its
// locks.
#pragma once

#include <string>

#include "base/result.h"
#include "model/plan.h"
#include "store/layout.h"

namespace ws::cli {

// Whether every workstream of the plan wants it.
[[nodiscard]] bool wants_cleanup(const Plan& plan);
[[nodiscard]] Result<void> clean_up(const StateLayout& layout, const std::string& run_id);

}  // namespace ws::cli
