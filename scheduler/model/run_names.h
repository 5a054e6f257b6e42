// The one table of first names that paths have while a run goes on: what may stand behind `${`, how
// it is written, and where it has a value.
//
// Knows no values: engine/run_values.cpp and report/occasions.cpp give them, each in a switch over
// RunNameId that the compiler keeps complete. Also used by templates (whose is this `${`?), the
// check of references, and the scanner of expressions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ws {

enum class RunNameId : std::uint8_t {
  steps,   // steps.ID.outputs.KEY  steps.ID.result  steps.ID.state  steps.ID.exit_code
  inputs,  // inputs.NAME; alone, where no shell looks (model/value_template.h): an object of all
  item,    // of a fan-out
  index,   // of a fan-out
  error,   // error.step  error.message  error.code
  step_output,  // step_output.KEY: of the step that is undone, or that a message is about
  step_id,
  attempt_number,
  max_attempts,
  workstream_id,
  worktree_path,       // the workstream's directory of runs
  pause_duration,      // of the hook
  compensation_count,  // compensations that have ended
};

enum class KnownIn : std::uint8_t { everywhere, items, handlers, compensations, messages };

struct RunName {
  RunNameId id;
  std::string_view text;
  bool is_value;     // `${name}`
  bool has_members;  // `${name.member}`
  KnownIn known;     // `messages` of error_handling also know what handlers and compensations do
};

[[nodiscard]] std::span<const RunName> run_names();
// Null: none of ours.
[[nodiscard]] const RunName* find_run_name(std::string_view first_name);

}  // namespace ws
