// A workstream called once for each item of a list that only a run finds out: how many copies of it
// there are is not known when the plan is made, so each item is a run of this program of its own,
// as a step's command.
//
// Knows how to write a workstream and start this program; does not know who asked for it. Called by
// load() between take_out_bodies() and link_calls().
#pragma once

#include <string>
#include <vector>

#include "model/workstream.h"

namespace ws::cli {

// `options`: of the command line, for the inner runs too (--tools-dir DIR …).
void nest_calls(Workset& workset, const std::vector<std::string>& options);

}  // namespace ws::cli
