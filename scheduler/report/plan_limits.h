// What a plan says about limits: whose timeouts its steps have, and the limits of each workstream.
//
// Pure text of the plan and the settings of plan_text.h; decides nothing. Read by plan_text.cpp.
#pragma once

#include <string>

#include "report/plan_text.h"

namespace ws {

// "10m for steps without their own (ws-a), run 1h"; clean.
[[nodiscard]] std::string timeouts_line(const Plan& plan, const PlanSettings& settings);

// "max_workers 2", "sequential": what holds inside this workstream only. Empty: nothing.
[[nodiscard]] std::string workstream_limits(const Workstream& workstream);

}  // namespace ws
