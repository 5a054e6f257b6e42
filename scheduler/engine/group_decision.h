// What decided a group before its last member settled, in words: the fact, and what its other
// members are told.
//
// Pure: looks at the tally and the plan, changes nothing. The engine asks once the rule has given
// its verdict (group_rule.h).
#pragma once

#include <string>

#include "engine/event.h"
#include "engine/group_rule.h"
#include "engine/run_state.h"

namespace ws {

struct GroupDecision {
  GroupDecided fact;
  std::string rest;  // why members that have not settled are not wanted any more
};

// `verdict` is not open.
[[nodiscard]] GroupDecision decision_of(const RunState& state, GroupId id, GroupVerdict verdict);

}  // namespace ws
