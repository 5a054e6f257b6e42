#include "model/graph.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>

#include "model/ready_set.h"

namespace ws {
namespace {

// Each edge carries its index in the span it was built from.
using Csr = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, std::uint32_t,
                                               boost::no_property, Vertex, std::uint32_t>;

Csr build(std::size_t vertices, std::span<const Edge> edges) {
  const auto as_pair = [](const Edge& edge) {
    return std::pair<Vertex, Vertex>(edge.from, edge.to);
  };
  return Csr(boost::edges_are_unsorted_multi_pass,
             boost::make_transform_iterator(edges.begin(), as_pair),
             boost::make_transform_iterator(edges.end(), as_pair),
             boost::make_counting_iterator(std::uint32_t{0}), static_cast<Vertex>(vertices));
}

// Component number of each vertex. Boost's depth-first search keeps its own stack (unless
// BOOST_RECURSIVE_DFS is defined), so a chain of a million vertices needs no deep call stack.
std::vector<Vertex> components(const Csr& graph, std::size_t& count) {
  std::vector<Vertex> component(boost::num_vertices(graph));
  if (component.empty()) {
    count = 0;
    return component;
  }
  const auto index = boost::get(boost::vertex_index, graph);
  count =
      boost::strong_components(graph, boost::make_iterator_property_map(component.begin(), index));
  return component;
}

auto successors(const Csr& graph, Vertex vertex) {
  const auto [first, last] = boost::adjacent_vertices(vertex, graph);
  return std::pair(first, last);
}

// One strongly connected component, renumbered from 0 in ascending order of its vertices.
struct Component {
  std::vector<Vertex> vertices;
  std::vector<Edge> edges;
};

// The components that hold a cycle, by their smallest vertex. Vertices keep ascending order, so
// local number 0 is the smallest.
std::vector<Component> cyclic_components(std::size_t vertices, std::span<const Edge> edges) {
  std::size_t count = 0;
  const std::vector<Vertex> component = components(build(vertices, edges), count);
  std::vector<std::uint32_t> size(count, 0);
  for (const Vertex c : component) ++size[c];
  std::vector<bool> is_cyclic(count, false);
  for (std::size_t c = 0; c < count; ++c) is_cyclic[c] = size[c] > 1;
  for (const Edge& edge : edges) {
    if (edge.from == edge.to) is_cyclic[component[edge.from]] = true;
  }

  constexpr auto kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> slot(count, kNone);
  std::vector<Vertex> local(vertices, 0);
  std::vector<Component> found;
  for (Vertex v = 0; v < vertices; ++v) {
    const Vertex c = component[v];
    if (!is_cyclic[c]) continue;
    if (slot[c] == kNone) {
      slot[c] = static_cast<std::uint32_t>(found.size());
      found.emplace_back();
    }
    local[v] = static_cast<Vertex>(found[slot[c]].vertices.size());
    found[slot[c]].vertices.push_back(v);
  }
  for (const Edge& edge : edges) {
    const Vertex c = component[edge.from];
    if (is_cyclic[c] && component[edge.to] == c) {
      found[slot[c]].edges.push_back({local[edge.from], local[edge.to]});
    }
  }
  return found;
}

// A shortest cycle through vertex 0 of a strongly connected component, breadth first.
std::vector<Vertex> shortest_cycle_through_first(const Component& component) {
  constexpr auto kUnseen = std::numeric_limits<Vertex>::max();
  const Csr graph = build(component.vertices.size(), component.edges);
  std::vector<Vertex> parent(component.vertices.size(), kUnseen);
  std::vector<Vertex> queue{0};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const auto [first, last] = successors(graph, queue[head]);
    for (auto it = first; it != last; ++it) {
      if (*it == 0) {
        std::vector<Vertex> path;
        for (Vertex v = queue[head]; v != 0; v = parent[v]) path.push_back(v);
        path.push_back(0);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (parent[*it] != kUnseen) continue;
      parent[*it] = queue[head];
      queue.push_back(*it);
    }
  }
  return {};  // not reached for a cyclic component
}

}  // namespace

struct Graph::Impl {
  Csr csr;
  std::size_t edges = 0;

  [[nodiscard]] std::vector<Edge> edge_list() const {
    std::vector<Edge> list(edges);
    for (Vertex v = 0; v < boost::num_vertices(csr); ++v) {
      const auto [first, last] = boost::out_edges(v, csr);
      for (auto it = first; it != last; ++it) list[csr[*it]] = {v, boost::target(*it, csr)};
    }
    return list;
  }
};

Graph::Graph(std::size_t vertices, std::span<const Edge> edges)
    : impl_(std::make_unique<Impl>(Impl{build(vertices, edges), edges.size()})) {}
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;
Graph::~Graph() = default;

std::size_t Graph::vertex_count() const { return boost::num_vertices(impl_->csr); }
std::size_t Graph::edge_count() const { return impl_->edges; }

std::optional<std::vector<Vertex>> Graph::topological_order() const {
  const Csr& csr = impl_->csr;
  const std::size_t n = vertex_count();
  std::vector<std::uint32_t> unmet(n, 0);
  for (Vertex v = 0; v < n; ++v) {
    const auto [first, last] = successors(csr, v);
    for (auto it = first; it != last; ++it) ++unmet[*it];
  }
  ReadySet ready(n);
  for (Vertex v = 0; v < n; ++v) {
    if (unmet[v] == 0) ready.insert(v);
  }
  std::vector<Vertex> order;
  order.reserve(n);
  while (!ready.is_empty()) {
    const Vertex v = ready.take_smallest();
    order.push_back(v);
    const auto [first, last] = successors(csr, v);
    for (auto it = first; it != last; ++it) {
      if (--unmet[*it] == 0) ready.insert(*it);
    }
  }
  if (order.size() != n) return std::nullopt;
  return order;
}

std::vector<std::vector<Vertex>> Graph::independent_cycles(std::size_t limit) const {
  std::vector<std::vector<Vertex>> cycles;
  std::vector<Component> open = cyclic_components(vertex_count(), impl_->edge_list());
  std::reverse(open.begin(), open.end());  // the smallest first vertex is taken first
  while (!open.empty() && cycles.size() < limit) {
    Component component = std::move(open.back());
    open.pop_back();
    const std::vector<Vertex> path = shortest_cycle_through_first(component);
    std::vector<Vertex> cycle;
    cycle.reserve(path.size());
    for (const Vertex v : path) cycle.push_back(component.vertices[v]);
    cycles.push_back(std::move(cycle));

    const Edge closing{path.back(), 0};
    std::erase(component.edges, closing);
    std::vector<Component> rest = cyclic_components(component.vertices.size(), component.edges);
    for (auto part = rest.rbegin(); part != rest.rend(); ++part) {
      for (Vertex& v : part->vertices) v = component.vertices[v];
      open.push_back(std::move(*part));
    }
  }
  std::stable_sort(cycles.begin(), cycles.end(),
                   [](const auto& a, const auto& b) { return a.front() < b.front(); });
  return cycles;
}

std::vector<bool> Graph::vertices_on_cycles() const {
  std::vector<bool> on_cycle(vertex_count(), false);
  for (const Component& component : cyclic_components(vertex_count(), impl_->edge_list())) {
    for (const Vertex v : component.vertices) on_cycle[v] = true;
  }
  return on_cycle;
}

std::optional<std::vector<std::size_t>> Graph::redundant_edges() const {
  constexpr std::size_t kLargestWork = 400'000'000;
  const Csr& csr = impl_->csr;
  const std::size_t n = vertex_count();
  if (edge_count() > 0 && n > kLargestWork / edge_count()) return std::nullopt;
  const auto order = topological_order();
  if (!order) return std::nullopt;
  std::vector<std::uint32_t> position(n);
  for (std::size_t i = 0; i < n; ++i) position[(*order)[i]] = static_cast<std::uint32_t>(i);

  // From each vertex, its successors nearest in the order first: one that an earlier successor
  // already reached is superfluous. Nothing beyond the farthest successor needs a look.
  constexpr auto kNever = std::numeric_limits<Vertex>::max();
  std::vector<Vertex> reached_from(n, kNever);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> targets;  // position, edge index
  std::vector<Vertex> stack;
  std::vector<std::size_t> redundant;
  for (Vertex from = 0; from < n; ++from) {
    targets.clear();
    const auto [first, last] = boost::out_edges(from, csr);
    for (auto it = first; it != last; ++it) {
      targets.emplace_back(position[boost::target(*it, csr)], csr[*it]);
    }
    if (targets.size() < 2) continue;
    std::sort(targets.begin(), targets.end());
    const std::uint32_t farthest = targets.back().first;
    for (const auto& [at, edge] : targets) {
      const Vertex to = (*order)[at];
      if (reached_from[to] == from) {
        redundant.push_back(edge);
        continue;
      }
      reached_from[to] = from;
      stack.assign(1, to);
      while (!stack.empty()) {
        const Vertex v = stack.back();
        stack.pop_back();
        const auto [next, end] = successors(csr, v);
        for (auto it = next; it != end; ++it) {
          if (position[*it] > farthest || reached_from[*it] == from) continue;
          reached_from[*it] = from;
          stack.push_back(*it);
        }
      }
    }
  }
  std::sort(redundant.begin(), redundant.end());
  return redundant;
}

}  // namespace ws
