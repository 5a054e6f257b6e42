// `workstream convert`: workstreams of any notation as a file of our own, which means the same.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/kept_secrets.h"
#include "cli/load.h"
#include "cli/subcommand.h"
#include "formats/workstream_writer.h"
#include "platform/files.h"

namespace ws::cli {
namespace {

struct ConvertFlags {
  LoadFlags load;
  std::string notation;
  std::string output;
};

void warn(const std::string& message) { complain("warning: " + message); }

bool is_relative(const std::string& path) { return !path.empty() && path.front() != '/'; }

// Paths of a step that count from its file; templates may become anything.
std::vector<std::string> paths_from_file(const Step& step) {
  const StepDetails& details = step.details();
  std::vector<std::string> paths;
  if (is_relative(details.working_dir)) paths.push_back(details.working_dir);
  if (is_relative(details.stdin_file)) paths.push_back(details.stdin_file);
  if (!details.for_each) return paths;
  const ForEach& each = *details.for_each;
  const bool is_file = each.kind == ForEach::Kind::glob || each.kind == ForEach::Kind::lines;
  if (is_file && is_relative(each.source)) paths.push_back(each.source);
  return paths;
}

bool are_same(const std::string& one, const std::string& other) {
  std::error_code failure;
  return std::filesystem::weakly_canonical(one.empty() ? "." : one, failure) ==
         std::filesystem::weakly_canonical(other.empty() ? "." : other, failure);
}

void warn_of_paths(const Workstream& workstream, const std::string& output) {
  if (output.empty() || are_same(directory_of(workstream.file), directory_of(output))) return;
  std::vector<std::string> paths;
  for (const Step& step : workstream.steps) {
    for (std::string& path : paths_from_file(step)) paths.push_back(fmt::format("'{}'", path));
  }
  if (paths.empty()) return;
  warn(fmt::format("{}: {} from the directory of the workstream's file, which is another one now",
                   workstream.id, listed(paths, 5) + (paths.size() == 1 ? " counts" : " count")));
}

bool uses_variables(std::string_view text) {
  for (const std::string_view opening : {"${env.", "${vars."}) {
    for (std::size_t at = text.find(opening); at != std::string_view::npos;
         at = text.find(opening, at + 1)) {
      if (at == 0 || text[at - 1] != '$') return true;
    }
  }
  return false;
}

void warn_of_values(const Workstream& workstream, const SourceSet& sources) {
  const bool is_known = workstream.place.is_known();
  if (!is_known || !uses_variables(sources.text(workstream.place.source))) return;
  warn(fmt::format("{}: the values of ${{env.…}} and ${{vars.…}} are written as they are now",
                   workstream.id));
}

void warn_of_secrets(const KeptSecrets& secrets) {
  for (const auto& [name, places] : secrets.places())
    warn(
        fmt::format("the value of '{}' is secret and is not written: {} {} ${{env.{}}} instead, "
                    "which is read from the environment when the file is loaded",
                    printable(name), printable(listed(places, 5)),
                    places.size() == 1 ? "says" : "say", printable(name)));
}

ExitCode put(const ConvertFlags& flags, const std::string& text) {
  if (flags.output.empty()) return answer_text(text);
  const auto written = write_file(flags.output, text);
  if (written.has_value()) return ExitCode::success;
  complain(written.error().message);
  return ExitCode::world_failed;
}

ExitCode convert(const ConvertFlags& flags) {
  const Loaded loaded = load(flags.load, MissingWorkstreams::warning);
  print_diagnostics(loaded);
  if (!loaded.plan) return ExitCode::bad_input;
  // Once more, as it is written: a plan has a copy in the place of every call.
  LoadFlags as_written = flags.load;
  as_written.is_unlinked = true;
  const Loaded unlinked = load(as_written, MissingWorkstreams::warning);
  std::vector<const Workstream*> workstreams;
  for (const Workstream& workstream : unlinked.workset->workstreams)
    workstreams.push_back(&workstream);
  for (const Workstream* workstream : workstreams) {
    if (!flags.output.empty() && are_same(workstream->file, flags.output)) {
      complain(fmt::format("'{}' is what is read: name another file", flags.output));
      return ExitCode::bad_input;
    }
  }
  const bool is_json = flags.notation == "json";
  KeptSecrets secrets(workstreams);
  const NativeText text =
      write_workstreams(workstreams, is_json ? NativeNotation::json : NativeNotation::yaml,
                        [&](std::string_view path, std::string what) {
                          return secrets.rewrite(path, std::move(what));
                        });
  for (const std::string& unwritten : text.unwritten)
    warn(fmt::format("has no spelling in a workstream file: {}", printable(unwritten)));
  for (const Workstream* workstream : workstreams) {
    warn_of_values(*workstream, unlinked.workset->sources);
    warn_of_paths(*workstream, flags.output);
  }
  warn_of_secrets(secrets);
  return put(flags, text.text);
}

}  // namespace

SubcommandBody declare_convert(CLI::App& app) {
  auto flags = std::make_shared<ConvertFlags>();
  add_load_flags(app, flags->load);
  auto* to = app.add_option("--to", flags->notation, "yaml or json")
                 ->check(CLI::IsMember({"yaml", "json"}))
                 ->type_name("NOTATION");
  auto* json = app.add_flag_callback(
      "--json", [flags] { flags->notation = "json"; }, "The same as --to json");
  to->excludes(json);
  app.add_option("-o,--output", flags->output, "Write to this file instead of the screen")
      ->type_name("FILE");
  return [flags] {
    const bool has_input = !flags->load.wish.inputs.empty() || !flags->load.wish.ids.empty();
    if (has_input && !flags->notation.empty()) return convert(*flags);
    complain(has_input ? "say what to write: --to yaml or --to json" : "name a file to convert");
    return ExitCode::bad_input;
  };
}

}  // namespace ws::cli
