// What a group of the plan holds, at any depth.
//
// Does not know states nor events. Internal to engine_groups.cpp and engine_rounds.cpp.
#pragma once

#include <vector>

#include "model/plan.h"

namespace ws {

// Every node and inner group of a group, at any depth.
template <class OnNode, class OnGroup>
void walk(const Plan& plan, GroupId top, OnNode on_node, OnGroup on_group) {
  std::vector<GroupId> inside = {top};
  while (!inside.empty()) {
    const GroupId id = inside.back();
    inside.pop_back();
    for (const NodeId member : plan.members(id)) on_node(member);
    for (const GroupId inner : plan.inner_groups(id)) {
      if (on_group(inner)) inside.push_back(inner);
    }
  }
}

}  // namespace ws
