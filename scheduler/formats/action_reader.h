// What a step runs and how it is checked: command, script, tool, wait, and acceptance tests.
//
// Decides whether a test is a command or prose by prose.h. Starts nothing and never looks at PATH.
#pragma once

#include <vector>

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/command.h"

namespace ws {

// A line, or a list of words; with `args` the words behind it.
[[nodiscard]] Command read_command(const Field& command, const Field* args,
                                   const SourceSet& sources);

// Exactly one of command, tool, script and wait; `tasks` go to the tool (the step's, or the
// workstream's as `default_tool`), and are a person's work when there is none.
[[nodiscard]] Action read_action(const Fields& step, const Field* default_tool, Owner owner,
                                 Reading& reading);

// Commands, or objects with `command`. Prose is kept as manual, with one warning each.
[[nodiscard]] std::vector<AcceptanceTest> read_acceptance_tests(const Field* field,
                                                                Reading& reading);

}  // namespace ws
