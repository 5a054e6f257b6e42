#include "cli/handing_on.h"

#include "model/datum.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "report/run_outputs.h"

namespace ws::cli {

Result<void> hand_on(const RunState& state, const InputValues& inputs,
                     const std::string& workstream) {
  const auto path = environment_value("WORKSTREAM_OUTPUT");
  if (!path || path->empty())
    return Error{"--hand-on: $WORKSTREAM_OUTPUT is not set, so there is nobody to hand on to", 0};
  Datum::Map outputs;
  for (const std::uint32_t index : state.plan().workstreams()) {
    if (state.plan().workset().workstreams[index].id != workstream) continue;
    for (RunOutputValue& output : run_outputs(state, inputs, index))
      outputs.emplace_back(std::move(output.name), std::move(output.value));
  }
  return write_file(*path, to_json(Datum{std::move(outputs)}) + "\n");
}

}  // namespace ws::cli
