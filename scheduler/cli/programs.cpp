#include "cli/programs.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"
#include "platform/files.h"

namespace ws::cli {
namespace {

constexpr std::string_view kName = "{name}";

std::string with_name(std::string pattern, std::string_view name) {
  for (std::size_t at = pattern.find(kName); at != std::string::npos;
       at = pattern.find(kName, at + name.size()))
    pattern.replace(at, kName.size(), name);
  return pattern;
}

// Beside the workstream's file, then where the run is started.
std::vector<std::string> candidates(const ToolProfile& profile, std::string_view name,
                                    const std::string& file) {
  const std::string beside = std::filesystem::path(file).parent_path().string();
  std::vector<std::string> paths;
  for (const std::string& directory : {beside, std::string()}) {
    for (const std::string& pattern : profile.program_paths) {
      std::string path = join_path(directory, with_name(pattern, name));
      if (std::find(paths.begin(), paths.end(), path) == paths.end())
        paths.push_back(std::move(path));
    }
  }
  return paths;
}

}  // namespace

void find_programs(const Plan& plan, const ToolBook& book, Workset& workset, Diagnostics& refused) {
  std::set<std::pair<std::string, std::string>> told;  // tool, file
  for (const std::uint32_t index : plan.workstreams()) {
    Workstream& workstream = workset.workstreams[index];
    for (Step& step : workstream.steps) {
      auto* action = std::get_if<ToolAction>(&step.action);
      if (action == nullptr) continue;
      const auto profile = find_tool(book, *action);
      if (profile == book.end() || profile->second.program_paths.empty()) continue;
      const std::vector<std::string> paths =
          candidates(profile->second, action->name(), workstream.file);
      for (const std::string& path : paths) {
        std::error_code failure;
        if (!std::filesystem::is_regular_file(path, failure)) continue;
        action->program = std::filesystem::absolute(path, failure).lexically_normal().string();
        break;
      }
      if (!action->program.empty() || !told.emplace(action->tool, workstream.file).second) continue;
      refused.error(mistakes::refused_tool, action->place,
                    fmt::format("there is no file for '{}' (step '{}'); looked for {}",
                                action->name(), step.id, listed(paths, 12)),
                    fmt::format("put it there, or write a tool profile named '{}'", action->tool));
    }
  }
}

}  // namespace ws::cli
