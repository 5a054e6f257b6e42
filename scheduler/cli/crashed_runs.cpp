#include "cli/crashed_runs.h"

#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/project_store.h"
#include "executors/local_executor.h"
#include "platform/keeper.h"
#include "platform/leftovers.h"

namespace ws::cli {
namespace {

std::vector<RunRow> newest_runs(RunStore& store, const std::vector<std::string>& workstreams) {
  std::vector<RunRow> found;
  std::set<std::int64_t> known;
  for (const std::string& workstream : workstreams) {
    auto newest = store.latest(workstream);
    if (newest.has_error()) return found;
    if (newest->has_value() && known.insert((*newest)->number).second)
      found.push_back(std::move(**newest));
  }
  return found;
}

}  // namespace

void end_leftovers_of_crashed_runs(const StateLayout& layout,
                                   const std::vector<std::string>& workstreams,
                                   const Keeper* keeper) {
  auto store = open_store(layout);
  if (store.has_error() || !store->has_value()) return;
  end_leftovers_of(layout, newest_runs(**store, workstreams), keeper);
}

void end_leftovers_of(const StateLayout& layout, const std::vector<RunRow>& all,
                      const Keeper* keeper) {
  std::vector<std::string> directories;
  std::vector<std::string> runs;  // of each directory
  for (const RunRow& run : all) {
    if (run.status != RunStatus::crashed) continue;
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
