#include "formats/kata/kata_graph.h"

#include <algorithm>
#include <utility>

namespace ws {
namespace {

constexpr std::size_t kMostCycles = 50;
constexpr std::size_t kMostLooks = 10'000'000;  // at edges, in search of where a cycle begins

}  // namespace

KataGraph::KataGraph(const Kata& kata) : out_(kata.phases.size()), in_(kata.phases.size()) {
  for (std::uint32_t i = 0; i < kata.phases.size(); ++i) {
    const KataName& name = kata.phases[i].name;
    if (name.is_given()) by_name_.emplace(name.text, i);
  }
  for (std::uint32_t i = 0; i < kata.phases.size(); ++i) {
    const auto add = [&](const KataName& next, std::size_t transition, std::size_t branch) {
      const auto target = find(next.text);
      if (!target) return;
      const KataEdge edge{i, *target, static_cast<std::uint32_t>(transition),
                          static_cast<std::uint32_t>(branch), next.place};
      out_[i].push_back(edge);
      in_[*target].push_back(edge);
    };
    const auto& transitions = kata.phases[i].transitions;
    for (std::size_t t = 0; t < transitions.size(); ++t) {
      add(transitions[t].next, t, 0);
      for (std::size_t b = 0; b < transitions[t].branches.size(); ++b)
        add(transitions[t].branches[b].next, t, b);
    }
  }
}

std::optional<std::uint32_t> KataGraph::find(std::string_view phase) const {
  const auto found = by_name_.find(phase);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::vector<bool> KataGraph::reached_from(std::uint32_t phase) const {
  std::vector<bool> reached(out_.size(), false);
  std::vector<std::uint32_t> open = {phase};
  reached[phase] = true;
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const KataEdge& edge : out_[at]) {
      if (reached[edge.to]) continue;
      reached[edge.to] = true;
      open.push_back(edge.to);
    }
  }
  return reached;
}

std::vector<std::vector<KataEdge>> KataGraph::cycles() const {
  enum class Mark : std::uint8_t { fresh, open, done };
  std::vector<Mark> marks(out_.size(), Mark::fresh);
  std::vector<bool> is_told(out_.size(), false);
  std::vector<std::vector<KataEdge>> found;
  std::size_t looks = kMostLooks;
  for (std::uint32_t root = 0; root < out_.size(); ++root) {
    if (marks[root] != Mark::fresh) continue;
    std::vector<KataEdge> path;  // the edges that led here
    std::vector<std::pair<std::uint32_t, std::size_t>> stack = {{root, 0}};
    marks[root] = Mark::open;
    while (!stack.empty()) {
      auto& [at, next] = stack.back();
      if (next == out_[at].size()) {
        marks[at] = Mark::done;
        stack.pop_back();
        if (!path.empty()) path.pop_back();
        continue;
      }
      const KataEdge& edge = out_[at][next++];
      if (marks[edge.to] == Mark::fresh) {
        marks[edge.to] = Mark::open;
        path.push_back(edge);
        stack.emplace_back(edge.to, 0);
      } else if (marks[edge.to] == Mark::open && !is_told[edge.from] && !is_told[edge.to] &&
                 found.size() < kMostCycles && looks > path.size()) {
        looks -= path.size();
        std::size_t first = path.size();
        while (at != edge.to && path[--first].from != edge.to && first > 0) {
        }
        std::vector<KataEdge> cycle(path.begin() + static_cast<std::ptrdiff_t>(first), path.end());
        cycle.push_back(edge);
        const bool is_new = std::none_of(cycle.begin(), cycle.end(),
                                         [&](const KataEdge& e) { return is_told[e.from]; });
        if (!is_new) continue;
        for (const KataEdge& e : cycle) is_told[e.from] = true;
        found.push_back(std::move(cycle));
      }
    }
  }
  return found;
}

std::vector<std::uint32_t> KataGraph::order() const {
  std::vector<std::size_t> missing(in_.size());
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < in_.size(); ++i) {
    missing[i] = in_[i].size();
    if (missing[i] == 0) out.push_back(i);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const KataEdge& edge : out_[out[i]]) {
      if (--missing[edge.to] == 0) out.push_back(edge.to);
    }
  }
  return out;
}

}  // namespace ws
