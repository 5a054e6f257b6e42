#include "support/left_by.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/run_state.h"
#include "model/definition_parts.h"

namespace ws::test {
namespace {

std::string no_input(std::string_view /*name*/) { return {}; }

bool has_joined_well(const RunState& state, GroupId group) {
  const NodeRecord& end = state.node(state.plan().group(group).end);
  return state.has_joined(group) && (is_success(end.state) || end.is_accepted);
}

// Nothing of it was to run, and nothing will be.
bool is_passed_over(const RunState& state, GroupId group) {
  return state.has_joined(group) && state.group(group).state == StepState::skipped;
}

EarlierStep step_of(const RunState& state, NodeId node, bool is_restored) {
  const Plan& plan = state.plan();
  const NodeRecord& record = state.node(node);
  EarlierStep step;
  const std::string_view from = state.restored_from(node);
  const std::vector<std::string>& own = state.header().resumes;
  const bool is_own = from.empty() || std::find(own.begin(), own.end(), from) != own.end();
  step.run_id = is_own ? state.header().run_id : std::string(from);
  step.is_taken_over = is_own && is_restored;
  step.ended = record.ended;
  step.kind = plan.node(node).kind;
  // Readiness is not recorded.
  step.state = record.state == StepState::ready ? StepState::waiting : record.state;
  step.is_accepted = record.is_accepted;
  step.is_final = record.is_accepted;
  for (GroupId g = plan.node(node).group; g.is_valid(); g = plan.group(g).parent)
    step.is_final = step.is_final || has_joined_well(state, g);
  step.why = state.why(node);
  step.is_skipped_at_will =
      record.state == StepState::skipped &&
      (!record.cause.is_valid() || !is_failure(state.node(record.cause).state));
  step.attempts = record.attempts;
  if (record.state == StepState::backing_off)
    step.retry_due =
        state.started_at() + std::chrono::duration_cast<WallTime::duration>(state.retry_due(node));
  for (const AttemptFinished& attempt : state.attempts(node)) {
    const bool is_last = attempt.key.part == 0 && (attempt.key.attempt == record.attempts ||
                                                   (record.attempts == 0 && !from.empty()));
    const auto* exited = std::get_if<Exited>(&attempt.outcome);
    const bool is_plain = exited != nullptr && exited->code == 0;
    if (is_last && !is_plain) step.outcome = attempt.outcome;
  }
  const auto outputs = state.outputs(node);
  step.outputs.assign(outputs.begin(), outputs.end());
  return step;
}

// One that came to its end with something left undone has said so.
bool is_undoing_to_go_on(const RunState& state) {
  if (!state.is_rolling_back()) return false;
  const bool is_ended_early = state.stop() && is_user_stop(*state.stop());
  return state.status() == RunStatus::running ||
         (state.status() == RunStatus::partially_rolled_back && is_ended_early);
}

void add_steps(const RunState& state, const PartsOf& parts, const std::set<NodeId>& restored,
               EarlierRuns& left) {
  const Plan& plan = state.plan();
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = plan.node(node).kind;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    EarlierStep what = step_of(state, node, restored.contains(node));
    what.parts = parts(plan, node);
    const Step* step = plan.step_if_any(node);
    const std::string_view item = plan.item_of(node);
    left.add(plan.workstream_of(node).id, step == nullptr ? std::string_view() : step->id,
             item.empty() ? std::string() : item_key(item), std::move(what));
  }
}

void add_groups(const RunState& state, const PartsOf& parts, EarlierRuns& left) {
  const Plan& plan = state.plan();
  for (std::uint32_t g = 0; g < plan.groups().size(); ++g) {
    const GroupId id(g);
    const PlanGroup& group = plan.group(id);
    const StepState how = state.group(id).state;
    const bool is_fan_out = group.role == GroupRole::fan_out;
    left.add_group(
        plan.workset().workstreams[group.workstream].id, plan.group_id(id), group.role,
        {is_fan_out ? parts(plan, group.begin) : std::string(), state.group(id).round,
         has_joined_well(state, id) || is_passed_over(state, id),
         how != StepState::waiting && how != StepState::cancelled, how, group.member_count});
  }
}

}  // namespace

std::string written_parts(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  if (of.kind != NodeKind::begin) return definition_parts(plan, node, no_input);
  const PlanGroup& group = plan.group(of.group);
  if (group.role != GroupRole::fan_out) return {};
  const Workstream& workstream = plan.workstream_of(node);
  return definition_parts(workstream, workstream.steps[group.step], no_input);
}

EarlierRuns left_by(const std::vector<Event>& events, Plan plan, const PartsOf& parts) {
  EarlierRuns left;
  add_left_by(events, std::move(plan), left, parts);
  return left;
}

void add_left_by(const std::vector<Event>& events, Plan plan, EarlierRuns& left,
                 const PartsOf& parts) {
  RunState state(plan);
  std::set<NodeId> restored;  // also when a later round has begun since
  for (const Event& event : events) {
    state.apply(event);
    const auto* end = std::get_if<StepFinished>(&event.fact);
    if (end == nullptr) continue;
    if (end->restored_from.empty()) {
      restored.erase(end->node);
    } else {
      restored.insert(end->node);
    }
  }
  left.add_run(state.header().run_id, static_cast<std::uint32_t>(left.run_ids().size()) + 1);
  add_steps(state, parts, restored, left);
  add_groups(state, parts, left);
  if (!state.is_rolling_back()) {
    // One that was to go on with a rollback and did not come to it passes that on.
    if (left.has_last_run_anything()) left.is_rolling_back = false;
    return;
  }
  left.is_rolling_back = is_undoing_to_go_on(state);
  if (!left.is_rolling_back) return;
  for (const CompensationFinished& undone : state.compensations()) {
    if (undone.is_success && plan.node(undone.node).kind == NodeKind::end)
      left.add_action_done(plan.workstream_of(undone.node).id,
                           undone.part - AttemptKey::kCompensation);
  }
}

std::unique_ptr<Resume> resume_of(const Plan& plan, EarlierRuns left, ResumeWish wish,
                                  PartsOf parts) {
  return std::make_unique<Resume>(
      plan, std::move(left),
      [&plan, parts = std::move(parts)](NodeId node) { return parts(plan, node); },
      std::move(wish));
}

}  // namespace ws::test
