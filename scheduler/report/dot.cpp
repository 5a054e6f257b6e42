// dot_text of graph_text.h.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/graph_text.h"

namespace ws {
namespace {

constexpr std::size_t kDeepestIndent = 20;
constexpr std::string_view kHead =
    "  graph [rankdir=LR, fontname=\"Helvetica\", fontsize=12, labelloc=t, labeljust=l, "
    "nodesep=0.25, ranksep=0.5, compound=true]\n"
    "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#555555\", "
    "fontname=\"Helvetica\", fontsize=11, margin=\"0.12,0.06\", height=0.35]\n"
    "  edge [color=\"#777777\", arrowsize=0.7, fontname=\"Helvetica\", fontsize=9, "
    "fontcolor=\"#555555\"]\n";

std::string shape_attributes(const DrawnNode& node) {
  switch (node.shape) {
    case NodeShape::step:
      return {};
    case NodeShape::manual:
      return ", shape=note, style=filled";
    case NodeShape::tests:
      return ", peripheries=2";
    case NodeShape::gate:
      return ", shape=point, style=filled, fillcolor=\"#777777\", width=0.06, height=0.06, "
             "margin=0";
    case NodeShape::missing:
      return ", style=\"rounded,dashed\", color=\"#999999\", fontcolor=\"#777777\"";
  }
  return {};
}

std::string node_line(const DrawnNode& node, std::size_t index) {
  std::string out = fmt::format("n{} [label={}", index, dot_quoted(node.label));
  if (node.label != node.id) out += fmt::format(", tooltip={}", dot_quoted(printable(node.id)));
  out += shape_attributes(node);
  if (node.state) {
    const StateColours colours = colours_of(*node.state);
    out += fmt::format(", fillcolor=\"{}\", color=\"{}\"", colours.fill, colours.border);
  }
  if (node.is_red) out += ", color=\"#cc0000\", fontcolor=\"#cc0000\", penwidth=2";
  return out + "]\n";
}

std::string edge_line(const Drawing& drawing, const DrawnEdge& edge) {
  std::string attributes;
  const auto add = [&](std::string_view text) {
    attributes += attributes.empty() ? " [" : ", ";
    attributes += text;
  };
  if (const std::string_view label = label_of(edge); !label.empty())
    add(fmt::format("label={}", dot_quoted(label)));
  if (edge.why == EdgeWhy::scope) add("style=dashed, color=\"#aa7700\", fontcolor=\"#aa7700\"");
  if (edge.on == DependencyOn::failure) add("color=\"#cc6666\", fontcolor=\"#cc6666\"");
  if (drawing.nodes[edge.to].shape == NodeShape::gate) add("arrowhead=none");
  if (edge.is_red) add("color=\"#cc0000\", penwidth=2");
  if (!attributes.empty()) attributes += "]";
  return fmt::format("  n{} -> n{}{}\n", edge.from, edge.to, attributes);
}

std::string cluster_head(const DrawnCluster& cluster, std::size_t index,
                         const std::string& indent) {
  constexpr std::array<std::string_view, 5> kStyles = {
      "style=\"rounded,dotted\"; color=\"#999999\"; fontcolor=\"#777777\"",
      "style=\"rounded,filled\"; color=\"#bbbbbb\"; fontcolor=\"#222222\"; fillcolor=\"#f7f7fa\"",
      "style=\"rounded,filled\"; color=\"#99aacc\"; fontcolor=\"#222222\"; fillcolor=\"#eef3fb\"",
      "style=\"rounded,filled\"; color=\"#b8a6d0\"; fontcolor=\"#222222\"; fillcolor=\"#f4effa\"",
      "style=\"rounded,dashed\"; color=\"#8899aa\"; fontcolor=\"#222222\""};
  return fmt::format("{0}subgraph cluster_{1} {{\n{0}  label={2}; fontsize=11; {3}\n", indent,
                     index, dot_quoted(cluster.label),
                     kStyles[static_cast<std::size_t>(cluster.kind)]);
}

std::string cluster_text(const Drawing& drawing) {
  const auto indent = [](std::size_t depth) {
    return std::string(2 * std::min(depth + 1, kDeepestIndent), ' ');
  };
  std::string out;
  ClusterVisitor visitor;
  visitor.node = [&](std::size_t node, std::size_t depth) {
    out += indent(depth) + node_line(drawing.nodes[node], node);
  };
  visitor.open = [&](std::size_t cluster, std::size_t depth) {
    out += cluster_head(drawing.clusters[cluster], cluster, indent(depth));
  };
  visitor.close = [&](std::size_t depth) { out += indent(depth) + "}\n"; };
  walk_clusters(drawing, visitor);
  return out;
}

std::string legend(const Drawing& drawing) {
  std::set<StepState> states;
  for (const DrawnNode& node : drawing.nodes) {
    if (node.state) states.insert(*node.state);
  }
  if (states.empty()) return {};
  std::string out =
      "  subgraph cluster_legend {\n    label=\"legend\"; fontsize=10; style=\"rounded\"; "
      "color=\"#dddddd\"\n";
  std::string_view previous;
  for (const StepState state : states) {
    const StateColours colours = colours_of(state);
    out += fmt::format(
        "    legend_{0} [label=\"{0}\", fillcolor=\"{1}\", color=\"{2}\", fontsize=9, "
        "height=0.25]\n",
        name(state), colours.fill, colours.border);
    // Side by side: without edges they would be one tall column.
    if (!previous.empty())
      out += fmt::format("    legend_{} -> legend_{} [style=invis]\n", previous, name(state));
    previous = name(state);
  }
  return out + "  }\n";
}

}  // namespace

StateColours colours_of(StepState state) {
  switch (state) {
    case StepState::waiting:
    case StepState::ready:
      return {"#ffffff", "#555555"};
    case StepState::running:
      return {"#cfe5ff", "#1f6fc4"};
    case StepState::backing_off:
      return {"#e3ecf7", "#1f6fc4"};
    case StepState::succeeded:
    case StepState::noop:
      return {"#d5f0d5", "#2e8b3d"};
    case StepState::unverified:
      return {"#fff3b8", "#b08900"};
    case StepState::failed:
      return {"#f9cfcf", "#c02020"};
    case StepState::timed_out:
      return {"#f9d9c4", "#c04a10"};
    case StepState::cancelled:
      return {"#ece2d0", "#8a6d3b"};
    case StepState::skipped:
      return {"#e8e8e8", "#888888"};
    case StepState::compensated:
      return {"#e4d8f0", "#7350a0"};
  }
  return {"#ffffff", "#555555"};
}

std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '&') {
      out += "&amp;";  // labels may hold HTML entities; this one is not meant as such
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string dot_text(const Drawing& drawing) {
  std::string out = "digraph workstream {\n";
  out += kHead;
  if (!drawing.title.empty()) out += fmt::format("  label={}\n", dot_quoted(drawing.title));
  out += cluster_text(drawing);
  for (const DrawnEdge& edge : drawing.edges) out += edge_line(drawing, edge);
  return out + legend(drawing) + "}\n";
}

std::vector<std::string> graphviz_command(std::string_view format, const std::string& input,
                                          const std::string& output) {
  return {"dot", fmt::format("-T{}", format), "-o", output, input};
}

}  // namespace ws
