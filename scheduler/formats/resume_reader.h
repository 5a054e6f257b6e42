// Reads `resume` of a workstream: how a run goes on with an earlier one.
//
// Knows no store and no command line. Called by workstream_reader.cpp.
#pragma once

#include "formats/reading.h"

namespace ws {

// Sets reading.workstream.resume when the key is there.
void read_resume(const Fields& fields, Reading& reading);

}  // namespace ws
