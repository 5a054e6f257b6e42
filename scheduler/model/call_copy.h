// One call, carried out: the called workstream's steps and groups, copied into the caller under the
// names of the call.
//
// Knows both workstreams and nothing of how they were found. Internal to model/ (calls.cpp).
#pragma once

#include "base/diagnostic.h"
#include "model/workstream.h"

namespace ws {

// With a `for_each` whose items are known there is one copy for each, `CALL.0`, `CALL.1`, …, in a
// group of the call's id.
//
// `call` is a step of `caller` with a CallAction, already taken out of its list. Adds steps and
// groups to the caller; the outermost group has the call's id.
void copy_call(Step call, const Workstream& called, Workstream& caller, Diagnostics& diagnostics);

// In place of a workstream that is not loaded: its tool, with the inputs as JSON.
void use_tool_instead(Step& call);

}  // namespace ws
