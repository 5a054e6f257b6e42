// A run told as groups and their members: who began, who ended, who was passed over. What the
// event names of other systems are made of: they know beginnings of groups, which are no events
// here.
//
// Keeps which groups and members have begun; reads facts from the events, because the state may be
// ahead of them. Knows no names and no JSON. The body of a group with `catch` or `finally` is its
// group; what a call of another workstream is made of (model/calls.h) is not told, the copy is the
// call's one group. Workstreams' own tests and checks are not told.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/run_state.h"

namespace ws {

struct Occurrence {
  enum class Kind : std::uint8_t { group_began, member_began, member_ended, group_ended };
  static constexpr std::size_t kNoMember = static_cast<std::size_t>(-1);

  Kind kind = Kind::member_began;
  GroupId group;                         // that began or ended, or whose member it is
  NodeId node;                           // of a member: its step, or the end gate of its group
  std::size_t index = kNoMember;         // in declaration order; kNoMember: a handler of its group
  std::size_t total = 0;                 // members of the group
  StepState state = StepState::running;  // as it ended
  bool has_begun = true;                 // of a member that ended
  // Of members that ended so far, when their group ended.
  std::size_t succeeded = 0;
  std::size_t failed = 0;
};

class GroupStory {
 public:
  // What the event means, in order: groups around others first when they begin, last when they end.
  [[nodiscard]] std::vector<Occurrence> tell(const Event& event, const RunState& state);

 private:
  struct Told {
    std::unordered_map<NodeId, std::size_t> index;  // of its members
    std::size_t succeeded = 0, failed = 0;
    bool has_ended = false;  // decided: what comes later is told, but its end is not again
  };
  void begin_around(NodeId node, const RunState& state, std::vector<Occurrence>& told);
  void begin_group(GroupId group, const RunState& state, std::vector<Occurrence>& told);
  void begin_member(NodeId node, const RunState& state, std::vector<Occurrence>& told);
  void end_member(NodeId node, StepState ended, const RunState& state,
                  std::vector<Occurrence>& told);
  void end_group(GroupId group, StepState ended, const RunState& state,
                 std::vector<Occurrence>& told);
  [[nodiscard]] Occurrence of_member(NodeId node, const RunState& state) const;

  std::unordered_map<GroupId, Told> groups_;  // that have begun
  std::unordered_set<NodeId> begun_;          // members, until they end
};

// The group a node is a member of, bodies left out: of an end gate, the one around its group.
// Invalid for a workstream's own.
[[nodiscard]] GroupId group_around(const Plan& plan, NodeId node);
// It stands for a workstream that was called: its members' ids begin with its own (model/calls.h).
[[nodiscard]] bool is_call(const Plan& plan, GroupId group);
// It holds a called workstream's own steps: the group inside a call.
[[nodiscard]] bool is_called(const Plan& plan, GroupId group);
// A member as its group knows it: without the scope of a call that both are in.
[[nodiscard]] std::string name_inside(const Plan& plan, GroupId group, NodeId member);
// Its members run side by side: a fan-out, or a step group that is not sequential
// and holds no called workstream.
[[nodiscard]] bool runs_side_by_side(const Plan& plan, GroupId group);

}  // namespace ws
