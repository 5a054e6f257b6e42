// Keeps the tables people read (runs, steps, attempts, acceptance, groups, outputs, compensations,
// breakers) in step with the events: one UPDATE or INSERT per fact, seldom two.
//
// Does not open transactions and does not keep the events themselves (sqlite_recorder.h does both).
// Used only inside store/.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/database.h"
#include "store/rows.h"

namespace ws {

class Projection {
 public:
  // The database must outlive it.
  [[nodiscard]] static Result<Projection> prepare(Database& database);

  // Writes the run's row and one row per node; answers the run's number.
  [[nodiscard]] Result<std::int64_t> begin_run(const Event& event, const RunStarted& fact,
                                               const RunContext& context,
                                               std::span<const NodeDescription> nodes,
                                               std::span<const GroupDescription> groups);
  // Any later event of that run. `end_gates` maps a group to the gate that ends it.
  Result<void> apply(std::int64_t run, const Event& event, std::span<const NodeId> end_gates);
  // The items a fan-out found: rows for nodes from number `first` on.
  Result<void> add_items(std::int64_t run, const FanOutExpanded& fact,
                         const GroupDescription& group, std::uint32_t first);

 private:
  struct Apply;

  Projection(Database& database, std::vector<Statement> statements);

  Result<void> insert_node(std::int64_t run, std::uint32_t number, const NodeDescription& node);
  Result<void> insert_group(std::int64_t run, std::uint32_t number, const GroupDescription& group);

  Database* database_;
  std::vector<Statement> statements_;  // by StatementName in the .cpp
};

// How many nodes of the run are in which state; acceptance nodes count, gates do not, but a fan-out
// that ended without its items counts as the step it is in the file.
[[nodiscard]] Result<RunState::Counts> count_states(Statement& query, std::int64_t run);
// The query for it.
inline constexpr std::string_view kCountStates =
    "SELECT state, count(*), sum(is_accepted AND state IN ('failed', 'timed_out')) FROM steps "
    "WHERE "
    "run = ?1 AND (kind IN ('step', 'acceptance', 'preflight') OR (kind = 'end' AND state IN "
    "('failed', 'timed_out', 'cancelled', 'skipped') AND node IN (SELECT end_node FROM groups "
    "WHERE "
    "run = ?1 AND role = 'fan_out' AND members = 0))) GROUP BY state";

}  // namespace ws
