// The roof: parses the command line, runs one command, exits with its code.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/failure.h"
#include "cli/subcommand.h"
#include "cli/version.h"
#include "platform/memory_reserve.h"
#include "platform/process_setup.h"

namespace {

using ws::cli::ExitCode;
using ws::cli::SubcommandBody;

constexpr const char* kOutOfMemory =
    "workstream: out of memory: what was asked for was not finished\n";

// CLI11 says of a wrong command only that one is required; this names it. Empty: that is not it.
std::string unknown_command(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first.empty() || first.starts_with('-')) return {};
  std::vector<std::string_view> known;
  for (const auto& subcommand : ws::cli::subcommands()) known.push_back(subcommand.name);
  if (std::find(known.begin(), known.end(), first) != known.end()) return {};
  const auto near = ws::nearest(first, known);
  return fmt::format("there is no command '{}'{}", ws::printable(first),
                     near ? fmt::format("; did you mean '{}'?", *near) : "");
}

// Whether `argv` asks a command for JSON that has it; programs then read the mistake, too.
bool wants_json(int argc, char** argv, const CLI::App& app) {
  const auto subs = app.get_subcommands([&](const CLI::App* sub) {
    return argc > 1 && sub->get_name() == argv[1] && sub->get_option_no_throw("--json") != nullptr;
  });
  const std::vector<std::string_view> words(argv, argv + argc);
  const auto options_end = std::find(words.begin(), words.end(), "--");
  return !subs.empty() && std::find(words.begin(), options_end, "--json") != options_end;
}

int run_command_line(int argc, char** argv) {
  CLI::App app{"workstream: runs many command-line jobs that depend on each other", "workstream"};
  app.set_version_flag("--version", std::string("workstream ") + ws::cli::kVersion);
  app.require_subcommand(1);
  app.footer(
      "Example:\n  workstream run --ws-id ws-example-02-parallel-execution\n\n"
      "workstream COMMAND --help shows the options and examples of a command.");

  std::vector<std::pair<CLI::App*, SubcommandBody>> bodies;
  for (const auto& subcommand : ws::cli::subcommands()) {
    CLI::App* sub =
        app.add_subcommand(std::string(subcommand.name), std::string(subcommand.summary));
    sub->footer(fmt::format("Example:\n{}", subcommand.example));
    bodies.emplace_back(sub, subcommand.declare(*sub));
  }
  // One line that says what is wrong; the help is a command away.
  app.failure_message([argc, argv](const CLI::App* failed, const CLI::Error& error) {
    const std::string unknown = unknown_command(argc, argv);
    std::string path = failed->get_name();
    for (const CLI::App* sub : failed->get_subcommands()) path += " " + sub->get_name();
    return fmt::format("{}: {}\nRun `{} --help` for the options and an example.\n", path,
                       unknown.empty() ? ws::printable(error.what()) : unknown, path);
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);  // prints help, version or the failure message
    if (code == 0) return 0;
    if (wants_json(argc, argv, app))
      (void)ws::cli::answer(ws::cli::failure_json(ExitCode::bad_input, error.what()));
    return ws::cli::to_int(ExitCode::bad_input);
  }
  for (const auto& [sub, body] : bodies) {
    if (sub->parsed()) return ws::cli::to_int(body());
  }
  return ws::cli::to_int(ExitCode::bad_input);
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto prepared = ws::prepare_this_process(); prepared.has_error()) {
    std::fprintf(stderr, "workstream: %s\n", prepared.error().message.c_str());
    return ws::cli::to_int(ExitCode::world_failed);
  }
  ws::keep_memory_reserve(kOutOfMemory, ws::cli::to_int(ExitCode::world_failed));
  try {
    return run_command_line(argc, argv);
  } catch (const std::bad_alloc&) {
    // Of a run everything up to here is in the store, and its processes are ended by now.
    std::fputs(kOutOfMemory, stderr);
    return ws::cli::to_int(ExitCode::world_failed);
  } catch (const std::exception& error) {
    // Nothing is expected to arrive here: every floor turns its own failures into values.
    std::fprintf(stderr, "workstream: this is a bug: %s\n", error.what());
    return ws::cli::to_int(ExitCode::world_failed);
  }
}
