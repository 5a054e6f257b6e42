// The result of a run as JSON: what `--json` prints and result.json holds.
//
// Pure. Declaration order, real durations, real peak; `schema_version` rises when a field changes
// its meaning. Knows no store and no file. Called by cli.
#pragma once

#include <string>
#include <vector>

#include "engine/run_state.h"
#include "engine/run_values.h"
#include "report/group_results.h"

namespace ws {

inline constexpr int kResultSchemaVersion = 2;

struct ResultFacts {
  int exit_code = 0;
  WallTime started;
  WallTime ended;
  std::vector<std::string> errors;  // what the world refused: a store that could not be written
  // For the last line a failed member wrote, which its error is known by; empty: only why it
  // failed.
  LogReader read_log = {};
  InputValues inputs = {};  // for outputs of the run that tell them
};

// A text of its own lines: one step per line, so that it can be read and grepped.
[[nodiscard]] std::string result_json(const RunState& state, const ResultFacts& facts);

}  // namespace ws
