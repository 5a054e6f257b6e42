#include "store/run_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "store/event_codec.h"
#include "store/projection.h"
#include "store/row_readers.h"

namespace ws {

using stored_rows::collect;
using stored_rows::duration_at;
using stored_rows::kRead;
using stored_rows::kRunColumns;
using stored_rows::node_at;
using stored_rows::read_run;

RunStore::RunStore(Database database, HolderIsAlive is_alive)
    : database_(std::move(database)), is_alive_(std::move(is_alive)) {}

Result<RunStore> RunStore::open(const std::filesystem::path& path, HolderIsAlive is_alive,
                                const StoreOptions& options) {
  Result<Database> database = open_for_reading(path, options);
  if (!database) return database.error();
  return RunStore(std::move(*database), std::move(is_alive));
}

// --- runs

Result<std::vector<RunRow>> RunStore::read_page(const Where& where, std::int64_t before,
                                                std::size_t size) {
  Result<Statement> query = database_.prepare(
      fmt::format("SELECT {} FROM runs WHERE ({}) AND run < ?2 ORDER BY run DESC LIMIT ?3",
                  kRunColumns, where.condition),
      kRead);
  if (!query) return query.error();
  query->bind_all(where.text, before, size);
  return collect<RunRow>(*query, read_run);
}

// What the row itself cannot tell: the list of workstreams, the counts of an unfinished run, and
// whether it crashed.
Result<void> RunStore::complete(RunRow& row) {
  if (row.status == RunStatus::running && !is_alive_(row)) {
    // It may have ended between our reading of the row and the look at its process: only a row that
    // still says so afterwards was left behind by a dead one.
    const std::int64_t number = row.number;
    Result<std::vector<RunRow>> again = read_page({"?1 = ''", {}}, number + 1, 1);
    if (!again) return again.error();
    if (!again->empty() && again->front().number == number) row = std::move(again->front());
    if (row.status == RunStatus::running) row.status = RunStatus::crashed;
  }
  Result<Statement> query = database_.prepare(
      "SELECT workstream FROM run_workstreams WHERE run = ?1 ORDER BY position", kRead);
  if (!query) return query.error();
  query->bind_all(row.number);
  row.workstreams.clear();
  while (true) {
    const Result<bool> line = query->next();
    if (!line) return line.error();
    if (!*line) break;
    row.workstreams.emplace_back(query->text(0));
  }
  if (row.ended) return {};
  Result<Statement> states = database_.prepare(kCountStates, kRead);
  if (!states) return states.error();
  const Result<RunState::Counts> counts = count_states(*states, row.number);
  if (!counts) return counts.error();
  row.counts = *counts;
  return {};
}

Result<std::vector<RunRow>> RunStore::select(const Where& where, const RunFilter& filter) {
  // In pages, because whether a run is of the wanted status may need a look at its process, and no
  // read transaction is kept open meanwhile.
  constexpr std::size_t kPage = 100;
  std::vector<RunRow> chosen;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  while (true) {
    const std::size_t size = filter.limit == 0 || filter.status ? kPage : filter.limit;
    Result<std::vector<RunRow>> page = read_page(where, before, size);
    if (!page) return page.error();
    for (RunRow& row : *page) {
      before = row.number;
      const bool may_match =
          !filter.status || row.status == *filter.status || row.status == RunStatus::running;
      if (!may_match) continue;
      if (auto done = complete(row); !done) return done.error();
      if (row.workstreams.empty()) continue;  // removed since its row was read: every run has one
      if (filter.status && row.status != *filter.status) continue;
      chosen.push_back(std::move(row));
      if (chosen.size() == filter.limit) return chosen;
    }
    if (page->size() < size) return chosen;
  }
}

Result<std::vector<RunRow>> RunStore::runs(const RunFilter& filter) {
  if (filter.workstream.empty()) return select({"?1 = ''", {}}, filter);
  return select(
      {"run IN (SELECT run FROM run_workstreams WHERE workstream = ?1)", filter.workstream},
      filter);
}

Result<std::vector<RunRow>> RunStore::find(std::string_view id_or_prefix) {
  const std::string text(id_or_prefix);
  if (text.empty()) return std::vector<RunRow>();
  RunFilter filter;
  filter.limit = 1;
  Result<std::vector<RunRow>> exact = select({"id = ?1", text}, filter);
  if (!exact || !exact->empty()) return exact;
  filter.limit = kMostMatches;
  return select({"substr(id, 1, length(?1)) = ?1", text}, filter);
}

Result<std::optional<RunRow>> RunStore::latest(std::string_view workstream) {
  RunFilter filter;
  filter.workstream = workstream;
  filter.limit = 1;
  Result<std::vector<RunRow>> found = runs(filter);
  if (!found) return found.error();
  if (found->empty()) return std::optional<RunRow>();
  return std::optional(std::move(found->front()));
}

// --- events

Result<void> RunStore::for_each_event(std::int64_t run, std::uint64_t since,
                                      const EventVisitor& visitor) {
  Result<Statement> query = database_.prepare(
      "SELECT seq, at_ns, wall_us, type, node, body FROM events WHERE run = ?1 AND seq > ?2 "
      "ORDER BY seq",
      kRead);
  if (!query) return query.error();
  query->bind_all(run, since);
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) return {};
    Event event;
    event.seq = static_cast<std::uint64_t>(query->integer(0));
    event.at = duration_at(*query, 1);
    event.wall = from_wall_microseconds(query->integer(2));
    Result<Fact> fact = decode(query->text(3), node_at(*query, 4), query->text(5));
    if (!fact) return in_context(fmt::format("event {}", event.seq), fact.error());
    event.fact = std::move(*fact);
    if (auto done = visitor(event); !done) return done;
  }
}

Result<std::vector<Event>> RunStore::events(std::int64_t run, std::uint64_t since,
                                            std::size_t limit) {
  std::vector<Event> events;
  if (limit == 0) return events;
  // The visitor's error is the only way to end the walk early; it is told apart by the count.
  const Result<void> done = for_each_event(run, since, [&](const Event& event) -> Result<void> {
    events.push_back(event);
    if (events.size() == limit) return Error{"enough", 0};
    return {};
  });
  if (!done && events.size() != limit) return done.error();
  return events;
}

}  // namespace ws
