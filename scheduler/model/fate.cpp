#include "model/fate.h"

#include <cstddef>

namespace ws {
namespace {

// Edges by one of their ends.
struct Adjacency {
  std::vector<std::uint32_t> start;
  std::vector<std::uint32_t> edge;

  Adjacency(std::size_t count, std::span<const FateEdge> edges, std::uint32_t FateEdge::*end)
      : start(count + 1, 0), edge(edges.size()) {
    for (const FateEdge& e : edges) ++start[e.*end + 1];
    for (std::size_t i = 0; i < count; ++i) start[i + 1] += start[i];
    std::vector<std::uint32_t> next(start.begin(), start.end() - 1);
    for (std::uint32_t i = 0; i < edges.size(); ++i) edge[next[edges[i].*end]++] = i;
  }
  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t number) const {
    return std::span(edge).subspan(start[number], start[number + 1] - start[number]);
  }
};

// Peels backwards from what is done: a cycle is never peeled, so it is still reported as one.
void mark_unneeded(std::span<const FateEdge> edges, const std::vector<bool>& is_pinned,
                   std::vector<Fate>& fate) {
  const Adjacency incoming(fate.size(), edges, &FateEdge::to);
  std::vector<std::uint32_t> needed_by(fate.size(), 0);
  for (const FateEdge& edge : edges) ++needed_by[edge.from];
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < fate.size(); ++i) {
    if (fate[i] == Fate::done) open.push_back(i);
  }
  while (!open.empty()) {
    const std::uint32_t gone = open.back();
    open.pop_back();
    for (const std::uint32_t e : incoming.of(gone)) {
      const std::uint32_t from = edges[e].from;
      if (--needed_by[from] > 0 || is_pinned[from] || fate[from] != Fate::kept) continue;
      fate[from] = Fate::unneeded;
      open.push_back(from);
    }
  }
}

void mark_never(std::span<const FateEdge> edges, std::vector<Fate>& fate) {
  const Adjacency outgoing(fate.size(), edges, &FateEdge::from);
  std::vector<std::uint32_t> open;
  const auto visit = [&](std::uint32_t number) {
    if (fate[number] != Fate::kept) return;
    fate[number] = Fate::never;
    open.push_back(number);
  };
  for (const FateEdge& edge : edges) {
    if (fate[edge.from] == Fate::done && edge.on == DependencyOn::failure) visit(edge.to);
  }
  while (!open.empty()) {
    const std::uint32_t stuck = open.back();
    open.pop_back();
    for (const std::uint32_t e : outgoing.of(stuck)) {
      if (edges[e].on != DependencyOn::done) visit(edges[e].to);
    }
  }
}

}  // namespace

std::vector<Fate> fates(std::span<const FateEdge> edges, const std::vector<bool>& is_done,
                        const std::vector<bool>& is_pinned) {
  std::vector<Fate> fate(is_done.size(), Fate::kept);
  for (std::size_t i = 0; i < is_done.size(); ++i) {
    if (is_done[i]) fate[i] = Fate::done;
  }
  mark_unneeded(edges, is_pinned, fate);
  mark_never(edges, fate);
  return fate;
}

}  // namespace ws
