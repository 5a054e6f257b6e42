// From a sound kata to a workstream of the model: phases become steps and groups with the phase's
// name, `spawn parallel` a group with the rule of FORMATS.md section 2.2.
//
// Knows nothing of other katas: a spawn becomes a call by name. Called by kata_reader.cpp for katas
// whose rules hold (no cycle, one transition each, targets that exist).
#pragma once

#include "base/diagnostic.h"
#include "formats/kata/kata_graph.h"
#include "model/workstream.h"

namespace ws {

// Errors: conditions that name what nothing can give; the workstream is then incomplete.
[[nodiscard]] Workstream lower_kata(const Kata& kata, const KataGraph& graph,
                                    Diagnostics& diagnostics);

}  // namespace ws
