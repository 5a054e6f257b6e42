// What has to be so when something starts: its needs, the wishes of people, and what runs beside
// it.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "engine/breaker.h"
#include "engine/failure_policy.h"
#include "engine/group_rule.h"
#include "model/scope_pattern.h"
#include "support/invariants.h"

namespace ws::test {
namespace {

constexpr std::size_t kSmallPlan = 300;  // larger ones are spared what looks at every node

bool went_well(StepState state) {
  return state == StepState::succeeded || state == StepState::noop ||
         state == StepState::unverified || state == StepState::compensated;
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

bool Invariants::is_finally_inside(NodeId node, GroupId around) const {
  if (plan_.node(node).is_finally) return true;
  const NodeKind kind = plan_.node(node).kind;
  GroupId g = plan_.node(node).group;
  if (kind == NodeKind::end || kind == NodeKind::begin) {
    if (plan_.group(g).is_finally) return true;
    g = plan_.group(g).parent;
  }
  for (; g.is_valid() && g != around; g = plan_.group(g).parent) {
    if (plan_.group(g).is_finally) return true;
  }
  return false;
}

// A group around it was decided, and no member of it is wanted any more.
bool Invariants::is_unwanted(NodeId node) const {
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    const auto decided = decided_.find(g);
    if (decided == decided_.end() || is_finally_inside(node, g)) continue;
    const GroupRule& rule = plan_.group(g).rule;
    const bool is_race = rule.join == Join::any || rule.join == Join::first;
    const bool runs_on =
        is_race && went_well(decided->second.state) && rule.losers == Losers::background;
    if (!runs_on) return true;
  }
  return false;
}

std::uint32_t Invariants::limit() const {
  return options_.is_sequential ? 1 : folded_->workers().value_or(options_.max_workers);
}

bool Invariants::has_room_for_all() const {
  if (options_.start_gap > Duration::zero() || plan_.node_count() > kSmallPlan) return false;
  for (const PlanGroup& group : plan_.groups()) {
    if (group.rule.max_workers > 0 || group.rule.execute == Execute::sequential) return false;
  }
  for (const std::uint32_t w : plan_.workstreams()) {
    const Workstream& workstream = plan_.workset().workstreams[w];
    if (workstream.breaker || !workstream.parallel_ok || !workstream.conflict_group.empty() ||
        !workstream.files_scope.empty())
      return false;
    for (const Group& group : workstream.groups) {
      if (group.breaker) return false;
    }
    for (const Step& step : workstream.steps) {
      if (!step.details_if_any) continue;
      const StepDetails& details = step.details();
      if (details.breaker || !details.parallel_ok || !details.pools.empty() ||
          !details.conflict_group.empty() || !details.files_scope.empty())
        return false;
    }
  }
  return true;
}

bool Invariants::is_met(const PlanEdge& edge) const {
  const PlanNode& from = plan_.node(edge.node);
  if (from.kind == NodeKind::begin) return folded_->node(edge.node).state == StepState::succeeded;
  const End* end = from.kind == NodeKind::end ? end_of(from.group) : end_of(edge.node);
  if (end == nullptr) return false;
  const bool has_failed = end->state == StepState::failed || end->state == StepState::timed_out ||
                          end->state == StepState::cancelled;
  switch (edge.on) {
    case DependencyOn::done:
      return true;
    case DependencyOn::failure:
      return has_failed;
    case DependencyOn::success:
      break;
  }
  if (went_well(end->state)) return true;
  if (!has_failed || !end->is_accepted) return false;
  return edge.why == EdgeWhy::gate || on_failure_of(plan_, edge.node) == OnFailure::carry_on;
}

// What leaves a group with rounds waits for the last of them.
GroupId Invariants::group_to_wait_for(NodeId from, NodeId target) const {
  const PlanNode& of = plan_.node(from);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  for (GroupId g = is_gate ? plan_.group(of.group).parent : of.group; g.is_valid();
       g = plan_.group(g).parent) {
    GroupId around = plan_.node(target).group;
    while (around.is_valid() && around != g) around = plan_.group(around).parent;
    const bool has_left = around != g;
    if (has_left && has_rounds(plan_.workset(), plan_.group(g)) && end_of(g) == nullptr) return g;
  }
  return {};
}

void Invariants::check_needs(NodeId node) const {
  for (const PlanEdge& edge : plan_.predecessors(node)) {
    require(is_met(edge), "needs", [&] {
      return fmt::format("{} starts and needs {}", name_of(node), name_of(edge.node));
    });
    const GroupId open = group_to_wait_for(edge.node, node);
    require(!open.is_valid(), "rounds", [&] {
      return fmt::format("{} starts before the last round of group {}", name_of(node),
                         plan_.group_id(open));
    });
  }
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    const NodeId begin = plan_.group(g).begin;
    const bool is_entered = begin == node || folded_->node(begin).state == StepState::succeeded;
    require(is_entered, "needs", [&] {
      return fmt::format("{} starts in group {} before it has begun", name_of(node),
                         plan_.group_id(g));
    });
  }
}

void Invariants::check_breaker(NodeId node) const {
  const auto open = folded_->open_breakers().find(holding_scope_of(plan_, node));
  if (open == folded_->open_breakers().end() || open->second.until == Duration::zero()) return;
  const bool is_try = !open->second.probe.is_valid() || open->second.probe == node;
  require(open->second.until <= now() && is_try, "breaker", [&] {
    return fmt::format("{} starts under the open breaker of {}", name_of(node),
                       name_of(open->first));
  });
}

// Priority, then the longest remaining path, then file order; in file order when sequential.
void Invariants::check_order(NodeId node) const {
  if (!has_room_ || is_wait(plan_.step_if_any(node))) return;
  const auto rank = [&](NodeId of) {
    if (options_.is_sequential) return std::tuple(std::int64_t{0}, std::int64_t{0}, of.value);
    const Step* step = plan_.step_if_any(of);
    return std::tuple(-std::int64_t{step != nullptr ? step->priority : 0},
                      -std::int64_t{plan_.remaining_path(of)}, of.value);
  };
  for (std::uint32_t i = 0; i < folded_plan_->node_count(); ++i) {
    const NodeId other(i);
    const NodeKind kind = plan_.node(other).kind;
    if (other == node || kind == NodeKind::begin || kind == NodeKind::end) continue;
    if (folded_->node(other).state != StepState::ready || is_wait(plan_.step_if_any(other)))
      continue;
    require(rank(node) < rank(other), "order",
            [&] { return fmt::format("{} starts before {}", name_of(node), name_of(other)); });
  }
}

void Invariants::check_start(AttemptKey key) const {
  if (key.is_compensation()) return check_compensation(key);
  const NodeId node = key.node;
  const std::string what = name_of(key);
  const bool is_finally = is_finally_inside(node, GroupId());
  for (const StopWhy why : stops_) {
    require(why == StopWhy::fail_fast && is_finally, "stop",
            [&] { return fmt::format("{} starts after a stop ({})", what, name(why)); });
  }
  require(!is_unwanted(node), "not-needed",
          [&] { return what + " starts although a group around it is decided"; });
  const NodeRecord& record = folded_->node(node);
  const bool goes_on = record.state == StepState::running && record.attempts == key.attempt;
  if (goes_on && !key.is_expansion()) {
    const auto last = last_.find(node);
    const bool is_next = last != last_.end() && last->second.key.attempt == key.attempt &&
                         last->second.key.part < key.part;
    require(is_next, "ends-once", [&] { return what + " starts before what comes before it"; });
    return;
  }
  require(!folded_->pause(), "pause", [&] { return what + " starts in a pause"; });
  check_breaker(node);
  const bool is_waiting =
      record.state == StepState::ready || record.state == StepState::backing_off;
  require(is_waiting, "needs",
          [&] { return fmt::format("{} starts and is {}", what, name(record.state)); });
  check_needs(node);
  if (key.is_expansion()) return;
  require(end_of(node) == nullptr, "ends-once", [&] { return what + " starts after its end"; });
  if (record.state == StepState::backing_off)
    require(folded_->retry_due(node) <= now(), "retry-due",
            [&] { return what + " starts before its delay is over"; });
  const bool is_spaced = !last_start_ || now() - *last_start_ >= options_.start_gap;
  require(is_spaced || is_wait(plan_.step_if_any(node)), "gap",
          [&] { return what + " starts too soon after another"; });
  check_order(node);
}

void Invariants::check_compensation(AttemptKey key) const {
  const std::string what = "undoing " + name_of(key);
  require(is_rolling_back_, "rollback", [&] { return what + " without a rollback"; });
  // Its next try keeps the place of the one before, also when there are fewer places now.
  require(running_.size() < limit() || key.attempt > 1, "limit",
          [&] { return what + " beside too many others"; });
  for (const StopWhy why : stops_) {
    const bool is_gentle = why != StopWhy::killed && why != StopWhy::store_failed;
    require(is_gentle, "stop", [&] { return fmt::format("{} after {}", what, name(why)); });
  }
  require(!undone_.contains({key.node, key.part}), "rollback", [&] { return what + " again"; });
  if (plan_.node(key.node).kind != NodeKind::step) return;
  const auto can_be_undone = [&](NodeId node) {
    const Step* step = plan_.step_if_any(node);
    const End* end = end_of(node);
    return step != nullptr && end != nullptr && went_well(end->state) && !end->is_restored &&
           step->details().compensation && step->details().compensation->enabled;
  };
  require(can_be_undone(key.node), "rollback",
          [&] { return what + ", which has done nothing that can be undone"; });
  const Workstream& workstream = plan_.workstream_of(key.node);
  if (key.attempt > 1 || workstream.saga->order == RollbackOrder::custom) return;
  for (const PlanEdge& edge : plan_.successors(key.node)) {
    const bool is_own = plan_.node(edge.node).workstream == plan_.node(key.node).workstream;
    require(!is_own || !can_be_undone(edge.node) || undoing_.contains(edge.node), "rollback-order",
            [&] { return what + " before " + name_of(edge.node); });
  }
  const auto last = last_undone_.find(plan_.node(key.node).workstream);
  if (last == last_undone_.end() || workstream.saga->order != RollbackOrder::reverse) return;
  const End& end = *end_of(key.node);
  require(end.is_taken_over || end.at <= last->second, "rollback-order",
          [&] { return what + ", which had ended after the one before"; });
}

// What runs at once, the node that just started included.
void Invariants::check_shares(NodeId node) const {
  const Workset& workset = plan_.workset();
  std::set<NodeId> running;
  for (const auto& [key, attempt] : running_) {
    if (key.part >= AttemptKey::kCompensation) continue;
    if (!is_wait(plan_.step_if_any(key.node))) running.insert(key.node);
  }
  if (!running.contains(node)) return;
  const auto told = [&] {
    return fmt::format("{} starts as one of {}", name_of(node), running.size());
  };
  require(running.size() <= limit(), "limit", told);
  std::map<GroupId, std::uint32_t> in_group;
  std::map<std::string, std::uint32_t> in_pool;
  std::map<std::string, std::uint32_t> places;
  std::set<std::string> conflicts;
  std::set<std::uint32_t> workstreams;
  for (const NodeId other : running) {
    const PlanNode& of = plan_.node(other);
    require(other == node || !share_files(plan_, node, other), "files",
            [&] { return fmt::format("{} beside {}", name_of(node), name_of(other)); });
    workstreams.insert(of.workstream);
    for (GroupId g = of.group; g.is_valid(); g = plan_.group(g).parent) ++in_group[g];
    const Step* step = plan_.step_if_any(other);
    if (step == nullptr || !step->details_if_any) continue;
    const Workstream& workstream = workset.workstreams[of.workstream];
    for (const auto& [pool, count] : workstream.pools) places[workstream.id + pool] = count;
    for (const auto& [pool, count] : step->details().pools) in_pool[workstream.id + pool] += count;
    const std::string& conflict = step->details().conflict_group;
    const bool is_shared = conflict == workstream.conflict_group;
    if (!conflict.empty())
      require(conflicts.insert(is_shared ? workstream.id + "/" + conflict : conflict).second,
              "conflict", told);
    require(step->details().parallel_ok || running.size() == 1, "alone", told);
  }
  for (const auto& [group, count] : in_group) {
    const GroupRule& rule = plan_.group(group).rule;
    require(rule.max_workers == 0 || count <= rule.max_workers, "limit", told);
    require(rule.execute == Execute::parallel || count == 1, "limit", told);
  }
  for (const auto& [pool, count] : in_pool) require(count <= places[pool], "pool", told);
  for (const std::uint32_t w : workstreams) {
    require(workset.workstreams[w].parallel_ok || workstreams.size() == 1, "alone", told);
    const std::string& conflict = workset.workstreams[w].conflict_group;
    require(conflict.empty() || conflicts.insert(conflict).second, "conflict", told);
  }
}

}  // namespace ws::test
