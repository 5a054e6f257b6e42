#include "cli/run_id_claim.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "cli/project_store.h"
#include "platform/directory.h"

namespace ws::cli {

Error run_id_is_taken(const std::string& run_id) {
  return {fmt::format("run '{}' exists already: choose another --run-id", run_id), kPersonsMistake};
}

Result<RunIdClaim> RunIdClaim::take(const StateLayout& layout, const std::string& run_id) {
  const std::string path = layout.run_id_lock(run_id).string();
  for (;;) {
    auto lock = LockFile::take(path, {});
    if (lock.has_error()) return as_worlds(lock.error());
    if (std::holds_alternative<LockFile::Held>(*lock)) return run_id_is_taken(run_id);
    auto& taken = std::get<LockFile>(*lock);
    if (!taken.is_at(path)) continue;  // its last holder has just removed it
    RunIdClaim claim(std::move(taken), path);
    auto store = open_store(layout);  // only now: the last holder has told it
    if (store.has_error()) return store.error();
    if (!store->has_value()) return {boost::system::in_place_value, std::move(claim)};
    const auto same = (*store)->find(run_id);
    if (same.has_error()) return as_worlds(same.error());
    if (!same->empty() && same->front().id == run_id) return run_id_is_taken(run_id);
    return {boost::system::in_place_value, std::move(claim)};
  }
}

RunIdClaim::~RunIdClaim() {
  if (!path_.empty()) remove_file(path_);  // still locked: nobody else has this one
}

}  // namespace ws::cli
