// A random workstream of the model, of the kind the native reader could have made: fields that mean
// nothing beside each other stay empty. Not one that could be run.
#pragma once

#include "model/workstream.h"

namespace ws::test {

[[nodiscard]] Workstream random_workstream(unsigned seed);

}  // namespace ws::test
