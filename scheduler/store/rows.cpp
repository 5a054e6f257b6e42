#include "store/rows.h"

#include <algorithm>

#include "model/definition_parts.h"

namespace ws {

std::string_view kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::step:
      return "step";
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

std::optional<NodeKind> kind_named(std::string_view text) {
  for (NodeKind kind : {NodeKind::step, NodeKind::acceptance, NodeKind::preflight, NodeKind::begin,
                        NodeKind::end}) {
    if (kind_name(kind) == text) return kind;
  }
  return std::nullopt;
}

std::optional<GroupRole> role_named(std::string_view text) {
  for (GroupRole role :
       {GroupRole::workstream, GroupRole::group, GroupRole::body, GroupRole::fan_out}) {
    if (name(role) == text) return role;
  }
  return std::nullopt;
}

std::int64_t wall_microseconds(WallTime wall) {
  return std::chrono::floor<std::chrono::microseconds>(wall.time_since_epoch()).count();
}

WallTime from_wall_microseconds(std::int64_t microseconds) {
  // A damaged number must not overflow the finer unit.
  constexpr auto kLeast = std::chrono::ceil<std::chrono::microseconds>(WallTime::duration::min());
  constexpr auto kMost = std::chrono::floor<std::chrono::microseconds>(WallTime::duration::max());
  return WallTime(std::clamp(std::chrono::microseconds(microseconds), kLeast, kMost));
}

std::vector<NodeDescription> describe_nodes(const Plan& plan, const DefinitionHash& hash,
                                            const MaxAttempts& tries, const PartsText& parts) {
  std::vector<NodeDescription> descriptions;
  descriptions.reserve(plan.node_count());
  // The items of a step stand together and have its definition, which may be long: it lists them.
  const Step* last = nullptr;
  std::uint64_t definition_of_last = 0;
  std::string parts_of_last;
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    const PlanNode& node = plan.node(NodeId(i));
    const Workstream& workstream = plan.workset().workstreams[node.workstream];
    NodeDescription& description = descriptions.emplace_back();
    description.workstream = workstream.id;
    description.group = node.group;
    description.kind = node.kind;
    const bool is_item = node.item != PlanNode::kNoItem;
    const bool is_same_as_last = is_item && last == &workstream.steps[node.step];
    if (parts) description.parts = is_same_as_last ? parts_of_last : parts(plan, NodeId(i));
    parts_of_last = description.parts;
    if (is_item) description.item_key = item_key(plan.item_of(NodeId(i)));
    if (node.kind != NodeKind::step) continue;
    description.step = plan.short_name(NodeId(i));
    const Step& step = workstream.steps[node.step];
    if (&step != last) definition_of_last = hash(workstream, step);
    last = &step;
    description.definition = definition_of_last;
    description.item = node.item;
    if (tries) description.max_attempts = tries(plan, NodeId(i));
  }
  return descriptions;
}

std::vector<GroupDescription> describe_groups(const Plan& plan, const DefinitionHash& hash,
                                              const MaxAttempts& tries, const RuleText& rule,
                                              const PartsText& parts) {
  std::vector<GroupDescription> descriptions;
  descriptions.reserve(plan.groups().size());
  for (std::size_t i = 0; i < plan.groups().size(); ++i) {
    const GroupId id(i);
    const PlanGroup& group = plan.group(id);
    const Workstream& workstream = plan.workset().workstreams[group.workstream];
    GroupDescription& description = descriptions.emplace_back();
    description.workstream = workstream.id;
    description.name = plan.group_id(id);
    description.role = group.role;
    if (rule) description.rule = rule(plan, id);
    description.parent = group.parent;
    description.begin = group.begin;
    description.end = group.end;
    description.members = group.member_count;
    if (group.role != GroupRole::fan_out) continue;
    description.definition = hash(workstream, workstream.steps[group.step]);
    if (tries) description.max_attempts = tries(plan, group.end);
    if (parts) description.parts = parts(plan, group.begin);
  }
  return descriptions;
}

}  // namespace ws
