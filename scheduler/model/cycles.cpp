#include "model/cycles.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::size_t kMostShown = 50;  // hops of one cycle

std::uint64_t key(Vertex from, Vertex to) { return (std::uint64_t{from} << 32U) | to; }

class CycleReport {
 public:
  CycleReport(const Draft& draft, Diagnostics& diagnostics)
      : draft_(draft), diagnostics_(diagnostics) {}

  void run() {
    const std::vector<std::vector<Vertex>> cycles = find();
    index_edges(cycles);
    for (const std::vector<Vertex>& cycle : cycles) report(cycle);
  }

 private:
  // A workstream or group whose inside is itself a cycle has no way from its begin to its end; the
  // shortcut lets a cycle among workstreams be seen all the same.
  [[nodiscard]] std::vector<std::vector<Vertex>> find() const {
    std::vector<Edge> edges;
    edges.reserve(draft_.edges.size() + draft_.groups.size());
    for (const DraftEdge& edge : draft_.edges) edges.push_back({edge.from, edge.to});
    for (const PlanGroup& group : draft_.groups) {
      edges.push_back({group.begin.value, group.end.value});
    }
    return Graph(draft_.nodes.size(), edges).independent_cycles();
  }

  // The written edge behind each pair of neighbours in a cycle.
  void index_edges(const std::vector<std::vector<Vertex>>& cycles) {
    for (const std::vector<Vertex>& cycle : cycles) {
      for (std::size_t i = 0; i < cycle.size(); ++i) {
        edges_.emplace(key(cycle[i], cycle[(i + 1) % cycle.size()]), nullptr);
      }
    }
    for (const DraftEdge& edge : draft_.edges) {
      if (edge.written == nullptr) continue;
      const auto found = edges_.find(key(edge.from, edge.to));
      if (found != edges_.end() && found->second == nullptr) found->second = edge.written;
    }
  }

  [[nodiscard]] bool is_gate(Vertex v) const {
    return draft_.nodes[v].kind == NodeKind::begin || draft_.nodes[v].kind == NodeKind::end;
  }
  [[nodiscard]] const PlanGroup& group_of(Vertex v) const {
    return draft_.groups[draft_.nodes[v].group.index()];
  }
  [[nodiscard]] bool is_whole_workstream(Vertex v) const {
    return is_gate(v) && group_of(v).role == GroupRole::workstream;
  }

  // Its gates, its tests and its pre-flight checks.
  [[nodiscard]] bool is_of_workstream(Vertex v) const {
    const NodeKind kind = draft_.nodes[v].kind;
    return kind == NodeKind::acceptance || kind == NodeKind::preflight || is_whole_workstream(v);
  }
  // The step, or a gate of its fan-out.
  [[nodiscard]] bool is_of_step(Vertex v) const {
    return !is_gate(v) || group_of(v).role == GroupRole::fan_out;
  }

  // Steps and groups by their ids, gates by the id of what they belong to.
  [[nodiscard]] std::string_view name(Vertex v) const {
    const Workstream& workstream = draft_.workstream_of(v);
    if (is_of_workstream(v)) return workstream.id;
    if (is_of_step(v)) return workstream.steps[draft_.nodes[v].step].id;
    return workstream.groups[group_of(v).declared].id;
  }

  [[nodiscard]] Place place(Vertex v) const {
    const Workstream& workstream = draft_.workstream_of(v);
    if (is_of_workstream(v)) return workstream.place;
    if (is_of_step(v)) return workstream.steps[draft_.nodes[v].step].place;
    return workstream.groups[group_of(v).declared].place;
  }

  // One hop of the path in the user's terms: `needs` is `to` seen from `from`.
  struct Hop {
    Vertex node = 0;
    const Dependency* written = nullptr;  // of the edge into `node`
  };

  // Drops what lies between a begin gate and its own end gate: seen from outside that is one thing.
  [[nodiscard]] std::vector<Hop> collapse(std::vector<Vertex> cycle) const {
    rotate_to_outermost(cycle);
    std::vector<Hop> hops;
    std::unordered_map<std::uint32_t, std::size_t> open;  // group → index of its begin in hops
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      const Vertex v = cycle[i];
      const Vertex before = cycle[(i + cycle.size() - 1) % cycle.size()];
      const auto found = is_gate(v) && draft_.nodes[v].kind == NodeKind::end
                             ? open.find(draft_.nodes[v].group.value)
                             : open.end();
      if (found != open.end() && found->second < hops.size()) {
        hops.resize(found->second + 1);
        continue;
      }
      const auto edge = edges_.find(key(before, v));
      hops.push_back({v, edge == edges_.end() ? nullptr : edge->second});
      if (draft_.nodes[v].kind == NodeKind::begin) {
        open[draft_.nodes[v].group.value] = hops.size() - 1;
      }
    }
    return hops;
  }

  // Starts a cycle at the begin gate of a workstream that it passes as a whole, else of a group.
  void rotate_to_outermost(std::vector<Vertex>& cycle) const {
    auto best = cycle.end();
    for (auto it = cycle.begin(); it != cycle.end(); ++it) {
      if (draft_.nodes[*it].kind != NodeKind::begin) continue;
      const bool is_passed =
          std::find(cycle.begin(), cycle.end(), group_of(*it).end.value) != cycle.end();
      if (!is_passed) continue;
      if (best == cycle.end() || (is_whole_workstream(*it) && !is_whole_workstream(*best))) {
        best = it;
      }
    }
    if (best != cycle.end()) std::rotate(cycle.begin(), best, cycle.end());
  }

  void report(const std::vector<Vertex>& cycle) {
    std::vector<Hop> hops = collapse(cycle);
    // Graph edges run from the needed to the needing; the path reads the other way round: each
    // needs the next. It starts at the smallest node.
    std::reverse(hops.begin(), hops.end());
    const auto smallest = std::min_element(
        hops.begin(), hops.end(), [](const Hop& a, const Hop& b) { return a.node < b.node; });
    std::rotate(hops.begin(), smallest, hops.end());

    std::string whole;
    for (const Hop& hop : hops) whole += fmt::format("{} -> ", name(hop.node));
    if (!seen_.insert(whole).second) return;
    // Nobody reads a cycle of thousands to its end; its first steps show where to cut it.
    const std::size_t shown = std::min(hops.size(), kMostShown);
    std::string path;
    for (std::size_t i = 0; i < shown; ++i) path += fmt::format("{} -> ", name(hops[i].node));
    if (shown < hops.size()) path += fmt::format("… {} more … -> ", hops.size() - shown);
    path += name(hops.front().node);

    Diagnostic error;
    error.kind = &mistakes::cycle;
    error.place = place(hops.front().node);
    error.message = fmt::format("step deadlock: {} (each waits for the next)", path);
    error.hint = "remove one of these dependencies";
    error.subject = draft_.workstream_of(hops.front().node).id;
    for (std::size_t i = 0; i < shown; ++i) {
      error.notes.push_back(note(hops[i], hops[(i + 1) % hops.size()]));
    }
    diagnostics_.add(std::move(error));
  }

  [[nodiscard]] DiagnosticNote note(const Hop& waiting, const Hop& needed) const {
    if (waiting.written != nullptr) {
      return {waiting.written->place,
              fmt::format("'{}' depends on '{}'", name(waiting.node), name(needed.node))};
    }
    const bool waits_for_member =
        is_gate(waiting.node) && draft_.nodes[waiting.node].kind == NodeKind::end;
    if (waits_for_member) {
      return {place(waiting.node), fmt::format("'{}' ends after its member '{}'",
                                               name(waiting.node), name(needed.node))};
    }
    if (is_gate(needed.node) && draft_.nodes[needed.node].kind == NodeKind::begin) {
      return {place(needed.node), fmt::format("'{}' is a member of '{}' and starts after it",
                                              name(waiting.node), name(needed.node))};
    }
    return {place(waiting.node), fmt::format("'{}' comes after '{}' in a sequence",
                                             name(waiting.node), name(needed.node))};
  }

  const Draft& draft_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::uint64_t, const Dependency*> edges_;
  std::set<std::string> seen_;
};

}  // namespace

void report_cycles(const Draft& draft, Diagnostics& diagnostics) {
  CycleReport(draft, diagnostics).run();
}

}  // namespace ws
