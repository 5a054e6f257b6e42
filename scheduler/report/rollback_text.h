// What a rollback undid and what it did not, read from the fold.
//
// Pure; knows no screen beyond a Style. Used by the summary and the result.
#pragma once

#include <string>
#include <vector>

#include "engine/run_state.h"
#include "report/style.h"

namespace ws {

struct RollbackEntry {
  NodeId node;               // a step, or a workstream's end gate for one of its own actions
  std::uint32_t action = 0;  // of an end gate: which, from 1
  std::string why;           // why it was not undone; empty: it was
};

struct RollbackReading {
  bool has_run = false;
  std::vector<RollbackEntry> undone;
  std::vector<RollbackEntry> left;  // still as the run made them
};

[[nodiscard]] RollbackReading rollback_of(const RunState& state);

// "Rolled back: a, b" and "Not rolled back:" with one line and reason each; empty without a
// rollback.
[[nodiscard]] std::string rollback_text(const RunState& state, const Style& style);

}  // namespace ws
