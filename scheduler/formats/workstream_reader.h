// A workstream of shapes A, B and the native spelling, and a plan (shape C), from a checked value
// into the model.
//
// Does not check (SchemaCheck did): what was of the wrong type is passed over. Does not look across
// steps or files (model/lower.h).
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "formats/document.h"
#include "model/workstream.h"

namespace ws {

// `value` is an object; `file` the path as the user gave it.
[[nodiscard]] Workstream read_workstream(Value value, std::string file, const SourceSet& sources,
                                         Diagnostics& diagnostics);
[[nodiscard]] Workstream read_plan(Value value, std::string file, const SourceSet& sources,
                                   Diagnostics& diagnostics);

}  // namespace ws
