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
    tools.mistakes.error(mistakes::unreadable_file, {}, listed.error().message);
    return;
  }
  tools.searched.push_back(directory);
  for (const std::string& path : *listed) {
    if (!is_profile_file(path)) continue;
    auto text = read_file(path);
    bool is_fine = false;
    if (text.has_error()) {
      tools.broken.error(mistakes::unreadable_file, {}, text.error().message);
    } else {
      is_fine =
          read_tool_profiles(path, std::move(*text), *tools.sources, tools.book, tools.broken);
    }
    if (!is_fine) tools.broken_files.push_back(path);
  }
}

// A table of profiles, or one; named by the user, so that its mistakes are those of the command
// line.
void read_named_file(const std::string& path, Tools& tools) {
  auto text = read_file(path);
  tools.searched.push_back(path);
  if (text.has_error())
    tools.mistakes.error(mistakes::unreadable_file, {}, text.error().message);
  else if (!read_tool_profiles(path, std::move(*text), *tools.sources, tools.book, tools.mistakes))
    tools.broken_files.push_back(path);
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
    tools.mistakes.error(
        mistakes::unknown_tool, {},
        fmt::format("--tool {}={}: there is no profile '{}'", name, profile, profile),
        near ? fmt::format("did you mean '{}'?", *near) : "`workstream tools` lists them");
  }
}

// The question is on its standard input, and wherever the command says {prompt}.
ToolProfile judge(const std::string& line) {
  ToolProfile profile;
  profile.name = kJudge;
  profile.origin = "--judge";
  constexpr std::string_view kPrompt = "{prompt}";
  // The braces would be shell syntax, and the question must stay one word.
  std::string hidden = line;
  for (std::size_t at = hidden.find(kPrompt); at != std::string::npos; at = hidden.find(kPrompt))
    hidden.replace(at, kPrompt.size(), "\x01");
  Command command = Command::from_line(hidden);
  if (command.through_shell) {
    std::string script = line;
    for (std::size_t at = script.find(kPrompt); at != std::string::npos; at = script.find(kPrompt))
      script.replace(at, kPrompt.size(), "\"$1\"");
    profile.argv = {"/bin/sh", "-c", script, "judge", std::string(kPrompt)};
  } else {
    profile.argv = std::move(command.argv);
    for (std::string& word : profile.argv) {
      for (std::size_t at = word.find('\x01'); at != std::string::npos; at = word.find('\x01'))
        word.replace(at, 1, kPrompt);
    }
  }
  profile.stdin_template = kPrompt;
  return profile;
}

}  // namespace

void add_tool_flags(CLI::App& app, ToolFlags& flags) {
  std::vector<std::string>& directories = flags.directories;
  app.add_option("--tools-dir", directories, "A further directory with tool profiles (repeatable)")
      ->type_name("DIR")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--tool-profiles", flags.files,
                 "A file with tool profiles by name, such as tool_profiles.json (repeatable)")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_judge_flag(CLI::App& app, ToolFlags& flags) {
  app.add_option("--judge", flags.judge,
                 "Who answers questions in words: exits 0 for yes, 1 for no, or prints a choice")
      ->type_name("CMD");
}

Tools find_tools(const ToolFlags& flags, const std::vector<std::string>& files) {
  Tools tools;
  tools.sources = std::make_unique<SourceSet>();
  std::set<std::string> seen;
  std::vector<std::string> places = shipped_directories();
  const std::string config = config_directory();
  if (!config.empty()) places.push_back(join_path(config, "workstream/tools"));
  places.emplace_back("tools");
  for (const std::string& file : files) {
    std::string beside = join_path(std::filesystem::path(file).parent_path().string(), "tools");
    if (places.back() != beside) places.push_back(std::move(beside));
  }
  for (const std::string& place : places) {
    if (is_directory(place)) read_directory(place, tools, seen);
  }
  for (const std::string& directory : flags.directories) read_directory(directory, tools, seen);
  for (const std::string& file : flags.files) read_named_file(file, tools);
  apply_choices(flags, tools);
  if (!flags.judge.empty()) tools.book.insert_or_assign(std::string(kJudge), judge(flags.judge));
  return tools;
}

Result<std::string> program_of(const ToolProfile& profile) {
  if (profile.argv.empty()) return Error{"its command is empty", 0};
  return find_program(profile.argv.front(), environment_value("PATH").value_or(""));
}

}  // namespace ws::cli
