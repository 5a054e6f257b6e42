// What the local executor is told of a run: where attempts keep their files, what steps inherit.
//
// Knows the layout of the state directory and nothing of processes. Used by run_session.cpp.
#pragma once

#include <functional>
#include <string>

#include "cli/run_session.h"
#include "engine/resume.h"
#include "executors/local_executor.h"
#include "model/plan.h"

namespace ws::cli {

// Borrowed by the answer: the plan and the wish.
[[nodiscard]] LocalOptions local_options(const Plan& plan, const SessionWish& wish);

// LocalOptions::earlier_attempt_dir of a run that goes on with earlier ones; all three are
// borrowed.
[[nodiscard]] std::function<std::string(AttemptKey)> earlier_attempt_dirs(const Plan& plan,
                                                                          const SessionWish& wish,
                                                                          const Resume& resume);

}  // namespace ws::cli
