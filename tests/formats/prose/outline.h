// A workstream in one line: what follows what, which group holds what.
//
// Not for messages: for tests of prose programs only.
#pragma once

#include <string>

#include "model/workstream.h"

namespace ws::prose {

[[nodiscard]] std::string outline(const Workstream& workstream);

}  // namespace ws::prose
