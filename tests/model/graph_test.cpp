// Order, cycles and superfluous edges of a bare graph, at a handful and at a million vertices.
#include "model/graph.h"

#include <algorithm>
#include <random>
#include <set>

#include "model/ready_set.h"
#include "small_stack.h"
#include "support/catch.h"

using ws::Edge;
using ws::Graph;
using ws::Vertex;
using Cycles = std::vector<std::vector<Vertex>>;

namespace {

std::vector<Vertex> order_of(std::size_t n, const std::vector<Edge>& edges) {
  return Graph(n, edges).topological_order().value();
}

constexpr std::size_t kMillion = 1'000'000;

std::vector<Edge> chain(std::size_t n) {
  std::vector<Edge> edges;
  for (Vertex v = 0; v + 1 < n; ++v) edges.push_back({v, v + 1});
  return edges;
}

}  // namespace

TEST_CASE("order is the smallest ready vertex first") {
  CHECK(order_of(0, {}).empty());
  CHECK(order_of(3, {}) == std::vector<Vertex>{0, 1, 2});
  CHECK(order_of(4, {{3, 0}, {0, 1}}) == std::vector<Vertex>{2, 3, 0, 1});
  CHECK(order_of(5, {{0, 4}, {4, 1}, {2, 1}, {2, 1}}) == std::vector<Vertex>{0, 2, 3, 4, 1});
}

TEST_CASE("row 4d: a cycle has no order") {
  CHECK_FALSE(Graph(2, std::vector<Edge>{{0, 1}, {1, 0}}).topological_order());
  CHECK_FALSE(Graph(1, std::vector<Edge>{{0, 0}}).topological_order());
}

TEST_CASE("counts include repeated edges") {
  const Graph graph(3, std::vector<Edge>{{0, 1}, {0, 1}, {1, 2}});
  CHECK(graph.vertex_count() == 3);
  CHECK(graph.edge_count() == 3);
}

TEST_CASE("every independent cycle is named once, from its smallest vertex") {
  const auto cycles = [](std::size_t n, const std::vector<Edge>& edges) {
    return Graph(n, edges).independent_cycles();
  };
  CHECK(cycles(3, {{0, 1}, {1, 2}}).empty());
  CHECK(cycles(3, {{2, 0}, {0, 1}, {1, 2}}) == Cycles{{0, 1, 2}});
  CHECK(cycles(2, {{1, 1}}) == Cycles{{1}});
  CHECK(cycles(6, {{4, 5}, {5, 4}, {1, 2}, {2, 1}, {0, 1}}) == Cycles{{1, 2}, {4, 5}});
  // two cycles through one vertex
  CHECK(cycles(3, {{0, 1}, {1, 0}, {0, 2}, {2, 0}}) == Cycles{{0, 1}, {0, 2}});
  // the shorter of two ways round is named; without its closing edge nothing is left
  CHECK(cycles(4, {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 3}}) == Cycles{{0, 3}});
  // a repeated edge is no second cycle
  CHECK(cycles(2, {{0, 1}, {1, 0}, {1, 0}, {0, 1}}) == Cycles{{0, 1}});
  // an inner cycle survives the outer one
  CHECK(cycles(4, {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {2, 1}}) == Cycles{{0, 1, 2, 3}, {1, 2}});
}

TEST_CASE("cycles are limited") {
  std::vector<Edge> edges;
  for (Vertex v = 0; v < 200; v += 2) {
    edges.push_back({v, v + 1});
    edges.push_back({v + 1, v});
  }
  const Cycles some = Graph(200, edges).independent_cycles(10);
  REQUIRE(some.size() == 10);
  CHECK(some.front() == std::vector<Vertex>{0, 1});
  CHECK(some.back() == std::vector<Vertex>{18, 19});
}

TEST_CASE("vertices on cycles") {
  const Graph graph(5, std::vector<Edge>{{0, 1}, {1, 2}, {2, 1}, {2, 3}, {4, 4}});
  CHECK(graph.vertices_on_cycles() == std::vector<bool>{false, true, true, false, true});
}

TEST_CASE("superfluous edges are found by their index") {
  const auto redundant = [](std::size_t n, const std::vector<Edge>& edges) {
    return Graph(n, edges).redundant_edges().value();
  };
  using Indexes = std::vector<std::size_t>;
  CHECK(redundant(3, {{0, 2}, {0, 1}, {1, 2}}) == Indexes{0});
  CHECK(redundant(3, {{0, 1}, {0, 1}, {1, 2}}) == Indexes{1});
  CHECK(redundant(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}).empty());
  CHECK(redundant(5, {{4, 3}, {3, 2}, {4, 2}, {2, 0}, {4, 0}}) == Indexes{2, 4});
  CHECK_FALSE(Graph(2, std::vector<Edge>{{0, 1}, {1, 0}}).redundant_edges());
}

TEST_CASE("superfluous edges agree with the definition on random graphs") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const auto below = [&](Vertex limit) { return static_cast<Vertex>(random() % limit); };
    const Vertex n = 2 + below(9);
    std::set<Edge> distinct;
    for (Vertex i = 0; i < 2 * n; ++i) {
      const Vertex a = below(n);
      const Vertex b = below(n);
      if (a < b) distinct.insert({a, b});
    }
    const std::vector<Edge> edges(distinct.begin(), distinct.end());
    std::vector<std::size_t> expected;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      std::set<Vertex> reached = {edges[e].from};
      for (const Edge& edge : edges) {  // sorted by `from`, and edges run upwards
        if (reached.contains(edge.from) && edge != edges[e]) reached.insert(edge.to);
      }
      if (reached.contains(edges[e].to)) expected.push_back(e);
    }
    CHECK(Graph(n, edges).redundant_edges().value() == expected);
  }
}

TEST_CASE("superfluous edges are not looked for in huge graphs") {
  CHECK_FALSE(Graph(100'000, chain(100'000)).redundant_edges());
}

TEST_CASE("a chain of a million vertices needs no stack") {
  std::vector<Edge> edges = chain(kMillion);
  ws::test::on_small_stack([&] {
    const auto order = Graph(kMillion, edges).topological_order();
    CHECK(order.has_value());
    CHECK(std::is_sorted(order->begin(), order->end()));
  });
  edges.push_back({kMillion - 1, 0});
  ws::test::on_small_stack([&] {
    const Graph graph(kMillion, edges);
    CHECK_FALSE(graph.topological_order());
    const Cycles cycles = graph.independent_cycles();
    REQUIRE(cycles.size() == 1);
    CHECK(cycles[0].size() == kMillion);
    CHECK(graph.vertices_on_cycles()[kMillion / 2]);
  });
}

TEST_CASE("a star of a million edges") {
  std::vector<Edge> edges;
  for (Vertex v = 0; v < kMillion; ++v) edges.push_back({kMillion, v});
  ws::test::on_small_stack([&] {
    const Graph graph(kMillion + 1, edges);
    const auto order = graph.topological_order().value();
    CHECK(order.front() == kMillion);
    CHECK(std::is_sorted(order.begin() + 1, order.end()));
    CHECK(graph.independent_cycles().empty());
  });
}

TEST_CASE("the ready set gives back its smallest") {
  for (const std::size_t size : {1U, 64U, 65U, 5000U, 300'000U}) {
    ws::ReadySet ready(size);
    CHECK(ready.is_empty());
    std::mt19937 random(11);
    std::set<std::uint32_t> reference;
    for (int i = 0; i < 3000; ++i) {
      const auto number = static_cast<std::uint32_t>(random() % size);
      ready.insert(number);
      reference.insert(number);
      if (i % 3 == 0) {
        REQUIRE(ready.take_smallest() == *reference.begin());
        reference.erase(reference.begin());
      }
    }
    while (!reference.empty()) {
      REQUIRE(ready.take_smallest() == *reference.begin());
      reference.erase(reference.begin());
    }
    CHECK(ready.is_empty());
  }
}
