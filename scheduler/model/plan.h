// The Plan: one flat graph of nodes with dense ids, whatever constructs the files used.
//
// A *step* node runs attempts. A *gate* node (begin and end of a workstream, group, phase or
// fan-out) runs nothing; the end gate carries the rule. A *preflight* node runs a workstream's
// checks before all of its steps, an *acceptance* node its tests after them. Built once by lower()
// (model/lower.h); afterwards only the items of a fan-out whose list a run finds out are added
// (expand). Knows nothing of time, processes or results.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "model/file_claims.h"
#include "model/policy.h"
#include "model/workstream.h"

namespace ws {

struct NodeTag;
struct GroupTag;
using NodeId = Id<NodeTag>;
using GroupId = Id<GroupTag>;

enum class NodeKind : std::uint8_t { step, acceptance, preflight, begin, end };

// Why an edge is there: written by the user, implied by a gate, or added because two file scopes
// overlap.
enum class EdgeWhy : std::uint8_t { dependency, gate, scope };

struct PlanNode {
  static constexpr std::uint32_t kNoItem = 0xFFFFFFFF;

  NodeKind kind = NodeKind::step;
  std::uint32_t workstream = 0;  // index into Workset::workstreams
  std::uint32_t step = 0;        // index into Workstream::steps; only for kind step
  GroupId group;                 // the group this node is a member of; its own group for gates
  std::uint32_t item = kNoItem;  // of a fan-out: which of its group's items
  bool is_finally = false;       // runs also when its group is cancelled, once the body has begun
};

struct PlanEdge {
  NodeId node;  // the other end
  DependencyOn on = DependencyOn::success;
  EdgeWhy why = EdgeWhy::dependency;
};

// What a group stands for.
enum class GroupRole : std::uint8_t {
  workstream,  // all of a workstream
  group,       // a step group or phase as written
  body,        // the members of one with `catch` or `finally`, inside the group of role `group`
  fan_out,     // the items of a step with `for_each`
};

[[nodiscard]] std::string_view name(GroupRole role);  // "workstream", "group", "body", "fan_out"

struct PlanGroup {
  // `declared` of a workstream's own group: no step group or phase was written.
  static constexpr std::uint32_t kWholeWorkstream = 0xFFFFFFFF;

  std::uint32_t workstream = 0;
  std::uint32_t declared = kWholeWorkstream;  // index into Workstream::groups
  GroupRole role = GroupRole::workstream;
  std::uint32_t step = 0;               // index into Workstream::steps; only for fan_out
  bool is_failure_caught = false;       // of a body: `catch` steps answer for its failure
  bool is_dynamic = false;              // of a fan-out: a run finds its items
  bool is_finally = false;              // as PlanNode's
  std::vector<std::string> items;       // of a fan-out: each as JSON text
  std::vector<std::string> item_names;  // "step[0]", as many
  GroupId parent;                       // invalid for a workstream's own group
  NodeId begin;
  NodeId end;
  // What the end gate counts: its steps and acceptance node, and one for each group inside it.
  std::uint32_t member_count = 0;
  GroupRule rule;
};

// The group as written; null for a workstream's own and for a fan-out.
[[nodiscard]] const Group* written_group(const Workset& workset, const PlanGroup& group);

// Whether its members may run more than once. What belongs to the members of a written group
// stands at its body, where there is one.
[[nodiscard]] bool has_rounds(const Workset& workset, const PlanGroup& group);

class Plan {
 public:
  [[nodiscard]] const Workset& workset() const { return *workset_; }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  [[nodiscard]] const PlanNode& node(NodeId id) const { return nodes_[id.index()]; }
  [[nodiscard]] std::span<const PlanNode> nodes() const { return nodes_; }
  [[nodiscard]] std::span<const PlanGroup> groups() const { return groups_; }
  [[nodiscard]] const PlanGroup& group(GroupId id) const { return groups_[id.index()]; }

  [[nodiscard]] std::span<const PlanEdge> successors(NodeId id) const;
  [[nodiscard]] std::span<const PlanEdge> predecessors(NodeId id) const;
  [[nodiscard]] std::size_t edge_count() const { return out_.size(); }

  // Topological, file order where the graph leaves a choice. Computed once by lower().
  [[nodiscard]] std::span<const NodeId> order() const { return order_; }
  // Longest path from the node to the end in step nodes, itself included; the weight of ready
  // steps. Same index as node.
  [[nodiscard]] std::uint32_t remaining_path(NodeId id) const { return remaining_[id.index()]; }

  // The members of a group: its own step, acceptance and preflight nodes, and the groups inside it.
  // Gates are not among them.
  [[nodiscard]] std::span<const NodeId> members(GroupId id) const;
  [[nodiscard]] std::span<const GroupId> inner_groups(GroupId id) const;
  // Gives a dynamic fan-out its items (JSON text each): nodes behind all others, each after the
  // group's begin and before its end. A second call with as many items does nothing.
  void expand(GroupId id, std::vector<std::string> items);
  // Nodes that were there when the plan was made; those of expand() follow.
  [[nodiscard]] std::size_t built_count() const { return built_; }
  // The item of a fan-out node as JSON text; empty for any other.
  [[nodiscard]] std::string_view item_of(NodeId id) const;
  // The node of a step (its fan-out's end gate) or the end gate of a group, by the name its own
  // workstream knows it by. Invalid when there is none.
  [[nodiscard]] NodeId find(std::uint32_t workstream, std::string_view name) const;

  [[nodiscard]] const Workstream& workstream_of(NodeId id) const;
  [[nodiscard]] const Step& step_of(NodeId id) const;  // kind must be step
  // Step, or null for every other kind.
  [[nodiscard]] const Step* step_if_any(NodeId id) const;
  // The tests that belong to the node: the step's, the workstream's for an acceptance node, its
  // pre-flight checks for a preflight node.
  [[nodiscard]] std::span<const AcceptanceTest> acceptance_tests(NodeId id) const;

  // Short name for people: the step's id; "acceptance" for the workstream's tests; "begin"/"end"
  // for gates (of a step group too: its id is group_id()).
  [[nodiscard]] std::string_view short_name(NodeId id) const;
  // As written: the id of the step group or phase, or of the workstream for its own group.
  [[nodiscard]] std::string_view group_id(GroupId id) const;
  // Unique in the plan: "ws/step", "ws/end", "ws/group/end". Plans of one workstream use the short
  // name on screen.
  [[nodiscard]] std::string full_name(NodeId id) const;
  // A member of a group as its group knows it: a step by its display name, a group (by its end
  // gate) by its id.
  [[nodiscard]] std::string member_name(NodeId id) const;
  // What the screen shows: short when the plan holds one workstream, else full (just the id for
  // single-step workstreams).
  [[nodiscard]] std::string display_name(NodeId id) const;

  // Who claims files that others claim too; empty where nobody does.
  [[nodiscard]] const FileClaims& file_claims() const { return file_claims_; }

  // Indexes (into Workset::workstreams) of the workstreams in this plan, in load order.
  [[nodiscard]] std::span<const std::uint32_t> workstreams() const { return workstreams_; }
  // Names the user declared complete, as they were resolved: "ws-a", "ws-a/step".
  [[nodiscard]] std::span<const std::string> assumed_complete() const { return assumed_complete_; }
  [[nodiscard]] std::size_t step_count() const { return step_count_; }  // nodes of kind step
  [[nodiscard]] std::size_t dependency_count() const {
    return dependency_count_;
  }  // edges the user wrote

 private:
  friend class PlanBuilder;

  // The nodes that expand() gave a group, and the edges all of them have.
  struct Added {
    std::vector<NodeId> nodes;
    PlanEdge from;  // the group's begin
    PlanEdge to;    // its end
  };
  [[nodiscard]] const Added* added_to(GroupId id) const;

  const Workset* workset_ = nullptr;
  std::vector<PlanNode> nodes_;
  std::vector<PlanGroup> groups_;
  std::vector<std::uint32_t> out_start_, in_start_;  // n + 1 each
  std::vector<PlanEdge> out_, in_;
  std::vector<std::uint32_t> member_start_, inner_start_;  // groups + 1 each
  std::vector<NodeId> members_;
  std::vector<GroupId> inner_groups_;
  std::unordered_map<GroupId, Added> added_;
  std::size_t built_ = 0;  // nodes that were there before any expand()
  // Per workstream of the workset, made when first asked for.
  mutable std::vector<std::unordered_map<std::string_view, NodeId>> names_;
  std::vector<NodeId> order_;
  std::vector<std::uint32_t> remaining_;
  std::vector<std::uint32_t> workstreams_;
  std::vector<std::string> assumed_complete_;
  FileClaims file_claims_;
  std::size_t step_count_ = 0;
  std::size_t dependency_count_ = 0;
};

// The member that stands for a group's result and outputs, by the group's end gate: a step's node,
// or the end gate of a group without such a member. Invalid: the group has none.
[[nodiscard]] NodeId result_member(const Plan& plan, NodeId end);

}  // namespace ws
