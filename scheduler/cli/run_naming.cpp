#include "cli/run_naming.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/determinism.h"
#include "cli/project_store.h"
#include "cli/run_id_claim.h"
#include "platform/machine.h"
#include "store/run_id.h"

namespace ws::cli {
namespace {

// "nightly.2", "nightly.3", …: the first that is free.
Result<std::string> next_run_id(RunStore& store, const std::string& id) {
  for (std::size_t n = 2;; ++n) {
    std::string next = fmt::format("{}.{}", id, n);
    const auto same = store.find(next);
    if (same.has_error()) return same.error();
    const bool is_taken = !same->empty() && same->front().id == next;
    if (!is_taken && is_run_id(next)) {
      complain(fmt::format("run '{}' was interrupted: this one is '{}'", id, next));
      return {boost::system::in_place_value, std::move(next)};
    }
    if (!is_run_id(next)) return run_id_is_taken(id);
  }
}

}  // namespace

Result<std::string> choose_run_id(const RunFlags& flags, std::uint64_t random) {
  if (flags.run_id.empty() && flags.determinism.is_deterministic)
    return numbered_run_id(StateLayout(flags.state_dir));
  if (flags.run_id.empty()) return make_run_id(wall_now(), static_cast<std::uint32_t>(random));
  if (!is_run_id(flags.run_id)) {
    return Error{fmt::format("--run-id '{}' is no run id: 1 to 64 letters, digits, '-', '_' and "
                             "'.', the first a letter "
                             "or digit",
                             printable(flags.run_id)),
                 kPersonsMistake};
  }
  auto store = open_store(StateLayout(flags.state_dir));
  if (store.has_error()) return store.error();
  if (store->has_value()) {
    const auto same = (*store)->find(flags.run_id);
    if (same.has_error()) return same.error();
    if (same->size() == 1 && same->front().id == flags.run_id) {
      // The same command after an interruption goes on, under the next name.
      const RunStatus status = same->front().status;
      if (status == RunStatus::crashed || status == RunStatus::cancelled)
        return next_run_id(**store, flags.run_id);
      return run_id_is_taken(flags.run_id);
    }
  }
  return flags.run_id;
}

}  // namespace ws::cli
