#include "formats/phase_plan/phase_plan_reader.h"

#include "model/mistakes.h"

namespace ws {

Workstream read_phase_plan(Value root, std::string file, const SourceSet& /*sources*/,
                           Diagnostics& diagnostics) {
  Workstream out;
  out.file = std::move(file);
  diagnostics.error(
      mistakes::unsupported_format, root.place(), "a phase plan: this notation is not read",
      "write it as a workstream: an 'id', and 'steps' with 'id', 'command', 'depends_on'");
  return out;
}

}  // namespace ws
