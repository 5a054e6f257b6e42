// What a run that was killed (SIGKILL, out of memory) left running, ended before the next one
// starts. README.md, "Processes: what the kernel permits".
//
// Knows which runs to ask about, but nothing of processes: platform/leftovers.h finds and ends
// them.
#pragma once

#include <string>
#include <vector>

#include "store/layout.h"
#include "store/rows.h"

namespace ws {
class Keeper;
}

namespace ws::cli {

// For the newest run of each workstream, if it crashed: older ones were looked after by its start.
// Says how many processes of which run it ended. The caller holds the workstreams' locks, so nobody
// starts more. `keeper` is this run's own, or null. A store that cannot be read is said by whoever
// needs it next.
void end_leftovers_of_crashed_runs(const StateLayout& layout,
                                   const std::vector<std::string>& workstreams,
                                   const Keeper* keeper);

// The same for those of these runs that crashed.
void end_leftovers_of(const StateLayout& layout, const std::vector<RunRow>& runs,
                      const Keeper* keeper);

}  // namespace ws::cli
