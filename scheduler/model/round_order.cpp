#include "model/round_order.h"

#include <algorithm>
#include <utility>

namespace ws {

RoundOrder::RoundOrder(const Draft& draft, std::span<const Vertex> order)
    : draft_(draft),
      rounds_(draft.groups.size()),
      outer_(draft.groups.size()),
      depth_(draft.groups.size(), 0),
      order_(order.begin(), order.end()) {
  bool has_any = false;
  // A group begins after the one around it, so that one is known by then.
  for (const Vertex v : order) {
    if (draft.nodes[v].kind != NodeKind::begin) continue;
    const GroupId id = draft.nodes[v].group;
    const PlanGroup& group = draft.groups[id.index()];
    if (group.parent.is_valid()) {
      rounds_[id.index()] = rounds_[group.parent.index()];
      depth_[id.index()] = depth_[group.parent.index()];
    }
    if (!has_rounds(*draft.workset, group)) continue;
    has_any = true;
    outer_[id.index()] = std::exchange(rounds_[id.index()], id);
    ++depth_[id.index()];
  }
  if (has_any) order_ = gathered(order_entered_whole(order));
}

GroupId RoundOrder::innermost(Vertex v) const {
  const GroupId group = draft_.nodes[v].group;
  return group.is_valid() ? rounds_[group.index()] : GroupId();
}

GroupId RoundOrder::between(Vertex v, Vertex other) const {
  GroupId a = innermost(v);
  GroupId b = innermost(other);
  GroupId last;
  const auto depth = [&](GroupId id) { return id.is_valid() ? depth_[id.index()] : 0; };
  while (a != b) {
    const bool is_up = depth(a) >= depth(b);
    if (is_up) last = a;
    GroupId& deeper = is_up ? a : b;
    deeper = outer_[deeper.index()];
  }
  return last;
}

// What comes before a member comes before the whole of its group.
std::vector<Vertex> RoundOrder::order_entered_whole(std::span<const Vertex> order) const {
  std::vector<Edge> edges;
  edges.reserve(draft_.edges.size());
  for (const DraftEdge& edge : draft_.edges) {
    edges.push_back({edge.from, edge.to});
    const GroupId entered = between(edge.to, edge.from);
    if (!entered.is_valid()) continue;
    const Vertex begin = draft_.groups[entered.index()].begin.value;
    if (begin != edge.to) edges.push_back({edge.from, begin});
  }
  auto found = Graph(draft_.nodes.size(), edges).topological_order();
  return found ? std::move(*found) : std::vector<Vertex>(order.begin(), order.end());
}

// What stands between the nodes of such a group has nothing to do with it and may come before or
// after it: the group takes the place of its first step, as in the file.
std::vector<Vertex> RoundOrder::gathered(std::span<const Vertex> order) const {
  std::vector<std::vector<Vertex>> own(draft_.groups.size());  // an inner group by its begin gate
  std::vector<Vertex> top;
  std::vector<bool> has_place(draft_.groups.size(), false);
  const auto begin_of = [&](GroupId id) { return draft_.groups[id.index()].begin.value; };
  const auto list_of = [&](GroupId id) -> auto& { return id.is_valid() ? own[id.index()] : top; };
  for (const Vertex v : order) {
    const GroupId home = innermost(v);
    if (draft_.nodes[v].kind != NodeKind::begin) {
      for (GroupId g = home; g.is_valid() && !has_place[g.index()]; g = outer_[g.index()]) {
        has_place[g.index()] = true;
        list_of(outer_[g.index()]).push_back(begin_of(g));
      }
    }
    if (!home.is_valid() || begin_of(home) != v) list_of(home).push_back(v);
  }
  std::vector<Vertex> out;
  out.reserve(order.size());
  std::vector<Vertex> open(top.rbegin(), top.rend());
  while (!open.empty()) {
    const Vertex v = open.back();
    open.pop_back();
    out.push_back(v);
    const GroupId home = innermost(v);
    if (!home.is_valid() || begin_of(home) != v) continue;
    open.insert(open.end(), own[home.index()].rbegin(), own[home.index()].rend());
  }
  return out;
}

}  // namespace ws
