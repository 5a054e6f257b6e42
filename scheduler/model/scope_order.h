// ScopeOrder: which of two nodes already comes before the other, in a graph that grows while it is
// asked. All edges, old and new, run forward in one fixed topological order.
//
// Knows nothing of scopes: it is given pairs and answers which of them need an edge. Internal to
// model/; used by scope.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/draft.h"

namespace ws {

class ScopeOrder {
 public:
  struct Pair {
    Vertex from = 0;        // must end …
    Vertex to = 0;          // … before this begins; later in the order
    std::uint32_t tag = 0;  // the caller's
  };

  ScopeOrder(const Draft& draft, std::span<const Vertex> order);

  [[nodiscard]] std::uint32_t position(Vertex v) const { return position_[v]; }

  // All pairs with the same `to`. Those that no path joins get an edge at once; the ones that would
  // need a long search are kept for settle_rest(). Call with `to` in ascending order.
  void add(std::vector<Pair> pairs);
  // Decides what was kept, many sources at a time. When even that is too much (about 1e9 word
  // operations: far more claims than people write), what is left counts as unordered.
  void settle_rest();

  // The pairs that needed an edge.
  [[nodiscard]] const std::vector<Pair>& added() const { return added_; }

 private:
  void add_edge(const Pair& pair);
  void settle_block(std::span<const Pair> block, std::size_t words);
  template <class Visit>
  void for_each_predecessor(Vertex v, Visit visit) const;

  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::span<const Vertex> order_;
  std::vector<std::uint32_t> position_;
  std::vector<std::uint32_t> in_start_;
  std::vector<Vertex> in_;
  std::vector<std::uint32_t> newest_in_;  // per node: last of its added edges, in added_
  std::vector<std::uint32_t> next_in_;    // per added edge: the one before with the same end
  std::vector<Pair> added_;
  std::vector<Pair> rest_;
};

}  // namespace ws
