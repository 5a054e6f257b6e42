// The part of the fold that groups need: how they are entered, counted, decided, joined and run
// again.
#include <algorithm>
#include <utility>

#include "engine/conditions.h"
#include "engine/run_state.h"

namespace ws {
namespace {

// What belongs to the whole of a written group stands at its outermost plan group.
bool has_condition(const Plan& plan, const PlanGroup& group) {
  if (group.role == GroupRole::fan_out) {
    const Step& step = plan.workset().workstreams[group.workstream].steps[group.step];
    return !step.details().when.empty() && !speaks_of_item(step.details().when);
  }
  const Group* written = written_group(plan.workset(), group);
  return written != nullptr && group.role == GroupRole::group && !written->when.empty();
}

}  // namespace

void RunState::count_members() {
  const std::span<const PlanGroup> groups = plan_->groups();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    // The items that a run finds come with FanOutExpanded.
    if (!groups[g].is_dynamic)
      groups_[g].tally.unsettled += static_cast<std::uint32_t>(plan_->members(GroupId(g)).size());
    if (groups[g].parent.is_valid()) ++groups_[groups[g].parent.index()].tally.unsettled;
  }
}

void RunState::find_guarded_groups() {
  const std::span<const PlanGroup> groups = plan_->groups();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const bool is_looping = has_rounds(plan_->workset(), groups[g]);
    is_guarded_[g] = groups[g].is_dynamic || has_condition(*plan_, groups[g]) || is_looping;
    if (!is_looping) continue;
    if (may_repeat_.empty()) may_repeat_.assign(groups.size(), false);
    may_repeat_[g] = true;
  }
}

Duration RunState::time_in(GroupId id) const {
  const GroupRecord& group = groups_[id.index()];
  if (!group.entered) return Duration::zero();
  return (has_joined(id) ? group.ended : last_event_) - *group.entered;
}

bool RunState::may_run_again(GroupId id) const {
  return !may_repeat_.empty() && may_repeat_[id.index()];
}

// The groups around `from` that do not hold `target`, innermost first: has one of them rounds to
// come?
bool RunState::is_held_back(NodeId from, NodeId target) const {
  if (may_repeat_.empty()) return false;
  const auto outside_of = [&](NodeId node) {
    const PlanNode& of = plan_->node(node);
    const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
    return is_gate ? plan_->group(of.group).parent : of.group;
  };
  const GroupId own = plan_->node(target).group;  // a gate is inside its own group here
  for (GroupId g = outside_of(from); g.is_valid(); g = plan_->group(g).parent) {
    if (!may_repeat_[g.index()] || has_joined(g)) continue;
    GroupId around = own;
    while (around.is_valid() && around != g) around = plan_->group(around).parent;
    if (around != g) return true;
  }
  return false;
}

void RunState::on(const GroupBegan& fact, Duration at) {
  std::vector<NodeId> settled;
  enter(fact.group, at, settled);
  release_from(settled, at);
}

void RunState::on(const FanOutExpanded& fact, Duration at) {
  plan_->expand(fact.group, fact.items);
  const auto count = static_cast<std::uint32_t>(plan_->members(fact.group).size());
  nodes_.resize(nodes_.size() + count);
  counts_.total += count;
  counts_.waiting += count;
  step_counts_.total += count;
  step_counts_.waiting += count;
  GroupRecord& record = groups_[fact.group.index()];
  record.tally.unsettled = static_cast<std::uint32_t>(plan_->members(fact.group).size());
  record.state = StepState::running;
  record.began = at;
  if (!record.entered) record.entered = at;
  nodes_[plan_->group(fact.group).begin.index()].state = StepState::succeeded;
  for (const NodeId item : plan_->members(fact.group)) {
    nodes_[item.index()].ready = at;
    move(item, StepState::ready);
    newly_ready_.push_back(item);
  }
  touched_groups_.push_back(fact.group);
}

void RunState::on(const RoundResumed& fact, Duration /*at*/) {
  groups_[fact.group.index()].round = fact.round;
}

void RunState::on(const GroupDecided& fact, Duration /*at*/) {
  GroupRecord& record = groups_[fact.group.index()];
  if (!is_success(fact.state)) {
    blame(fact.group, fact.cause);
    if (!plan_->group(fact.group).parent.is_valid()) has_failed_ = true;
  }
  record.is_decided = true;
  record.is_early = true;
  record.decision = fact.state;
  if (!fact.why.empty()) whys_[plan_->group(fact.group).end] = fact.why;
}

void RunState::on(const GroupJoined& fact, Duration at) {
  const PlanGroup& group = plan_->group(fact.group);
  GroupRecord& own = groups_[fact.group.index()];
  own.state = fact.state;
  own.ended = at;
  own.is_decided = true;
  own.decision = fact.state;
  NodeRecord& record = nodes_[group.end.index()];
  record.cause = fact.cause;
  record.state = fact.state;
  record.ended = at;
  record.is_accepted = fact.is_accepted;
  std::vector<NodeId> settled;
  if (may_run_again(fact.group)) release_held_back(fact.group, at, settled);
  if (group.parent.is_valid()) {
    const bool is_skip_of_failure = fact.state == StepState::skipped && fact.cause.is_valid() &&
                                    is_failure(nodes_[fact.cause.index()].state) &&
                                    !lost_a_race(fact.cause);
    const bool counts = (is_failure(fact.state) || is_skip_of_failure) && !fact.is_accepted &&
                        !group.is_failure_caught;
    if (counts) blame(group.parent, fact.cause.is_valid() ? fact.cause : group.end);
    member_settled(group.parent, group.end,
                   counts                   ? Standing::failed
                   : is_success(fact.state) ? Standing::succeeded
                                            : Standing::neutral);
  }
  settled.push_back(group.end);
  release_from(settled, at);
}

// What the members of a group with rounds owe to the outside, now that there are no more of them.
void RunState::release_held_back(GroupId group, Duration at, std::vector<NodeId>& settled) {
  std::vector<GroupId> inside = {group};
  const auto release_all = [&](NodeId from) {
    if (!is_settled(nodes_[from.index()].state)) return;
    for (const PlanEdge& edge : plan_->successors(from)) {
      GroupId around = plan_->node(edge.node).group;
      while (around.is_valid() && around != group) around = plan_->group(around).parent;
      if (!around.is_valid()) release(from, edge, at, settled);
    }
  };
  while (!inside.empty()) {
    const GroupId id = inside.back();
    inside.pop_back();
    for (const NodeId member : plan_->members(id)) release_all(member);
    for (const GroupId inner : plan_->inner_groups(id)) {
      inside.push_back(inner);
      release_all(plan_->group(inner).end);
    }
  }
}

void RunState::release_dependents(NodeId first, Duration at) {
  std::vector<NodeId> settled = {first};
  release_from(settled, at);
}

// Iterative: a chain of gates may be as long as the file says. A begin gate that waits is one that
// waits no more.
void RunState::release_from(std::vector<NodeId>& settled, Duration at) {
  while (!settled.empty()) {
    const NodeId id = settled.back();
    settled.pop_back();
    if (nodes_[id.index()].state == StepState::waiting) {
      reach(id, at, settled);
    } else {
      for (const PlanEdge& edge : plan_->successors(id)) release(id, edge, at, settled);
    }
  }
}

void RunState::release(NodeId from, const PlanEdge& edge, Duration at,
                       std::vector<NodeId>& settled) {
  NodeRecord& target = nodes_[edge.node.index()];
  // An unsatisfied edge stays unmet for ever: the engine's StepSkipped settles the target.
  if (target.state != StepState::waiting || !is_satisfied(from, edge)) return;
  if (is_held_back(from, edge.node)) return;
  if (--target.unmet > 0) return;
  const NodeKind kind = plan_->node(edge.node).kind;
  if (kind == NodeKind::end) return;  // ends by GroupJoined
  // What it followed was settled from outside before its group was entered: it waits for that.
  const PlanGroup& own = plan_->group(plan_->node(edge.node).group);
  const GroupId around = kind == NodeKind::begin ? own.parent : plan_->node(edge.node).group;
  if (around.is_valid() && nodes_[plan_->group(around).begin.index()].state != StepState::succeeded)
    return;
  target.ready = at;
  if (kind == NodeKind::begin) {
    reach(edge.node, at, settled);
  } else {
    move(edge.node, StepState::ready);
    newly_ready_.push_back(edge.node);
  }
}

void RunState::reach(NodeId begin, Duration at, std::vector<NodeId>& settled) {
  const GroupId group = plan_->node(begin).group;
  if (has_joined(group)) return;  // a stop has settled all of it before its turn came
  if (!is_guarded_[group.index()]) return enter(group, at, settled);
  nodes_[begin.index()].state = StepState::ready;
  groups_[group.index()].state = StepState::ready;
  newly_ready_.push_back(begin);
}

void RunState::enter(GroupId group, Duration at, std::vector<NodeId>& settled) {
  const NodeId begin = plan_->group(group).begin;
  nodes_[begin.index()].state = StepState::succeeded;
  nodes_[begin.index()].ended = at;
  GroupRecord& record = groups_[group.index()];
  record.state = StepState::running;
  record.began = at;
  if (!record.entered) record.entered = at;
  touched_groups_.push_back(group);  // it may have no members, or none that is left
  // What followed members that were settled from outside before the group was entered.
  const GroupTally& tally = record.tally;
  const bool has_settled = tally.succeeded + tally.failed + tally.neutral > 0;
  if (has_settled || plan_->group(group).parent.is_valid()) {
    for (const NodeId member : plan_->members(group)) {
      if (nodes_[member.index()].state != StepState::waiting || nodes_[member.index()].unmet > 0)
        continue;
      nodes_[member.index()].ready = at;
      move(member, StepState::ready);
      newly_ready_.push_back(member);
    }
    for (const GroupId inner : plan_->inner_groups(group)) {
      const NodeRecord& gate = nodes_[plan_->group(inner).begin.index()];
      if (gate.state == StepState::waiting && gate.unmet == 0)
        settled.push_back(plan_->group(inner).begin);
    }
  }
  settled.push_back(begin);
  // Items that came with an earlier round are no successors of the gate in the plan's arrays.
  if (!plan_->group(group).is_dynamic) return;
  for (const NodeId item : plan_->members(group)) {
    if (nodes_[item.index()].state != StepState::waiting) continue;
    nodes_[item.index()].ready = at;
    move(item, StepState::ready);
    newly_ready_.push_back(item);
  }
}

void RunState::on(const GroupRestarted& fact, Duration /*at*/) {
  restart(fact.group);
  std::erase_if(touched_groups_, [&](GroupId id) {
    while (id.is_valid() && id != fact.group) id = plan_->group(id).parent;
    return id == fact.group;
  });
  GroupRecord& record = groups_[fact.group.index()];
  record.round = fact.round;
  nodes_[plan_->group(fact.group).begin.index()].unmet = 0;
}

// Everything inside waits again, for the group's begin and for what it needs of the inside. What it
// needed from outside has settled.
void RunState::restart(GroupId group) {
  std::vector<GroupId> inside = {group};
  while (!inside.empty()) {
    const GroupId id = inside.back();
    inside.pop_back();
    GroupRecord& record = groups_[id.index()];
    const std::uint32_t round = record.round;
    const std::uint32_t members = record.tally.members();
    const GroupRecord earlier = std::exchange(record, GroupRecord{});
    record.round = id == group ? round : 1;
    record.peak = earlier.peak;
    record.entered = earlier.entered;
    record.tally.unsettled = members;
    whys_.erase(plan_->group(id).end);
    restart_node(plan_->group(id).begin, group);
    restart_node(plan_->group(id).end, group);
    for (const NodeId member : plan_->members(id)) restart_node(member, group);
    for (const GroupId inner : plan_->inner_groups(id)) inside.push_back(inner);
  }
}

void RunState::restart_node(NodeId id, GroupId round) {
  NodeRecord& record = nodes_[id.index()];
  const NodeKind kind = plan_->node(id).kind;
  if (kind != NodeKind::begin && kind != NodeKind::end) {
    move(id, StepState::waiting);
  } else {
    record.state = StepState::waiting;
  }
  if (record.attempts > 0) earlier_attempts_[id] = record.attempts;
  if (open_breakers_.erase(id) > 0) failures_.erase(id);
  record.is_accepted = false;
  record.is_unwanted = false;
  record.cause = NodeId();
  record.unmet = 0;
  whys_.erase(id);
  restored_from_.erase(id);
  outputs_.erase(id);
  tests_.erase(id);
  for (const PlanEdge& edge : plan_->predecessors(id)) {
    GroupId around = plan_->node(edge.node).group;
    while (around.is_valid() && around != round) around = plan_->group(around).parent;
    const bool is_inside = around == round;
    const bool is_met = is_settled(nodes_[edge.node.index()].state) &&
                        is_satisfied(edge.node, edge) && !is_held_back(edge.node, id);
    if (is_inside || !is_met) ++record.unmet;
  }
}

}  // namespace ws
