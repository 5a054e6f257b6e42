#include "engine/constraints.h"

namespace ws {

Constraints::Constraints(const Plan& plan) : plan_(plan) {
  add_group_limits();
  add_pools();
  held_.assign(limit_.size(), 0);
}

void Constraints::add_group_limits() {
  limit_.reserve(plan_.groups().size());
  for (const PlanGroup& group : plan_.groups()) {
    limit_.push_back(group.rule.execute == Execute::sequential ? 1 : group.rule.max_workers);
  }
}

std::uint32_t Constraints::constraint_named(const std::string& name, std::uint32_t limit) {
  const auto [found, is_new] = named_.emplace(name, static_cast<std::uint32_t>(limit_.size()));
  if (is_new) limit_.push_back(limit);
  return found->second;
}

// Pools belong to the workstream that declares them; conflict groups are known everywhere.
void Constraints::add_pools() {
  const auto conflict = [&](const std::string& name) {
    return Want{constraint_named("conflict " + name, 1), 1};
  };
  for (const std::uint32_t w : plan_.workstreams()) {
    const Workstream& workstream = plan_.workset().workstreams[w];
    std::map<std::string_view, std::uint32_t> pools;
    for (const auto& [name, places] : workstream.pools)
      pools[name] = constraint_named("pool " + workstream.id + " " + name, places);
    if (!workstream.conflict_group.empty())
      of_workstream_[w].wants.push_back(conflict(workstream.conflict_group));
    for (std::uint32_t s = 0; s < workstream.steps.size(); ++s) {
      if (!workstream.steps[s].details_if_any) continue;
      const StepDetails& details = workstream.steps[s].details();
      if (details.pools.empty() && details.conflict_group.empty()) continue;
      std::vector<Want>& wants = of_step_[{w, s}];
      for (const auto& [name, places] : details.pools) {
        const auto found = pools.find(name);
        if (found != pools.end()) wants.push_back({found->second, places});
      }
      if (details.conflict_group.empty()) continue;
      // What its workstream holds as a whole, its steps share one at a time.
      const bool is_shared = details.conflict_group == workstream.conflict_group;
      wants.push_back(is_shared ? Want{constraint_named("conflict inside " + workstream.id, 1), 1}
                                : conflict(details.conflict_group));
    }
  }
}

void Constraints::wants_of(NodeId node, std::vector<Want>& wants) const {
  wants.clear();
  const PlanNode& of = plan_.node(node);
  for (GroupId group = of.group; group.is_valid(); group = plan_.group(group).parent) {
    if (limit_[group.index()] != 0) wants.push_back({group.value, 1});
  }
  if (!of_step_.empty() && of.kind == NodeKind::step) {
    const auto found = of_step_.find({of.workstream, of.step});
    if (found != of_step_.end())
      wants.insert(wants.end(), found->second.begin(), found->second.end());
  }
  if (of_workstream_.empty()) return;
  const auto lease = of_workstream_.find(of.workstream);
  if (lease != of_workstream_.end() && !lease->second.is_held)
    wants.insert(wants.end(), lease->second.wants.begin(), lease->second.wants.end());
}

bool Constraints::has_room(Want want) const {
  return held_[want.constraint] + want.places <= limit_[want.constraint];
}

void Constraints::take(NodeId node, const std::vector<Want>& wants,
                       std::vector<std::uint32_t>& leased) {
  for (const Want& want : wants) held_[want.constraint] += want.places;
  if (of_workstream_.empty()) return;
  const auto lease = of_workstream_.find(plan_.node(node).workstream);
  if (lease == of_workstream_.end() || lease->second.is_held) return;
  lease->second.is_held = true;
  for (const Want& want : lease->second.wants) leased.push_back(want.constraint);
}

// While it runs its workstream holds its lease, so the wants are those of the step alone.
void Constraints::give_back(NodeId node, std::vector<Want>& wants) {
  wants_of(node, wants);
  for (const Want& want : wants) held_[want.constraint] -= want.places;
}

void Constraints::workstream_ended(std::uint32_t workstream, std::vector<std::uint32_t>& freed) {
  if (of_workstream_.empty()) return;
  const auto lease = of_workstream_.find(workstream);
  if (lease == of_workstream_.end() || !lease->second.is_held) return;
  lease->second.is_held = false;
  for (const Want& want : lease->second.wants) {
    held_[want.constraint] -= want.places;
    freed.push_back(want.constraint);
  }
}

bool Constraints::is_alone(NodeId node) const {
  const Step* step = plan_.step_if_any(node);
  return step != nullptr && step->details_if_any && !step->details().parallel_ok;
}

bool Constraints::is_workstream_alone(std::uint32_t workstream) const {
  return !plan_.workset().workstreams[workstream].parallel_ok;
}

}  // namespace ws
