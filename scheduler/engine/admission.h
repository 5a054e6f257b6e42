// Admission: which ready node starts next, and whether it may. Slots, group limits, the start gap,
// the order.
//
// Knows only ready nodes, not why they became ready; never starts anything itself. Holds are
// reasons, not states: a node in here is `ready`. Called by the engine only.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

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
  // Forgets every ready node; slots stay with their holders.
  void clear();

  [[nodiscard]] bool is_empty() const { return ready_.empty() && parked_count_ == 0; }
  [[nodiscard]] std::uint32_t held() const { return held_; }
  // When the start gap ends, if that is what holds a ready node back at `now`.
  [[nodiscard]] std::optional<MonotonicTime> gap_ends(MonotonicTime now) const;

 private:
  // Smaller is better: negated priority, negated remaining path, file order.
  using Rank = std::tuple<std::int64_t, std::int64_t, std::uint32_t>;
  [[nodiscard]] Rank rank(NodeId node) const;
  // The innermost group of the node that is full, if any.
  [[nodiscard]] std::optional<GroupId> full_group(NodeId node) const;
  [[nodiscard]] std::uint32_t group_limit(GroupId group) const;

  const Plan& plan_;
  AdmissionLimits limits_;
  std::uint32_t held_ = 0;
  std::optional<MonotonicTime> last_start_;
  std::set<Rank> ready_;
  std::vector<std::uint32_t> held_in_group_;
  std::vector<std::set<Rank>>
      parked_;  // ready nodes of a full group wait here, so the rest is not searched again
  std::size_t parked_count_ = 0;
};

}  // namespace ws
