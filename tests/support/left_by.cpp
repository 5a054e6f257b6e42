#include "support/left_by.h"

#include <algorithm>
#include <utility>

#include "engine/run_state.h"
#include "model/definition_parts.h"

namespace ws::test {
namespace {

std::string no_input(std::string_view /*name*/) { return {}; }

std::string parts_of(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  if (of.kind != NodeKind::begin) return definition_parts(plan, node, no_input);
  const PlanGroup& group = plan.group(of.group);
  if (group.role != GroupRole::fan_out) return {};
  const Workstream& workstream = plan.workstream_of(node);
  return definition_parts(workstream, workstream.steps[group.step], no_input);
}

bool joined_well(const RunState& state, GroupId group) {
  const NodeRecord& end = state.node(state.plan().group(group).end);
  return state.has_joined(group) && (is_success(end.state) || end.is_accepted);
}

EarlierStep step_of(const RunState& state, NodeId node) {
  const Plan& plan = state.plan();
  const NodeRecord& record = state.node(node);
  EarlierStep step;
  const std::string_view from = state.restored_from(node);
  const std::vector<std::string>& own = state.header().resumes;
  const bool is_own = from.empty() || std::find(own.begin(), own.end(), from) != own.end();
  step.run_id = is_own ? state.header().run_id : std::string(from);
  step.kind = plan.node(node).kind;
  step.parts = parts_of(plan, node);
  step.state = record.state == StepState::ready ? StepState::waiting : record.state;
  step.is_accepted = record.is_accepted;
  step.is_final = record.is_accepted;
  for (GroupId g = plan.node(node).group; g.is_valid(); g = plan.group(g).parent)
    step.is_final = step.is_final || joined_well(state, g);
  step.why = state.why(node);
  step.attempts = record.attempts;
  if (record.state == StepState::backing_off)
    step.retry_due =
        state.started_at() + std::chrono::duration_cast<WallTime::duration>(state.retry_due(node));
  for (const AttemptFinished& attempt : state.attempts(node)) {
    const bool is_last = attempt.key.part == 0 && (attempt.key.attempt == record.attempts ||
                                                   (record.attempts == 0 && !from.empty()));
    if (is_last) step.outcome = attempt.outcome;
  }
  const auto outputs = state.outputs(node);
  step.outputs.assign(outputs.begin(), outputs.end());
  return step;
}

}  // namespace

EarlierRuns left_by(const std::vector<Event>& events, Plan& plan) {
  RunState state(plan);
  for (const Event& event : events) state.apply(event);
  EarlierRuns left;
  left.add_run(state.header().run_id, 1);
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = plan.node(node).kind;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    const Step* step = plan.step_if_any(node);
    const std::string_view item = plan.item_of(node);
    left.add(plan.workstream_of(node).id, step == nullptr ? std::string_view() : step->id,
             item.empty() ? std::string() : item_key(item), step_of(state, node));
  }
  for (std::uint32_t g = 0; g < plan.groups().size(); ++g) {
    const PlanGroup& group = plan.group(GroupId(g));
    left.add_group(
        plan.workset().workstreams[group.workstream].id, plan.group_id(GroupId(g)), group.role,
        {parts_of(plan, group.begin), state.group(GroupId(g)).round, joined_well(state, GroupId(g)),
         true, state.group(GroupId(g)).state, group.member_count});
  }
  left.is_rolling_back = state.is_rolling_back() && state.status() == RunStatus::running;
  for (const CompensationFinished& undone : state.compensations()) {
    if (!undone.is_success || plan.node(undone.node).kind == NodeKind::step) continue;
    left.add_action_done(plan.workstream_of(undone.node).id,
                         undone.part - AttemptKey::kCompensation);
  }
  return left;
}

std::unique_ptr<Resume> resume_of(const Plan& plan, EarlierRuns left, ResumeWish wish) {
  return std::make_unique<Resume>(
      plan, std::move(left), [&plan](NodeId node) { return parts_of(plan, node); },
      std::move(wish));
}

}  // namespace ws::test
