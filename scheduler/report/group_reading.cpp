#include "report/group_reading.h"

#include "report/group_text.h"
#include "report/run_reading.h"

namespace ws {
namespace {

void count_failure(const RunState& state, NodeId node, Tally& tally) {
  if (state.node(node).is_accepted) return;  // the fold has counted it
  const GroupId by = accepting_group(state, node);
  if (!by.is_valid()) return;
  if (written_rule(state.plan(), by).errors != Errors::drop) {
    ++tally.counts.accepted;
    return;
  }
  ++tally.ignored;
}

void count_unexpanded(const RunState& state, NodeId end, RunState::Counts& counts) {
  const NodeRecord& record = state.node(end);
  ++counts.total;
  if (record.state == StepState::skipped) ++counts.skipped;
  if (record.state == StepState::cancelled) ++counts.cancelled;
  if (has_failed(record.state)) ++counts.failed;
  if (record.state == StepState::timed_out) ++counts.timed_out;
  if (has_failed(record.state) && record.is_accepted) ++counts.accepted;
}

Tally tally_of(const RunState& state, const RunState::Counts& counted, bool are_only_steps) {
  const Plan& plan = state.plan();
  Tally tally{counted, 0, 0};
  for (std::size_t i = 0; i < plan.node_count() && counted.failed > 0; ++i) {
    const NodeId node(i);
    if (!is_shown(plan, node) || !has_failed(state.node(node).state)) continue;
    if (are_only_steps && plan.node(node).kind != NodeKind::step) continue;
    count_failure(state, node, tally);
  }
  for (const PlanGroup& group : plan.groups()) {
    if (!is_unexpanded(state, group.end)) continue;
    count_unexpanded(state, group.end, tally.counts);
    if (has_failed(state.node(group.end).state)) count_failure(state, group.end, tally);
  }
  for (const NodeId end : own_failures(state)) {
    if (!is_unexpanded(state, end) && !is_accepted(state, end)) ++tally.failed_groups;
  }
  return tally;
}

}  // namespace

bool is_gate(const Plan& plan, NodeId node) {
  const NodeKind kind = plan.node(node).kind;
  return kind == NodeKind::begin || kind == NodeKind::end;
}

std::string_view noun_of(const Plan& plan, NodeId node) {
  if (!is_gate(plan, node)) return "step";
  const PlanGroup& group = plan.group(plan.node(node).group);
  switch (group.role) {
    case GroupRole::workstream:
      return "workstream";
    case GroupRole::fan_out:
      return "fan-out";
    case GroupRole::group:
    case GroupRole::body:
      break;
  }
  const Group* written = written_group(plan.workset(), group);
  return written != nullptr && written->is_phase ? "phase" : "group";
}

bool is_unexpanded(const RunState& state, NodeId end) {
  const Plan& plan = state.plan();
  if (plan.node(end).kind != NodeKind::end) return false;
  const PlanGroup& group = plan.group(plan.node(end).group);
  const StepState ended = state.node(end).state;
  const bool has_none = group.is_dynamic && plan.members(plan.node(end).group).empty();
  return has_none && is_settled(ended) && !is_success(ended);
}

std::vector<NodeId> own_failures(const RunState& state) {
  std::vector<NodeId> found;
  const auto groups = state.plan().groups();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const PlanGroup& group = groups[i];
    const StepState ended = state.node(group.end).state;
    if (group.role == GroupRole::workstream || group.is_failure_caught || !has_failed(ended))
      continue;
    const bool is_explained =
        state.failure_in(GroupId(i)).is_valid() || state.node(group.end).cause.is_valid();
    if (!is_explained || ended == StepState::timed_out) found.push_back(group.end);
  }
  return found;
}

GroupId accepting_group(const RunState& state, NodeId failed) {
  const Plan& plan = state.plan();
  GroupId around = plan.node(failed).group;
  if (is_gate(plan, failed)) around = plan.group(around).parent;
  for (; around.is_valid(); around = plan.group(around).parent) {
    const PlanGroup& group = plan.group(around);
    if (group.role == GroupRole::workstream) return {};
    const NodeRecord& end = state.node(group.end);
    if (is_success(end.state) || end.is_accepted) return around;
  }
  return {};
}

bool is_accepted(const RunState& state, NodeId failed) {
  return state.node(failed).is_accepted || accepting_group(state, failed).is_valid();
}

std::vector<NodeId> unwanted_steps(const RunState& state) {
  std::vector<NodeId> found;
  if (state.counts().cancelled == 0) return found;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeRecord& record = state.node(NodeId(i));
    if (record.is_unwanted && record.state == StepState::cancelled) found.emplace_back(i);
  }
  return found;
}

Tally tally(const RunState& state) { return tally_of(state, state.counts(), false); }
Tally step_tally(const RunState& state) { return tally_of(state, state.step_counts(), true); }

}  // namespace ws
