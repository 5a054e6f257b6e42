#include "store/rows.h"

#include <algorithm>

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

std::int64_t wall_microseconds(WallTime wall) {
  return std::chrono::floor<std::chrono::microseconds>(wall.time_since_epoch()).count();
}

WallTime from_wall_microseconds(std::int64_t microseconds) {
  // A damaged number must not overflow the finer unit.
  constexpr auto kLeast = std::chrono::ceil<std::chrono::microseconds>(WallTime::duration::min());
  constexpr auto kMost = std::chrono::floor<std::chrono::microseconds>(WallTime::duration::max());
  return WallTime(std::clamp(std::chrono::microseconds(microseconds), kLeast, kMost));
}

std::vector<NodeDescription> describe_nodes(const Plan& plan, const DefinitionHash& hash) {
  std::vector<NodeDescription> descriptions;
  descriptions.reserve(plan.node_count());
  for (const PlanNode& node : plan.nodes()) {
    const Workstream& workstream = plan.workset().workstreams[node.workstream];
    NodeDescription& description = descriptions.emplace_back();
    description.workstream = workstream.id;
    description.group = node.group;
    description.kind = node.kind;
    if (node.kind != NodeKind::step) continue;
    const Step& step = workstream.steps[node.step];
    description.step = step.id;
    description.definition = hash(workstream, step);
  }
  return descriptions;
}

}  // namespace ws
