// Phase plans and descriptive files (FORMATS 6.1 D and E): from a Document to a workstream.
//
// Does not read other files and knows nothing of the engine. Called by loader.cpp.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "formats/document.h"
#include "model/workstream.h"

namespace ws {

// Every mistake becomes a diagnostic with its place. Without an id the workstream is not kept.
[[nodiscard]] Workstream read_phase_plan(Value root, std::string file, const SourceSet& sources,
                                         Diagnostics& diagnostics);

// Phase plans name each other by phase or by workstream: afterwards by workstream. Called when
// every file is loaded.
void resolve_phase_ids(Workset& workset);

}  // namespace ws
