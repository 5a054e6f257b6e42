// RunValues: what the paths of expressions and templates mean at this moment of a run, for one
// step: results of finished steps, the run's inputs, the item of a fan-out, the attempt.
//
// A view of RunState and Plan; keeps nothing but an index of names it builds on first use. Knows
// no executor. Readers: engine (conditions, fan-outs), executors (commands), report (messages).
#pragma once

#include <map>
#include <string>
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
  // step_output).
  [[nodiscard]] Evaluated value(AttemptKey asking, const Reference& path) const;
  [[nodiscard]] LookUp look_up(AttemptKey asking) const;

  // What the node is given without asking: the results of the steps it depends on, by result name
  // (a step's id, and for each output ID_KEY), in plan order.
  [[nodiscard]] std::vector<NamedValue> results_for(NodeId node) const;

  [[nodiscard]] const RunState& state() const { return state_; }

 private:
  const RunState& state_;
  const InputValues& inputs_;
};

}  // namespace ws
