#include "engine/admission.h"

#include <algorithm>

namespace ws {

Admission::Admission(const Plan& plan, AdmissionLimits limits)
    : plan_(plan),
      limits_(limits),
      held_in_group_(plan.groups().size(), 0),
      parked_(plan.groups().size()) {
  limits_.slots = std::max(limits_.slots, 1U);
}

Admission::Rank Admission::rank(NodeId node) const {
  if (limits_.is_in_file_order) return {0, 0, node.value};
  const Step* step = plan_.step_if_any(node);
  const std::int64_t priority = step != nullptr ? step->priority : 0;
  return {-priority, -static_cast<std::int64_t>(plan_.remaining_path(node)), node.value};
}

std::uint32_t Admission::group_limit(GroupId group) const {
  const GroupRule& rule = plan_.group(group).rule;
  return rule.execute == Execute::sequential ? 1 : rule.max_workers;
}

std::optional<GroupId> Admission::full_group(NodeId node) const {
  for (GroupId group = plan_.node(node).group; group.is_valid();
       group = plan_.group(group).parent) {
    const std::uint32_t limit = group_limit(group);
    if (limit != 0 && held_in_group_[group.index()] >= limit) return group;
  }
  return std::nullopt;
}

void Admission::add(NodeId ready) { ready_.insert(rank(ready)); }

std::optional<NodeId> Admission::next(MonotonicTime now) {
  if (held_ >= limits_.slots || gap_ends(now)) return std::nullopt;
  while (!ready_.empty()) {
    const Rank best = *ready_.begin();
    ready_.erase(ready_.begin());
    const NodeId node(std::get<2>(best));
    if (const auto full = full_group(node)) {
      parked_[full->index()].insert(best);
      ++parked_count_;
      continue;
    }
    ++held_;
    for (GroupId group = plan_.node(node).group; group.is_valid();
         group = plan_.group(group).parent) {
      ++held_in_group_[group.index()];
    }
    last_start_ = now;
    return node;
  }
  return std::nullopt;
}

void Admission::release(NodeId node) {
  --held_;
  for (GroupId group = plan_.node(node).group; group.is_valid();
       group = plan_.group(group).parent) {
    --held_in_group_[group.index()];
    auto& parked = parked_[group.index()];
    // One place became free: only the best of the parked can use it.
    if (!parked.empty()) {
      ready_.insert(*parked.begin());
      parked.erase(parked.begin());
      --parked_count_;
    }
  }
}

void Admission::clear() {
  ready_.clear();
  for (auto& parked : parked_) parked.clear();
  parked_count_ = 0;
}

std::optional<MonotonicTime> Admission::gap_ends(MonotonicTime now) const {
  if (!last_start_ || limits_.start_gap == Duration::zero() || is_empty()) return std::nullopt;
  const MonotonicTime ends = *last_start_ + limits_.start_gap;
  return ends > now ? std::optional(ends) : std::nullopt;
}

}  // namespace ws
