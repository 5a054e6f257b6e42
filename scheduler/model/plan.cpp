#include "model/plan.h"

#include <fmt/format.h>

namespace ws {

std::string_view name(GroupRole role) {
  switch (role) {
    case GroupRole::workstream:
      return "workstream";
    case GroupRole::group:
      return "group";
    case GroupRole::body:
      return "body";
    case GroupRole::fan_out:
      return "fan_out";
  }
  return {};
}

const Plan::Added* Plan::added_to(GroupId id) const {
  const auto found = added_.find(id);
  return found == added_.end() ? nullptr : &found->second;
}

std::span<const PlanEdge> Plan::successors(NodeId id) const {
  if (id.index() >= built_) return {&added_to(node(id).group)->to, 1};
  return std::span(out_).subspan(out_start_[id.index()],
                                 out_start_[id.index() + 1] - out_start_[id.index()]);
}

std::span<const PlanEdge> Plan::predecessors(NodeId id) const {
  if (id.index() >= built_) return {&added_to(node(id).group)->from, 1};
  return std::span(in_).subspan(in_start_[id.index()],
                                in_start_[id.index() + 1] - in_start_[id.index()]);
}

std::span<const NodeId> Plan::members(GroupId id) const {
  if (const Added* added = added_to(id)) return added->nodes;
  const std::uint32_t first = member_start_[id.index()];
  return std::span(members_).subspan(first, member_start_[id.index() + 1] - first);
}

std::span<const GroupId> Plan::inner_groups(GroupId id) const {
  const std::uint32_t first = inner_start_[id.index()];
  return std::span(inner_groups_).subspan(first, inner_start_[id.index() + 1] - first);
}

void Plan::expand(GroupId id, std::vector<std::string> items) {
  PlanGroup& group = groups_[id.index()];
  if (group.items.size() == items.size() && group.item_names.size() == items.size()) return;
  const Step& step = workset_->workstreams[group.workstream].steps[group.step];
  Added& added = added_[id];
  added.from = {group.begin, DependencyOn::success, EdgeWhy::gate};
  added.to = {group.end, DependencyOn::done, EdgeWhy::gate};
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    added.nodes.emplace_back(nodes_.size());
    nodes_.push_back({NodeKind::step, group.workstream, group.step, id, i, false});
    group.item_names.push_back(fmt::format("{}[{}]", step.id, i));
    remaining_.push_back(remaining_[group.end.index()] + 1);
  }
  step_count_ += items.size();
  group.member_count = static_cast<std::uint32_t>(items.size());
  group.items = std::move(items);
}

std::string_view Plan::item_of(NodeId id) const {
  const PlanNode& of = node(id);
  if (of.item == PlanNode::kNoItem) return {};
  return group(of.group).items[of.item];
}

NodeId Plan::find(std::uint32_t workstream, std::string_view name) const {
  if (names_.empty()) {
    names_.resize(workset_->workstreams.size());
    for (std::size_t i = 0; i < built_; ++i) {
      const PlanNode& of = nodes_[i];
      if (of.kind != NodeKind::step || of.item != PlanNode::kNoItem) continue;
      names_[of.workstream].emplace(step_of(NodeId(i)).id, NodeId(i));
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const GroupRole role = groups_[g].role;
      if (role == GroupRole::workstream || role == GroupRole::body) continue;
      names_[groups_[g].workstream].emplace(group_id(GroupId(g)), groups_[g].end);
    }
  }
  const auto found = names_[workstream].find(name);
  return found == names_[workstream].end() ? NodeId() : found->second;
}

const Workstream& Plan::workstream_of(NodeId id) const {
  return workset_->workstreams[node(id).workstream];
}

const Step& Plan::step_of(NodeId id) const { return workstream_of(id).steps[node(id).step]; }

const Step* Plan::step_if_any(NodeId id) const {
  return node(id).kind == NodeKind::step ? &step_of(id) : nullptr;
}

std::span<const AcceptanceTest> Plan::acceptance_tests(NodeId id) const {
  switch (node(id).kind) {
    case NodeKind::step:
      return step_of(id).details().acceptance_tests;
    case NodeKind::acceptance:
      return workstream_of(id).acceptance_tests;
    case NodeKind::preflight:
      return workstream_of(id).preflight_checks;
    case NodeKind::begin:
    case NodeKind::end:
      return {};
  }
  return {};
}

std::string_view Plan::short_name(NodeId id) const {
  switch (node(id).kind) {
    case NodeKind::step:
      if (node(id).item != PlanNode::kNoItem)
        return group(node(id).group).item_names[node(id).item];
      return step_of(id).id;
    case NodeKind::acceptance:
      return "acceptance";
    case NodeKind::preflight:
      return "preflight";
    case NodeKind::begin:
      return "begin";
    case NodeKind::end:
      return "end";
  }
  return "";
}

std::string_view Plan::group_id(GroupId id) const {
  const PlanGroup& plan_group = group(id);
  const Workstream& workstream = workset_->workstreams[plan_group.workstream];
  if (plan_group.role == GroupRole::fan_out) return workstream.steps[plan_group.step].id;
  if (plan_group.declared == PlanGroup::kWholeWorkstream) return workstream.id;
  return workstream.groups[plan_group.declared].id;
}

std::string Plan::full_name(NodeId id) const {
  const PlanNode& plan_node = node(id);
  const bool is_gate = plan_node.kind == NodeKind::begin || plan_node.kind == NodeKind::end;
  if (is_gate && group(plan_node.group).role != GroupRole::workstream) {
    const bool is_body = group(plan_node.group).role == GroupRole::body;
    return fmt::format("{}/{}{}/{}", workstream_of(id).id, group_id(plan_node.group),
                       is_body ? "/body" : "", short_name(id));
  }
  return fmt::format("{}/{}", workstream_of(id).id, short_name(id));
}

std::string Plan::member_name(NodeId id) const {
  return node(id).kind == NodeKind::end ? std::string(group_id(node(id).group)) : display_name(id);
}

std::string Plan::display_name(NodeId id) const {
  const Workstream& workstream = workstream_of(id);
  if (node(id).kind == NodeKind::step && workstream.is_single_step) return workstream.id;
  if (workstreams_.size() > 1) return full_name(id);
  const PlanNode& plan_node = node(id);
  const bool is_gate = plan_node.kind == NodeKind::begin || plan_node.kind == NodeKind::end;
  if (is_gate) return fmt::format("{}/{}", group_id(plan_node.group), short_name(id));
  return std::string(short_name(id));
}

const Group* written_group(const Workset& workset, const PlanGroup& group) {
  if (group.role != GroupRole::group && group.role != GroupRole::body) return nullptr;
  return &workset.workstreams[group.workstream].groups[group.declared];
}

bool has_rounds(const Workset& workset, const PlanGroup& group) {
  const Group* written = written_group(workset, group);
  if (written == nullptr || !has_rounds(*written)) return false;
  return group.role == GroupRole::body || !has_handlers(*written);
}

NodeId result_member(const Plan& plan, NodeId end) {
  NodeId found;
  NodeId at = end;
  // Members are inside their group, so the way down ends; a group that names itself is refused.
  while (at.is_valid() && plan.node(at).kind == NodeKind::end) {
    const PlanGroup& group = plan.group(plan.node(at).group);
    const Group* written = written_group(plan.workset(), group);
    if (written == nullptr || written->result_from.empty()) break;
    at = plan.find(group.workstream, written->result_from);
    found = at;
  }
  return found;
}

}  // namespace ws
