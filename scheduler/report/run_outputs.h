// What a run hands on: the `outputs` of its workstreams, and the outputs its steps declared and did
// not write.
//
// Pure functions of the fold and the run's inputs; no files, no screen. Read by the result JSON,
// the summary and the log, when the run has ended.
#pragma once

#include <string>
#include <vector>

#include "engine/run_state.h"
#include "engine/run_values.h"

namespace ws {

struct RunOutputValue {
  std::string name;
  Datum value;      // null: it has none; {"file": PATH} when it is too large or binary
  std::string why;  // it has none; empty: it has one, or null is the value
};

// In declaration order. `workstream` is an index into Workset::workstreams, of one in the plan.
[[nodiscard]] std::vector<RunOutputValue> run_outputs(const RunState& state,
                                                      const InputValues& inputs,
                                                      std::uint32_t workstream);

// Names a step that succeeded declares under `outputs` and has no value for.
[[nodiscard]] std::vector<std::string> unwritten_outputs(const RunState& state, NodeId node);

}  // namespace ws
