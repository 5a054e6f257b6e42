#include "cli/live_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/process_environment.h"

namespace ws::cli {

ExitCode code_of_refusal(const Error& error) {
  return error.os_error == kNobodyListens ? ExitCode::refused : code_of(error);
}

Result<std::vector<RunRow>> live_runs(const LiveRunWish& wish) {
  const StateLayout layout(wish.state_dir);
  if (!wish.run.empty()) {
    auto found = find_run_in(layout, wish.run);
    if (found.has_error()) return found.error();
    if (found->run.status != RunStatus::running)
      return Error{fmt::format("run {} is over: {}", found->run.id, name(found->run.status)),
                   kNobodyListens};
    return std::vector<RunRow>{std::move(found->run)};
  }
  auto store = open_store(layout);
  if (store.has_error()) return store.error();
  if (store->has_value()) {
    auto runs =
        (*store)->runs({.workstream = wish.workstream, .status = RunStatus::running, .limit = 0});
    if (runs.has_error()) return runs.error();
    if (!runs->empty()) return std::move(*runs);
    if (!wish.workstream.empty()) {
      if (auto why = reason_if_unknown(**store, wish.workstream); !why.message.empty()) return why;
    }
  }
  const std::string of_what = wish.workstream.empty()
                                  ? std::string()
                                  : fmt::format(" of workstream '{}'", printable(wish.workstream));
  const std::string where =
      store->has_value() ? std::string() : ": there is no " + shown_database(layout);
  return Error{fmt::format("no run{} is going on{}", of_what, where), kNobodyListens};
}

std::vector<RunRow> outer_runs(const std::vector<RunRow>& runs) {
  std::vector<RunRow> outer;
  for (const RunRow& run : runs) {
    const RunHolder& holder = run.context.holder;
    const std::string around = is_holder_here(holder)
                                   ? environment_value_of(static_cast<pid_t>(holder.pid), "RUN_ID")
                                   : std::string();
    const bool is_inside = std::any_of(runs.begin(), runs.end(), [&](const RunRow& other) {
      return other.id == around && other.id != run.id;
    });
    if (!is_inside) outer.push_back(run);
  }
  return outer;
}

}  // namespace ws::cli
