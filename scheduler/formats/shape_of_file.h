// What a well-formed document is: a workstream, several of them, a plan, or something else. Decided
// by its shape (FORMATS.md 6.1), never by its name.
//
// Looks at the keys of the top only; checks nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "formats/document.h"

namespace ws {

enum class FileShape : std::uint8_t {
  workstream,  // shapes A, B and the native spelling
  many,        // a list of workstreams
  plan,        // plan_id, globals, steps
  phase_plan,  // execution_steps and its kin
  blok,        // name, steps with `node`, `use` or a v2 shape
  none,        // something else
};

[[nodiscard]] FileShape shape_of(Value root);

// Why a value is none of them: "no 'id', 'steps' or 'tasks' …".
[[nodiscard]] std::string why_no_workstream(Value root);

}  // namespace ws
