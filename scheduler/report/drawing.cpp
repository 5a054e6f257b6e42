#include "report/drawing.h"

#include <algorithm>

#include "base/text.h"

namespace ws {
namespace {

// Bytes from the end of `text` that are at most `columns` wide.
std::string_view last_columns(std::string_view text, std::size_t columns) {
  std::size_t start = text.size();
  while (start > 0) {
    std::size_t previous = start - 1;
    while (previous > 0 && (static_cast<unsigned char>(text[previous]) & 0xC0U) == 0x80U)
      --previous;
    if (display_width(text.substr(previous)) > columns) break;
    start = previous;
  }
  return text.substr(start);
}

}  // namespace

std::string shortened(std::string_view text, std::size_t columns) {
  const std::string shown = printable(text);
  if (columns < 5 || display_width(shown) <= columns) return truncate_to_width(shown, columns);
  const std::size_t tail = (columns - 1) / 2;
  return truncate_to_width(shown, columns - tail) + std::string(last_columns(shown, tail));
}

Drawing drawing_of(std::span<const std::string> names, std::span<const Edge> edges,
                   std::span<const std::size_t> red) {
  Drawing drawing;
  for (const std::string& name : names) {
    DrawnNode node;
    node.id = name;
    node.label = shortened(name, kLongestLabel);
    drawing.nodes.push_back(std::move(node));
  }
  std::vector<bool> is_red(edges.size(), false);
  for (const std::size_t edge : red) {
    if (edge < edges.size()) is_red[edge] = true;
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].from >= names.size() || edges[i].to >= names.size()) continue;
    DrawnEdge edge;
    edge.from = edges[i].from;
    edge.to = edges[i].to;
    edge.is_red = is_red[i];
    drawing.edges.push_back(edge);
    if (!is_red[i]) continue;
    drawing.nodes[edge.from].is_red = true;
    drawing.nodes[edge.to].is_red = true;
  }
  return drawing;
}

void walk_clusters(const Drawing& drawing, const ClusterVisitor& visitor) {
  const std::size_t count = drawing.clusters.size();
  std::vector<std::vector<std::size_t>> children(count);
  std::vector<std::vector<std::size_t>> members(count);
  std::vector<std::size_t> roots;
  for (std::size_t i = 0; i < count; ++i) {
    const auto parent = drawing.clusters[i].parent;
    (parent ? children[*parent] : roots).push_back(i);
  }
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    if (const auto cluster = drawing.nodes[i].cluster) {
      members[*cluster].push_back(i);
    } else {
      visitor.node(i, 0);
    }
  }
  struct Open {
    std::size_t cluster;
    std::size_t next_child;
  };
  for (const std::size_t root : roots) {
    std::vector<Open> open = {{root, 0}};
    while (!open.empty()) {
      const auto [cluster, next] = open.back();
      if (next == 0) {
        visitor.open(cluster, open.size() - 1);
        for (const std::size_t node : members[cluster]) visitor.node(node, open.size());
      }
      if (next < children[cluster].size()) {
        ++open.back().next_child;
        open.push_back({children[cluster][next], 0});
      } else {
        open.pop_back();
        visitor.close(open.size());
      }
    }
  }
}

std::vector<Edge> edges_of(const Drawing& drawing) {
  std::vector<Edge> edges;
  edges.reserve(drawing.edges.size());
  for (const DrawnEdge& edge : drawing.edges) edges.push_back({edge.from, edge.to});
  return edges;
}

void drop_edges(Drawing& drawing, std::span<const std::size_t> redundant) {
  std::vector<bool> is_dropped(drawing.edges.size(), false);
  for (const std::size_t index : redundant) {
    if (index >= drawing.edges.size()) continue;
    const DrawnEdge& edge = drawing.edges[index];
    is_dropped[index] = label_of(edge).empty() && !edge.is_red;
  }
  std::size_t index = 0;
  std::erase_if(drawing.edges, [&](const DrawnEdge& /*edge*/) { return is_dropped[index++]; });
}

std::string_view name(NodeShape shape) {
  switch (shape) {
    case NodeShape::step:
      return "step";
    case NodeShape::manual:
      return "manual";
    case NodeShape::tests:
      return "acceptance";
    case NodeShape::gate:
      return "gate";
    case NodeShape::missing:
      return "missing";
  }
  return {};
}

std::string_view name(ClusterKind kind) {
  switch (kind) {
    case ClusterKind::file:
      return "file";
    case ClusterKind::workstream:
      return "workstream";
    case ClusterKind::group:
      return "group";
    case ClusterKind::phase:
      return "phase";
    case ClusterKind::fan_out:
      return "fan_out";
  }
  return {};
}

std::string_view label_of(const DrawnEdge& edge) {
  if (edge.why == EdgeWhy::scope) return "same files";
  switch (edge.on) {
    case DependencyOn::success:
      return {};
    case DependencyOn::failure:
      return "on failure";
    case DependencyOn::done:
      // Gates wait for their members whatever became of them: nothing a person has to know.
      return edge.why == EdgeWhy::gate ? std::string_view() : "on done";
  }
  return {};
}

}  // namespace ws
