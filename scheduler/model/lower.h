// lower(): from what the user wrote to the Plan, with every complaint about names, cycles and
// overlapping scopes.
//
// Does not read files (formats/ did) and does not decide how to run (engine/ does). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "model/plan.h"
#include "model/workstream.h"

namespace ws {

struct LowerOptions {
  // Workstream ids to keep, with all they depend on; empty: everything loaded.
  std::vector<std::string> targets;
  // Workstreams ("ws-a"), steps ("ws-a/step", or "step" when only one has that id), or globs
  // ("ws-0*"): not run, their dependents treat them as succeeded. A name that matches nothing
  // loaded satisfies dependencies of that name.
  std::vector<std::string> assume_complete;
  bool strict_scope = false;  // overlaps are errors instead of serialised
  // A missing workstream-level dependency is an error (run, validate, plan), or only a warning
  // (graph).
  bool allow_missing_workstreams = false;
};

// Every check that needs more than one key: ids, dependencies, members, cycles, scopes. Reports all
// mistakes at once. nullopt when there was an error. The workset must outlive the plan and not
// change.
[[nodiscard]] std::optional<Plan> lower(const Workset& workset, const LowerOptions& options,
                                        Diagnostics& diagnostics);

}  // namespace ws
