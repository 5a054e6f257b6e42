// What a failure does beyond its own step or group: the policy that holds in the end.
//
// Reads the plan only: knows no run, no event and not how the policy is carried out. Asked by the
// engine and by the fold.
#pragma once

#include "model/plan.h"

namespace ws {

// Whether what a failure of the node does is for the workstream to say; else a group's rule does.
[[nodiscard]] bool answers_to_workstream(const Plan& plan, NodeId node);

// What a failure of a step (or, by its end gate, of a fan-out or group) does: its own policy, else
// its workstream's where it answers to that, else skip_dependents. A step that is not critical
// never aborts.
[[nodiscard]] OnFailure on_failure_of(const Plan& plan, NodeId node);

}  // namespace ws
