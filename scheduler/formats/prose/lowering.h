// From a program to one workstream of the model: source order is kept, nothing runs at the same
// time that the program does not say. Blocks, rounds and lists that are known are written out.
//
// Never touches the engine; whatever it makes can be written in our own format. Called by
// prose_reader.cpp.
#pragma once

#include "base/diagnostic.h"
#include "formats/prose/declarations.h"
#include "formats/prose/program.h"
#include "model/workstream.h"

namespace ws::prose {

// Fills steps, groups, inputs, outputs and deferred of `out`.
void lower_program(const Program& program, const Declarations& declared, Workstream& out,
                   Diagnostics& diagnostics);

}  // namespace ws::prose
