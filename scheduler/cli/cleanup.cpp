#include "cli/cleanup.h"

#include <algorithm>

#include "cli/project_store.h"
#include "cli/run_removal.h"

namespace ws::cli {

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
  auto retention = Retention::open(layout.database(), DatabaseAccess::write);
  if (retention.has_error()) return retention.error();
  const RunRow& run = found->run;
  const auto newest = retention->newest(run.workstreams);
  if (newest.has_error()) return newest.error();
  const auto removed =
      remove_run(layout, *retention, HalfRemoved{run.number, run.id, run.workstreams}, *newest);
  if (removed.has_error()) return removed.error();
  return {};
}

}  // namespace ws::cli
