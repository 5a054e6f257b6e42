#include "simulation/earlier.h"

#include <algorithm>
#include <optional>

#include "engine/run_state.h"
#include "model/definition_parts.h"

namespace ws::test {
namespace {

bool is_from_outside(std::optional<StopWhy> why) {
  return why == StopWhy::interrupted || why == StopWhy::terminated || why == StopWhy::hang_up;
}

bool has_joined_well(const RunState& state, GroupId id) {
  const NodeId end = state.plan().group(id).end;
  return state.has_joined(id) && (is_success(state.group(id).state) || state.node(end).is_accepted);
}

EarlierStep step_of(const RunState& state, NodeId node) {
  const Plan& plan = state.plan();
  const NodeRecord& record = state.node(node);
  EarlierStep what;
  what.run_id = state.header().run_id;
  what.kind = plan.node(node).kind;
  what.state = record.state;
  what.is_accepted = record.is_accepted;
  what.is_final = record.is_accepted;
  for (GroupId g = plan.node(node).group; g.is_valid(); g = plan.group(g).parent)
    what.is_final = what.is_final || has_joined_well(state, g);
  what.why = state.why(node);
  what.attempts = record.attempts;
  if (record.state == StepState::backing_off)
    what.retry_due = state.started_at() + state.retry_due(node);
  for (const AttemptFinished& attempt : state.attempts(node)) {
    const auto* exited = std::get_if<Exited>(&attempt.outcome);
    const bool is_plain = exited != nullptr && exited->code == 0;
    if (attempt.key.part == 0 && attempt.key.attempt == record.attempts && !is_plain)
      what.outcome = attempt.outcome;
  }
  const auto outputs = state.outputs(node);
  what.outputs.assign(outputs.begin(), outputs.end());
  what.is_undone = record.state == StepState::compensated;
  return what;
}

}  // namespace

bool can_be_carried_on(const std::vector<Event>& recorded) {
  std::optional<StopWhy> stop;
  for (const Event& event : recorded) {
    if (const auto* asked = std::get_if<StopRequested>(&event.fact)) {
      if (!stop || is_from_outside(asked->why)) stop = asked->why;
    }
    const auto* end = std::get_if<RunFinished>(&event.fact);
    if (end == nullptr) continue;
    if (end->status == RunStatus::cancelled) return true;
    return end->status == RunStatus::partially_rolled_back && is_from_outside(stop);
  }
  return !recorded.empty();
}

EarlierRuns earlier_of(Plan plan, const std::vector<Event>& recorded, const PartsThen& parts) {
  RunState state(plan);
  bool is_rolling_back = false;
  for (const Event& event : recorded) {
    state.apply(event);
    is_rolling_back = is_rolling_back || std::holds_alternative<RollbackStarted>(event.fact);
  }
  EarlierRuns earlier;
  earlier.add_run(state.header().run_id, 1);
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = plan.node(node).kind;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    EarlierStep what = step_of(state, node);
    what.parts = parts(plan, node);
    const Step* step = plan.step_if_any(node);
    const std::string_view item = plan.item_of(node);
    earlier.add(plan.workstream_of(node).id, step != nullptr ? step->id : std::string(),
                item.empty() ? std::string() : item_key(item), std::move(what));
  }
  for (std::uint32_t g = 0; g < plan.groups().size(); ++g) {
    const PlanGroup& group = plan.group(GroupId(g));
    const bool is_fan_out = group.role == GroupRole::fan_out;
    earlier.add_group(
        plan.workset().workstreams[group.workstream].id, plan.group_id(GroupId(g)), group.role,
        {is_fan_out ? parts(plan, group.begin) : std::string(), state.group(GroupId(g)).round,
         has_joined_well(state, GroupId(g)) || state.group(GroupId(g)).state == StepState::skipped,
         true, state.group(GroupId(g)).state, group.member_count});
  }
  if (!is_rolling_back) return earlier;
  earlier.is_rolling_back = true;
  for (const CompensationFinished& one : state.compensations()) {
    if (one.is_success && plan.node(one.node).kind == NodeKind::end)
      earlier.add_action_done(plan.workstream_of(one.node).id,
                              one.part - AttemptKey::kCompensation);
  }
  return earlier;
}

}  // namespace ws::test
