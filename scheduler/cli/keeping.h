// A run's keeper, and what steps inherit because of it.
//
// Says what goes wrong; does not know what the keeper does (platform/keeper.h). Used by run.cpp and
// run_session.cpp.
#pragma once

#include <memory>

#include "platform/environment_block.h"
#include "platform/keeper.h"

namespace ws::cli {

// First thing in a command that runs steps. Null when there can be none: then it is said, and the
// run goes on without.
[[nodiscard]] std::unique_ptr<Keeper> start_keeper();

// Our own environment, with the run's mark. `keeper` may be null.
[[nodiscard]] EnvironmentList environment_of_steps(const Keeper* keeper);

}  // namespace ws::cli
