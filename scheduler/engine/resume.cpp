#include "engine/resume.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/definition_parts.h"

namespace ws {
namespace {

bool is_gate(NodeKind kind) { return kind == NodeKind::begin || kind == NodeKind::end; }

}  // namespace

Resume::Resume(const Plan& plan, EarlierRuns earlier, const PartsNow& parts, ResumeWish wish)
    : plan_(plan), earlier_(std::move(earlier)), caught_(plan_, earlier_), wish_(std::move(wish)) {
  is_again_.assign(plan_.node_count(), false);
  is_begun_anew_.assign(plan_.groups().size(), false);
  for (const NodeId node : wish_.again) is_again_[node.index()] = true;
  judge_all(parts);
  while (restart_changed_rounds()) judge_all(parts);
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) count(NodeId(i), parts);
}

void Resume::judge_all(const PartsNow& parts) {
  verdicts_.assign(plan_.node_count(), {});
  equal_items_.clear();
  parts_of_items_.clear();
  for (const NodeId node : plan_.order()) judge(node, parts);
}

bool Resume::is_asked_for(NodeId node) const {
  if (is_again_[node.index()]) return true;
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (is_again_[plan_.group(g).end.index()]) return true;
  }
  return false;
}

bool Resume::is_begun_anew(NodeId node) const {
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (is_begun_anew_[g.index()]) return true;
  }
  return false;
}

const EarlierStep* Resume::find(NodeId node) {
  const Workstream& workstream = plan_.workstream_of(node);
  const Step* step = plan_.step_if_any(node);
  if (step == nullptr) return earlier_.find(workstream.id, {});
  const std::string_view item = plan_.item_of(node);
  if (item.empty()) return earlier_.find(workstream.id, step->id);
  std::string key = item_key(item);
  std::size_t& seen = equal_items_[plan_.node(node).group][key];
  return earlier_.find(workstream.id, step->id, key, seen++);
}

// The run went on with how it ended.
bool Resume::is_final(NodeId node, const EarlierStep& step) const {
  return step.is_final || caught_.holds(node);
}

// It came to nothing on purpose, and will again.
bool Resume::is_passed_over(NodeId node, const EarlierStep& step) const {
  return step.state == StepState::skipped ||
         (step.state == StepState::cancelled && is_final(node, step));
}

bool Resume::stands(NodeId node, const EarlierStep& step) const {
  // Nothing runs forward any more that could miss them.
  if (earlier_.is_rolling_back) return is_settled(step.state);
  if (step.is_output_lost || step.is_half_undone) return false;
  if (is_success(step.state)) return true;
  if (step.state == StepState::skipped) return step.attempts > 0;  // it ran, and changed nothing
  const bool is_own_failure = step.state == StepState::failed || step.state == StepState::timed_out;
  return is_own_failure && !wish_.retries_failures && is_final(node, step);
}

NodeId Resume::unclean_before(NodeId node) const {
  for (const PlanEdge& edge : plan_.predecessors(node)) {
    if (!verdicts_[edge.node.index()].is_clean) return edge.node;
  }
  return {};
}

std::uint32_t Resume::latest_before(NodeId node) const {
  std::uint32_t latest = 0;
  for (const PlanEdge& edge : plan_.predecessors(node))
    latest = std::max(latest, verdicts_[edge.node.index()].executed_in);
  return latest;
}

void Resume::judge(NodeId node, const PartsNow& parts) {
  Verdict& verdict = verdicts_[node.index()];
  const NodeKind kind = plan_.node(node).kind;
  if (is_gate(kind)) return judge_gate(node, parts);
  // Checks before everything say what holds now; nothing is made of them.
  if (kind == NodeKind::preflight) {
    verdict.is_clean = true;
    return;
  }
  const EarlierStep* earlier = find(node);
  verdict.earlier = earlier;
  const bool is_asked = is_asked_for(node);
  // While undoing nothing runs again, whatever comes of what is looked for again before it.
  const bool is_before_clean = earlier_.is_rolling_back || !unclean_before(node).is_valid();
  if (earlier != nullptr) {
    verdict.is_same =
        wish_.is_definition_kept || earlier_.is_rolling_back || earlier->parts == parts(node);
    const bool is_untouched =
        verdict.is_same && is_before_clean && !is_asked && !is_begun_anew(node);
    // What was done again in a later run came after it.
    const bool is_up_to_date = earlier_.is_rolling_back || wish_.keeps_dependents ||
                               latest_before(node) <= earlier->executed_in;
    verdict.is_kept = is_untouched && is_up_to_date && stands(node, *earlier);
    if (verdict.is_kept) verdict.executed_in = earlier->executed_in;
    verdict.is_clean = verdict.is_kept || (is_untouched && is_passed_over(node, *earlier));
  }
  if (is_asked && wish_.keeps_dependents) verdict.is_clean = true;
}

// A begin gate comes to the same as what is before it; an end gate, as its members.
void Resume::judge_gate(NodeId gate, const PartsNow& parts) {
  Verdict& verdict = verdicts_[gate.index()];
  const GroupId id = plan_.node(gate).group;
  const PlanGroup& group = plan_.group(id);
  if (plan_.node(gate).kind == NodeKind::begin) {
    verdict.is_clean = !unclean_before(gate).is_valid();
    verdict.executed_in = latest_before(gate);
    if (group.role == GroupRole::fan_out) parts_of_items_[id] = parts(gate);
    return;
  }
  const auto is_clean = [&](NodeId node) {
    return plan_.node(node).kind == NodeKind::preflight || verdicts_[node.index()].is_clean;
  };
  const auto members = plan_.members(id);
  const auto inner = plan_.inner_groups(id);
  verdict.is_clean = is_clean(group.begin) &&
                     std::all_of(members.begin(), members.end(), is_clean) &&
                     std::all_of(inner.begin(), inner.end(),
                                 [&](GroupId of) { return is_clean(plan_.group(of).end); });
  verdict.executed_in = verdicts_[group.begin.index()].executed_in;
  const auto note_run = [&](NodeId node) {
    verdict.executed_in = std::max(verdict.executed_in, verdicts_[node.index()].executed_in);
  };
  std::for_each(members.begin(), members.end(), note_run);
  for (const GroupId of : inner) note_run(plan_.group(of).end);
  if (!verdict.is_clean && is_clean(group.begin) && is_won_as_before(id)) verdict.is_clean = true;
  const bool is_known = !group.is_dynamic || !members.empty();
  if (is_known && !earlier_.is_rolling_back && has_other_members(id)) verdict.is_clean = false;
  // Its items are not known yet: what came of the whole has to do.
  if (!group.is_dynamic || !members.empty()) return;
  const EarlierGroup* earlier =
      earlier_.find_group(plan_.workstream_of(gate).id, plan_.group_id(id), group.role);
  verdict.is_clean = verdict.is_clean && earlier != nullptr && earlier->has_joined_well &&
                     !is_asked_for(gate) &&
                     (wish_.is_definition_kept || earlier->parts == parts_of_items_[id]);
  // Which run found the items again does not matter, but which ran them.
  const Workstream& workstream = plan_.workset().workstreams[group.workstream];
  if (verdict.is_clean)
    verdict.executed_in = std::max(
        verdict.executed_in, earlier_.latest_item(workstream.id, workstream.steps[group.step].id));
}

const EarlierStep* Resume::skipped_at_will(NodeId node) const {
  const Verdict& verdict = verdicts_[node.index()];
  const bool is_as_before = verdict.is_clean && !verdict.is_kept && verdict.earlier != nullptr;
  return is_as_before && verdict.earlier->is_skipped_at_will ? verdict.earlier : nullptr;
}

const EarlierGroup* Resume::earlier_group(GroupId id) const {
  const PlanGroup& group = plan_.group(id);
  const std::string_view workstream = plan_.workset().workstreams[group.workstream].id;
  return earlier_.find_group(workstream, plan_.group_id(id), group.role);
}

bool Resume::has_other_members(GroupId id) const {
  const EarlierGroup* earlier = earlier_group(id);
  return earlier != nullptr && earlier->members != plan_.group(id).member_count;
}

bool Resume::ends_otherwise(GroupId id, StepState now) const {
  const EarlierGroup* earlier = earlier_group(id);
  return earlier != nullptr && is_settled(earlier->state) &&
         is_success(earlier->state) != is_success(now);
}

// A race that was won stands with its winners, whatever became of the others.
bool Resume::is_won_as_before(GroupId id) const {
  const PlanGroup& group = plan_.group(id);
  const bool is_race = group.rule.join == Join::first || group.rule.join == Join::any;
  const EarlierGroup* earlier = earlier_group(id);
  if (!is_race || earlier == nullptr || !earlier->has_joined_well) return false;
  std::uint32_t winners = 0;
  for (const NodeId member : plan_.members(id)) {
    const Verdict& verdict = verdicts_[member.index()];
    const bool had_won = verdict.earlier != nullptr && is_success(verdict.earlier->state);
    if (had_won && !verdict.is_kept) return false;
    if (had_won) ++winners;
  }
  for (const GroupId inner : plan_.inner_groups(id)) {
    if (verdicts_[plan_.group(inner).end.index()].is_clean) ++winners;
  }
  return winners >= std::max(group.rule.join_count, 1U);
}

// What its `finally` steps took away is needed by members that run again.
bool Resume::is_torn_down(GroupId id) const {
  if (verdicts_[plan_.group(id).end.index()].is_clean) return false;
  const auto members = plan_.members(id);
  const auto inner = plan_.inner_groups(id);
  const bool is_needed =
      std::any_of(members.begin(), members.end(),
                  [&](NodeId member) {
                    return !plan_.node(member).is_finally && !verdicts_[member.index()].is_clean;
                  }) ||
      std::any_of(inner.begin(), inner.end(), [&](GroupId of) {
        return !plan_.group(of).is_finally && !verdicts_[plan_.group(of).end.index()].is_clean;
      });
  return is_needed && std::any_of(members.begin(), members.end(), [&](NodeId member) {
           const EarlierStep* earlier = verdicts_[member.index()].earlier;
           return plan_.node(member).is_finally && earlier != nullptr && earlier->attempts > 0;
         });
}

// The file allows fewer rounds now.
bool Resume::is_beyond_its_rounds(GroupId id) const {
  const Group* written = written_group(plan_.workset(), plan_.group(id));
  const std::uint32_t round = round_of(id);
  if (written == nullptr || !has_rounds(plan_.workset(), plan_.group(id))) return true;
  const bool is_looping = written->repeat && round <= written->repeat->max_rounds;
  const bool is_retried =
      written->retry && (written->retry->attempts == 0 || round <= written->retry->attempts);
  return !is_looping && !is_retried;
}

std::uint32_t Resume::round_of(GroupId id) const {
  const PlanGroup& group = plan_.group(id);
  const EarlierGroup* earlier = earlier_group(id);
  if (earlier == nullptr || is_begun_anew(group.end)) return 1;
  return verdicts_[group.begin.index()].is_clean ? earlier->round : 1;
}

// A later round is gone on with as it was left, or begun from the first: what its steps did in it
// says nothing about an earlier one. True when some group was found that has to begin anew.
bool Resume::restart_changed_rounds() {
  bool has_found = false;
  for (std::uint32_t g = 0; g < plan_.groups().size(); ++g) {
    const GroupId id(g);
    if (is_begun_anew_[g]) continue;
    const bool is_late = round_of(id) > 1 && (is_beyond_its_rounds(id) || has_change_inside(id));
    if (!is_late && (earlier_.is_rolling_back || !is_torn_down(id))) continue;
    is_begun_anew_[g] = true;
    has_found = true;
  }
  return has_found;
}

bool Resume::has_change_inside(GroupId top) const {
  std::vector<GroupId> inside = {top};
  while (!inside.empty()) {
    const GroupId id = inside.back();
    inside.pop_back();
    for (const NodeId node : plan_.members(id)) {
      const Verdict& verdict = verdicts_[node.index()];
      const bool was_done = verdict.earlier != nullptr && stands(node, *verdict.earlier);
      if (was_done && !verdict.is_kept) return true;
    }
    for (const GroupId inner : plan_.inner_groups(id)) inside.push_back(inner);
  }
  return false;
}

void Resume::items_found(GroupId id) {
  verdicts_.resize(plan_.node_count());
  is_again_.resize(plan_.node_count(), false);
  const PlanGroup& group = plan_.group(id);
  const bool is_begin_clean = earlier_.is_rolling_back || verdicts_[group.begin.index()].is_clean;
  equal_items_.erase(id);
  for (const NodeId node : plan_.members(id)) {
    Verdict& verdict = verdicts_[node.index()];
    verdict.earlier = find(node);
    if (verdict.earlier == nullptr) continue;
    verdict.is_same = wish_.is_definition_kept || earlier_.is_rolling_back ||
                      verdict.earlier->parts == parts_of_items_[id];
    const bool is_up_to_date =
        earlier_.is_rolling_back || wish_.keeps_dependents ||
        verdicts_[group.begin.index()].executed_in <= verdict.earlier->executed_in;
    verdict.is_kept = verdict.is_same && is_begin_clean && is_up_to_date && !is_asked_for(node) &&
                      !is_begun_anew(node) && stands(node, *verdict.earlier);
    verdict.is_clean = verdict.is_kept;
  }
}

const EarlierStep* Resume::kept(NodeId node) const {
  const Verdict& verdict = verdicts_[node.index()];
  return verdict.is_kept ? verdict.earlier : nullptr;
}

const EarlierStep* Resume::interrupted(NodeId node) const {
  const Verdict& verdict = verdicts_[node.index()];
  const bool is_open = verdict.earlier != nullptr && verdict.is_same && !is_asked_for(node) &&
                       !is_begun_anew(node) &&
                       (verdict.earlier->state == StepState::running ||
                        verdict.earlier->state == StepState::backing_off);
  return is_open && !unclean_before(node).is_valid() ? verdict.earlier : nullptr;
}

void Resume::count(NodeId node, const PartsNow& parts) {
  if (plan_.node(node).kind != NodeKind::step) return;
  const Verdict& verdict = verdicts_[node.index()];
  if (verdict.is_kept) {
    ++counts_.kept;
  } else if (verdict.earlier == nullptr ||
             (!stands(node, *verdict.earlier) && !verdict.earlier->is_output_lost &&
              !verdict.earlier->is_half_undone)) {
    ++counts_.to_run;
  } else {
    ++counts_.changed;
    again_.push_back({node, why_again(node, parts), !verdict.is_same});
  }
}

std::string Resume::why_again(NodeId node, const PartsNow& parts) const {
  const EarlierStep& earlier = *verdicts_[node.index()].earlier;
  if (is_asked_for(node)) return "asked for";
  if (!verdicts_[node.index()].is_same) {
    const std::vector<std::string> what = changed_parts(earlier.parts, parts(node));
    return fmt::format("its {} changed", what.empty() ? "definition" : listed(what));
  }
  if (is_begun_anew(node)) return "its group begins anew";
  if (earlier.is_half_undone) return "it was not undone to the end";
  if (earlier.is_output_lost) {
    const bool is_masked = std::any_of(earlier.outputs.begin(), earlier.outputs.end(),
                                       [](const NamedValue& value) { return value.is_masked; });
    return is_masked ? "one of its outputs held a secret, which is not kept"
                     : "a file that holds one of its outputs is gone";
  }
  NodeId before = unclean_before(node);
  // A begin gate runs nothing: what is before it does.
  while (before.is_valid() && plan_.node(before).kind == NodeKind::begin)
    before = unclean_before(before);
  if (!before.is_valid()) return "what it depends on ran after it";
  return fmt::format(
      "'{}' {}", plan_.member_name(before),
      verdicts_[before.index()].earlier == nullptr && plan_.node(before).kind == NodeKind::step
          ? "has not run yet"
          : "runs again");
}

}  // namespace ws
