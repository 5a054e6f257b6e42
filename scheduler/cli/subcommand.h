// One entry per command: its name, what it is for, an example, and how it declares its options.
//
// Does not know what a command does. Adding one is one file that defines a `declare_…` function and
// one line in commands.cpp.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/exit_code.h"

namespace ws::cli {

// What runs after the options were parsed. It owns its option values.
using SubcommandBody = std::function<ExitCode()>;

struct Subcommand {
  std::string_view name;
  std::string_view summary;  // one line of `workstream --help`
  std::string_view example;  // shown below `workstream NAME --help`
  SubcommandBody (*declare)(CLI::App& app);
};

// In the order of `--help`.
[[nodiscard]] std::span<const Subcommand> subcommands();

SubcommandBody declare_run(CLI::App& app);
SubcommandBody declare_retry(CLI::App& app);
SubcommandBody declare_validate(CLI::App& app);
SubcommandBody declare_plan(CLI::App& app);
SubcommandBody declare_graph(CLI::App& app);
SubcommandBody declare_convert(CLI::App& app);
SubcommandBody declare_status(CLI::App& app);
SubcommandBody declare_logs(CLI::App& app);
SubcommandBody declare_history(CLI::App& app);
SubcommandBody declare_clean(CLI::App& app);
SubcommandBody declare_signal(CLI::App& app);
SubcommandBody declare_pause(CLI::App& app);
SubcommandBody declare_resume(CLI::App& app);
SubcommandBody declare_drain(CLI::App& app);
SubcommandBody declare_cancel(CLI::App& app);
SubcommandBody declare_workers(CLI::App& app);
SubcommandBody declare_tools(CLI::App& app);
SubcommandBody declare_init(CLI::App& app);
SubcommandBody declare_schema(CLI::App& app);

}  // namespace ws::cli
