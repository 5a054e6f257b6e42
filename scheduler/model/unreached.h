// Steps of which the file itself says that they never run: their `when` is false without asking for
// any value, or they are inside, or wait for the success or failure of, something of which that is
// so. Who waits for it with `on: done` runs.
//
// Looks at one workstream as it is written: knows no plan, no run and no value. There may be
// further steps that never run (what waits for a failure that cannot be); none of those named here
// does. The readers warn of compensations that would never be used.
#pragma once

#include <cstdint>
#include <vector>

#include "model/workstream.h"

namespace ws {

// Indexes into workstream.steps, ascending. Names that do not exist are passed over.
[[nodiscard]] std::vector<std::uint32_t> unreached_steps(const Workstream& workstream);

}  // namespace ws
