#include "engine/caught_failures.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/definition_parts.h"

namespace ws {
namespace {

bool is_own_failure(StepState state) {
  return state == StepState::failed || state == StepState::timed_out;
}

}  // namespace

bool CaughtFailures::holds(NodeId node) {
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (plan_.group(g).is_failure_caught && is_answered_for(g)) return true;
  }
  return false;
}

bool CaughtFailures::is_answered_for(GroupId body) {
  const auto [known, is_new] = known_.try_emplace(body, false);
  if (!is_new) return known->second;
  const PlanGroup& group = plan_.group(body);
  const Workstream& workstream = plan_.workset().workstreams[group.workstream];
  bool has_begun_any = false;
  bool has_failed_any = false;
  for (const std::string& name : workstream.groups[group.declared].catch_steps) {
    const NodeId handler = plan_.find(group.workstream, name);
    if (!handler.is_valid()) continue;
    has_begun_any = has_begun_any || has_begun(handler);
    has_failed_any = has_failed_any || has_failed(handler);
  }
  known->second = has_begun_any && !has_failed_any;
  return known->second;
}

const EarlierStep* CaughtFailures::step_of(NodeId node) const {
  const std::string_view item = plan_.item_of(node);
  return earlier_.find(plan_.workstream_of(node).id, plan_.step_of(node).id,
                       item.empty() ? std::string() : item_key(item));
}

const EarlierGroup* CaughtFailures::group_of(GroupId id) const {
  const PlanGroup& group = plan_.group(id);
  const std::string_view workstream = plan_.workset().workstreams[group.workstream].id;
  return earlier_.find_group(workstream, plan_.group_id(id), group.role);
}

bool CaughtFailures::has_failed(NodeId handler) const {
  if (plan_.node(handler).kind == NodeKind::step) {
    const EarlierStep* step = step_of(handler);
    return step != nullptr && is_own_failure(step->state) && !step->is_accepted;
  }
  const EarlierGroup* group = group_of(plan_.node(handler).group);
  return group != nullptr && is_own_failure(group->state) && !group->has_joined_well;
}

bool CaughtFailures::has_begun(NodeId handler) const {
  const auto has_run = [&](NodeId node) {
    const EarlierStep* step = plan_.node(node).kind == NodeKind::step ? step_of(node) : nullptr;
    return step != nullptr &&
           (step->attempts > 0 || step->is_taken_over || is_success(step->state));
  };
  if (plan_.node(handler).kind == NodeKind::step) return has_run(handler);
  std::vector<GroupId> open = {plan_.node(handler).group};
  while (!open.empty()) {
    const GroupId id = open.back();
    open.pop_back();
    const auto members = plan_.members(id);
    if (std::any_of(members.begin(), members.end(), has_run)) return true;
    // Items that a run finds are not known yet.
    const EarlierGroup* group = plan_.group(id).is_dynamic ? group_of(id) : nullptr;
    const bool had_items = group != nullptr && group->state != StepState::waiting &&
                           group->state != StepState::skipped &&
                           group->state != StepState::cancelled;
    if (had_items) return true;
    for (const GroupId inner : plan_.inner_groups(id)) open.push_back(inner);
  }
  return false;
}

}  // namespace ws
