// What a step runs: a command, a script, a tool with its prompt, a wait, or nothing.
//
// Starts nothing and never looks at PATH.
#pragma once

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/command.h"

namespace ws {

// A line, or a list of words; with `args` the words behind it.
[[nodiscard]] Command read_command(const Field& command, const Field* args,
                                   const SourceSet& sources);

// What steps with tasks take from their workstream.
struct ActionDefaults {
  const Field* tool = nullptr;
  const Field* capability = nullptr;
};

// Exactly one of command, tool, script and wait; `tasks` go to the tool (the step's, or the
// workstream's), or to the tool profile `capability:NAME`, and are a person's work when there is
// neither.
[[nodiscard]] Action read_action(const Fields& step, const ActionDefaults& defaults,
                                 Reading& reading);

// What `capability_payload` says beside its prompt, where the step says nothing itself.
void read_payload(const Fields& step, Step& out, Reading& reading);

}  // namespace ws
