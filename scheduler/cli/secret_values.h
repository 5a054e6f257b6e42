// `--mask NAME` and `secrets:`: which values are hidden in all that a run keeps and shows.
//
// Values come from the environment, the inputs and the environment that the files give steps; those
// that only a run finds out are learned by executors/. Does not hide anything. Called by cli/run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/diagnostic.h"
#include "base/secrets.h"
#include "engine/run_values.h"
#include "model/plan.h"
#include "model/tool_profile.h"
#include "platform/environment_block.h"

namespace ws::cli {

void add_mask_flag(CLI::App& app, std::vector<std::string>& names);

// Names of which nothing says that they get a value are told as warnings, those that are no names
// as errors.
[[nodiscard]] Secrets find_secrets(const Plan& plan, const std::vector<std::string>& given,
                                   const InputValues& inputs, const EnvironmentList& environment,
                                   const ToolBook& tools, Diagnostics& found);

// The same mistakes, with what was put into a file's texts from outside hidden.
[[nodiscard]] Diagnostics without_secrets(const Diagnostics& found, const Secrets& secrets);

// A text about a plan, for commands that run nothing: only what the files declare is hidden.
[[nodiscard]] std::string without_secrets(std::string text, const Plan& plan);

}  // namespace ws::cli
