#include "model/run_names.h"

#include <array>

namespace ws {
namespace {

constexpr std::array<RunName, 13> kNames = {{
    {RunNameId::steps, "steps", false, true, KnownIn::everywhere},
    {RunNameId::inputs, "inputs", false, true, KnownIn::everywhere},
    {RunNameId::item, "item", true, true, KnownIn::items},
    {RunNameId::index, "index", true, false, KnownIn::items},
    {RunNameId::error, "error", false, true, KnownIn::handlers},
    {RunNameId::step_output, "step_output", false, true, KnownIn::compensations},
    {RunNameId::step_id, "step_id", true, false, KnownIn::everywhere},
    {RunNameId::attempt_number, "attempt_number", true, false, KnownIn::everywhere},
    {RunNameId::max_attempts, "max_attempts", true, false, KnownIn::everywhere},
    {RunNameId::workstream_id, "workstream_id", true, false, KnownIn::everywhere},
    {RunNameId::worktree_path, "worktree_path", true, false, KnownIn::messages},
    {RunNameId::pause_duration, "pause_duration", true, false, KnownIn::messages},
    {RunNameId::compensation_count, "compensation_count", true, false, KnownIn::messages},
}};

}  // namespace

std::span<const RunName> run_names() { return kNames; }

const RunName* find_run_name(std::string_view first_name) {
  for (const RunName& name : kNames) {
    if (name.text == first_name) return &name;
  }
  return nullptr;
}

}  // namespace ws
