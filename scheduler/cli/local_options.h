// What the local executor is told of a run: where attempts keep their files, what steps inherit.
//
// Knows the layout of the state directory and nothing of processes. Used by run_session.cpp.
#pragma once

#include "cli/run_session.h"
#include "executors/local_executor.h"
#include "model/plan.h"

namespace ws::cli {

// Borrowed by the answer: the plan and the wish.
[[nodiscard]] LocalOptions local_options(const Plan& plan, const SessionWish& wish);

}  // namespace ws::cli
