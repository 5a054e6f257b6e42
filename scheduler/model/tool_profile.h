// A tool profile: how a step's `tool:` becomes a command. Data only; formats/ reads it,
// model/invocation.cpp expands it.
//
// Does not know whether the tool is installed: cli/ asks platform/ before a run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/source.h"
#include "model/command.h"
#include "model/policy.h"

namespace ws {

enum class PromptBy { none, stdin_text, argument, file };

struct ToolProfile {
  std::string name;
  std::string description;
  // Words with placeholders {prompt}, {prompt_file}, {files} (one word per file when it stands
  // alone), {workdir}, {script} (the same text as {prompt_file}, in a file of that name).
  std::vector<std::string> argv;
  // Where the program that {program} stands for may lie: paths with {name} in them, relative to the
  // workstream's file or to where the run is started. The first that exists is meant.
  std::vector<std::string> program_paths;
  std::string stdin_template;  // usually "{prompt}"; empty: /dev/null
  Environment env;
  Duration timeout{};  // zero: none
  SuccessRule success;
  std::string install_hint;  // how to get it, shown when it is not installed
  Place place;
  std::string origin;  // the file it came from
};

// By name. Later sources override earlier ones; the reader says which.
using ToolBook = std::map<std::string, ToolProfile, std::less<>>;

// What a map by tool name (a ToolBook, for one) has for an action: under its own name, or else
// under the first of the more general ones. Its end when there is nothing.
template <class Map>
[[nodiscard]] auto find_tool(const Map& tools, const ToolAction& action) {
  auto found = tools.find(action.tool);
  for (std::size_t i = 0; found == tools.end() && i < action.general.size(); ++i)
    found = tools.find(action.general[i]);
  return found;
}

}  // namespace ws
