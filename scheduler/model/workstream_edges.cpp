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
}

void WorkstreamLowering::note_siblings(Entity before, Entity after) {
  if (!parent_.empty() && parent_[before] != parent_[after]) return;
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

// `catch` steps run one after the other when the group failed, then the `finally` steps in any
// case: both are statements of one block, so chains in listed order.
void WorkstreamLowering::add_handlers() {
  for (std::uint32_t g = 0; g < workstream_.groups.size(); ++g) {
    const Entity group = step_count_ + g;
    Entity previous = group;
    const auto chain = [&](const std::vector<std::string>& names, DependencyOn on) {
      for (const std::string& name : names) {
        const auto handler = find(name);
        if (!handler || !is_kept(*handler) || *handler == previous) continue;
        if (*handler == group || parent_[*handler] != parent_[group]) continue;
        draft_.add_gate_edge(last_node(group), first_node(*handler), on);
        note_siblings(group, *handler);
        if (previous != group) {
          draft_.add_gate_edge(last_node(previous), first_node(*handler), DependencyOn::done);
          note_siblings(previous, *handler);
        }
        previous = *handler;
      }
    };
    chain(workstream_.groups[g].catch_steps, DependencyOn::failure);
    chain(workstream_.groups[g].finally_steps, DependencyOn::done);
  }
}

void WorkstreamLowering::add_gates() {
  const PlanGroup own = draft_.groups[own_group_.index()];
  for (Entity e = 0; e < names_.names().size(); ++e) {
    if (!is_kept(e)) continue;
    const Entity parent = parent_.empty() ? kNone : parent_[e];
    const GroupId group = parent == kNone ? own_group_ : group_id(parent - step_count_);
    const PlanGroup& around = draft_.groups[group.index()];
    if (!has_before_[e]) draft_.add_gate_edge(around.begin, first_node(e), DependencyOn::success);
    if (has_after_[e]) continue;
    if (group == own_group_ && acceptance_.is_valid()) {
      draft_.add_gate_edge(last_node(e), acceptance_, DependencyOn::success);
    }
    draft_.add_gate_edge(last_node(e), around.end, DependencyOn::done);
  }
  // A group without members still has to end.
  for (std::size_t g = 0; g <= workstream_.groups.size(); ++g) {
    const PlanGroup& group = draft_.groups[own_group_.index() + g];
    const bool is_own = g == 0;
    const bool is_empty = group.member_count == (is_own && acceptance_.is_valid() ? 1U : 0U);
    if (!is_empty) continue;
    if (is_own && acceptance_.is_valid()) {
      draft_.add_gate_edge(group.begin, acceptance_, DependencyOn::success);
    } else {
      draft_.add_gate_edge(group.begin, group.end, DependencyOn::success);
    }
  }
  if (acceptance_.is_valid()) draft_.add_gate_edge(acceptance_, own.end, DependencyOn::done);
}

}  // namespace ws
