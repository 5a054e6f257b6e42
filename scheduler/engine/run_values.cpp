#include "engine/run_values.h"

#include "engine/run_state.h"

namespace ws {

RunValues::RunValues(const RunState& state, const InputValues& inputs)
    : state_(state), inputs_(inputs) {}

}  // namespace ws
