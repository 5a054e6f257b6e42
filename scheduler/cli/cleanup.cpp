#include "cli/cleanup.h"

#include <algorithm>
#include <set>

#include "cli/project_store.h"
#include "cli/run_removal.h"
#include "store/retention_choice.h"

namespace ws::cli {
namespace {

// With it go the runs before it that did not succeed: of each workstream the newest run is gone on
// with, and without this one that would be one of them. Those that held other workstreams, too,
// stay, and so does what is needed because of them.
RetentionWish wish_for(const RunRow& done, const std::vector<RunRow>& runs) {
  const std::set<std::string> own(done.workstreams.begin(), done.workstreams.end());
  RetentionWish wish;
  wish.runs.insert(done.id);
  for (const RunRow& run : runs) {
    const bool is_before = run.number < done.number && run.status != RunStatus::succeeded;
    if (is_before && std::all_of(run.workstreams.begin(), run.workstreams.end(),
                                 [&](const std::string& id) { return own.contains(id); }))
      wish.runs.insert(run.id);
  }
  return wish;
}

}  // namespace

bool wants_cleanup(const Plan& plan) {
  return std::all_of(plan.workstreams().begin(), plan.workstreams().end(),
                     [&](std::uint32_t index) {
                       const auto& policy = plan.workset().workstreams[index].resume;
                       return policy && policy->cleans_up;
                     });
}

Result<void> clean_up(const StateLayout& layout, const std::string& run_id) {
  auto found = find_run_in(layout, run_id);
  if (found.has_error()) return found.error();
  auto runs = found->store.runs();
  if (runs.has_error()) return runs.error();
  auto retention = Retention::open(layout.database(), DatabaseAccess::write);
  if (retention.has_error()) return retention.error();
  const auto needs = retention->needs();
  if (needs.has_error()) return needs.error();
  const auto newest = retention->newest(found->run.workstreams);
  if (newest.has_error()) return newest.error();
  const RetentionWish wish = wish_for(found->run, *runs);
  const RetentionChoice choice = choose_removals(std::move(*runs), *needs, wish);
  for (const RunRow& run : choice.removed) {
    const auto removed =
        remove_run(layout, *retention, HalfRemoved{run.number, run.id, run.workstreams}, *newest);
    if (removed.has_error()) return removed.error();
  }
  return {};
}

}  // namespace ws::cli
