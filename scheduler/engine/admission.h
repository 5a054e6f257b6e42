// Admission: which ready node starts next, and whether it may. Slots, what steps share, the start
// gap, the order.
//
// Knows only ready nodes, not why they became ready; never starts anything itself. Holds are
// reasons, not states: a node in here is `ready` (or backs off). Called by the engine only.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/constraints.h"
#include "engine/file_locks.h"
#include "engine/roles.h"
#include "model/plan.h"

namespace ws {

struct AdmissionLimits {
  std::uint32_t slots = 1;
  Duration start_gap{};           // zero: none
  bool is_in_file_order = false;  // else priority, then longest remaining path, then file order
};

class Admission {
 public:
  Admission(const Plan& plan, AdmissionLimits limits);

  void add(NodeId ready);
  // The best node that may start now; it then holds a slot until release(). nullopt: none may.
  [[nodiscard]] std::optional<NodeId> next(MonotonicTime now);
  void release(NodeId node);
  // No longer ready; nothing when it was not in here.
  void forget(NodeId node);
  // Forgets every ready node; slots stay with their holders.
  void clear();
  // At least 1. Holders beyond it keep their slots.
  void set_slots(std::uint32_t slots);
  // Nothing under the breaker of the scope starts but the probe, until unhold().
  void hold(NodeId scope, NodeId probe);
  void unhold(NodeId scope);
  // The cooldown is over: without a probe, the next to start is it.
  void end_cooldown(NodeId scope);
  // The node is the probe of nothing any more.
  void drop_probe(NodeId node);
  // Whether a breaker keeps the node from starting now.
  [[nodiscard]] bool is_held_back(NodeId node) const { return hold_over(node) != nullptr; }
  // The node starts without a slot.
  void note_start(NodeId node);
  // Workstreams give up what they hold as a whole; false: none held anything.
  [[nodiscard]] bool yield_leases();
  // What the workstream held as a whole is free.
  void workstream_ended(std::uint32_t workstream);

  [[nodiscard]] bool is_empty() const { return ready_.empty() && parked_count_ == 0; }
  [[nodiscard]] std::uint32_t held() const { return held_; }
  // When the start gap ends, if that is what holds a ready node back at `now`.
  [[nodiscard]] std::optional<MonotonicTime> gap_ends(MonotonicTime now) const;

 private:
  // Smaller is better: negated priority, negated remaining path, file order.
  using Rank = std::tuple<std::int64_t, std::int64_t, std::uint32_t>;
  using Queue = std::set<Rank>;
  [[nodiscard]] Rank rank(NodeId node) const;
  // Where the node has to wait, or null.
  [[nodiscard]] Queue* obstacle(NodeId node);
  struct Hold {
    NodeId probe;  // invalid: whoever is first once it has cooled
    bool has_cooled = false;
    Queue parked;
  };
  [[nodiscard]] const Hold* hold_over(NodeId node) const;
  [[nodiscard]] bool must_wait_alone(NodeId node) const;
  void park(Queue& queue, const Rank& rank);
  void wake_best(Queue& queue);
  void wake_all(Queue& queue);
  void start(NodeId node, MonotonicTime now);

  const Plan& plan_;
  AdmissionLimits limits_;
  Constraints constraints_;
  FileLocks file_locks_;
  std::uint32_t held_ = 0;
  std::vector<std::uint32_t> held_by_workstream_;
  std::uint32_t held_alone_ = 0;  // steps that run alone: 0 or 1
  std::optional<std::uint32_t>
      alone_;  // the workstream that runs without others, while it holds slots
  std::optional<MonotonicTime> last_start_;
  Queue ready_;
  // Ready nodes for which a constraint has no room wait there, so the rest is not searched again.
  std::vector<Queue> parked_;
  Queue parked_for_files_;
  std::unordered_map<NodeId, Hold> holds_;  // by the scope of the breaker
  std::size_t parked_count_ = 0;
  std::vector<Constraints::Want> wants_;  // of the node looked at
};

}  // namespace ws
