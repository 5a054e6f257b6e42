// What becomes of steps (or workstreams) when some of them are assumed complete: their own
// ancestors fall away unless somebody else needs them, and what waits for their failure can never
// run.
//
// Knows only numbers and edges, so it serves both levels. Internal to model/; used by lower().
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/policy.h"

namespace ws {

enum class Fate : std::uint8_t {
  kept,      // in the plan
  done,      // assumed complete
  unneeded,  // every dependent of it is done or unneeded
  never,     // waits for the failure of something that is done, or for something that never runs
};

struct FateEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;  // depends on `from`
  DependencyOn on = DependencyOn::success;
};

// `is_done` and `is_pinned` have one flag per number; pinned ones are never unneeded. O(n + m).
[[nodiscard]] std::vector<Fate> fates(std::span<const FateEdge> edges,
                                      const std::vector<bool>& is_done,
                                      const std::vector<bool>& is_pinned);

}  // namespace ws
