#include "cli/tool_search.h"

#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/tool_profiles.h"
#include "model/mistakes.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/program.h"

namespace ws::cli {
namespace {

// Beside the installed program (bin/ and share/), or in the source tree it was built in
// (build/PRESET/).
std::vector<std::string> shipped_directories() {
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (failure) return {};
  const auto bin = program.parent_path();
  return {(bin.parent_path() / "share/workstream/tools").string(),
          (bin.parent_path().parent_path() / "tools").string()};
}

bool is_profile_file(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
}

void read_directory(const std::string& directory, Tools& tools, std::set<std::string>& seen) {
  std::error_code failure;
  const auto canonical = std::filesystem::weakly_canonical(directory, failure);
  if (!failure && !seen.insert(canonical.string()).second) return;
  const auto listed = list_files(directory);
  if (listed.has_error()) {
    tools.diagnostics.error(mistakes::unreadable_file, {}, listed.error().message);
    return;
  }
  tools.searched.push_back(directory);
  for (const std::string& path : *listed) {
    if (!is_profile_file(path)) continue;
    auto text = read_file(path);
    if (text.has_error()) {
      tools.diagnostics.error(mistakes::unreadable_file, {}, text.error().message);
    } else {
      read_tool_profiles(path, std::move(*text), *tools.sources, tools.book, tools.diagnostics);
    }
  }
}

void apply_choices(const ToolFlags& flags, Tools& tools) {
  const ToolBook known = tools.book;
  for (const auto& [name, profile] : flags.choices) {
    const auto found = known.find(profile);
    if (found != known.end()) {
      tools.book[name] = found->second;
      continue;
    }
    std::vector<std::string_view> names;
    for (const auto& [other, unused] : known) names.push_back(other);
    const auto near = nearest(profile, names);
    tools.flag_mistakes.error(
        mistakes::unknown_tool, {},
        fmt::format("--tool {}={}: there is no profile '{}'", name, profile, profile),
        near ? fmt::format("did you mean '{}'?", *near) : "`workstream tools` lists them");
  }
}

}  // namespace

void add_tool_flags(CLI::App& app, ToolFlags& flags) {
  std::vector<std::string>& directories = flags.directories;
  app.add_option("--tools-dir", directories, "A further directory with tool profiles (repeatable)")
      ->type_name("DIR")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Tools find_tools(const ToolFlags& flags) {
  Tools tools;
  tools.sources = std::make_unique<SourceSet>();
  std::set<std::string> seen;
  std::vector<std::string> places = shipped_directories();
  const std::string config = config_directory();
  if (!config.empty()) places.push_back(join_path(config, "workstream/tools"));
  places.emplace_back("tools");
  for (const std::string& place : places) {
    if (is_directory(place)) read_directory(place, tools, seen);
  }
  for (const std::string& directory : flags.directories) {
    if (is_directory(directory)) {
      read_directory(directory, tools, seen);
    } else {
      tools.flag_mistakes.error(
          mistakes::unreadable_file, {},
          fmt::format("--tools-dir {}: there is no such directory", directory));
    }
  }
  apply_choices(flags, tools);
  return tools;
}

Result<std::string> program_of(const ToolProfile& profile) {
  if (profile.argv.empty()) return Error{"its command is empty", 0};
  return find_program(profile.argv.front(), environment_value("PATH").value_or(""));
}

}  // namespace ws::cli
