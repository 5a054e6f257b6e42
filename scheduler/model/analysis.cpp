#include "model/analysis.h"

#include <algorithm>

namespace ws {
namespace {

bool is_work(const Plan& plan, NodeId id) {
  const NodeKind kind = plan.node(id).kind;
  return kind != NodeKind::begin && kind != NodeKind::end;
}

// Follows the longest remaining path from the first node that has the longest of all.
std::vector<NodeId> critical_path(const Plan& plan) {
  std::vector<NodeId> path;
  if (plan.node_count() == 0) return path;
  NodeId at = plan.order().front();
  for (const NodeId id : plan.order()) {
    if (plan.remaining_path(id) > plan.remaining_path(at)) at = id;
  }
  while (at.is_valid()) {
    if (plan.node(at).kind == NodeKind::step) path.push_back(at);
    NodeId next;
    for (const PlanEdge& edge : plan.successors(at)) {
      const bool is_longer =
          !next.is_valid() || plan.remaining_path(edge.node) > plan.remaining_path(next) ||
          (plan.remaining_path(edge.node) == plan.remaining_path(next) && edge.node < next);
      if (is_longer) next = edge.node;
    }
    at = next;
  }
  return path;
}

}  // namespace

PlanAnalysis analyse(const Plan& plan) {
  PlanAnalysis analysis;
  std::vector<std::uint32_t> depth(plan.node_count(), 0);  // work nodes before it
  for (const NodeId id : plan.order()) {
    const std::uint32_t own = depth[id.index()];
    if (is_work(plan, id)) {
      if (analysis.waves.size() <= own) analysis.waves.resize(own + 1);
      analysis.waves[own].push_back(id);
    }
    const std::uint32_t after = own + (is_work(plan, id) ? 1 : 0);
    for (const PlanEdge& edge : plan.successors(id)) {
      depth[edge.node.index()] = std::max(depth[edge.node.index()], after);
    }
  }
  for (std::vector<NodeId>& wave : analysis.waves) {
    std::sort(wave.begin(), wave.end());
    analysis.width = std::max(analysis.width, wave.size());
  }
  analysis.critical_path = critical_path(plan);
  analysis.step_count = plan.step_count();
  if (!analysis.critical_path.empty()) {
    analysis.speedup_bound = static_cast<double>(analysis.step_count) /
                             static_cast<double>(analysis.critical_path.size());
  }
  return analysis;
}

}  // namespace ws
