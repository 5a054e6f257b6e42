// A directed graph over dense vertices 0..n-1: order, cycles, levels, reachability. Boost.Graph
// lives in graph.cpp only.
//
// Knows nothing of steps: model/plan.h gives vertices a meaning. Immutable once built; no recursion
// on its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ws {

using Vertex = std::uint32_t;

struct Edge {
  Vertex from = 0;
  Vertex to = 0;
  friend auto operator<=>(const Edge&, const Edge&) = default;
};

class Graph {
 public:
  // Edges may repeat and may be self-loops. O(n + m).
  Graph(std::size_t vertices, std::span<const Edge> edges);
  Graph(Graph&&) noexcept;
  Graph& operator=(Graph&&) noexcept;
  ~Graph();

  [[nodiscard]] std::size_t vertex_count() const;
  [[nodiscard]] std::size_t edge_count() const;

  // Kahn's order with the smallest ready vertex first (so: file order where the graph leaves a
  // choice), or nullopt when there is a cycle.
  [[nodiscard]] std::optional<std::vector<Vertex>> topological_order() const;

  // Cycles as vertex paths without the repeated end, each starting at its smallest vertex, shortest
  // found first inside a component, ordered by that vertex. After removing one edge of each the
  // component has no cycle left, so every independent cycle is named once. At most `limit`.
  [[nodiscard]] std::vector<std::vector<Vertex>> independent_cycles(std::size_t limit = 50) const;

  // Vertices on some cycle (in a strongly connected component of two or more, or with a self-loop).
  [[nodiscard]] std::vector<bool> vertices_on_cycles() const;

  // Edges that another path makes superfluous, as indexes into the span given to the constructor.
  // Bounded: nullopt when vertices * edges exceeds 4e8 (the algorithm is quadratic) or the graph
  // has a cycle.
  [[nodiscard]] std::optional<std::vector<std::size_t>> redundant_edges() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ws
