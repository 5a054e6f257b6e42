// mermaid_text of graph_text.h.
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/graph_text.h"

namespace ws {
namespace {

std::string node_line(const DrawnNode& node, std::size_t index) {
  const std::string label = mermaid_quoted(node.label);
  switch (node.shape) {
    case NodeShape::step:
      return fmt::format("n{}[{}]\n", index, label);
    case NodeShape::manual:
      return fmt::format("n{}[/{}/]\n", index, label);
    case NodeShape::tests:
      return fmt::format("n{}[[{}]]\n", index, label);
    case NodeShape::gate:
      return fmt::format("n{}((\" \"))\n", index);
    case NodeShape::missing:
      return fmt::format("n{}({})\n", index, label);
  }
  return {};
}

std::string edge_line(const DrawnEdge& edge) {
  const std::string_view label = label_of(edge);
  const std::string_view arrow = edge.why == EdgeWhy::scope ? "-.->" : "-->";
  const std::string text = label.empty() ? "" : fmt::format("|{}|", label);
  return fmt::format("  n{} {}{} n{}\n", edge.from, arrow, text, edge.to);
}

std::string cluster_text(const Drawing& drawing) {
  std::string out;
  ClusterVisitor visitor;
  visitor.node = [&](std::size_t node, std::size_t /*depth*/) {
    out += "  " + node_line(drawing.nodes[node], node);
  };
  visitor.open = [&](std::size_t cluster, std::size_t /*depth*/) {
    out += fmt::format("  subgraph c{}[{}]\n", cluster,
                       mermaid_quoted(drawing.clusters[cluster].label));
  };
  visitor.close = [&](std::size_t /*depth*/) { out += "  end\n"; };
  walk_clusters(drawing, visitor);
  return out;
}

std::string class_lines(const Drawing& drawing) {
  std::string out;
  std::set<StepState> states;
  std::string gates;
  std::string missing;
  std::string red;
  const auto append = [](std::string& list, std::size_t index) {
    list += fmt::format("{}n{}", list.empty() ? "" : ",", index);
  };
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const DrawnNode& node = drawing.nodes[i];
    if (node.state) {
      out += fmt::format("  class n{} {}\n", i, name(*node.state));
      states.insert(*node.state);
    }
    if (node.shape == NodeShape::gate) append(gates, i);
    if (node.shape == NodeShape::missing) append(missing, i);
    if (node.is_red) append(red, i);
  }
  for (const StepState state : states) {
    const StateColours colours = colours_of(state);
    out +=
        fmt::format("  classDef {} fill:{},stroke:{}\n", name(state), colours.fill, colours.border);
  }
  const auto define = [&](const std::string& list, std::string_view name, std::string_view style) {
    if (!list.empty())
      out += fmt::format("  class {0} {1}\n  classDef {1} {2}\n", list, name, style);
  };
  define(gates, "gate", "fill:#777,stroke:#777");
  define(missing, "missing", "stroke-dasharray:4 3,fill:#fff,stroke:#999");
  define(red, "cycle", "stroke:#c00,stroke-width:2px");
  return out;
}

std::string link_styles(const Drawing& drawing) {
  std::string red;
  for (std::size_t i = 0; i < drawing.edges.size(); ++i) {
    if (drawing.edges[i].is_red) red += fmt::format("{}{}", red.empty() ? "" : ",", i);
  }
  return red.empty() ? "" : fmt::format("  linkStyle {} stroke:#c00,stroke-width:2px\n", red);
}

}  // namespace

std::string mermaid_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (std::string_view("\"#<>&`\\").find(c) != std::string_view::npos) {
      out += fmt::format("#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string mermaid_text(const Drawing& drawing) {
  std::string out = "flowchart LR\n" + cluster_text(drawing);
  for (const DrawnEdge& edge : drawing.edges) out += edge_line(edge);
  return out + class_lines(drawing) + link_styles(drawing);
}

}  // namespace ws
