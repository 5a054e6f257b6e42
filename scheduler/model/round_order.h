// RoundOrder: an order of the plan in which every group with rounds stands together, so that
// whoever must not run at the same time as a member goes before the group's first round or after
// its last.
//
// Knows nothing of scopes and adds no edge. Internal to model/; used by scope.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/draft.h"

namespace ws {

class RoundOrder {
 public:
  // `order` is topological. What depends on a member has to depend on the end of its group too
  // (workstream_edges.cpp sees to that); O(nodes + edges) then.
  RoundOrder(const Draft& draft, std::span<const Vertex> order);

  // Topological; `order` itself where no group has rounds.
  [[nodiscard]] std::span<const Vertex> order() const { return order_; }

  // The outermost group with rounds that holds the step or fan-out `v` and not `other`; invalid
  // when there is none: both are in one round.
  [[nodiscard]] GroupId between(Vertex v, Vertex other) const;

 private:
  [[nodiscard]] GroupId innermost(Vertex v) const;
  [[nodiscard]] std::vector<Vertex> order_entered_whole(std::span<const Vertex> order) const;
  [[nodiscard]] std::vector<Vertex> gathered(std::span<const Vertex> order) const;

  const Draft& draft_;
  std::vector<GroupId> rounds_;       // per group: the nearest with rounds, itself included
  std::vector<GroupId> outer_;        // per group with rounds: the nearest around it
  std::vector<std::uint32_t> depth_;  // per group: how many with rounds, itself included
  std::vector<Vertex> order_;
};

}  // namespace ws
