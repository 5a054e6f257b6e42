// The edges of one workstream: what the user wrote, and what gates, sequences and handlers imply.
#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"
#include "model/workstream_lowering.h"

namespace ws {

void WorkstreamLowering::report_unknown_dependency(Entity owner, const Dependency& dependency) {
  const std::string_view name = dependency.name;
  const std::size_t slash = name.find('/');
  const std::string_view before = name.substr(0, slash);
  std::string hint;
  if (slash != std::string_view::npos && before == workstream_.id) {
    hint = fmt::format("inside its own workstream a step is named without it: '{}'",
                       name.substr(slash + 1));
  } else if (shared_.workstream_ids.find(before)) {
    hint = fmt::format(
        "steps depend on steps of their own workstream; to wait for the whole of '{0}', put '{0}' "
        "into the depends_on of workstream '{1}'",
        before, workstream_.id);
  } else {
    hint = shared_.spelling.hint(name, names_.names());
  }
  constexpr std::size_t kShort = 8;
  if (hint.empty() && names_.names().size() <= kShort) {
    std::vector<std::string> known;
    for (const std::string_view id : names_.names()) {
      if (!id.empty()) known.emplace_back(id);
    }
    if (!known.empty()) hint = "there are " + listed(known);
  }
  shared_.diagnostics
      .error(mistakes::unknown_dependency, dependency.place,
             fmt::format("{} depends on '{}', which is no step or group of workstream '{}'",
                         described(owner), name, workstream_.id),
             std::move(hint))
      .subject = subject(owner);
}

void WorkstreamLowering::add_dependencies(Entity owner,
                                          const std::vector<Dependency>& dependencies) {
  for (const Dependency& dependency : dependencies) {
    const auto needed = find(dependency.name);
    if (!needed) {
      if (shared_.assumptions.has_any() &&
          shared_.assumptions.covers_missing(workstream_.id, dependency.name)) {
        continue;
      }
      report_unknown_dependency(owner, dependency);
      continue;
    }
    if (*needed == owner) {
      shared_.diagnostics
          .error(mistakes::self_dependency, dependency.place,
                 fmt::format("{} depends on itself", described(owner)),
                 "remove it: it could never start")
          .subject = subject(owner);
      continue;
    }
    if (last_owner_[*needed] != owner) {
      last_owner_[*needed] = owner;
      add_dependency(owner, dependency, *needed);
      continue;
    }
    const Dependency* first = &dependency;
    for (const Dependency& other : dependencies) {
      if (other.name != dependency.name) continue;
      first = &other;
      break;
    }
    const bool is_same = first->on == dependency.on;
    Diagnostic& added =
        is_same ? shared_.diagnostics.warning(
                      mistakes::duplicate_dependency, dependency.place,
                      fmt::format("{} depends on '{}' twice", described(owner), dependency.name),
                      "remove one of them")
                : shared_.diagnostics.error(
                      mistakes::conflicting_keys, dependency.place,
                      fmt::format("{} depends on '{}' twice, with different conditions",
                                  described(owner), dependency.name),
                      "keep one; `on: done` waits for success and failure alike");
    added.subject = subject(owner);
    added.notes.push_back({first->place, "first here"});
  }
}

void WorkstreamLowering::add_dependency(Entity owner, const Dependency& dependency, Entity needed) {
  if (!is_kept(owner) || !is_kept(needed)) return;
  draft_.edges.push_back({last_node(needed).value, first_node(owner).value, &dependency,
                          dependency.on, EdgeWhy::dependency});
  note_siblings(needed, owner);
  add_round_edges(owner, dependency, needed);
}

// What leaves a group with rounds leaves it when there are no more of them: in truth its dependents
// wait for all of it. Said as an edge, so that one that comes between two members is a cycle.
void WorkstreamLowering::add_round_edges(Entity owner, const Dependency& dependency,
                                         Entity needed) {
  if (parent_.empty()) return;
  const auto is_within = [&](Entity e, Entity group) {
    while (e != kNone && e != group) e = parent_[e];
    return e == group;
  };
  Entity inside = needed;
  for (Entity p = parent_[needed]; p != kNone; inside = p, p = parent_[p]) {
    if (part_[inside] != Part::member || !has_rounds(group_of(p))) continue;
    if (is_within(owner, p)) return;
    draft_.edges.push_back({plan_group(body_id(p - step_count_)).end.value, first_node(owner).value,
                            &dependency, DependencyOn::done, EdgeWhy::gate});
  }
}

void WorkstreamLowering::note_siblings(Entity before, Entity after) {
  if (!parent_.empty() && home_of(before) != home_of(after)) return;
  has_after_[before] = true;
  has_before_[after] = true;
}

// A sequential group is a chain in listed order; what a failure does to the rest is its rule.
void WorkstreamLowering::add_sequences() {
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    if (workstream_.groups[g].rule.execute != Execute::sequential) continue;
    Entity before = kNone;
    for (const Dependency& member : workstream_.groups[g].members) {
      const auto entity = find(member.name);
      if (!entity || !is_kept(*entity) || parent_[*entity] != step_count_ + g) continue;
      if (*entity == before) continue;
      if (before != kNone) {
        draft_.add_gate_edge(last_node(before), first_node(*entity), DependencyOn::done);
        note_siblings(before, *entity);
      }
      before = *entity;
    }
  }
}

// Items of a fan-out, and what a group with handlers is made of, between their gates.
void WorkstreamLowering::add_bodies() {
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    if (body_of_[g] == kNone) continue;
    const PlanGroup& outer = plan_group(group_id(g));
    const PlanGroup& body = plan_group(body_id(g));
    draft_.add_gate_edge(outer.begin, body.begin, DependencyOn::success);
    draft_.add_gate_edge(body.end, outer.end, DependencyOn::done);
  }
  for (Entity s = 0; s < static_cast<Entity>(fan_out_.size()); ++s) {
    if (fan_out_[s] == kNone) continue;
    const GroupId id = fan_out_of(s);
    const PlanGroup& fan_out = plan_group(id);
    if (fan_out.items.empty()) {
      draft_.add_gate_edge(fan_out.begin, fan_out.end, DependencyOn::success);
      continue;
    }
    std::uint32_t at = fan_out_first_[s];
    for (std::size_t i = 0; i < fan_out.items.size(); ++i, ++at) {
      draft_.add_gate_edge(fan_out.begin, NodeId(at), DependencyOn::success);
      draft_.add_gate_edge(NodeId(at), fan_out.end, DependencyOn::done);
    }
  }
}

// `catch` steps run one after the other when the group failed, then the `finally` steps in any
// case: both are statements of one block, so chains in listed order.
void WorkstreamLowering::add_handlers() {
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    if (body_of_[g] == kNone) continue;
    const NodeId body_end = plan_group(body_id(g)).end;
    Entity previous = kNone;
    const auto chain = [&](const std::vector<std::string>& names, DependencyOn on, Part part,
                           DependencyOn after) {
      for (const std::string& name : names) {
        const auto handler = find(name);
        const bool is_ours = handler && is_kept(*handler) && *handler != previous &&
                             parent_[*handler] == step_count_ + g && part_[*handler] == part;
        if (!is_ours) continue;
        draft_.add_gate_edge(body_end, first_node(*handler), on);
        has_before_[*handler] = true;
        if (previous != kNone) {
          const bool is_same_list = part_[previous] == part;
          draft_.add_gate_edge(last_node(previous), first_node(*handler),
                               is_same_list ? after : DependencyOn::done);
          note_siblings(previous, *handler);
        }
        previous = *handler;
      }
    };
    const Group& group = workstream_.groups[g];
    chain(group.catch_steps, DependencyOn::failure, Part::catch_step, DependencyOn::success);
    chain(group.finally_steps, DependencyOn::done, Part::finally_step, DependencyOn::done);
  }
}

void WorkstreamLowering::add_gates() {
  const PlanGroup own = draft_.groups[own_group_.index()];
  const NodeId own_start = preflight_.is_valid() ? preflight_ : own.begin;
  if (preflight_.is_valid()) {
    draft_.add_gate_edge(own.begin, preflight_, DependencyOn::success);
    draft_.add_gate_edge(preflight_, own.end, DependencyOn::done);
  }
  for (Entity e = 0; e < names_.names().size(); ++e) {
    if (!is_kept(e)) continue;
    const GroupId group = home_of(e);
    const PlanGroup& around = plan_group(group);
    if (!has_before_[e]) {
      draft_.add_gate_edge(group == own_group_ ? own_start : around.begin, first_node(e),
                           DependencyOn::success);
    }
    if (has_after_[e]) continue;
    if (group == own_group_ && acceptance_.is_valid()) {
      draft_.add_gate_edge(last_node(e), acceptance_, DependencyOn::success);
    }
    draft_.add_gate_edge(last_node(e), around.end, DependencyOn::done);
  }
  add_empty_groups(own_start);
  if (acceptance_.is_valid()) draft_.add_gate_edge(acceptance_, own.end, DependencyOn::done);
}

// A group without members still has to end.
void WorkstreamLowering::add_empty_groups(NodeId own_start) {
  for (std::uint32_t g = 0; g < group_count_; ++g) {
    const PlanGroup& group = plan_group(GroupId(own_group_.value + g));
    if (group.role == GroupRole::fan_out) continue;
    const std::uint32_t checks =
        g == 0 ? (acceptance_.is_valid() ? 1U : 0U) + (preflight_.is_valid() ? 1U : 0U) : 0U;
    if (group.member_count != checks) continue;
    if (g == 0 && acceptance_.is_valid()) {
      draft_.add_gate_edge(own_start, acceptance_, DependencyOn::success);
    } else if (g != 0 || !preflight_.is_valid()) {
      draft_.add_gate_edge(group.begin, group.end, DependencyOn::success);
    }
  }
}

}  // namespace ws
