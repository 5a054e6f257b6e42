#include "model/plan_builder.h"

#include <algorithm>
#include <utility>

namespace ws {

void PlanBuilder::fill_adjacency(Plan& plan, const Draft& draft) {
  const std::size_t n = draft.nodes.size();
  plan.out_start_.assign(n + 1, 0);
  plan.in_start_.assign(n + 1, 0);
  for (const DraftEdge& edge : draft.edges) {
    ++plan.out_start_[edge.from + 1];
    ++plan.in_start_[edge.to + 1];
  }
  for (std::size_t i = 0; i < n; ++i) {
    plan.out_start_[i + 1] += plan.out_start_[i];
    plan.in_start_[i + 1] += plan.in_start_[i];
  }
  plan.out_.resize(draft.edges.size());
  plan.in_.resize(draft.edges.size());
  std::vector<std::uint32_t> next_out(plan.out_start_.begin(), plan.out_start_.end() - 1);
  std::vector<std::uint32_t> next_in(plan.in_start_.begin(), plan.in_start_.end() - 1);
  for (const DraftEdge& edge : draft.edges) {
    plan.out_[next_out[edge.from]++] = {NodeId(edge.to), edge.on, edge.why};
    plan.in_[next_in[edge.to]++] = {NodeId(edge.from), edge.on, edge.why};
  }
}

void PlanBuilder::fill_members(Plan& plan) {
  const auto is_member = [](const PlanNode& node) {
    return node.kind != NodeKind::begin && node.kind != NodeKind::end;
  };
  plan.member_start_.assign(plan.groups_.size() + 1, 0);
  plan.inner_start_.assign(plan.groups_.size() + 1, 0);
  for (const PlanNode& node : plan.nodes_) {
    if (is_member(node)) ++plan.member_start_[node.group.index() + 1];
  }
  for (const PlanGroup& group : plan.groups_) {
    if (group.parent.is_valid()) ++plan.inner_start_[group.parent.index() + 1];
  }
  for (std::size_t g = 0; g < plan.groups_.size(); ++g) {
    plan.member_start_[g + 1] += plan.member_start_[g];
    plan.inner_start_[g + 1] += plan.inner_start_[g];
  }
  plan.members_.resize(plan.member_start_.back());
  plan.inner_groups_.resize(plan.inner_start_.back());
  std::vector<std::uint32_t> next = plan.member_start_;
  for (std::size_t i = 0; i < plan.nodes_.size(); ++i) {
    const PlanNode& node = plan.nodes_[i];
    if (is_member(node)) plan.members_[next[node.group.index()]++] = NodeId(i);
  }
  next = plan.inner_start_;
  for (std::size_t g = 0; g < plan.groups_.size(); ++g) {
    const GroupId parent = plan.groups_[g].parent;
    if (parent.is_valid()) plan.inner_groups_[next[parent.index()]++] = GroupId(g);
  }
}

void PlanBuilder::fill_remaining(Plan& plan) {
  plan.remaining_.assign(plan.nodes_.size(), 0);
  for (auto it = plan.order_.rbegin(); it != plan.order_.rend(); ++it) {
    std::uint32_t longest = 0;
    for (const PlanEdge& edge : plan.successors(*it)) {
      longest = std::max(longest, plan.remaining_[edge.node.index()]);
    }
    const bool is_step = plan.node(*it).kind == NodeKind::step;
    plan.remaining_[it->index()] = longest + (is_step ? 1 : 0);
  }
}

Plan PlanBuilder::build(Draft draft, std::span<const Vertex> order,
                        std::vector<std::string> assumed_complete) {
  Plan plan;
  plan.workset_ = draft.workset;
  fill_adjacency(plan, draft);
  plan.dependency_count_ = static_cast<std::size_t>(
      std::count_if(draft.edges.begin(), draft.edges.end(),
                    [](const DraftEdge& edge) { return edge.why == EdgeWhy::dependency; }));
  plan.step_count_ = static_cast<std::size_t>(
      std::count_if(draft.nodes.begin(), draft.nodes.end(),
                    [](const PlanNode& node) { return node.kind == NodeKind::step; }));
  plan.nodes_ = std::move(draft.nodes);
  plan.groups_ = std::move(draft.groups);
  plan.workstreams_ = std::move(draft.workstreams);
  plan.assumed_complete_ = std::move(assumed_complete);
  plan.file_claims_ = std::move(draft.file_claims);
  plan.order_.reserve(order.size());
  for (const Vertex v : order) plan.order_.emplace_back(v);
  plan.built_ = plan.nodes_.size();
  fill_members(plan);
  fill_remaining(plan);
  return plan;
}

}  // namespace ws
