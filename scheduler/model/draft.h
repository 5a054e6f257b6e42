// A plan while it is being made: nodes, groups and edges in the order they were found, before the
// graph is known to be free of cycles. Every part of lower() adds to it or reads it.
//
// Knows nothing of compressed adjacency (plan_builder.h makes that) and checks nothing itself.
// Internal to model/.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/file_claims.h"
#include "model/graph.h"
#include "model/plan.h"

namespace ws {

struct DraftEdge {
  Vertex from = 0;
  Vertex to = 0;
  const Dependency* written = nullptr;  // where the user wrote it; null for gates and scopes
  DependencyOn on = DependencyOn::success;
  EdgeWhy why = EdgeWhy::gate;
};

struct Draft {
  const Workset* workset = nullptr;
  std::vector<PlanNode> nodes;
  std::vector<PlanGroup> groups;
  std::vector<DraftEdge> edges;
  FileClaims file_claims;
  std::vector<std::uint32_t> workstreams;  // indexes of those in the plan, load order

  Vertex add_node(const PlanNode& node) {
    nodes.push_back(node);
    return static_cast<Vertex>(nodes.size() - 1);
  }
  void add_gate_edge(NodeId from, NodeId to, DependencyOn on) {
    edges.push_back({from.value, to.value, nullptr, on, EdgeWhy::gate});
  }
  [[nodiscard]] const Workstream& workstream_of(Vertex node) const {
    return workset->workstreams[nodes[node].workstream];
  }
};

}  // namespace ws
