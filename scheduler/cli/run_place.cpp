#include "cli/run_place.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include "platform/machine.h"

namespace ws::cli {
namespace {

namespace fs = std::filesystem;

bool is_inside(const fs::path& path, const fs::path& directory) {
  std::error_code failure;
  const fs::path whole = fs::weakly_canonical(path, failure);
  const auto [end, rest] =
      std::mismatch(directory.begin(), directory.end(), whole.begin(), whole.end());
  return !failure && end == directory.end();
}

}  // namespace

bool was_made_elsewhere(const RunRow& run, const StateLayout& layout) {
  const auto here = current_directory();
  const fs::path there = run.context.cwd;
  if (here.has_error() || there.empty() || there == fs::path(*here)) return false;
  std::error_code failure;
  if (fs::is_directory(there, failure)) return !fs::equivalent(there, *here, failure);
  return !is_inside(layout.state_dir(), *here);
}

std::optional<RunRow> leave_out_those_elsewhere(
    const StateLayout& layout, NewestRuns& runs,
    const std::function<bool(const NewestRuns::value_type&)>& is_wanted) {
  std::optional<RunRow> wanted;
  std::erase_if(runs, [&](const NewestRuns::value_type& one) {
    if (!was_made_elsewhere(one.second.first, layout)) return false;
    if (!wanted && is_wanted(one)) wanted = one.second.first;
    return true;
  });
  return wanted;
}

}  // namespace ws::cli
