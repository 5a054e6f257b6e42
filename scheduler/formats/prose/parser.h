// From the text of a prose program to its statements, in both dialects: bare and quoted words.
//
// Does not judge names or values (declarations.cpp and lowering.cpp do). Every mistake becomes a
// diagnostic, and reading goes on with the next statement. Called by prose_reader.cpp.
#pragma once

#include "base/diagnostic.h"
#include "formats/prose/program.h"

namespace ws::prose {

[[nodiscard]] Program parse(const SourceSet& sources, SourceId source, Diagnostics& diagnostics);

}  // namespace ws::prose
