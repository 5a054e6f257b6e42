// A lowered workstream as text, for tests: one line for each step and group, and what is refused
// at run.
#pragma once

#include <string>

#include "model/workstream.h"

namespace ws::test {

[[nodiscard]] std::string shown(const Workstream& workstream);

}  // namespace ws::test
