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

  // names
  void check_duplicates();
  std::optional<Entity> find(std::string_view name) const { return names_.find(name); }
  void report_unknown_dependency(Entity owner, const Dependency& dependency);
  // members (groups.cpp)
  void find_members();
  void adopt(std::uint32_t group, const Dependency& member);
  void adopt_handlers(std::uint32_t group);
  void check_nesting();
  // what is assumed complete
  void drop_assumed();
  // nodes
  void add_nodes();
  void count_members();
  // edges
  void add_dependencies(Entity owner, const std::vector<Dependency>& dependencies);
  void add_dependency(Entity owner, const Dependency& dependency, Entity needed);
  void add_sequences();
  void add_handlers();
  void add_gates();
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

  Draft& draft_;
  LoweringScope shared_;
  const std::uint32_t index_;
  const Workstream& workstream_;
  const std::uint32_t step_count_;
  NameTable names_;
  std::vector<Entity> parent_;    // the group an entity is in, kNone at the top; empty: no groups
  std::vector<bool> dropped_;     // assumed complete or fallen away with it; empty: none
  std::vector<bool> has_before_;  // a sibling comes before, so its group's begin need not
  std::vector<bool> has_after_;
  std::vector<Entity> last_owner_;  // per entity: who named it last, for repetitions
  GroupId own_group_;
  Vertex first_step_ = 0;          // node of step 0, when nothing is dropped
  std::vector<Vertex> step_node_;  // only when something is dropped
  NodeId acceptance_;
};

}  // namespace ws
