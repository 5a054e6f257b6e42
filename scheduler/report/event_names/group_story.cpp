#include "report/event_names/group_story.h"

#include <variant>

#include "model/calls.h"
#include "report/group_results.h"
#include "report/group_text.h"

namespace ws {
namespace {

bool is_told(const Plan& plan, NodeId node) {
  const NodeKind kind = plan.node(node).kind;
  return kind == NodeKind::step || kind == NodeKind::end;
}

bool is_body(const Plan& plan, GroupId group) { return plan.group(group).role == GroupRole::body; }

// What a call is made of: its inputs, its outputs, and the group with the copy.
bool is_part_of_call(const Plan& plan, NodeId node) {
  const GroupId around = group_around(plan, node);
  return around.is_valid() && is_call(plan, around);
}

bool was_passed_over(StepState state) {
  return state == StepState::skipped || state == StepState::cancelled;
}

}  // namespace

GroupId group_around(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  GroupId around = of.group;
  if (of.kind == NodeKind::end || of.kind == NodeKind::begin) around = plan.group(around).parent;
  while (around.is_valid() && is_body(plan, around)) around = plan.group(around).parent;
  return around;
}

bool is_call(const Plan& plan, GroupId group) {
  const Group* written = written_group(plan.workset(), plan.group(group));
  return written != nullptr && !written->members.empty() &&
         written->members.front().name.starts_with(written->id + std::string(kScopeMark));
}

bool is_called(const Plan& plan, GroupId group) {
  const GroupId around = group_around(plan, plan.group(group).end);
  return around.is_valid() && is_call(plan, around);
}

std::string name_inside(const Plan& plan, GroupId group, NodeId member) {
  std::string name = plan.member_name(member);
  const std::string_view own = plan.group_id(group);
  const std::size_t mark = own.rfind(kScopeMark);
  const bool is_scoped =
      mark != std::string_view::npos && name.starts_with(own.substr(0, mark + kScopeMark.size()));
  return is_scoped ? name.substr(mark + kScopeMark.size()) : name;
}

bool runs_side_by_side(const Plan& plan, GroupId group) {
  const bool is_whole = plan.group(group).role == GroupRole::workstream || is_call(plan, group) ||
                        is_called(plan, group);
  return !is_whole && written_rule(plan, group).execute != Execute::sequential;
}

std::vector<Occurrence> GroupStory::tell(const Event& event, const RunState& state) {
  std::vector<Occurrence> told;
  const Plan& plan = state.plan();
  if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    const bool is_own =
        started->key.part == 0 && plan.node(started->key.node).kind == NodeKind::step;
    if (is_own) begin_member(started->key.node, state, told);
  } else if (const auto* finished = std::get_if<StepFinished>(&event.fact)) {
    // Restored, or with nothing to run: it began and ended at once.
    if (is_told(plan, finished->node)) {
      if (!was_passed_over(finished->state)) begin_member(finished->node, state, told);
      end_member(finished->node, finished->state, state, told);
    }
  } else if (const auto* skipped = std::get_if<StepSkipped>(&event.fact)) {
    if (is_told(plan, skipped->node)) end_member(skipped->node, StepState::skipped, state, told);
  } else if (const auto* decided = std::get_if<GroupDecided>(&event.fact)) {
    if (!is_body(plan, decided->group)) end_group(decided->group, decided->state, state, told);
  } else if (const auto* joined = std::get_if<GroupJoined>(&event.fact)) {
    if (is_body(plan, joined->group)) return told;
    if (!was_passed_over(joined->state)) begin_group(joined->group, state, told);
    end_group(joined->group, joined->state, state, told);
    groups_.erase(joined->group);  // it may run again
  } else if (const auto* again = std::get_if<GroupRestarted>(&event.fact)) {
    const bool is_inner = is_body(plan, again->group);
    const NodeId end = plan.group(again->group).end;
    const auto own = groups_.find(is_inner ? group_around(plan, end) : again->group);
    if (own != groups_.end()) own->second.succeeded = own->second.failed = 0;
  }
  return told;
}

Occurrence GroupStory::of_member(NodeId node, const RunState& state) const {
  Occurrence one;
  one.node = node;
  one.group = group_around(state.plan(), node);
  const auto around = groups_.find(one.group);
  if (around == groups_.end()) return one;
  one.total = around->second.index.size();
  const auto found = around->second.index.find(node);
  if (found != around->second.index.end()) one.index = found->second;
  return one;
}

void GroupStory::begin_group(GroupId group, const RunState& state, std::vector<Occurrence>& told) {
  if (groups_.contains(group)) return;
  const Plan& plan = state.plan();
  const NodeId end = plan.group(group).end;
  if (plan.group(group).parent.is_valid()) begin_member(end, state, told);
  Told& own = groups_[group];
  const std::vector<NodeId> members = declared_members(plan, group);
  for (const NodeId member : members) {
    if (is_told(plan, member)) own.index.emplace(member, own.index.size());
  }
  if (is_call(plan, group)) return;
  Occurrence began;
  began.kind = Occurrence::Kind::group_began;
  began.group = group;
  began.node = end;
  began.total = own.index.size();
  told.push_back(began);
}

void GroupStory::begin_member(NodeId node, const RunState& state, std::vector<Occurrence>& told) {
  if (begun_.contains(node)) return;
  begin_around(node, state, told);
  begun_.insert(node);
  if (is_part_of_call(state.plan(), node)) return;
  told.push_back(of_member(node, state));
}

// Outermost first, without a call for each: groups nest as deep as a file likes.
void GroupStory::begin_around(NodeId node, const RunState& state, std::vector<Occurrence>& told) {
  std::vector<GroupId> around;
  GroupId group = group_around(state.plan(), node);
  while (group.is_valid() && !groups_.contains(group)) {
    around.push_back(group);
    group = group_around(state.plan(), state.plan().group(group).end);
  }
  for (auto next = around.rbegin(); next != around.rend(); ++next) begin_group(*next, state, told);
}

void GroupStory::end_member(NodeId node, StepState ended, const RunState& state,
                            std::vector<Occurrence>& told) {
  Occurrence one = of_member(node, state);
  one.kind = Occurrence::Kind::member_ended;
  one.state = ended;
  one.has_begun = begun_.erase(node) > 0;
  if (const auto around = groups_.find(one.group);
      around != groups_.end() && one.index != Occurrence::kNoMember) {
    if (is_success(ended)) ++around->second.succeeded;
    if (ended == StepState::failed || ended == StepState::timed_out) ++around->second.failed;
  }
  if (!is_part_of_call(state.plan(), node)) told.push_back(one);
}

void GroupStory::end_group(GroupId group, StepState ended, const RunState& state,
                           std::vector<Occurrence>& told) {
  const Plan& plan = state.plan();
  const NodeId end = plan.group(group).end;
  const bool has_parent = plan.group(group).parent.is_valid();
  if (const auto own = groups_.find(group); own != groups_.end()) {
    if (own->second.has_ended) return;
    own->second.has_ended = true;
    Occurrence one;
    one.kind = Occurrence::Kind::group_ended;
    one.group = group;
    one.node = end;
    one.total = own->second.index.size();
    one.state = ended;
    one.succeeded = own->second.succeeded;
    one.failed = own->second.failed;
    if (!is_call(plan, group)) told.push_back(one);
  }
  if (has_parent) end_member(end, ended, state, told);
}

}  // namespace ws
