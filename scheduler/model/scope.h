// Overlapping file scopes: workstreams and steps that claim the same files and could run at the
// same time are put in order, with a warning; or refused under strict_scope.
//
// Knows nothing of the file system: patterns are compared as text (model/scope_pattern.h).
// Internal to model/; called by lower() once there is an order.
#pragma once

#include <span>
#include <vector>

#include "base/diagnostic.h"
#include "model/draft.h"
#include "model/lower.h"

namespace ws {

// Adds an edge from the earlier in `order` to the later for every overlapping pair that no path
// orders yet, and reports it: the first twenty, then their number. From or to the whole of a group
// with rounds where only one of the pair is in it. Notes who claims what others claim. Returns the
// order that all edges follow.
[[nodiscard]] std::vector<Vertex> serialise_overlapping_scopes(Draft& draft,
                                                               std::span<const Vertex> order,
                                                               const LowerOptions& options,
                                                               Diagnostics& diagnostics);

}  // namespace ws
