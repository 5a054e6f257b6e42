#include "engine/rollback_order.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/resume.h"

namespace ws {
namespace {

using Waves = std::vector<std::vector<NodeId>>;

std::vector<NodeId> nodes_of(const Plan& plan, std::uint32_t workstream, const Step& step) {
  const NodeId node = plan.find(workstream, step.id);
  if (!node.is_valid()) return {};
  if (plan.node(node).kind == NodeKind::step) return {node};
  const auto items = plan.members(plan.node(node).group);
  return {items.begin(), items.end()};
}

bool is_of_another_story(const RunState& state, NodeId node) {
  const std::string_view from = state.restored_from(node);
  const std::vector<std::string>& own = state.header().resumes;
  return !from.empty() && std::find(own.begin(), own.end(), from) == own.end();
}

// In which run it was done, and when in that.
std::pair<std::uint32_t, Duration> completion_of(const RunState& state, const Resume* resume,
                                                 NodeId node) {
  const EarlierStep* earlier = resume != nullptr ? resume->kept(node) : nullptr;
  if (earlier != nullptr && !state.restored_from(node).empty())
    return {earlier->executed_in, earlier->ended};
  return {std::numeric_limits<std::uint32_t>::max(), state.node(node).ended};
}

// In the order of `reverse`.
std::vector<NodeId> to_undo(const Plan& plan, const RunState& state, std::uint32_t workstream,
                            const Resume* resume) {
  std::vector<NodeId> found;
  for (const Step& step : plan.workset().workstreams[workstream].steps) {
    const std::optional<Compensation>& compensation = step.details().compensation;
    if (!compensation || !compensation->enabled) continue;
    for (const NodeId node : nodes_of(plan, workstream, step)) {
      // What an earlier run did is not this one's to undo, unless this one goes on with it.
      if (is_success(state.node(node).state) && !is_of_another_story(state, node))
        found.push_back(node);
    }
  }
  // Steps without a command complete in the same moment: the longer path is the earlier step.
  const auto key = [&](NodeId node) {
    const PlanNode& of = plan.node(node);
    return std::tuple(completion_of(state, resume, node),
                      -static_cast<std::int64_t>(plan.remaining_path(node)), of.step, of.item);
  };
  std::sort(found.begin(), found.end(), [&](NodeId a, NodeId b) { return key(a) > key(b); });
  return found;
}

Waves one_by_one(const std::vector<NodeId>& nodes) {
  Waves waves;
  waves.reserve(nodes.size());
  for (const NodeId node : nodes) waves.push_back({node});
  return waves;
}

std::vector<NodeId> listed_first(const Plan& plan, const std::vector<NodeId>& nodes,
                                 const std::vector<std::string>& ids) {
  std::unordered_map<std::string_view, std::vector<NodeId>> by_name;
  for (const NodeId node : nodes) {
    const std::string_view id = plan.step_of(node).id;
    const std::string_view name = plan.short_name(node);
    by_name[id].push_back(node);
    if (name != id) by_name[name].push_back(node);
  }
  std::vector<NodeId> out;
  std::unordered_set<NodeId> taken;
  const auto take = [&](NodeId node) {
    if (taken.insert(node).second) out.push_back(node);
  };
  for (const std::string& id : ids) {
    const auto found = by_name.find(id);
    if (found == by_name.end()) continue;
    for (const NodeId node : found->second) take(node);
    // Named twice, it is not gone through twice.
    by_name.erase(found);
  }
  for (const NodeId node : nodes) take(node);
  return out;
}

// How many of the steps to undo lie behind each of them on the longest path. Walks what lies behind
// them, but not beyond the end of their workstream: no path comes back from there.
class Behind {
 public:
  Behind(const Plan& plan, const std::vector<NodeId>& nodes) : plan_(plan) {
    for (const NodeId node : nodes) places_[node].counts = 1;
    walk(nodes);
    count();
  }

  [[nodiscard]] std::uint32_t of(NodeId node) const { return places_.at(node).behind; }

 private:
  struct Place {
    std::uint32_t counts = 0;  // 1: to be undone itself
    std::uint32_t behind = 0;
    std::uint32_t open = 0;  // edges in from places not counted yet: see count()
    bool is_reached = false;
  };

  [[nodiscard]] bool is_border(NodeId node) const {
    const PlanNode& of = plan_.node(node);
    return of.kind == NodeKind::end && of.workstream == workstream_ &&
           !plan_.group(of.group).parent.is_valid();
  }

  void walk(const std::vector<NodeId>& nodes) {
    if (nodes.empty()) return;
    workstream_ = plan_.node(nodes.front()).workstream;
    std::vector<NodeId> open(nodes.rbegin(), nodes.rend());
    while (!open.empty()) {
      const NodeId node = open.back();
      open.pop_back();
      if (std::exchange(places_[node].is_reached, true)) continue;
      reached_.push_back(node);
      if (is_border(node)) continue;
      for (const PlanEdge& edge : plan_.successors(node)) {
        ++places_[edge.node].open;
        open.push_back(edge.node);
      }
    }
  }

  // Topological order of what was reached, then from its end to its beginning.
  void count() {
    std::vector<NodeId> sorted;
    sorted.reserve(reached_.size());
    for (const NodeId node : reached_) {
      if (places_[node].open == 0) sorted.push_back(node);
    }
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (is_border(sorted[i])) continue;
      for (const PlanEdge& edge : plan_.successors(sorted[i])) {
        if (--places_[edge.node].open == 0) sorted.push_back(edge.node);
      }
    }
    for (auto it = sorted.rbegin(); it != sorted.rend(); ++it) {
      Place& place = places_[*it];
      if (is_border(*it)) continue;
      for (const PlanEdge& edge : plan_.successors(*it)) {
        const Place& next = places_[edge.node];
        place.behind = std::max(place.behind, next.behind + next.counts);
      }
    }
  }

  const Plan& plan_;
  std::uint32_t workstream_ = 0;
  std::unordered_map<NodeId, Place> places_;
  std::vector<NodeId> reached_;
};

Waves in_waves(const Plan& plan, const std::vector<NodeId>& nodes) {
  const Behind behind(plan, nodes);
  Waves waves;
  for (const NodeId node : nodes) {
    const std::size_t wave = behind.of(node);
    if (waves.size() <= wave) waves.resize(wave + 1);
    waves[wave].push_back(node);
  }
  return waves;
}

}  // namespace

std::vector<std::vector<NodeId>> rollback_waves(const Plan& plan, const RunState& state,
                                                std::uint32_t workstream, const Resume* resume) {
  const std::optional<SagaPolicy>& saga = plan.workset().workstreams[workstream].saga;
  if (!saga) return {};
  const std::vector<NodeId> nodes = to_undo(plan, state, workstream, resume);
  switch (saga->order) {
    case RollbackOrder::reverse:
      return one_by_one(nodes);
    case RollbackOrder::parallel:
      return in_waves(plan, nodes);
    case RollbackOrder::custom:
      return one_by_one(listed_first(plan, nodes, saga->custom_order));
  }
  return {};
}

}  // namespace ws
