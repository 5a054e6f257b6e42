// Steps that can never run, whatever happens: their `when` is the word false, or they are inside or
// behind something of which that is so.
//
// Looks at one workstream as it is written; evaluates no expression and knows no plan. The readers
// warn of compensations that would never be used.
#pragma once

#include <cstdint>
#include <vector>

#include "model/workstream.h"

namespace ws {

// Indexes into workstream.steps, ascending. Names that do not exist are passed over.
[[nodiscard]] std::vector<std::uint32_t> unreached_steps(const Workstream& workstream);

}  // namespace ws
