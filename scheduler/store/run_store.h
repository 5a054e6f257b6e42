// Reads the project's database: which runs there were, and what happened in them. Also while runs
// are writing it, from any process.
//
// Changes nothing, and does not look at processes: whether the holder of an unfinished run lives is
// asked of the caller. Called by cli/ (status, history, logs, graph --run, resume).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/earlier_run.h"
#include "store/rows.h"
#include "store/schema.h"

namespace ws {

struct RunFilter {
  std::string workstream;           // runs that hold it; empty: all
  std::optional<RunStatus> status;  // crashed is possible
  std::size_t limit = 0;            // 0: no limit
};

class RunStore {
 public:
  // Error with os_error ENOENT when nothing was ever stored there. `is_alive` may be asked during
  // any call that answers runs.
  [[nodiscard]] static Result<RunStore> open(const std::filesystem::path& path,
                                             HolderIsAlive is_alive,
                                             const StoreOptions& options = {});

  // Newest first, in order of starting.
  [[nodiscard]] Result<std::vector<RunRow>> runs(const RunFilter& filter = {});
  // The run with this id; else all runs whose id begins so, newest first, at most `kMostMatches`:
  // none means unknown, several that it is no unique prefix. An empty text matches nothing.
  [[nodiscard]] Result<std::vector<RunRow>> find(std::string_view id_or_prefix);
  static constexpr std::size_t kMostMatches = 10;
  // The newest run that holds the workstream.
  [[nodiscard]] Result<std::optional<RunRow>> latest(std::string_view workstream);

  // The rest takes RunRow::number. In node order; gates are left out. A workstream's name keeps its
  // steps only.
  [[nodiscard]] Result<std::vector<StepRow>> steps(std::int64_t run,
                                                   std::string_view workstream = {});
  // In the plan's order. Empty for runs of an older version.
  [[nodiscard]] Result<std::vector<GroupRow>> groups(std::int64_t run);
  // In order of node and name; of one node when it is valid.
  [[nodiscard]] Result<std::vector<OutputRow>> outputs(std::int64_t run, NodeId node = {});
  // In the order they ended.
  [[nodiscard]] Result<std::vector<CompensationRow>> compensations(std::int64_t run);
  [[nodiscard]] Result<std::vector<BreakerRow>> breakers(std::int64_t run);
  // In order of node, attempt and part; of one node when it is valid.
  [[nodiscard]] Result<std::vector<AttemptRow>> attempts(std::int64_t run, NodeId node = {});
  // Why the log of an attempt that ended is missing or cut short (AttemptFacts); empty: it is
  // whole. Reads the run's events.
  [[nodiscard]] Result<std::string> log_error(std::int64_t run, AttemptKey key);
  [[nodiscard]] Result<std::vector<AcceptanceRow>> acceptance(std::int64_t run, NodeId node = {});

  // What the run left of these workstreams, added to `earlier`, for a run that goes on with it. Of
  // runs that went on with each other: the oldest first.
  Result<void> add_earlier(const RunRow& run, const std::vector<std::string>& workstreams,
                           EarlierRuns& earlier);

  // Events after `since` (a sequence number; 0: all), in order. The visitor's error ends the walk
  // and is the answer.
  using EventVisitor = std::function<Result<void>(const Event&)>;
  Result<void> for_each_event(std::int64_t run, std::uint64_t since, const EventVisitor& visitor);
  [[nodiscard]] Result<std::vector<Event>> events(
      std::int64_t run, std::uint64_t since = 0,
      std::size_t limit = std::numeric_limits<std::size_t>::max());

  // The fold of the stored events: what the engine's state was after the last of them. `plan` is
  // given the items that the run found. Error when it is not the one the run had (its nodes differ)
  // or an event cannot be read.
  [[nodiscard]] Result<RunState> replay(std::int64_t run, Plan& plan);

 private:
  RunStore(Database database, HolderIsAlive is_alive);

  struct Where {
    std::string condition;  // SQL over `runs`, with ?1 for the text
    std::string text;
  };
  // One page of rows older than `before`; their final status is not decided yet.
  Result<std::vector<RunRow>> read_page(const Where& where, std::int64_t before, std::size_t size);
  Result<std::vector<RunRow>> select(const Where& where, const RunFilter& filter);
  Result<void> complete(RunRow& row);
  Result<void> read_last_outcomes(std::int64_t run, std::map<NodeId, Outcome>& outcomes);
  Result<std::set<NodeId>> read_skipped_at_will(std::int64_t run);
  Result<void> add_earlier_groups(const RunRow& run, const std::vector<GroupRow>& groups,
                                  const std::set<std::string, std::less<>>& wanted,
                                  EarlierRuns& earlier);
  Result<void> add_earlier_rollback(const RunRow& run, EarlierRuns& earlier);
  // How many nodes the run had in the end.
  Result<std::size_t> check_nodes(std::int64_t run, const Plan& plan);

  Database database_;
  HolderIsAlive is_alive_;
};

}  // namespace ws
