// check_references(): every path in every text and condition of a finished plan names something
// that exists and will have its value by then, and every consumed name has exactly one provider
// among its ancestors.
//
// Does not evaluate anything and does not judge what only a run can know. Called by lower(), after
// the graph is known to be sound.
#pragma once

#include "base/diagnostic.h"
#include "model/plan.h"

namespace ws {

void check_references(const Plan& plan, Diagnostics& diagnostics);

}  // namespace ws
