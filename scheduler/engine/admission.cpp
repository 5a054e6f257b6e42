#include "engine/admission.h"

#include <algorithm>

#include "engine/breaker.h"

namespace ws {

Admission::Admission(const Plan& plan, AdmissionLimits limits)
    : plan_(plan),
      limits_(limits),
      constraints_(plan),
      file_locks_(plan),
      held_by_workstream_(plan.workset().workstreams.size(), 0),
      parked_(constraints_.size()) {
  set_slots(limits_.slots);
}

void Admission::set_slots(std::uint32_t slots) { limits_.slots = std::max(slots, 1U); }

Admission::Rank Admission::rank(NodeId node) const {
  if (limits_.is_in_file_order) return {0, 0, node.value};
  const Step* step = plan_.step_if_any(node);
  const std::int64_t priority = step != nullptr ? step->priority : 0;
  return {-priority, -static_cast<std::int64_t>(plan_.remaining_path(node)), node.value};
}

void Admission::add(NodeId ready) { ready_.insert(rank(ready)); }

// The hold that the node has to wait for, or null.
const Admission::Hold* Admission::hold_over(NodeId node) const {
  if (holds_.empty()) return nullptr;
  const auto found = holds_.find(holding_scope_of(plan_, node));
  if (found == holds_.end()) return nullptr;
  const Hold& hold = found->second;
  const bool may_pass = hold.probe.is_valid() ? hold.probe == node : hold.has_cooled;
  return may_pass ? nullptr : &hold;
}

// Whoever runs alone waits for everybody, and everybody for it: nobody overtakes it, so that it is
// not starved.
bool Admission::must_wait_alone(NodeId node) const {
  if (held_alone_ > 0) return true;
  const std::uint32_t workstream = plan_.node(node).workstream;
  if (alone_ && *alone_ != workstream) return true;
  if (constraints_.is_alone(node)) return held_ > 0;
  return constraints_.is_workstream_alone(workstream) && held_ > held_by_workstream_[workstream];
}

Admission::Queue* Admission::obstacle(NodeId node) {
  constraints_.wants_of(node, wants_);
  if (is_held_back(node)) return &holds_.at(holding_scope_of(plan_, node)).parked;
  for (const Constraints::Want& want : wants_) {
    if (!constraints_.has_room(want)) return &parked_[want.constraint];
  }
  return file_locks_.is_free(node) ? nullptr : &parked_for_files_;
}

std::optional<NodeId> Admission::next(MonotonicTime now) {
  if (held_ >= limits_.slots || gap_ends(now)) return std::nullopt;
  while (!ready_.empty()) {
    const Rank best = *ready_.begin();
    const NodeId node(std::get<2>(best));
    Queue* queue = obstacle(node);
    if (queue == nullptr && must_wait_alone(node)) return std::nullopt;
    ready_.erase(ready_.begin());
    if (queue == nullptr) {
      start(node, now);
      return node;
    }
    park(*queue, best);
    // It came for a place that it cannot use now: the next in that queue may.
    for (const Constraints::Want& want : wants_) {
      if (&parked_[want.constraint] != queue && constraints_.has_room(want))
        wake_best(parked_[want.constraint]);
    }
  }
  return std::nullopt;
}

void Admission::start(NodeId node, MonotonicTime now) {
  const std::uint32_t workstream = plan_.node(node).workstream;
  ++held_;
  ++held_by_workstream_[workstream];
  if (constraints_.is_alone(node)) ++held_alone_;
  if (constraints_.is_workstream_alone(workstream)) alone_ = workstream;
  std::vector<std::uint32_t> leased;
  constraints_.take(node, wants_, leased);
  file_locks_.take(node);
  // Others of the same workstream do not wait for what it holds now.
  for (const std::uint32_t constraint : leased) wake_all(parked_[constraint]);
  last_start_ = now;
  note_start(node);
}

void Admission::note_start(NodeId node) {
  if (holds_.empty()) return;
  const auto found = holds_.find(holding_scope_of(plan_, node));
  if (found != holds_.end() && !found->second.probe.is_valid()) found->second.probe = node;
}

void Admission::release(NodeId node) {
  const std::uint32_t workstream = plan_.node(node).workstream;
  --held_;
  if (--held_by_workstream_[workstream] == 0 && alone_ == workstream) alone_.reset();
  if (constraints_.is_alone(node)) --held_alone_;
  constraints_.give_back(node, wants_);
  // One place became free: only the best of the parked can use it.
  for (const Constraints::Want& want : wants_) wake_best(parked_[want.constraint]);
  // Few wait here: the plan's edges keep most claimants apart.
  if (file_locks_.give_back(node)) wake_all(parked_for_files_);
}

void Admission::drop_probe(NodeId node) {
  if (holds_.empty()) return;
  // Not holding_scope_of(): a `finally` step is never held, and may be the probe all the same.
  const auto found = holds_.find(breaker_of(plan_, node).scope);
  if (found == holds_.end() || found->second.probe != node) return;
  found->second.probe = NodeId();
  if (found->second.has_cooled) wake_all(found->second.parked);
}

void Admission::forget(NodeId node) {
  drop_probe(node);
  const Rank own = rank(node);
  const bool was_ready = ready_.erase(own) > 0;
  if (parked_count_ == 0) return;
  constraints_.wants_of(node, wants_);
  if (was_ready) {
    // It may have been woken for a place: the next in that queue takes its turn.
    for (const Constraints::Want& want : wants_) wake_best(parked_[want.constraint]);
    return;
  }
  for (const Constraints::Want& want : wants_) {
    if (parked_[want.constraint].erase(own) == 0) continue;
    --parked_count_;
    return;
  }
  parked_count_ -= parked_for_files_.erase(own);
  for (auto& [scope, hold] : holds_) parked_count_ -= hold.parked.erase(own);
}

void Admission::hold(NodeId scope, NodeId probe) {
  Hold& hold = holds_[scope];
  hold.probe = probe;
  hold.has_cooled = false;
}

void Admission::unhold(NodeId scope) {
  const auto found = holds_.find(scope);
  if (found == holds_.end()) return;
  wake_all(found->second.parked);
  holds_.erase(found);
}

void Admission::end_cooldown(NodeId scope) {
  const auto found = holds_.find(scope);
  if (found == holds_.end()) return;
  found->second.has_cooled = true;
  if (!found->second.probe.is_valid()) wake_all(found->second.parked);
}

void Admission::workstream_ended(std::uint32_t workstream) {
  std::vector<std::uint32_t> freed;
  constraints_.workstream_ended(workstream, freed);
  for (const std::uint32_t constraint : freed) wake_all(parked_[constraint]);
}

bool Admission::yield_leases() {
  bool is_any = false;
  for (const std::uint32_t workstream : plan_.workstreams()) {
    std::vector<std::uint32_t> freed;
    constraints_.workstream_ended(workstream, freed);
    for (const std::uint32_t constraint : freed) wake_all(parked_[constraint]);
    is_any = is_any || !freed.empty();
  }
  return is_any;
}

void Admission::park(Queue& queue, const Rank& rank) {
  queue.insert(rank);
  ++parked_count_;
}

void Admission::wake_best(Queue& queue) {
  if (queue.empty()) return;
  ready_.insert(*queue.begin());
  queue.erase(queue.begin());
  --parked_count_;
}

void Admission::wake_all(Queue& queue) {
  while (!queue.empty()) wake_best(queue);
}

void Admission::clear() {
  ready_.clear();
  for (Queue& queue : parked_) queue.clear();
  parked_for_files_.clear();
  for (auto& [scope, hold] : holds_) hold.parked.clear();
  parked_count_ = 0;
}

std::optional<MonotonicTime> Admission::gap_ends(MonotonicTime now) const {
  if (!last_start_ || limits_.start_gap == Duration::zero() || is_empty()) return std::nullopt;
  const MonotonicTime ends = *last_start_ + limits_.start_gap;
  return ends > now ? std::optional(ends) : std::nullopt;
}

}  // namespace ws
