// What a run that died, or was stopped, left behind: its recorded events as engine/resume wants to
// have them.
//
// Stands in for store/earlier_runs, which reads the same out of its tables. Called by carry_on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/earlier_run.h"
#include "engine/resume.h"

namespace ws::test {

// Whether the same command would go on with it: it has no end, or one from outside.
[[nodiscard]] bool can_be_carried_on(const std::vector<Event>& recorded);

// The definition a node had then; of a fan-out's begin gate that of its items.
using PartsThen = std::function<std::string(const Plan&, NodeId)>;

// `plan` as it was before the run: a copy, which grows.
[[nodiscard]] EarlierRuns earlier_of(Plan plan, const std::vector<Event>& recorded,
                                     const PartsThen& parts);

}  // namespace ws::test
