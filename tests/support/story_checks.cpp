// The invariants of every run (DESIGN.md section 13): checked by Story at each event against the
// fold of the events before it, and against the live state after each turn.
#include <map>
#include <set>
#include <string>

#include "engine/breaker.h"
#include "engine/group_rule.h"
#include "model/scope_pattern.h"
#include "support/catch.h"
#include "support/story.h"

namespace ws::test {
namespace {

bool is_finally_inside(const Plan& plan, NodeId node, GroupId around) {
  if (plan.node(node).is_finally) return true;
  const NodeKind kind = plan.node(node).kind;
  GroupId g = plan.node(node).group;
  if (kind == NodeKind::end || kind == NodeKind::begin) {
    if (plan.group(g).is_finally) return true;
    g = plan.group(g).parent;
  }
  for (; g.is_valid() && g != around; g = plan.group(g).parent) {
    if (plan.group(g).is_finally) return true;
  }
  return false;
}

bool is_decided_without_rest(const Plan& plan, const RunState& state, GroupId id) {
  const GroupRecord& record = state.group(id);
  if (!record.is_early) return false;
  const GroupRule& rule = plan.group(id).rule;
  const bool is_race = rule.join == Join::any || rule.join == Join::first;
  const bool runs_on = is_race && is_success(record.decision) && rule.losers == Losers::background;
  return !runs_on;
}

// The files of the step, and of its workstream towards the steps of another.
std::vector<std::string> files_of(const Plan& plan, NodeId node, NodeId towards) {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<ScopePattern>& scope) {
    for (const ScopePattern& pattern : scope) out.push_back(pattern.pattern);
  };
  const Step* step = plan.step_if_any(node);
  if (step != nullptr && step->details_if_any) add(step->details().files_scope);
  if (plan.node(node).workstream != plan.node(towards).workstream)
    add(plan.workstream_of(node).files_scope);
  return out;
}

bool share_files(const Plan& plan, NodeId a, NodeId b) {
  const bool are_items =
      plan.node(a).item != PlanNode::kNoItem && plan.node(a).group == plan.node(b).group;
  if (are_items) return false;
  for (const std::string& one : files_of(plan, a, b)) {
    for (const std::string& other : files_of(plan, b, a)) {
      if (scopes_overlap(normal_scope(one), normal_scope(other))) return true;
    }
  }
  return false;
}

}  // namespace

bool Story::is_unwanted(NodeId node) const {
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (is_decided_without_rest(plan_, *folded_, g) && !is_finally_inside(plan_, node, g))
      return true;
  }
  return false;
}

// Before the start is folded.
void Story::check_start(AttemptKey key) {
  const RunState& state = *folded_;
  INFO("start of " << attempt_name(key));
  if (key.is_compensation()) {
    REQUIRE(state.is_rolling_back());
    return;
  }
  const bool is_finally = is_finally_inside(plan_, key.node, GroupId());
  if (state.stop()) REQUIRE((state.stop() == StopWhy::fail_fast && is_finally));
  REQUIRE_FALSE(is_unwanted(key.node));
  const NodeRecord& record = state.node(key.node);
  const bool goes_on = record.state == StepState::running && record.attempts == key.attempt;
  if (goes_on && !key.is_expansion()) return;  // the next part of an attempt
  REQUIRE_FALSE(state.paused_until().has_value());
  const auto open = state.open_breakers().find(holding_scope_of(plan_, key.node));
  if (open != state.open_breakers().end() && open->second.until > Duration::zero()) {
    REQUIRE(open->second.until <= clock_.now().time_since_epoch());
    REQUIRE((!open->second.probe.is_valid() || open->second.probe == key.node));
  }
  const bool may_start = record.state == StepState::ready || record.state == StepState::backing_off;
  REQUIRE(may_start);
  for (const PlanEdge& edge : plan_.predecessors(key.node)) {
    REQUIRE(is_settled(state.node(edge.node).state));
    REQUIRE(state.is_satisfied(edge.node, edge));
    REQUIRE_FALSE(state.is_held_back(edge.node, key.node));
  }
  for (GroupId g = plan_.node(key.node).group; g.is_valid(); g = plan_.group(g).parent) {
    const bool is_own_gate = plan_.group(g).begin == key.node;
    if (!is_own_gate) REQUIRE(state.node(plan_.group(g).begin).state == StepState::succeeded);
  }
  if (key.is_expansion()) return;
  REQUIRE(finished_[key.node] == 0);
  if (record.state == StepState::backing_off) {
    REQUIRE(state.retry_due(key.node) <= clock_.now().time_since_epoch());
  }
}

// What runs at once, the node that just started included.
void Story::check_shares(NodeId node) const {
  const RunState& state = *folded_;
  const Workset& workset = plan_.workset();
  const std::uint32_t limit =
      options.is_sequential ? 1 : state.workers().value_or(options.max_workers);
  std::set<NodeId> running;
  for (const AttemptState& attempt : state.running()) {
    if (attempt.key.part >= AttemptKey::kCompensation) continue;
    if (!is_wait(plan_.step_if_any(attempt.key.node))) running.insert(attempt.key.node);
  }
  if (!running.contains(node)) return;
  REQUIRE(running.size() <= limit);
  std::map<GroupId, std::uint32_t> in_group;
  std::map<std::string, std::uint32_t> in_pool;
  std::map<std::string, std::uint32_t> places;
  std::set<std::string> conflicts;
  std::set<std::uint32_t> workstreams;
  for (const NodeId other : running) {
    const PlanNode& of = plan_.node(other);
    if (other != node) REQUIRE_FALSE(share_files(plan_, node, other));
    workstreams.insert(of.workstream);
    for (GroupId g = of.group; g.is_valid(); g = plan_.group(g).parent) ++in_group[g];
    const Step* step = plan_.step_if_any(other);
    if (step == nullptr || !step->details_if_any) continue;
    const Workstream& workstream = workset.workstreams[of.workstream];
    for (const auto& [name, count] : workstream.pools) places[workstream.id + name] = count;
    for (const auto& [name, count] : step->details().pools) in_pool[workstream.id + name] += count;
    const std::string& conflict = step->details().conflict_group;
    const bool is_shared = conflict == workstream.conflict_group;
    if (!conflict.empty())
      REQUIRE(conflicts.insert(is_shared ? workstream.id + "/" + conflict : conflict).second);
    if (!step->details().parallel_ok) REQUIRE(running.size() == 1);
  }
  for (const auto& [group, count] : in_group) {
    const GroupRule& rule = plan_.group(group).rule;
    if (rule.max_workers > 0) REQUIRE(count <= rule.max_workers);
    if (rule.execute == Execute::sequential) REQUIRE(count == 1);
  }
  for (const auto& [pool, count] : in_pool) REQUIRE(count <= places[pool]);
  for (const std::uint32_t w : workstreams) {
    if (!workset.workstreams[w].parallel_ok) REQUIRE(workstreams.size() == 1);
    const std::string& conflict = workset.workstreams[w].conflict_group;
    if (!conflict.empty()) REQUIRE(conflicts.insert(conflict).second);
  }
}

// What a group holds may end again in its next round.
void Story::forget_ends(GroupId top) {
  for (auto& [node, count] : finished_) {
    for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
      if (g != top) continue;
      count = 0;
      break;
    }
  }
}

void Story::check_invariants() {
  const RunState& state = engine_->state();
  INFO(last_told());
  const auto& counts = state.counts();
  REQUIRE(counts.waiting + counts.ready + counts.running + counts.settled() == counts.total);
  // What was observed gives the same state again.
  REQUIRE(folded_plan_->node_count() == plan_.node_count());
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeId id(i);
    if (folded_->node(id).state == state.node(id).state) continue;
    INFO(scope_name(id));
    REQUIRE(name(folded_->node(id).state) == name(state.node(id).state));
  }
  for (std::size_t g = 0; g < plan_.groups().size(); ++g) {
    const GroupRecord& folded = folded_->group(GroupId(g));
    const GroupRecord& live = state.group(GroupId(g));
    const bool is_same = folded.state == live.state && folded.is_decided == live.is_decided &&
                         folded.round == live.round && folded.failure == live.failure &&
                         folded.tally.unsettled == live.tally.unsettled &&
                         folded.tally.failed == live.tally.failed &&
                         folded.tally.succeeded == live.tally.succeeded;
    REQUIRE(is_same);
  }
  REQUIRE(folded_->status() == state.status());
  REQUIRE(folded_->running().size() == state.running().size());
  // Who is not wanted any more was really asked to stop.
  const bool is_stopped = state.stop() && state.stop() != StopWhy::store_failed;
  for (const AttemptState& attempt : state.running()) {
    if (attempt.stopping || attempt.key.is_compensation()) continue;
    INFO(attempt_name(attempt.key) << " runs on");
    REQUIRE_FALSE(is_unwanted(attempt.key.node));
    if (!is_stopped) continue;
    const bool is_spared =
        state.stop() == StopWhy::fail_fast && is_finally_inside(plan_, attempt.key.node, GroupId());
    REQUIRE(is_spared);
  }
  if (!engine_->is_finished()) return;
  REQUIRE(counts.settled() == counts.total);
  for (std::size_t g = 0; g < plan_.groups().size(); ++g) {
    INFO(group_name(GroupId(g)));
    REQUIRE(state.has_joined(GroupId(g)));
  }
}

}  // namespace ws::test
