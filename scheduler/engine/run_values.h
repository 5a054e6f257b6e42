// RunValues: what the paths of expressions and templates mean at this moment of a run, for one
// step: results of finished steps, the run's inputs, the item of a fan-out, the attempt.
//
// A view of RunState and Plan; keeps nothing but an index of names it builds on first use. Knows
// no executor. Readers: engine (conditions, fan-outs), executors (commands), report (messages).
//
// Where a step has no value there is NoValue with the reason, but null: for a failure that was
// declared acceptable, and for a member of a group (that the asking step is outside of) which can
// do without it: join any, first or settled, or a policy that tolerates failures.
//
// A value that was too large or binary has only a file: `steps.ID.outputs.KEY.file` is its path,
// the value itself is NoValue that says so, and in a list it is {"file": PATH}.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/event.h"
#include "model/expression.h"
#include "model/plan.h"

namespace ws {

class RunState;

using InputValues = std::map<std::string, Datum, std::less<>>;

class RunValues {
 public:
  RunValues(const RunState& state, const InputValues& inputs);

  // The value of a path as the node sees it in that attempt (part: kCompensation gives it
  // step_output). Of a group's condition the node is the group's begin gate.
  [[nodiscard]] Evaluated value(AttemptKey asking, const Reference& path) const;
  [[nodiscard]] LookUp look_up(AttemptKey asking) const;

  // What the node is given without asking: the results of the steps it depends on (its groups'
  // dependencies included), by result name: a step's id, and for each output ID_KEY; of a group or
  // fan-out its id with the list of results, of a fan-out ID_KEY with the list of each output; and
  // every consumed name. Consumed names first, then in plan order; what has no value is left out,
  // and of two with one name the later.
  [[nodiscard]] std::vector<NamedValue> results_for(NodeId node) const;

  [[nodiscard]] const RunState& state() const { return state_; }

 private:
  using Names = std::span<const std::string>;

  [[nodiscard]] Evaluated of_step(AttemptKey asking, Names names) const;
  [[nodiscard]] Evaluated of_group(NodeId end, Names names) const;
  [[nodiscard]] Evaluated of_error(NodeId asking, Names names) const;
  [[nodiscard]] Evaluated of_input(NodeId asking, Names names) const;
  [[nodiscard]] Evaluated of_item(NodeId asking, Names names) const;
  [[nodiscard]] Evaluated of_attempt(AttemptKey asking, std::string_view name) const;
  [[nodiscard]] Evaluated output(NodeId asking, NodeId node, Names names) const;
  [[nodiscard]] Evaluated all_outputs(NodeId asking, NodeId node) const;
  [[nodiscard]] Evaluated result(NodeId asking, NodeId node, Names names) const;
  [[nodiscard]] Datum error_of(NodeId node) const;
  [[nodiscard]] Datum all_inputs(NodeId asking) const;
  [[nodiscard]] Evaluated missing(NodeId asking, NodeId node, std::string why) const;

  [[nodiscard]] const NamedValue* find_output(NodeId node, std::string_view key) const;
  [[nodiscard]] const NamedValue* find_result(NodeId node) const;
  [[nodiscard]] Datum results_of(GroupId group, std::size_t depth) const;
  [[nodiscard]] Datum value_of_member(NodeId node, std::size_t depth) const;
  // Members by their names in the group, their errors, counts, and when and how long.
  [[nodiscard]] Datum aggregate_of(GroupId group) const;
  [[nodiscard]] Datum outputs_of(GroupId group, std::string_view key) const;
  [[nodiscard]] Datum exit_code_of(NodeId node) const;
  [[nodiscard]] std::vector<NodeId> members_in_order(GroupId group) const;
  [[nodiscard]] GroupId body_of(GroupId group) const;
  [[nodiscard]] GroupId body_beside(NodeId asking) const;
  [[nodiscard]] bool may_lack_value(NodeId asking, NodeId node) const;
  [[nodiscard]] bool is_inside(NodeId node, GroupId group) const;

  [[nodiscard]] std::vector<NodeId> needed_by(NodeId node) const;
  void add_step_results(NodeId node, std::vector<NamedValue>& out) const;
  void add_group_results(NodeId end, std::vector<NamedValue>& out) const;
  void add_consumed(NodeId node, std::vector<NamedValue>& out) const;
  // What a node hands on under a name it provides; of a fan-out the list of its items'.
  [[nodiscard]] std::optional<NamedValue> provided(NodeId provider, std::string_view name) const;
  [[nodiscard]] NodeId provider_of(std::string_view name) const;

  const RunState& state_;
  const InputValues& inputs_;
  mutable std::optional<std::unordered_map<std::string_view, NodeId>> providers_;
};

// Why a step or (by its end gate) a group failed, in one line: the last line it wrote where an exit
// code is all that is known. Empty when it did not fail.
[[nodiscard]] std::string failure_text(const RunState& state, NodeId node);

}  // namespace ws
