#include "model/workstream_lowering.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.h"
#include "model/fate.h"
#include "model/for_each.h"
#include "model/mistakes.h"

namespace ws {

WorkstreamLowering::WorkstreamLowering(LoweringScope shared, std::uint32_t workstream)
    : draft_(shared.draft),
      shared_(shared),
      index_(workstream),
      workstream_(shared.draft.workset->workstreams[workstream]),
      step_count_(static_cast<std::uint32_t>(workstream_.steps.size())),
      names_(workstream_.steps.size() + workstream_.groups.size()) {}

GroupId WorkstreamLowering::run() {
  check_duplicates();
  const std::size_t entities = names_.names().size();
  has_before_.assign(entities, false);
  has_after_.assign(entities, false);
  last_owner_.assign(entities, kNone);
  if (!workstream_.groups.empty()) {
    parent_.assign(entities, kNone);
    part_.assign(entities, Part::member);
    find_members();
    check_nesting();
  }
  drop_assumed();
  number_groups();
  add_groups();
  add_nodes();
  for (std::uint32_t s = 0; s < step_count_; ++s) {
    add_dependencies(s, workstream_.steps[s].depends_on);
  }
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    add_dependencies(step_count_ + g, workstream_.groups[g].depends_on);
  }
  add_sequences();
  add_bodies();
  add_handlers();
  add_gates();
  return own_group_;
}

void WorkstreamLowering::check_duplicates() {
  const auto add = [&](std::string_view id) {
    // The loader has said so; two of them are no duplicates of each other.
    if (id.empty()) return names_.add_nameless();
    const Entity added = static_cast<Entity>(names_.names().size());
    const auto first = names_.add(id);
    if (!first) return;
    const bool same_kind = is_group(*first) == is_group(added);
    Diagnostic& error = shared_.diagnostics.error(
        mistakes::duplicate_id, place_of(added),
        same_kind ? fmt::format("the id '{}' is taken by another {} of workstream '{}'", id,
                                is_group(added) ? "group" : "step", workstream_.id)
                  : fmt::format("the id '{}' of a group is taken by a step of workstream '{}'", id,
                                workstream_.id),
        "give one of them another id");
    error.subject = subject(added);
    error.notes.push_back({place_of(*first), fmt::format("{} is here", described(*first))});
  };
  for (const Step& step : workstream_.steps) add(step.id);
  for (const Group& group : workstream_.groups) add(group.id);
  check_given_names();
}

// The workstream's own checks and the items of a fan-out have names that nobody wrote.
void WorkstreamLowering::check_given_names() {
  const auto report = [&](Entity e, std::string whose, std::string hint) {
    shared_.diagnostics
        .error(mistakes::taken_id, place_of(e),
               fmt::format("the id '{}' is taken: {}", id_of(e), whose), std::move(hint))
        .subject = subject(e);
  };
  const auto check = [&](std::string_view name, std::string_view what, bool has_any) {
    const auto taken = has_any ? names_.find(name) : std::nullopt;
    if (taken) report(*taken, fmt::format("{} go by it", what), "give the step another id");
  };
  check("acceptance", "the workstream's acceptance tests", !workstream_.acceptance_tests.empty());
  check("preflight", "the workstream's pre-flight checks", !workstream_.preflight_checks.empty());
  for (Entity e = 0; e < names_.names().size(); ++e) {
    const std::string_view id = names_.names()[e];
    const std::size_t open = id.ends_with(']') ? id.rfind('[') : std::string_view::npos;
    if (open == std::string_view::npos || open + 2 >= id.size()) continue;
    const std::string_view number = id.substr(open + 1, id.size() - open - 2);
    const auto owner = names_.find(id.substr(0, open));
    if (!std::all_of(number.begin(), number.end(), is_digit) || !owner || is_group(*owner))
      continue;
    if (!workstream_.steps[*owner].details().for_each) continue;
    report(e, fmt::format("an item of step '{}' goes by it", id_of(*owner)),
           "give one of them another id");
  }
}

std::string WorkstreamLowering::described(Entity e) const {
  if (!is_group(e)) return fmt::format("step '{}'", id_of(e));
  return fmt::format("{} '{}'", group_of(e).is_phase ? "phase" : "group", id_of(e));
}

std::string WorkstreamLowering::subject(Entity e) const {
  return fmt::format("{}/{}", workstream_.id, id_of(e));
}

Place WorkstreamLowering::place_of(Entity e) const {
  return is_group(e) ? group_of(e).place : workstream_.steps[e].place;
}

GroupId WorkstreamLowering::home_of(Entity e) const {
  const Entity parent = parent_.empty() ? kNone : parent_[e];
  if (parent == kNone) return own_group_;
  const std::uint32_t group = parent - step_count_;
  return part_[e] == Part::member ? body_id(group) : group_id(group);
}

GroupId WorkstreamLowering::fan_out_of(Entity step) const {
  if (fan_out_.empty() || fan_out_[step] == kNone) return GroupId();
  return GroupId(own_group_.value + fan_out_[step]);
}

NodeId WorkstreamLowering::first_node(Entity e) const {
  if (is_group(e)) return plan_group(group_id(e - step_count_)).begin;
  if (const GroupId fan_out = fan_out_of(e); fan_out.is_valid()) return plan_group(fan_out).begin;
  return NodeId(step_node_.empty() ? first_step_ + e : step_node_[e]);
}

NodeId WorkstreamLowering::last_node(Entity e) const {
  if (is_group(e)) return plan_group(group_id(e - step_count_)).end;
  if (const GroupId fan_out = fan_out_of(e); fan_out.is_valid()) return plan_group(fan_out).end;
  return first_node(e);
}

// Only steps that stand alone fall away with what is assumed complete; members of groups and what a
// group waits for stay, because the group needs them.
void WorkstreamLowering::drop_assumed() {
  const std::vector<bool>* assumed = shared_.assumptions.steps_of(index_);
  if (assumed == nullptr) return;
  std::vector<bool> is_done = *assumed;
  is_done.resize(names_.names().size(), false);
  std::vector<bool> is_pinned(is_done.size(), false);
  for (Entity e = 0; e < parent_.size(); ++e) is_pinned[e] = parent_[e] != kNone;
  for (const Group& group : workstream_.groups) {
    for (const Dependency& dependency : group.depends_on) {
      if (const auto needed = find(dependency.name)) is_pinned[*needed] = true;
    }
  }
  std::vector<FateEdge> edges;
  for (Entity s = 0; s < step_count_; ++s) {
    for (const Dependency& dependency : workstream_.steps[s].depends_on) {
      const auto needed = find(dependency.name);
      if (needed && *needed != s) edges.push_back({*needed, s, dependency.on});
    }
  }
  const std::vector<Fate> fate = fates(edges, is_done, is_pinned);
  dropped_.assign(is_done.size(), false);
  for (Entity s = 0; s < step_count_; ++s) dropped_[s] = fate[s] != Fate::kept;
}

void WorkstreamLowering::add_nodes() {
  const auto add_gate = [&](std::uint32_t g, NodeKind kind) {
    const GroupId id(own_group_.index() + g);
    const bool is_fan_out = plan_group(id).role == GroupRole::fan_out;
    return NodeId(draft_.add_node({kind, index_, is_fan_out ? plan_group(id).step : 0, id}));
  };
  for (std::uint32_t g = 0; g < group_count_; ++g) {
    draft_.groups[own_group_.index() + g].begin = add_gate(g, NodeKind::begin);
  }
  if (!workstream_.preflight_checks.empty()) {
    preflight_ = NodeId(draft_.add_node({NodeKind::preflight, index_, 0, own_group_}));
    ++draft_.groups[own_group_.index()].member_count;
  }
  first_step_ = static_cast<Vertex>(draft_.nodes.size());
  if (!dropped_.empty() || !fan_out_.empty()) step_node_.assign(step_count_, NodeId::kNone);
  for (Entity s = 0; s < step_count_; ++s) {
    if (is_kept(s)) add_step(s);
  }
  for (std::uint32_t g = 1; g < group_count_; ++g) {
    PlanGroup& group = draft_.groups[own_group_.index() + g];
    group.end = add_gate(g, NodeKind::end);
    ++draft_.groups[group.parent.index()].member_count;
  }
  if (!workstream_.acceptance_tests.empty()) {
    acceptance_ = NodeId(draft_.add_node({NodeKind::acceptance, index_, 0, own_group_}));
    ++draft_.groups[own_group_.index()].member_count;
  }
  draft_.groups[own_group_.index()].end = add_gate(0, NodeKind::end);
}

void WorkstreamLowering::add_step(Entity s) {
  const GroupId home = home_of(s);
  if (const GroupId fan_out = fan_out_of(s); fan_out.is_valid()) return add_items(s, fan_out);
  const Vertex node = draft_.add_node({NodeKind::step, index_, s, home});
  draft_.nodes[node].is_finally = !part_.empty() && part_[s] == Part::finally_step;
  if (!step_node_.empty()) step_node_[s] = node;
  ++draft_.groups[home.index()].member_count;
}

// Items that are known already; those of a glob, a file or an earlier step come with the run.
void WorkstreamLowering::add_items(Entity s, GroupId id) {
  PlanGroup& group = draft_.groups[id.index()];
  const ForEach& wanted = *workstream_.steps[s].details().for_each;
  if (!has_known_items(wanted)) {
    group.is_dynamic = true;
    return;
  }
  group.items = known_items(wanted);
  group.member_count = static_cast<std::uint32_t>(group.items.size());
  if (fan_out_first_.empty()) fan_out_first_.assign(step_count_, NodeId::kNone);
  fan_out_first_[s] = static_cast<Vertex>(draft_.nodes.size());
  for (std::uint32_t i = 0; i < group.items.size(); ++i) {
    group.item_names.push_back(fmt::format("{}[{}]", workstream_.steps[s].id, i));
    draft_.add_node({NodeKind::step, index_, s, id, i});
  }
}

}  // namespace ws
