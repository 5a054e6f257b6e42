// Rows of the store's tables as values: the columns each query asks for, and how one row is read.
//
// Knows columns and not which rows are wanted (run_store.cpp, run_details.cpp). Names that this
// version does not know are errors, never guesses. Used only inside store/.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "store/database.h"
#include "store/rows.h"

namespace ws::stored_rows {

inline constexpr std::string_view kRead = "read";
inline constexpr std::string_view kRunColumns =
    "run, id, workstream, status, started_us, ended_us, duration_ns, peak, stop, stop_node, "
    "step_count, max_workers, is_sequential, is_dry, seed, event_version, pid, start_ticks, "
    "boot_id, host, argv, cwd, files, program_version, succeeded, unverified, failed, timed_out, "
    "cancelled, skipped, accepted, workers, paused_until_ns, pause_why, rollback_steps, "
    "rollback_cause, resumes";

[[nodiscard]] NodeId node_at(const Statement& row, int column);  // NULL: invalid
[[nodiscard]] Duration duration_at(const Statement& row, int column);

[[nodiscard]] Result<std::optional<Outcome>> read_outcome(const Statement& row, int column);
[[nodiscard]] Result<RunRow> read_run(const Statement& row);
[[nodiscard]] Result<StepRow> read_step(const Statement& row);
[[nodiscard]] Result<GroupRow> read_group(const Statement& row);
[[nodiscard]] Result<OutputRow> read_output(const Statement& row);
[[nodiscard]] Result<CompensationRow> read_compensation(const Statement& row);
[[nodiscard]] Result<BreakerRow> read_breaker(const Statement& row);
[[nodiscard]] Result<AttemptRow> read_attempt(const Statement& row);
[[nodiscard]] Result<AcceptanceRow> read_acceptance(const Statement& row);

// Walks a query's rows; `read` turns the current one into an Item.
template <class Item, class Read>
Result<std::vector<Item>> collect(Statement& query, Read read) {
  std::vector<Item> items;
  while (true) {
    Result<bool> row = query.next();
    if (!row) return row.error();
    if (!*row) return items;
    Result<Item> item = read(query);
    if (!item) return item.error();
    items.push_back(std::move(*item));
  }
}

}  // namespace ws::stored_rows
