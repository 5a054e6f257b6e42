// Kata files (FORMATS: `.kata`): from text to workstreams.
//
// Does not read other files and knows nothing of the engine. Called by loader.cpp.
#pragma once

#include "base/diagnostic.h"
#include "model/workstream.h"

namespace ws {

// Adds what the source holds to the workset; every mistake becomes a diagnostic with its place.
void read_kata(SourceId source, Workset& workset, Diagnostics& diagnostics);

}  // namespace ws
