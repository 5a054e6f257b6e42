// Drawing: a graph ready to be drawn — labelled nodes, edges, nested clusters, colours by meaning —
// whatever it is then written as (DOT, Mermaid, JSON).
//
// Pure. Knows plans, not files or Graphviz. Gates become small points only where they save edges.
// Made from a plan, or from bare names and edges when there is no plan (a graph with a cycle).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/outcome.h"
#include "model/graph.h"
#include "model/plan.h"

namespace ws {

enum class NodeShape : std::uint8_t {
  step,
  manual,   // a person does it
  tests,    // a workstream's own acceptance tests
  gate,     // a point where many edges meet
  missing,  // named by somebody, not loaded or not part of this plan
};

struct DrawnNode {
  std::string id;  // unique: "ws/step"
  std::string label;
  NodeShape shape = NodeShape::step;
  std::optional<StepState> state;  // of a run; empty: not asked for
  bool is_red = false;             // on a cycle
  std::optional<std::size_t> cluster;
};

struct DrawnEdge {
  std::uint32_t from = 0;  // index into nodes
  std::uint32_t to = 0;
  DependencyOn on = DependencyOn::success;
  EdgeWhy why = EdgeWhy::dependency;
  bool is_red = false;  // part of a cycle
};

enum class ClusterKind : std::uint8_t { file, workstream, group, phase, fan_out };

// The items of a larger fan-out are one node, "test ×100".
inline constexpr std::size_t kMostItemsDrawn = 12;

struct DrawnCluster {
  std::string id;     // as written: of the workstream or group, or the file's path
  std::string label;  // the same, shortened
  ClusterKind kind = ClusterKind::workstream;
  std::optional<std::size_t> parent;  // an earlier cluster
};

struct Drawing {
  std::string title;
  std::vector<DrawnCluster> clusters;  // parents before children
  std::vector<DrawnNode> nodes;
  std::vector<DrawnEdge> edges;
};

// Asked once per step; may be empty: no states.
using StateOf = std::function<StepState(NodeId)>;

[[nodiscard]] Drawing drawing_of(const Plan& plan, const StateOf& state_of = {});

// For a graph that could not become a plan. `red` are indexes into `edges`; the nodes of red edges
// are red too. Edges that name no node are left out.
[[nodiscard]] Drawing drawing_of(std::span<const std::string> names, std::span<const Edge> edges,
                                 std::span<const std::size_t> red);

// The drawing's edges as a Graph wants them, and the drawing without some of them (`--reduce`:
// Graph::redundant_edges of the former). Edges that say more than "waits for" are kept.
[[nodiscard]] std::vector<Edge> edges_of(const Drawing& drawing);
void drop_edges(Drawing& drawing, std::span<const std::size_t> redundant);

// Visits nodes outside clusters, then each cluster depth first: opened, its nodes, its children,
// closed. Without recursion: nesting is as deep as the file says. `depth` counts open clusters.
struct ClusterVisitor {
  std::function<void(std::size_t node, std::size_t depth)> node;
  std::function<void(std::size_t cluster, std::size_t depth)> open;
  std::function<void(std::size_t depth)> close;
};
void walk_clusters(const Drawing& drawing, const ClusterVisitor& visitor);

// At most `columns` wide, the middle replaced by '…': the ends of long ids tell them apart.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t columns);
inline constexpr std::size_t kLongestLabel = 40;

[[nodiscard]] std::string_view name(NodeShape shape);
[[nodiscard]] std::string_view name(ClusterKind kind);
// "", "on failure", "on done", "same files": what is written beside an edge.
[[nodiscard]] std::string_view label_of(const DrawnEdge& edge);

}  // namespace ws
