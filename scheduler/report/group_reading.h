// What the reports read out of a RunState about groups: which of them failed for a reason of their
// own, which accepted a member's failure, and what that makes of the totals.
//
// Pure functions of the fold; knows no screen and no wording beyond a noun. Read by the summary,
// the step lines and the result JSON. A fan-out whose items were never found counts as the step it
// is in the file.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/run_state.h"

namespace ws {

[[nodiscard]] bool is_gate(const Plan& plan, NodeId node);

// "step", "group", "phase", "fan-out", "workstream": what a node or a group's gate is to people.
[[nodiscard]] std::string_view noun_of(const Plan& plan, NodeId node);

// The end gate of a fan-out that has ended and never had items to show for it.
[[nodiscard]] bool is_unexpanded(const RunState& state, NodeId end);

// End gates of groups that failed or timed out and that no failed member explains: out of time, not
// done after the last round, items that cannot be found. Groups whose failure was caught are left
// out.
[[nodiscard]] std::vector<NodeId> own_failures(const RunState& state);

// The innermost group that ended well although the node inside it failed; invalid: none did.
[[nodiscard]] GroupId accepting_group(const RunState& state, NodeId failed);
// Accepted by its own declaration or by a group around it.
[[nodiscard]] bool is_accepted(const RunState& state, NodeId failed);

// RunState's counts as a person counts: unexpanded fan-outs are steps, and failures that a group
// accepted are told apart. At the end of a run succeeded, failed, cancelled and skipped add up to
// the total; `accepted` and `ignored` are parts of `failed` and never overlap.
struct Tally {
  RunState::Counts counts;          // counts.accepted: also those that a group accepted
  std::uint32_t ignored = 0;        // their group drops its errors
  std::uint32_t failed_groups = 0;  // own_failures that no one accepted, unexpanded fan-outs aside
  [[nodiscard]] std::uint32_t real_failures() const { return counts.failed - lived_with(); }
  [[nodiscard]] std::uint32_t lived_with() const { return counts.accepted + ignored; }
};

// Steps that a person cancelled, alone of the run, in file order.
[[nodiscard]] std::vector<NodeId> unwanted_steps(const RunState& state);

[[nodiscard]] Tally tally(const RunState& state);       // of all nodes
[[nodiscard]] Tally step_tally(const RunState& state);  // of what the files call steps

}  // namespace ws
