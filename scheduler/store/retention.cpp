#include "store/retention.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "store/event_codec.h"

namespace ws {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRead = "read";
constexpr std::string_view kWrite = "write to";

// Made by the first removal, so that no other reader or writer needs to know it.
constexpr const char* kMakeNotes =
    "CREATE TABLE IF NOT EXISTS removed_runs (\n"
    "  -- Runs that `clean` is removing: their other rows and their directories may be there yet.\n"
    "  run INTEGER PRIMARY KEY,\n"
    "  id TEXT NOT NULL,\n"
    "  workstreams TEXT NOT NULL  -- JSON array\n"
    ")";

// Tables with a run's rows that only `runs` leads to, and what counts them within the run.
struct Portion {
  std::string_view table;
  std::string_view key;
};
constexpr std::array kPortions = {
    Portion{"events", "seq"},         Portion{"steps", "node"},         Portion{"attempts", "node"},
    Portion{"acceptance", "node"},    Portion{"groups", "node_group"},  Portion{"outputs", "node"},
    Portion{"compensations", "node"}, Portion{"breakers", "scope_node"}};
constexpr int kPortionSize = 5000;  // some ten milliseconds

// The run's id in ".../runs/<id>/...", where a run keeps its files (layout.h); empty: none.
std::string_view run_in_path(std::string_view path) {
  constexpr std::string_view kRuns = "/runs/";
  // From the end: a project may itself lie below a directory of that name.
  const std::size_t at = path.rfind(kRuns);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = path.substr(at + kRuns.size());
  return rest.substr(0, rest.find('/'));
}

bool is_gone(std::string_view file) {
  std::error_code unknown;
  const bool is_there = fs::exists(fs::path(file), unknown);
  return !is_there && !unknown;
}

template <class Use>
Result<void> for_each_row(Database& database, std::string_view sql, const Use& use) {
  Result<Statement> query = database.prepare(sql, kRead);
  if (!query) return query.error();
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) return {};
    use(*query);
  }
}

}  // namespace

Result<Retention> Retention::open(const fs::path& path, DatabaseAccess access,
                                  const StoreOptions& options) {
  Result<Database> database = access == DatabaseAccess::write ? open_for_writing(path, options)
                                                              : open_for_reading(path, options);
  if (!database) return database.error();
  return Retention(std::move(*database));
}

Result<void> Retention::in_transaction(const std::function<Result<void>()>& body) {
  if (auto done = database_.execute("BEGIN IMMEDIATE", kWrite); !done) return done;
  Result<void> done = body();
  if (done) done = database_.execute("COMMIT", kWrite);
  if (!done) database_.roll_back();
  return done;
}

Result<void> Retention::prune_memory() {
  std::vector<std::pair<std::int64_t, std::int64_t>> gone;
  const Result<void> looked =
      for_each_row(database_,
                   "SELECT run, node, file FROM successes JOIN outputs USING (run, node) "
                   "WHERE successes.attempt = outputs.attempt AND coalesce(file, '') <> ''",
                   [&](const Statement& row) {
                     if (is_gone(row.text(2))) gone.emplace_back(row.integer(0), row.integer(1));
                   });
  if (!looked) return looked.error();
  return in_transaction([&]() -> Result<void> {
    Result<Statement> forget =
        database_.prepare("DELETE FROM successes WHERE run = ?1 AND node = ?2", kWrite);
    if (!forget) return forget.error();
    for (const auto& [run, node] : gone) {
      if (auto done = forget->run(run, node); !done) return done;
    }
    return database_.execute("DELETE FROM successes WHERE run NOT IN (SELECT run FROM runs)",
                             kWrite);
  });
}

Result<std::vector<RunNeed>> Retention::needs() {
  std::vector<RunNeed> needs;
  // What both runs are called, for the reason; the needed one may be told by its id or its number.
  std::unordered_map<std::string, std::int64_t> numbers;
  std::unordered_map<std::int64_t, std::string> names;
  Result<void> done =
      for_each_row(database_, "SELECT run, id FROM runs", [&](const Statement& row) {
        numbers.emplace(row.text(1), row.integer(0));
        names.emplace(row.integer(0), row.text(1));
      });
  const auto add = [&](std::int64_t needer, std::string_view id, const std::string& why) {
    const auto found = numbers.find(std::string(id));
    if (found == numbers.end() || found->second == needer) return;
    needs.push_back(
        {needer, found->second, fmt::format("run {} {}", printable(names[needer]), why)});
  };
  if (done) {
    done = for_each_row(database_, "SELECT run, min(step), count(*) FROM successes GROUP BY run",
                        [&](const Statement& row) {
                          const std::string more =
                              row.integer(2) > 1 ? fmt::format(" and {} more", row.integer(2) - 1)
                                                 : "";
                          needs.push_back({0, row.integer(0),
                                           fmt::format("the idempotency key of '{}'{} remembers it",
                                                       printable(row.text(1)), more)});
                        });
  }
  if (done) {
    done = for_each_row(database_,
                        "SELECT DISTINCT run, file FROM outputs WHERE coalesce(file, '') <> ''",
                        [&](const Statement& row) {
                          add(row.integer(0), run_in_path(row.text(1)),
                              fmt::format("uses its file '{}'", printable(row.text(1))));
                        });
  }
  if (done) {
    // Its logs are all there is of how that was done.
    done = for_each_row(
        database_,
        "SELECT DISTINCT run, restored_from FROM steps WHERE coalesce(restored_from, '') <> ''",
        [&](const Statement& row) {
          add(row.integer(0), row.text(1), "took over what it had finished");
        });
  }
  if (done) {
    // Until it has come to its end, it may not have taken over all that stands there.
    done = for_each_row(
        database_,
        "SELECT runs.run, earlier.value FROM runs, json_each(runs.resumes) AS earlier "
        "WHERE runs.status NOT IN ('succeeded', 'completed_with_errors', 'rolled_back')",
        [&](const Statement& row) {
          add(row.integer(0), row.text(1), "goes on with it, and has not come to its end");
        });
  }
  if (!done) return done.error();
  return needs;
}

Result<std::int64_t> Retention::newest(const std::vector<std::string>& workstreams) {
  Result<Statement> query = database_.prepare(
      "SELECT coalesce(max(run), 0) FROM run_workstreams WHERE workstream = ?1", kRead);
  if (!query) return query.error();
  std::int64_t newest = 0;
  for (const std::string& workstream : workstreams) {
    query->bind_all(workstream);
    const Result<bool> row = query->next();
    if (!row) return row.error();
    newest = std::max(newest, query->integer(0));
    query->reset();
  }
  return newest;
}

Result<void> Retention::hide(const HalfRemoved& run) {
  return in_transaction([&]() -> Result<void> {
    if (auto done = database_.execute(kMakeNotes, kWrite); !done) return done;
    Result<Statement> note = database_.prepare(
        "INSERT INTO removed_runs (run, id, workstreams) VALUES (?1, ?2, ?3)", kWrite);
    if (!note) return note.error();
    if (auto done = note->run(run.number, run.id, encode_texts(run.workstreams)); !done)
      return done;
    for (const char* table : {"successes", "run_workstreams", "runs"}) {
      Result<Statement> remove =
          database_.prepare(fmt::format("DELETE FROM {} WHERE run = ?1", table), kWrite);
      if (!remove) return remove.error();
      if (auto done = remove->run(run.number); !done) return done;
    }
    return {};
  });
}

Result<void> Retention::remove_rows(std::int64_t run) {
  for (const Portion& portion : kPortions) {
    Result<Statement> remove =
        database_.prepare(fmt::format("DELETE FROM {0} WHERE run = ?1 AND {1} IN "
                                      "(SELECT {1} FROM {0} WHERE run = ?1 ORDER BY {1} LIMIT {2})",
                                      portion.table, portion.key, kPortionSize),
                          kWrite);
    if (!remove) return remove.error();
    do {
      if (auto done = remove->run(run); !done) return done;
    } while (database_.last_changes() > 0);
  }
  return {};
}

Result<void> Retention::forget(std::int64_t run) {
  Result<Statement> remove = database_.prepare("DELETE FROM removed_runs WHERE run = ?1", kWrite);
  if (!remove) return remove.error();
  return remove->run(run);
}

Result<std::vector<HalfRemoved>> Retention::pending() {
  std::vector<HalfRemoved> runs;
  const Result<std::int64_t> has_notes = database_.query_integer(
      "SELECT count(*) FROM sqlite_schema WHERE name = 'removed_runs'", kRead);
  if (!has_notes) return has_notes.error();
  if (*has_notes == 0) return runs;
  Result<Statement> query =
      database_.prepare("SELECT run, id, workstreams FROM removed_runs ORDER BY run", kRead);
  if (!query) return query.error();
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) return runs;
    HalfRemoved& run = runs.emplace_back();
    run.number = query->integer(0);
    run.id = query->text(1);
    Result<std::vector<std::string>> workstreams = decode_texts(query->text(2));
    if (!workstreams) return workstreams.error();
    run.workstreams = std::move(*workstreams);
  }
}

Result<std::uint64_t> Retention::compact() {
  const auto size = [&]() { return database_.query_integer("PRAGMA page_count", kRead); };
  const Result<std::int64_t> before = size();
  if (!before) return before.error();
  const Result<std::int64_t> page = database_.query_integer("PRAGMA page_size", kRead);
  if (!page) return page.error();
  // What was committed goes into the database first, so that the log can be emptied after.
  for (const char* sql : {"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}) {
    if (auto done = database_.execute(sql, "compact"); !done) return done.error();
  }
  const Result<std::int64_t> after = size();
  if (!after) return after.error();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(*before - *after, 0) * *page);
}

}  // namespace ws
