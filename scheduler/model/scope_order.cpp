#include "model/scope_order.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

namespace ws {

ScopeOrder::ScopeOrder(const Draft& draft, std::span<const Vertex> order)
    : order_(order),
      position_(order.size()),
      in_start_(order.size() + 1, 0),
      in_(draft.edges.size()),
      newest_in_(order.size(), kNone) {
  for (std::uint32_t i = 0; i < order.size(); ++i) position_[order[i]] = i;
  for (const DraftEdge& edge : draft.edges) ++in_start_[edge.to + 1];
  for (std::size_t i = 0; i < order.size(); ++i) in_start_[i + 1] += in_start_[i];
  std::vector<std::uint32_t> next(in_start_.begin(), in_start_.end() - 1);
  for (const DraftEdge& edge : draft.edges) in_[next[edge.to]++] = edge.from;
}

template <class Visit>
void ScopeOrder::for_each_predecessor(Vertex v, Visit visit) const {
  for (std::uint32_t i = in_start_[v]; i < in_start_[v + 1]; ++i) visit(in_[i]);
  for (std::uint32_t i = newest_in_[v]; i != kNone; i = next_in_[i]) visit(added_[i].from);
}

void ScopeOrder::add_edge(const Pair& pair) {
  next_in_.push_back(newest_in_[pair.to]);
  newest_in_[pair.to] = static_cast<std::uint32_t>(added_.size());
  added_.push_back(pair);
}

// One search backwards from `to`, latest position first: when everything still open lies before a
// source, no path reaches it, so it gets an edge and joins the search.
void ScopeOrder::add(std::vector<Pair> pairs) {
  constexpr std::size_t kMostVisited = 256;
  if (pairs.empty()) return;
  std::sort(pairs.begin(), pairs.end(),
            [&](const Pair& a, const Pair& b) { return position_[a.from] > position_[b.from]; });
  const std::uint32_t lowest = position_[pairs.back().from];
  std::vector<std::uint32_t> open;  // a heap of positions; may hold one twice
  const auto push = [&](Vertex v) {
    if (position_[v] < lowest) return;
    open.push_back(position_[v]);
    std::push_heap(open.begin(), open.end());
  };
  const auto expand = [&](Vertex v) { for_each_predecessor(v, push); };
  expand(pairs.front().to);
  std::size_t visited = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::uint32_t wanted = position_[pairs[i].from];
    while (!open.empty() && open.front() > wanted && visited <= kMostVisited) {
      const std::uint32_t at = open.front();
      while (!open.empty() && open.front() == at) {
        std::pop_heap(open.begin(), open.end());
        open.pop_back();
      }
      ++visited;
      expand(order_[at]);
    }
    if (visited > kMostVisited) {
      rest_.insert(rest_.end(), pairs.begin() + static_cast<std::ptrdiff_t>(i), pairs.end());
      return;
    }
    if (!open.empty() && open.front() == wanted) continue;
    add_edge(pairs[i]);
    push(pairs[i].from);
  }
}

// Blocks of sources, latest first: every path from a source runs through later positions only, so
// the edges it may use are decided by then.
void ScopeOrder::settle_rest() {
  constexpr std::size_t kMostWork = 1'000'000'000;
  constexpr std::size_t kMostWords = 8'000'000;  // 64 MB
  std::sort(rest_.begin(), rest_.end(),
            [&](const Pair& a, const Pair& b) { return position_[a.from] > position_[b.from]; });
  const std::size_t words = std::clamp<std::size_t>(kMostWords / (order_.size() + 1), 1, 64);
  std::size_t budget = kMostWork;
  for (std::size_t first = 0; first < rest_.size();) {
    std::size_t last = first;
    std::size_t sources = 0;
    std::uint32_t farthest = 0;
    while (last < rest_.size()) {
      const bool is_new = last == first || rest_[last].from != rest_[last - 1].from;
      if (is_new && sources == words * 64) break;
      sources += is_new ? 1 : 0;
      farthest = std::max(farthest, position_[rest_[last].to]);
      ++last;
    }
    const std::uint32_t nearest = position_[rest_[last - 1].from];
    const std::size_t used_words = (sources + 63) / 64;
    // About four edges a node.
    const std::size_t work = std::size_t{farthest - nearest} * used_words * 4;
    const std::span<const Pair> block(rest_.data() + first, last - first);
    if (work > budget) {
      for (const Pair& pair : block) add_edge(pair);
    } else {
      budget -= work;
      settle_block(block, used_words);
    }
    first = last;
  }
  rest_.clear();
}

void ScopeOrder::settle_block(std::span<const Pair> block, std::size_t words) {
  const std::uint32_t nearest = position_[block.back().from];
  std::unordered_map<Vertex, std::size_t> bit_of;
  std::unordered_map<Vertex, std::vector<const Pair*>> ending_at;  // latest source first
  std::uint32_t farthest = 0;
  for (const Pair& pair : block) {
    bit_of.emplace(pair.from, bit_of.size());
    ending_at[pair.to].push_back(&pair);
    farthest = std::max(farthest, position_[pair.to]);
  }
  // Row r: the sources of this block that come before the node at position nearest + r, or are it.
  std::vector<std::uint64_t> rows((farthest - nearest + 1) * words, 0);
  const auto row_of = [&](Vertex v) { return rows.data() + (position_[v] - nearest) * words; };
  for (std::uint32_t at = nearest; at <= farthest; ++at) {
    const Vertex v = order_[at];
    std::uint64_t* row = row_of(v);
    const auto merge = [&](Vertex before) {
      if (position_[before] < nearest) return;
      const std::uint64_t* other = row_of(before);
      for (std::size_t w = 0; w < words; ++w) row[w] |= other[w];
    };
    for_each_predecessor(v, merge);
    if (const auto found = ending_at.find(v); found != ending_at.end()) {
      for (const Pair* pair : found->second) {
        const std::size_t bit = bit_of.at(pair->from);
        if ((row[bit / 64] >> (bit % 64) & 1U) != 0) continue;
        add_edge(*pair);
        merge(pair->from);
      }
    }
    if (const auto found = bit_of.find(v); found != bit_of.end()) {
      row[found->second / 64] |= std::uint64_t{1} << (found->second % 64);
    }
  }
}

}  // namespace ws
