// Calm tales: those whose outcome does not depend on time, so that a run that was interrupted and
// carried on has to come to the same end as one that nobody disturbed.
//
// No races, no limits of time, no breakers, nothing that is cancelled because something else failed
// first; what an attempt does depends on its step alone. Called by simulate; carry_on runs them.
#pragma once

#include "simulation/tale.h"

namespace ws::test {

// Without the words that make the end a matter of time; with at least one crash or wish to stop.
[[nodiscard]] Tale calmed(Tale tale);

// Calm for one seed in three, some of them with a step that is edited after the first run.
[[nodiscard]] Tale tale_of(std::uint32_t seed);

}  // namespace ws::test
