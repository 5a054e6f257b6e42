// Rounds of a group: another one after a failure that its retry forgives, or because its loop goes
// on. Part of the update half of the engine.
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/engine.h"
#include "engine/group_walk.h"
#include "engine/retry.h"
#include "model/expression.h"

namespace ws {

// Then nothing of it may be left running when the next round begins.
bool Engine::has_rounds_around(GroupId id) const {
  for (; id.is_valid(); id = plan_.group(id).parent) {
    if (state_.may_run_again(id)) return true;
  }
  return false;
}

// Nothing around the group, and no stop, keeps its members from starting again.
bool Engine::may_begin_round(GroupId id) const {
  const PlanGroup& group = plan_.group(id);
  const bool is_left_alone = !state_.stop() || is_spared(group.begin, *state_.stop());
  return may_go_on() && is_left_alone && !is_closed(group.parent, group.is_finally);
}

// A breaker over it says that there is no use in another try.
bool Engine::is_broken_for_good(GroupId id) const {
  for (GroupId g = id; g.is_valid(); g = plan_.group(g).parent) {
    const auto open = state_.open_breakers().find(plan_.group(g).end);
    if (open != state_.open_breakers().end() && open->second.until == Duration::zero()) return true;
  }
  return false;
}

void Engine::restart_group(GroupRestarted fact) {
  const GroupId id = fact.group;
  const Duration due = fact.due;
  note(std::move(fact));
  // A new start for the breakers inside too.
  admission_.unhold(plan_.group(id).end);
  walk(
      plan_, id, [](NodeId) {},
      [&](GroupId inner) {
        admission_.unhold(plan_.group(inner).end);
        return true;
      });
  // What was to be looked at is history.
  std::erase_if(due_groups_, [&](GroupId inner) {
    while (inner.is_valid() && inner != id) inner = plan_.group(inner).parent;
    return inner == id;
  });
  round_due_[id] = due;
  if (due <= since_start()) return begin_round(id);
  add_timer(due, TimerKind::group_round, id.value);
}

// Another round: after a failure that the group's retry forgives, or because its loop goes on.
bool Engine::run_again(GroupId id, const GroupJoined& fact) {
  if (!state_.may_run_again(id) || !may_begin_round(id)) return false;
  const GroupRecord& record = state_.group(id);
  if (record.state != StepState::running) return false;
  const Group& written = *written_group(plan_.workset(), plan_.group(id));
  const std::uint32_t round = record.round;
  if (is_failure(fact.state) && fact.state != StepState::cancelled && written.retry) {
    RetryPolicy retry = *written.retry;
    if (retry.attempts == 0) retry.attempts = kDefaultAttempts;
    if (round >= retry.attempts || is_broken_for_good(id)) return false;
    const Duration delay = delay_before(retry, round + 1, options_.seed, plan_.group(id).end.value);
    const Duration due = since_start() + delay;
    const std::string why = fact.cause.is_valid()
                                ? fmt::format("'{}' failed", plan_.member_name(fact.cause))
                                : fmt::format("it was {}", name(fact.state));
    restart_group({id, round + 1, due, why});
    return true;
  }
  // A dry run shows each round's steps once.
  if (!is_success(fact.state) || !written.repeat || options_.is_dry) return false;
  const RepeatPolicy& repeat = *written.repeat;
  const LookUp look_up = values_.look_up({plan_.group(id).end, round, 0});
  const auto asks_for_more = [&](const std::string& text,
                                 bool wanted) -> std::variant<bool, NoValue> {
    auto parsed = Expression::parse(text);
    if (auto* mistake = std::get_if<ExpressionMistake>(&parsed)) return NoValue{mistake->message};
    auto tested = std::get<Expression>(parsed).test(look_up);
    if (const bool* value = std::get_if<bool>(&tested)) return *value == wanted;
    return std::get<NoValue>(tested);
  };
  std::variant<bool, NoValue> more = repeat.until.empty() && repeat.while_.empty();
  if (!repeat.until.empty()) more = asks_for_more(repeat.until, false);
  if (!repeat.while_.empty()) more = asks_for_more(repeat.while_, true);
  if (const NoValue* none = std::get_if<NoValue>(&more)) {
    fail_loop(id, "its loop condition has no value: " + none->why);
    return true;
  }
  if (!std::get<bool>(more)) return false;
  if (round >= repeat.max_rounds) {
    const bool is_counted = repeat.until.empty() && repeat.while_.empty();
    if (is_counted || !repeat.is_bound_an_error) return false;
    fail_loop(id, fmt::format("its loop was not done after {} rounds", round));
    return true;
  }
  restart_group({id, round + 1, since_start(), "next round"});
  return true;
}

void Engine::begin_round(GroupId id) {
  const auto due = round_due_.find(id);
  if (due == round_due_.end() || due->second > since_start()) return;
  round_due_.erase(due);
  if (!may_begin_round(id) || state_.group(id).state != StepState::waiting) return;
  note(GroupBegan{id});
  // What a member needs from outside has settled long ago, and may not be what it needs.
  std::set<NodeId> lost;
  const auto look_at = [&](NodeId node) {
    for (const PlanEdge& edge : plan_.predecessors(node)) {
      const bool is_over = is_settled(state_.node(edge.node).state);
      if (is_over && !state_.is_satisfied(edge.node, edge)) lost.insert(edge.node);
    }
  };
  walk(plan_, id, look_at, [&](GroupId inner) {
    look_at(plan_.group(inner).begin);
    return true;
  });
  for (const NodeId node : lost) skip_dependents(node);
}

// What is inside ends before the group begins: else those of its groups that wait for nothing else
// would be entered with it, and come to another end than those that still wait.
void Engine::begin_without_a_round(GroupId id, const std::string& why) {
  std::vector<NodeId> skipped;
  skip_group(plan_.group(id).begin, NodeId(), why, skipped);
  std::vector<GroupId> inside;  // the innermost last
  walk(
      plan_, id, [](NodeId) {},
      [&](GroupId inner) {
        inside.push_back(inner);
        return true;
      });
  for (auto inner = inside.rbegin(); inner != inside.rend(); ++inner) {
    if (!state_.has_joined(*inner)) finish_group(*inner);
  }
  note(GroupBegan{id});
  for (const NodeId node : skipped) skip_dependents(node);
}

// All members of its last round have settled, and well; it may have been decided before that.
void Engine::fail_loop(GroupId id, std::string why) {
  note(GroupDecided{id, StepState::failed, NodeId(), std::move(why)});
  due_groups_.push_back(id);
}

}  // namespace ws
