// Which of the loaded workstreams are in the plan, and how they depend on each other: targets with
// their ancestors, minus what is assumed complete.
//
// Does not look at steps (model/workstream_lowering.h does). Internal to model/; used by lower().
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "model/assumptions.h"
#include "model/lower.h"
#include "model/name_table.h"
#include "model/spelling.h"

namespace ws {

struct WorkstreamEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  const Dependency* written = nullptr;
};

struct Selection {
  std::vector<std::uint32_t> kept;    // load order
  std::vector<WorkstreamEdge> edges;  // between kept ones, each once
};

// Reports unknown targets and, for what is kept, missing, repeated and self dependencies.
[[nodiscard]] Selection select_workstreams(const Workset& workset, const NameTable& ids,
                                           const LowerOptions& options, Assumptions& assumptions,
                                           Spelling& spelling, Diagnostics& diagnostics);

}  // namespace ws
