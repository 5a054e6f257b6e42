// `--input FILE` and `--input name=value`: what `${inputs.NAME}` means in this run.
//
// A name nobody declares, a value of the wrong kind and a declared input that nobody gives are
// mistakes, all told before anything starts. Defaults stay in the files (engine/run_values.h).
// Knows nothing of where a value is used. Called by cli/run.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/diagnostic.h"
#include "engine/run_values.h"
#include "model/plan.h"

namespace ws::cli {

struct InputFlags {
  std::vector<std::string> given;  // NAME=VALUE or FILE; later wins
};
void add_input_flags(CLI::App& app, InputFlags& flags);

// `sources` gets the files that were read: the mistakes point into them. A value on the command
// line is text, unless the input's default is of another kind: then it is read as JSON. One of a
// name that no file declares (where a workstream takes any) is JSON where it is, and else text.
[[nodiscard]] InputValues settle_inputs(const Plan& plan, const InputFlags& flags,
                                        SourceSet& sources, Diagnostics& diagnostics);

}  // namespace ws::cli
