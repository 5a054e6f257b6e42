// drawing_of(plan) of drawing.h: clusters, gates that are worth a point, workstreams that are
// missing.
#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "report/drawing.h"
#include "report/group_text.h"

namespace ws {
namespace {

constexpr std::size_t kLongestRule = 80;

bool is_gate(const PlanNode& node) {
  return node.kind == NodeKind::begin || node.kind == NodeKind::end;
}

class PlanDrawing {
 public:
  PlanDrawing(const Plan& plan, const StateOf& state_of)
      : plan_(plan),
        state_of_(state_of),
        ins_(plan.node_count()),
        is_drawn_(plan.node_count(), false) {}

  Drawing make() {
    add_title();
    count_members();
    find_missing();
    for (const NodeId id : plan_.order()) connect(id);
    add_clusters();
    add_nodes();
    add_edges();
    return std::move(drawing_);
  }

 private:
  // An edge into a node, from a node that is drawn. Sources at or beyond node_count() are missing
  // workstreams.
  struct Link {
    std::size_t from = 0;
    DependencyOn on = DependencyOn::success;
    EdgeWhy why = EdgeWhy::dependency;
  };
  struct Missing {
    std::string name;
    bool is_assumed = false;
  };

  void add_title() {
    const auto workstreams = plan_.workstreams();
    const std::string what = workstreams.size() == 1
                                 ? plan_.workset().workstreams[workstreams.front()].id
                                 : counted(workstreams.size(), "workstream");
    const std::size_t edges = plan_.dependency_count();
    drawing_.title =
        fmt::format("{}: {}, {} {}", shortened(what, 60), counted(plan_.step_count(), "step"),
                    edges, edges == 1 ? "dependency" : "dependencies");
  }

  void count_members() {
    shown_in_.assign(plan_.workset().workstreams.size(), 0);
    for (const PlanNode& node : plan_.nodes()) {
      if (!is_gate(node)) ++shown_in_[node.workstream];
    }
  }

  // Workstreams somebody depends on that are not in this plan, each once.
  void find_missing() {
    std::unordered_set<std::string_view> planned;
    for (const std::uint32_t index : plan_.workstreams())
      planned.insert(plan_.workset().workstreams[index].id);
    const auto assumed = plan_.assumed_complete();
    std::unordered_map<std::string_view, std::size_t> known;
    for (const std::uint32_t index : plan_.workstreams()) {
      for (const Dependency& need : plan_.workset().workstreams[index].depends_on) {
        const std::string_view owner = std::string_view(need.name).substr(0, need.name.find('/'));
        if (planned.contains(need.name) || planned.contains(owner)) continue;
        const auto [at, is_new] = known.try_emplace(need.name, missing_.size());
        if (is_new) {
          const bool is_assumed =
              std::find(assumed.begin(), assumed.end(), need.name) != assumed.end();
          missing_.push_back({need.name, is_assumed});
        }
        needs_missing_[index].push_back({plan_.node_count() + at->second, need.on});
      }
    }
  }

  // The group a node is a member of when seen from outside: a gate stands in its group's parent.
  [[nodiscard]] GroupId outer_group(NodeId id) const {
    const PlanNode& node = plan_.node(id);
    if (!is_gate(node)) return node.group;
    return node.group.is_valid() ? plan_.group(node.group).parent : GroupId();
  }

  // A begin gate matters only to members that wait for no other member, an end gate only to those
  // no other member waits for: the rest follows.
  [[nodiscard]] bool is_implied(NodeId from, NodeId to) const {
    const PlanNode& source = plan_.node(from);
    const PlanNode& target = plan_.node(to);
    if (source.kind == NodeKind::begin && outer_group(to) == source.group) {
      const auto others = plan_.predecessors(to);
      return std::any_of(others.begin(), others.end(), [&](const PlanEdge& edge) {
        return edge.node != from && outer_group(edge.node) == source.group;
      });
    }
    if (target.kind == NodeKind::end && outer_group(from) == target.group) {
      const auto others = plan_.successors(from);
      return std::any_of(others.begin(), others.end(), [&](const PlanEdge& edge) {
        return edge.node != to && outer_group(edge.node) == target.group;
      });
    }
    return false;
  }

  // In topological order: what leads into the node, with the gates that are not drawn bypassed.
  void connect(NodeId id) {
    std::vector<Link>& ins = ins_[id.index()];
    for (const PlanEdge& edge : plan_.predecessors(id)) {
      if (is_implied(edge.node, id) || is_hidden(edge.node)) continue;
      if (is_drawn_[edge.node.index()]) {
        ins.push_back({edge.node.index(), edge.on, edge.why});
        continue;
      }
      // Of the two edges that become one, the one that says more is kept.
      const bool is_telling = edge.why == EdgeWhy::dependency || edge.on == DependencyOn::failure;
      for (const Link& before : ins_[edge.node.index()])
        ins.push_back(is_telling ? Link{before.from, edge.on, edge.why} : before);
    }
    const PlanNode& node = plan_.node(id);
    if (node.kind == NodeKind::begin && !plan_.group(node.group).parent.is_valid()) {
      const auto missing = needs_missing_.find(node.workstream);
      if (missing != needs_missing_.end())
        for (const auto& [from, on] : missing->second)
          ins.push_back({from, on, EdgeWhy::dependency});
    }
    is_drawn_[id.index()] =
        is_gate(node) ? is_unfound(id) || is_gate_worth_drawing(id) : !is_hidden(id);
  }

  // Bypassing a gate with one edge on either side adds no edge; one with several on both would.
  [[nodiscard]] bool is_gate_worth_drawing(NodeId id) const {
    const PlanNode& node = plan_.node(id);
    const bool is_empty_group = plan_.group(node.group).member_count == 0;
    if (is_empty_group) return node.kind == NodeKind::begin;
    const auto out = plan_.successors(id);
    const auto count = std::count_if(out.begin(), out.end(), [&](const PlanEdge& edge) {
      return !is_implied(id, edge.node) && !is_hidden(edge.node);
    });
    return ins_[id.index()].size() > 1 && count > 1;
  }

  // A workstream of one step is its step: a frame around it would say the same twice.
  [[nodiscard]] bool has_own_cluster(std::uint32_t workstream) const {
    return plan_.workstreams().size() > 1 && shown_in_[workstream] != 1;
  }

  void add_clusters() {
    const auto& workstreams = plan_.workset().workstreams;
    std::unordered_map<std::string_view, std::size_t> per_file;
    for (const std::uint32_t index : plan_.workstreams()) ++per_file[workstreams[index].file];
    std::unordered_map<std::string_view, std::size_t> file_cluster;
    cluster_of_workstream_.assign(workstreams.size(), std::nullopt);
    for (const std::uint32_t index : plan_.workstreams()) {
      const std::string_view file = workstreams[index].file;
      std::optional<std::size_t> parent;
      if (per_file.size() > 1 && per_file[file] > 1) {
        const auto [at, is_new] = file_cluster.try_emplace(file, drawing_.clusters.size());
        if (is_new)
          drawing_.clusters.push_back(
              {std::string(file), shortened(file, 60), ClusterKind::file, std::nullopt});
        parent = at->second;
      }
      if (has_own_cluster(index)) {
        const std::string& id = workstreams[index].id;
        drawing_.clusters.push_back(
            {id, shortened(id, kLongestLabel), ClusterKind::workstream, parent});
        parent = drawing_.clusters.size() - 1;
      }
      cluster_of_workstream_[index] = parent;
    }
    add_group_clusters();
  }

  // Groups are numbered parents first or children first: follow the parents, however deep.
  void add_group_clusters() {
    const auto groups = plan_.groups();
    cluster_of_group_.assign(groups.size(), std::nullopt);
    std::vector<bool> is_done(groups.size(), false);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      std::vector<std::size_t> chain;
      for (GroupId at(i); at.is_valid() && !is_done[at.index()]; at = groups[at.index()].parent)
        chain.push_back(at.index());
      while (!chain.empty()) {
        const std::size_t index = chain.back();
        chain.pop_back();
        add_group_cluster(index);
        is_done[index] = true;
      }
    }
  }

  void add_group_cluster(std::size_t index) {
    const PlanGroup& group = plan_.groups()[index];
    if (!group.parent.is_valid()) {
      cluster_of_group_[index] = cluster_of_workstream_[group.workstream];
      return;
    }
    const std::optional<std::size_t> around = cluster_of_group_[group.parent.index()];
    // A body is the group around it; a fan-out of one node needs no frame.
    const bool is_one_node = group.role == GroupRole::fan_out && is_folded(group);
    if (group.role == GroupRole::body || is_one_node) {
      cluster_of_group_[index] = around;
      return;
    }
    const std::string id(plan_.group_id(GroupId(index)));
    const std::string rule = group_text(plan_, GroupId(index));
    std::string label = shortened(id, kLongestLabel);
    if (!rule.empty()) label += " (" + shortened(rule, kLongestRule) + ")";
    cluster_of_group_[index] = drawing_.clusters.size();
    drawing_.clusters.push_back({id, std::move(label), kind_of(group), around});
  }

  [[nodiscard]] ClusterKind kind_of(const PlanGroup& group) const {
    if (group.role == GroupRole::fan_out) return ClusterKind::fan_out;
    const Group& written = plan_.workset().workstreams[group.workstream].groups[group.declared];
    return written.is_phase ? ClusterKind::phase : ClusterKind::group;
  }

  // Drawn as one node: a large fan-out as its first item, one without items yet as its begin gate.
  [[nodiscard]] static bool is_folded(const PlanGroup& group) {
    return group.items.size() > kMostItemsDrawn || (group.is_dynamic && group.items.empty());
  }
  [[nodiscard]] bool is_hidden(NodeId id) const {
    const PlanNode& node = plan_.node(id);
    return node.item != PlanNode::kNoItem && node.item > 0 && is_folded(plan_.group(node.group));
  }
  // The gate that stands for the items a run is to find.
  [[nodiscard]] bool is_unfound(NodeId id) const {
    const PlanNode& node = plan_.node(id);
    if (node.kind != NodeKind::begin) return false;
    const PlanGroup& group = plan_.group(node.group);
    return group.role == GroupRole::fan_out && group.is_dynamic && group.items.empty();
  }

  [[nodiscard]] NodeShape shape_of(NodeId id) const {
    if (is_unfound(id)) return NodeShape::step;
    switch (plan_.node(id).kind) {
      case NodeKind::begin:
      case NodeKind::end:
        return NodeShape::gate;
      case NodeKind::acceptance:
      case NodeKind::preflight:
        return NodeShape::tests;
      case NodeKind::step:
        break;
    }
    return std::holds_alternative<ManualAction>(plan_.step_of(id).action) ? NodeShape::manual
                                                                          : NodeShape::step;
  }

  [[nodiscard]] std::string label_for(NodeId id) const {
    const PlanNode& node = plan_.node(id);
    if (is_unfound(id)) {
      return shortened(plan_.group_id(node.group), kLongestLabel) + " (" +
             items_text(plan_.group(node.group)) + ")";
    }
    if (is_gate(node)) return {};
    const bool is_framed = plan_.workstreams().size() == 1 || has_own_cluster(node.workstream);
    if (node.kind == NodeKind::acceptance) return "acceptance tests";
    if (node.kind == NodeKind::preflight) return "pre-flight checks";
    if (node.item != PlanNode::kNoItem && is_folded(plan_.group(node.group))) {
      return fmt::format("{} ×{}", shortened(plan_.step_of(id).id, kLongestLabel),
                         plan_.group(node.group).items.size());
    }
    return shortened(is_framed ? std::string(plan_.short_name(id)) : plan_.display_name(id),
                     kLongestLabel);
  }

  void add_nodes() {
    drawn_index_.assign(plan_.node_count() + missing_.size(), 0);
    for (std::size_t i = 0; i < plan_.node_count(); ++i) {
      const NodeId id(i);
      if (!is_drawn_[i]) continue;
      DrawnNode node;
      node.id = plan_.full_name(id);
      node.label = label_for(id);
      node.shape = shape_of(id);
      if (state_of_ && node.shape != NodeShape::gate) node.state = state_of_(id);
      const GroupId group = plan_.node(id).group;
      if (group.is_valid()) node.cluster = cluster_of_group_[group.index()];
      drawn_index_[i] = drawing_.nodes.size();
      drawing_.nodes.push_back(std::move(node));
    }
    for (std::size_t i = 0; i < missing_.size(); ++i) {
      DrawnNode node;
      node.id = missing_[i].name;
      node.label = shortened(missing_[i].name, kLongestLabel);
      if (missing_[i].is_assumed) node.label += " (assumed complete)";
      node.shape = NodeShape::missing;
      drawn_index_[plan_.node_count() + i] = drawing_.nodes.size();
      drawing_.nodes.push_back(std::move(node));
    }
  }

  void add_edges() {
    for (std::size_t i = 0; i < plan_.node_count(); ++i) {
      if (!is_drawn_[i]) continue;
      std::set<std::tuple<std::size_t, DependencyOn, EdgeWhy>> seen;
      for (const Link& link : ins_[i]) {
        if (!seen.emplace(link.from, link.on, link.why).second) continue;
        DrawnEdge edge;
        edge.from = static_cast<std::uint32_t>(drawn_index_[link.from]);
        edge.to = static_cast<std::uint32_t>(drawn_index_[i]);
        edge.on = link.on;
        edge.why = link.why;
        drawing_.edges.push_back(edge);
      }
    }
  }

  const Plan& plan_;
  const StateOf& state_of_;
  std::vector<std::vector<Link>> ins_;
  std::vector<bool> is_drawn_;
  std::vector<std::size_t> shown_in_;  // steps and acceptance nodes, per workstream
  std::vector<Missing> missing_;
  std::unordered_map<std::uint32_t, std::vector<std::pair<std::size_t, DependencyOn>>>
      needs_missing_;
  std::vector<std::optional<std::size_t>> cluster_of_workstream_;
  std::vector<std::optional<std::size_t>> cluster_of_group_;
  std::vector<std::size_t> drawn_index_;
  Drawing drawing_;
};

}  // namespace

Drawing drawing_of(const Plan& plan, const StateOf& state_of) {
  return PlanDrawing(plan, state_of).make();
}

}  // namespace ws
