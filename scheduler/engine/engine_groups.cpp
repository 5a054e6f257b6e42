// Groups and dependents: who is skipped, when a group is decided, what becomes of its other
// members, and when it runs again. Part of the update half of the engine.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/conditions.h"
#include "engine/engine.h"
#include "engine/group_decision.h"
#include "engine/group_walk.h"
#include "engine/resume.h"
#include "model/expression.h"

namespace ws {
namespace {

std::string condition_failed(std::string_view condition) {
  return fmt::format("its condition is false: {}", condition);
}

}  // namespace

// Everything that needed more from `settled` than it gave is skipped, and so on; the cause stays
// the first.
void Engine::skip_dependents(NodeId settled) {
  const NodeRecord& record = state_.node(settled);
  const bool has_cause = !is_success(record.state) && record.cause.is_valid();
  const NodeId first_cause = has_cause ? record.cause : settled;
  std::vector<NodeId> lost = {settled};
  while (!lost.empty()) {
    const NodeId node = lost.back();
    lost.pop_back();
    for (const PlanEdge& edge : plan_.successors(node)) {
      const NodeKind kind = plan_.node(edge.node).kind;
      if (kind == NodeKind::end) continue;  // joins by counting its members
      if (state_.node(edge.node).state != StepState::waiting) continue;
      if (state_.is_satisfied(node, edge) || state_.is_held_back(node, edge.node)) continue;
      if (kind == NodeKind::begin) {
        skip_group(edge.node, first_cause, skip_reason(first_cause), lost);
      } else {
        note(skip_of(edge.node, first_cause, skip_reason(first_cause)));
        lost.push_back(edge.node);
      }
    }
  }
}

// The group behind `begin` will never be entered: every member is skipped, whatever it waits for
// inside. An invalid cause: its own condition.
void Engine::skip_group(NodeId begin, NodeId cause, const std::string& why,
                        std::vector<NodeId>& skipped) {
  const GroupId top = plan_.node(begin).group;
  const auto note_empty = [&](GroupId id) {
    if (state_.group(id).tally.unsettled == 0 && !state_.has_joined(id)) due_groups_.push_back(id);
  };
  note_empty(top);
  walk(
      plan_, top,
      [&](NodeId node) {
        // Skipping one member may have made another ready ("on: done"): it is behind the same
        // closed gate.
        const StepState state = state_.node(node).state;
        if (state != StepState::waiting && state != StepState::ready) return;
        note(skip_of(node, cause, why));
        skipped.push_back(node);
      },
      [&](GroupId inner) {
        note_empty(inner);
        return true;
      });
}

std::string Engine::skip_reason(NodeId cause) const {
  if (!cause.is_valid()) return "the run was stopped";
  const StepState state = state_.node(cause).state;
  const std::string_view how = is_success(state) ? std::string_view("succeeded") : name(state);
  if (plan_.node(cause).kind == NodeKind::end)
    return fmt::format("group '{}' {}", plan_.group_id(plan_.node(cause).group), how);
  return fmt::format("dependency '{}' {}", plan_.display_name(cause), how);
}

// A group is looked at when it began and whenever a member of it settled; joining may release, or
// skip, what waits for it.
void Engine::join_groups() {
  for (;;) {
    const auto touched = state_.touched_groups();
    due_groups_.insert(due_groups_.end(), touched.begin(), touched.end());
    state_.forget_touched_groups();
    if (due_groups_.empty()) return;
    const GroupId group = due_groups_.front();
    due_groups_.pop_front();
    consider(group);
  }
}

void Engine::consider(GroupId id) {
  const GroupRecord& record = state_.group(id);
  const GroupId whole = workstream_group(id);
  if (state_.has_joined(id)) {
    if (record.tally.unsettled == 0 && in_background_.erase(id) > 0) due_groups_.push_back(whole);
    return;
  }
  if (record.state != StepState::running) {
    // Never entered: it ends when all its members were settled from outside, and nobody looks for
    // items of it any more.
    const AttemptKey expansion{plan_.group(id).begin, 1, AttemptKey::kExpansion};
    if (record.tally.unsettled == 0 && find_running(expansion) == nullptr) finish_group(id);
    return;
  }
  const GroupRule& rule = plan_.group(id).rule;
  if (rule.timeout > Duration::zero() && !record.is_decided)
    add_timer(record.began + rule.timeout, TimerKind::group_timeout, id.value);
  if (!record.is_decided) {
    const GroupVerdict verdict = ws::judge(rule, record.tally);
    if (verdict == GroupVerdict::open) return;
    // Known before the last member settled; or nobody's failure says why.
    const bool is_unexplained = verdict == GroupVerdict::failure && !record.failure.is_valid();
    if (record.tally.unsettled > 0 || is_unexplained) decide(id, verdict);
  }
  const bool goes_on_without = record.is_decided && is_success(record.decision) &&
                               rest_of(rule, GroupVerdict::success) == Rest::in_background &&
                               !has_rounds_around(id);
  if (record.tally.unsettled > 0 && !goes_on_without) return;
  if (record.tally.unsettled > 0) in_background_.insert(id);
  if (id == whole && has_background(whole)) return;
  finish_group(id);
}

GroupId Engine::workstream_group(GroupId id) const {
  while (plan_.group(id).parent.is_valid()) id = plan_.group(id).parent;
  return id;
}

// A workstream has not ended while something of it runs on.
bool Engine::has_background(GroupId workstream) const {
  return std::any_of(in_background_.begin(), in_background_.end(),
                     [&](GroupId id) { return workstream_group(id) == workstream; });
}

// The others are not needed, or not wanted any more.
void Engine::decide(GroupId id, GroupVerdict verdict) {
  GroupDecision decision = decision_of(state_, id, verdict);
  note(std::move(decision.fact));
  if (rest_of(plan_.group(id).rule, verdict) != Rest::cancelled) return;
  const bool is_failure = verdict == GroupVerdict::failure;
  cancel_rest(id, is_failure ? StopWhy::group_failed : StopWhy::not_needed, decision.rest);
}

void Engine::time_out(GroupId id) {
  const GroupRecord& record = state_.group(id);
  if (record.is_decided || record.state != StepState::running) return;
  const GroupRule& rule = plan_.group(id).rule;
  if (since_start() < record.began + rule.timeout) return;  // the limit of an earlier round
  // What ended in this very turn may have decided it: then time did not.
  if (ws::judge(rule, record.tally) != GroupVerdict::open) return due_groups_.push_back(id);
  const GroupVerdict verdict = judge_at_timeout(rule, record.tally);
  const std::string why = fmt::format("not done after {}", format_duration(rule.timeout));
  note(GroupDecided{id,
                    verdict == GroupVerdict::success ? StepState::succeeded : StepState::timed_out,
                    NodeId(), why});
  cancel_rest(id, StopWhy::group_timeout,
              fmt::format("group '{}' was {}", plan_.group_id(id), why));
}

// Of the group around the node whose time is over.
Duration Engine::group_limit_of(NodeId node) const {
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    const Duration limit = plan_.group(g).rule.timeout;
    const GroupRecord& record = state_.group(g);
    const bool is_over = limit > Duration::zero() && since_start() >= record.began + limit;
    if (is_over && record.is_early) return limit;
  }
  return Duration::zero();
}

// The group cannot be carried out: its condition or its items have no value.
void Engine::fail_group(GroupId id, std::string why) {
  if (state_.group(id).is_decided) return;
  note(GroupDecided{id, StepState::failed, state_.group(id).failure, why});
  cancel_rest(id, StopWhy::group_failed,
              fmt::format("group '{}' failed: {}", plan_.group_id(id), why));
  due_groups_.push_back(id);
}

// `finally` steps run whenever what they follow has begun.
bool Engine::is_kept_alive(GroupId id) const {
  return state_.group(id).state == StepState::running;
}

void Engine::cancel_rest(GroupId top, StopWhy why, const std::string& text) {
  std::vector<NodeId> cancelled;
  std::vector<AttemptKey> running;
  walk(
      plan_, top,
      [&](NodeId node) {
        const StepState state = state_.node(node).state;
        if (state == StepState::running || is_settled(state)) return;
        if (plan_.node(node).is_finally && is_kept_alive(plan_.node(node).group)) return;
        admission_.forget(node);
        note(StepFinished{node, StepState::cancelled, text, false});
        cancelled.push_back(node);
      },
      [&](GroupId inner) {
        const PlanGroup& group = plan_.group(inner);
        if (group.is_finally && is_kept_alive(group.parent)) return false;
        if (state_.group(inner).tally.unsettled == 0) due_groups_.push_back(inner);
        return true;  // one that has joined may have members in the background
      });
  for (const AttemptState& attempt : state_.running()) {
    if (attempt.key.is_compensation()) continue;
    const NodeId node = attempt.key.node;
    GroupId around = plan_.node(node).group;
    bool is_spared = plan_.node(node).is_finally;
    while (around.is_valid() && around != top) {
      is_spared = is_spared || plan_.group(around).is_finally;
      around = plan_.group(around).parent;
    }
    if (around == top && !is_spared) running.push_back(attempt.key);
  }
  for (const AttemptKey& key : running) ask_to_stop(key, why);
  for (const NodeId node : cancelled) skip_dependents(node);
}

GroupJoined Engine::joined(GroupId id) const {
  const GroupRecord& record = state_.group(id);
  GroupJoined fact{id, StepState::succeeded, record.failure, false};
  const bool was_cancelled =
      record.failure.is_valid() && state_.node(record.failure).state == StepState::cancelled;
  if (record.is_decided) {
    fact.state = record.decision;
  } else if (record.state != StepState::running) {
    fact.state = was_cancelled ? StepState::cancelled : StepState::skipped;
  } else if (ws::judge(plan_.group(id).rule, record.tally) == GroupVerdict::failure) {
    fact.state = was_cancelled ? StepState::cancelled : StepState::failed;
  }
  if (!is_failure(fact.state) || fact.state == StepState::cancelled) return fact;
  // What the failure of a whole group or fan-out means is for the level above it to say.
  const NodeId end = plan_.group(id).end;
  const PlanGroup& group = plan_.group(id);
  const bool is_critical =
      group.role != GroupRole::fan_out ||
      plan_.workset().workstreams[group.workstream].steps[group.step].is_critical;
  fact.is_accepted = group.role != GroupRole::workstream && !group.is_failure_caught &&
                     (!is_critical || policy_of(end) == OnFailure::carry_on);
  return fact;
}

void Engine::finish_group(GroupId id) {
  const GroupJoined fact = joined(id);
  if (run_again(id, fact)) return;
  const bool may_have_held_back = state_.may_run_again(id);
  round_due_.erase(id);
  note(fact);
  if (may_have_held_back) {
    std::vector<NodeId> inside;
    walk(
        plan_, id, [&](NodeId node) { inside.push_back(node); },
        [&](GroupId inner) {
          inside.push_back(plan_.group(inner).end);
          return true;
        });
    for (const NodeId node : inside) {
      if (is_settled(state_.node(node).state)) skip_dependents(node);
    }
  }
  const NodeId end = plan_.group(id).end;
  if (plan_.group(id).role == GroupRole::workstream)
    admission_.workstream_ended(plan_.group(id).workstream);
  skip_dependents(end);
  const PlanGroup& group = plan_.group(id);
  const bool is_own_failure = is_failure(fact.state) && fact.state != StepState::cancelled;
  if (is_own_failure && group.role != GroupRole::workstream && !group.is_failure_caught &&
      !fact.is_accepted) {
    suffer(end, policy_of(end));
  }
}

// A group with a condition, with rounds, or with items to find.
void Engine::meet_group(NodeId begin) {
  const GroupId id = plan_.node(begin).group;
  const PlanGroup& group = plan_.group(id);
  if (state_.has_joined(id)) return;
  if (!may_go_on_with(begin)) return due_groups_.push_back(id);
  if (!passes_condition(begin)) return;
  const Group* written = written_group(plan_.workset(), plan_.group(id));
  // A later round is met only when it is gone on with: it was asked for before it began.
  const bool is_loop = state_.may_run_again(id) && state_.group(id).round == 1 && written->repeat &&
                       !written->repeat->while_.empty();
  if (is_loop) {
    auto parsed = Expression::parse(written->repeat->while_);
    std::variant<bool, NoValue> tested = NoValue{"it is no expression"};
    if (auto* expression = std::get_if<Expression>(&parsed))
      tested = expression->test(values_.look_up({group.end, 1, 0}));
    if (const NoValue* none = std::get_if<NoValue>(&tested))
      return fail_group(id, "its loop condition has no value: " + none->why);
    if (!std::get<bool>(tested)) {
      return begin_without_a_round(id, condition_failed(written->repeat->while_));
    }
  }
  if (group.is_dynamic && group.items.empty()) return find_items(id);
  note(GroupBegan{id});
}

void Engine::find_items(GroupId id) {
  const PlanGroup& group = plan_.group(id);
  const Step& step = plan_.workset().workstreams[group.workstream].steps[group.step];
  const ForEach& wanted = *step.details().for_each;
  if (wanted.kind != ForEach::Kind::from) {
    const AttemptKey expansion{group.begin, 1, AttemptKey::kExpansion};
    // Already looked for: a group that was skipped and began again in one turn is met twice.
    if (find_running(expansion) == nullptr) start_part(expansion);
    return;
  }
  auto parsed = Expression::parse(wanted.source);
  if (auto* mistake = std::get_if<ExpressionMistake>(&parsed))
    return fail_group(id, "its items have no value: " + mistake->message);
  const Evaluated value =
      std::get<Expression>(parsed).evaluate(values_.look_up({group.begin, 1, 0}));
  const NoValue* none = std::get_if<NoValue>(&value);
  if (none != nullptr && options_.is_dry) return expand(id, {});
  if (none != nullptr) return fail_group(id, "its items have no value: " + none->why);
  const auto* list = std::get_if<Datum::List>(&std::get<Datum>(value).value);
  if (list == nullptr) {
    return fail_group(id, fmt::format("its items are no list: '{}' is {}", wanted.source,
                                      describe_kind(std::get<Datum>(value))));
  }
  std::vector<std::string> items;
  items.reserve(list->size());
  for (const Datum& item : *list) items.push_back(to_json(item));
  expand(id, std::move(items));
}

void Engine::expand(GroupId id, std::vector<std::string> items) {
  note(FanOutExpanded{id, std::move(items)});
  if (options_.resume != nullptr) options_.resume->items_found(id);
}

void Engine::after_expansion(const EndedInput& input, bool is_success) {
  const GroupId id = plan_.node(input.key.node).group;
  if (!may_go_on_with(input.key.node)) {
    due_groups_.push_back(id);
  } else if (is_success) {
    expand(id, input.result.items);
  } else {
    fail_group(id, "its items were not found: " + describe(input.result.outcome));
  }
}

bool Engine::passes_condition(NodeId node) {
  const PlanNode& of = plan_.node(node);
  std::string_view condition;
  const Step* step = plan_.step_if_any(node);
  if (of.kind == NodeKind::begin) {
    const Group* written = written_group(plan_.workset(), plan_.group(of.group));
    const PlanGroup& group = plan_.group(of.group);
    if (written != nullptr && group.role == GroupRole::group) condition = written->when;
    if (group.role == GroupRole::fan_out) {
      const auto& when =
          plan_.workset().workstreams[group.workstream].steps[group.step].details().when;
      if (!speaks_of_item(when)) condition = when;
    }
  } else if (step != nullptr && !step->details().when.empty()) {
    const bool is_item = of.item != PlanNode::kNoItem;
    if (!is_item || speaks_of_item(step->details().when)) condition = step->details().when;
  }
  if (condition.empty()) return true;
  auto parsed = Expression::parse(condition);
  std::variant<bool, NoValue> tested = NoValue{"it is no expression"};
  if (auto* expression = std::get_if<Expression>(&parsed))
    tested = expression->test(values_.look_up({node, 1, 0}));
  if (const bool* holds = std::get_if<bool>(&tested); holds != nullptr && *holds) return true;
  if (const NoValue* none = std::get_if<NoValue>(&tested)) {
    if (options_.is_dry) return true;  // nothing ran that could have given it one
    std::string why = fmt::format("its condition has no value: {}", none->why);
    if (of.kind == NodeKind::begin) {
      fail_group(of.group, std::move(why));
    } else {
      finish_step(node, StepState::failed, std::move(why));
    }
    return false;
  }
  const std::string why = condition_failed(condition);
  std::vector<NodeId> skipped;
  if (of.kind == NodeKind::begin) {
    skip_group(node, NodeId(), why, skipped);
  } else {
    note(StepSkipped{node, NodeId(), why});
    skipped.push_back(node);
  }
  for (const NodeId id : skipped) skip_dependents(id);
  return false;
}

}  // namespace ws
