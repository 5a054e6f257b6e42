// Tool profiles: where they are looked for, which one a name means, and whether its program is
// installed.
//
// Order, later wins: shipped with the program, ~/.config/workstream/tools, ./tools, tools/ beside a
// workstream's file, every --tools-dir. Knows directories and PATH, but not what is in the files
// (formats/tool_profiles.h does).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/diagnostic.h"
#include "base/result.h"
#include "model/tool_profile.h"

namespace ws::cli {

struct ToolFlags {
  std::vector<std::string> directories;                     // --tools-dir
  std::vector<std::string> files;                           // --tool-profiles
  std::map<std::string, std::string, std::less<>> choices;  // --tool NAME=PROFILE
  std::string judge;                                        // --judge CMD
};

// The tool that answers questions in words (`**is it done?**`). Only the command line names one.
inline constexpr std::string_view kJudge = "judge";
void add_tool_flags(CLI::App& app, ToolFlags& flags);
void add_judge_flag(CLI::App& app, ToolFlags& flags);

struct Tools {
  ToolBook book;                       // choices applied
  std::unique_ptr<SourceSet> sources;  // places in the diagnostics and profiles
  Diagnostics mistakes;                // of the command line: --tools-dir, --tool-profiles, --tool
  Diagnostics broken;                  // of profile files: only who uses such a tool need care
  std::vector<std::string> broken_files;
  std::vector<std::string> searched;  // directories and files, in order
};
// `files`: of the workstreams that are loaded.
[[nodiscard]] Tools find_tools(const ToolFlags& flags, const std::vector<std::string>& files = {});

// Full path of the profile's program, or why it cannot be run.
[[nodiscard]] Result<std::string> program_of(const ToolProfile& profile);

}  // namespace ws::cli
