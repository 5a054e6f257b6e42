// The parts of a lowered `spawn parallel`: the group of the spawned katas with its rule, the step
// that keeps parallel_results and so on, and the check that a race had a winner.
//
// Knows nothing of the phase around it; the rules are those of FORMATS.md 2.2, rows 0a to 0l.
// Internal to kata_lowering.cpp.
#pragma once

#include <utility>
#include <vector>

#include "formats/kata/kata_file.h"
#include "formats/kata/kata_ids.h"
#include "model/workstream.h"

namespace ws {

// A spawned kata has no time limit of its own; what it spawns must not get that of skills.
inline constexpr Duration kSpawnTimeout = std::chrono::hours(24);

[[nodiscard]] GroupRule kata_rule(const KataAction& parallel);
[[nodiscard]] Group kata_children(const KataAction& parallel, const KataActionIds& ids,
                                  std::vector<Dependency> before);
[[nodiscard]] Step kata_joined(const KataAction& parallel, const KataActionIds& ids);

// A race with a timeout and fail_continue goes on at the timeout, and fails when everyone failed
// before it: no rule says both.
[[nodiscard]] bool needs_kata_check(const KataAction& parallel);
[[nodiscard]] std::pair<Group, Step> kata_check(const KataAction& parallel,
                                                const KataActionIds& ids);

}  // namespace ws
