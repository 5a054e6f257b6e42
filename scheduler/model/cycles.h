// Cycles of a draft as diagnostics: the path in the user's names, the place of every edge in it.
//
// Does not find cycles (model/graph.h does); turns nodes and gates back into what the user wrote.
// Internal to model/; called by lower() when there is no topological order.
#pragma once

#include "base/diagnostic.h"
#include "model/draft.h"

namespace ws {

// One error per independent cycle, the first fifty.
void report_cycles(const Draft& draft, Diagnostics& diagnostics);

}  // namespace ws
