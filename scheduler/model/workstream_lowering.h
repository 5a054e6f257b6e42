// WorkstreamLowering: one workstream into the draft. Its own gates, a begin and an end gate for
// each step group and phase, a node per step, one for its acceptance tests, and the edges between
// them. Reports what is wrong with names on the way.
//
// Knows nothing of other workstreams (lower.cpp joins them), of cycles (cycles.h) and of file
// scopes (scope.h). Internal to model/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "model/assumptions.h"
#include "model/draft.h"
#include "model/name_table.h"
#include "model/spelling.h"

namespace ws {

// What all workstreams of one lower() share.
struct LoweringScope {
  Draft& draft;
  const NameTable& workstream_ids;
  Assumptions& assumptions;
  Spelling& spelling;
  Diagnostics& diagnostics;
};

class WorkstreamLowering {
 public:
  WorkstreamLowering(LoweringScope shared, std::uint32_t workstream);

  // The number of the workstream's own group. The group's rule is left to the caller.
  GroupId run();

 private:
  // Steps and groups share one numbering: a step's index, then groups.
  using Entity = std::uint32_t;
  static constexpr Entity kNone = 0xFFFFFFFF;
  // How an entity stands to its parent: a member, or one of its handlers.
  enum class Part : std::uint8_t { member, catch_step, finally_step };

  // names
  void check_duplicates();
  void check_given_names();
  std::optional<Entity> find(std::string_view name) const { return names_.find(name); }
  void report_unknown_dependency(Entity owner, const Dependency& dependency);
  // members (workstream_members.cpp)
  void find_members();
  void adopt(std::uint32_t group, const Dependency& member);
  void check_result(std::uint32_t group);
  void adopt_handlers(std::uint32_t group);
  void adopt_handler(Entity group, Entity handler, Part part);
  void check_nesting();
  // plan groups: the workstream's own, the declared, the bodies of those with handlers, fan-outs
  void number_groups();
  void add_groups();
  // what is assumed complete
  void drop_assumed();
  // nodes
  void add_nodes();
  void add_step(Entity step);
  void add_items(Entity step, GroupId fan_out);
  // edges
  void add_dependencies(Entity owner, const std::vector<Dependency>& dependencies);
  void add_dependency(Entity owner, const Dependency& dependency, Entity needed);
  void add_round_edges(Entity owner, const Dependency& dependency, Entity needed);
  void add_sequences();
  void add_handlers();
  void add_gates();
  void add_empty_groups(NodeId own_start);
  void add_bodies();
  void note_siblings(Entity before, Entity after);

  [[nodiscard]] bool is_group(Entity e) const { return e >= step_count_; }
  [[nodiscard]] const Group& group_of(Entity e) const {
    return workstream_.groups[e - step_count_];
  }
  [[nodiscard]] std::string_view id_of(Entity e) const { return names_.names()[e]; }
  [[nodiscard]] std::string described(Entity e) const;  // "step 'x'"
  [[nodiscard]] std::string subject(Entity e) const;    // "ws/x"
  [[nodiscard]] Place place_of(Entity e) const;
  [[nodiscard]] bool is_kept(Entity e) const { return dropped_.empty() || !dropped_[e]; }
  [[nodiscard]] NodeId first_node(Entity e) const;
  [[nodiscard]] NodeId last_node(Entity e) const;
  [[nodiscard]] GroupId group_id(std::uint32_t group) const {
    return GroupId(own_group_.value + 1 + group);
  }
  // The plan group that holds the members of a declared one.
  [[nodiscard]] GroupId body_id(std::uint32_t group) const {
    const std::uint32_t body = body_of_[group];
    return body == kNone ? group_id(group) : GroupId(own_group_.value + body);
  }
  // The plan group an entity is a member of.
  [[nodiscard]] GroupId home_of(Entity e) const;
  [[nodiscard]] GroupId fan_out_of(Entity step) const;
  [[nodiscard]] const PlanGroup& plan_group(GroupId id) const { return draft_.groups[id.index()]; }

  Draft& draft_;
  LoweringScope shared_;
  const std::uint32_t index_;
  const Workstream& workstream_;
  const std::uint32_t step_count_;
  NameTable names_;
  std::vector<Entity> parent_;  // the group an entity is in, kNone at the top; empty: no groups
  std::vector<Part> part_;      // with parent_
  std::vector<std::uint32_t> body_of_;  // per declared group: number from own_group_, kNone: itself
  std::vector<std::uint32_t> fan_out_;  // per step, the same; empty: none has `for_each`
  std::vector<Vertex> fan_out_first_;   // per step: its first item's node; with fan_out_
  std::uint32_t group_count_ = 1;       // plan groups in all
  std::vector<bool> dropped_;           // assumed complete or fallen away with it; empty: none
  std::vector<bool> has_before_;        // a sibling comes before, so its group's begin need not
  std::vector<bool> has_after_;
  std::vector<Entity> last_owner_;  // per entity: who named it last, for repetitions
  GroupId own_group_;
  Vertex first_step_ = 0;          // node of step 0, when nothing is dropped
  std::vector<Vertex> step_node_;  // only when something is dropped
  NodeId preflight_;
  NodeId acceptance_;
};

}  // namespace ws
