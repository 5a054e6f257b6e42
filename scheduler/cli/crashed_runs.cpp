#include "cli/crashed_runs.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/project_store.h"
#include "executors/local_executor.h"
#include "platform/keeper.h"
#include "platform/leftovers.h"

namespace ws::cli {
namespace {

// Newest first; the store's number of a run, and the run.
using CrashedRuns = std::map<std::int64_t, RunRow, std::greater<>>;

CrashedRuns newest_crashed_runs(RunStore& store, const std::vector<std::string>& workstreams) {
  CrashedRuns found;
  for (const std::string& workstream : workstreams) {
    auto newest = store.latest(workstream);
    if (newest.has_error()) return found;
    if (newest->has_value() && (*newest)->status == RunStatus::crashed)
      found.emplace((*newest)->number, std::move(**newest));
  }
  return found;
}

}  // namespace

void end_leftovers_of_crashed_runs(const StateLayout& layout,
                                   const std::vector<std::string>& workstreams,
                                   const Keeper* keeper) {
  auto store = open_store(layout);
  if (store.has_error() || !store->has_value()) return;
  std::vector<std::string> directories;
  std::vector<std::string> runs;  // of each directory
  for (const auto& [number, run] : newest_crashed_runs(**store, workstreams)) {
    for (const std::string& workstream : run.workstreams) {
      directories.push_back(layout.run_dir(workstream, run.id).string());
      runs.push_back(run.id);
    }
  }
  if (directories.empty()) return;
  const std::vector<std::size_t> ended =
      end_leftovers(kStepMark, directories, keeper != nullptr ? keeper->pid() : 0);
  for (std::size_t i = 0; i < runs.size();) {
    const std::string& run = runs[i];
    std::size_t count = 0;
    for (; i < runs.size() && runs[i] == run; ++i) count += ended[i];
    if (count > 0)
      complain(
          fmt::format("run {} crashed and left {} running: ended", run,
                      count == 1 ? std::string("a process") : fmt::format("{} processes", count)));
  }
}

}  // namespace ws::cli
