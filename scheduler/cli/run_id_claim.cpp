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
  std::string path = layout.run_id_lock(run_id).string();
  auto lock = LockFile::take(path, {});
  if (lock.has_error()) return as_worlds(lock.error());
  if (std::holds_alternative<LockFile::Held>(*lock)) return run_id_is_taken(run_id);
  RunIdClaim claim(std::get<LockFile>(std::move(*lock)), std::move(path));
  auto store = open_store(layout);  // only now: the last holder has told it
  if (store.has_error()) return store.error();
  if (store->has_value()) {
    const auto same = (*store)->find(run_id);
    if (same.has_error()) return as_worlds(same.error());
    if (!same->empty() && same->front().id == run_id) {
      claim.settle();
      return run_id_is_taken(run_id);
    }
  }
  return {boost::system::in_place_value, std::move(claim)};
}

void RunIdClaim::settle() const { remove_file(path_); }

}  // namespace ws::cli
