#include "model/plan.h"

#include <fmt/format.h>

namespace ws {

std::span<const PlanEdge> Plan::successors(NodeId id) const {
  return std::span(out_).subspan(out_start_[id.index()],
                                 out_start_[id.index() + 1] - out_start_[id.index()]);
}

std::span<const PlanEdge> Plan::predecessors(NodeId id) const {
  return std::span(in_).subspan(in_start_[id.index()],
                                in_start_[id.index() + 1] - in_start_[id.index()]);
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
    case NodeKind::begin:
    case NodeKind::end:
      return {};
  }
  return {};
}

std::string_view Plan::short_name(NodeId id) const {
  switch (node(id).kind) {
    case NodeKind::step:
      return step_of(id).id;
    case NodeKind::acceptance:
      return "acceptance";
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
  if (plan_group.declared == PlanGroup::kWholeWorkstream) return workstream.id;
  return workstream.groups[plan_group.declared].id;
}

std::string Plan::full_name(NodeId id) const {
  const PlanNode& plan_node = node(id);
  const bool is_gate = plan_node.kind == NodeKind::begin || plan_node.kind == NodeKind::end;
  const bool is_inner_gate =
      is_gate && group(plan_node.group).declared != PlanGroup::kWholeWorkstream;
  if (is_inner_gate) {
    return fmt::format("{}/{}/{}", workstream_of(id).id, group_id(plan_node.group), short_name(id));
  }
  return fmt::format("{}/{}", workstream_of(id).id, short_name(id));
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

}  // namespace ws
