// Tool profiles: where they are looked for, which one a name means, and whether its program is
// installed.
//
// Order, later wins: shipped with the program, ~/.config/workstream/tools, ./tools, every
// --tools-dir. Knows directories and PATH, but not what is in the files (formats/tool_profiles.h
// does).
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
  std::map<std::string, std::string, std::less<>> choices;  // --tool NAME=PROFILE
};
void add_tool_flags(CLI::App& app, ToolFlags& flags);

struct Tools {
  ToolBook book;                       // choices applied
  std::unique_ptr<SourceSet> sources;  // places in the diagnostics and profiles
  Diagnostics diagnostics;             // broken profile files
  Diagnostics flag_mistakes;           // of --tool and --tools-dir: without a place
  std::vector<std::string> searched;   // directories, in order
};
[[nodiscard]] Tools find_tools(const ToolFlags& flags);

// Full path of the profile's program, or why it cannot be run.
[[nodiscard]] Result<std::string> program_of(const ToolProfile& profile);

}  // namespace ws::cli
