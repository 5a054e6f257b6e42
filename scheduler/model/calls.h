// link_calls(): a step that calls another workstream (CallAction) becomes a group with a copy of it
// inside. What a call is given becomes outputs of the step `CALL:inputs`; the outputs of the called
// workstream those of `CALL:outputs`, which are the group's. Names of the copy begin with `CALL:`.
//
// Knows what is loaded and reads no files. Called once, after loading and before lower(), which
// never sees a call. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "model/workstream.h"

namespace ws {

// Between the name of a call and the names inside it.
inline constexpr std::string_view kScopeMark = ":";

struct MissingCall {
  std::string workstream;
  std::string version;  // empty: any
  std::string file;     // of the caller
};
// Calls of workstreams that are not loaded, each once. They may be in files nobody has named.
[[nodiscard]] std::vector<MissingCall> missing_calls(const Workset& workset);

// Settles who carries out each call, and leaves the calls as they are: what is not loaded becomes
// the tool that stands in for it, what is loaded needs none. For those that write workstreams down.
void settle_calls(Workset& workset);

// Replaces every call. A workstream that is only called is taken out of the workset, unless its id
// is among `targets`. Mistakes: recursion (with its loop), a workstream that is not loaded and has
// no tool to stand in, inputs that are missing or unknown, copies without end of one another.
void link_calls(Workset& workset, std::span<const std::string> targets, Diagnostics& diagnostics);

}  // namespace ws
