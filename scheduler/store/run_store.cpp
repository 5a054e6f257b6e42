#include "store/run_store.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"
#include "store/event_codec.h"
#include "store/outcome_columns.h"
#include "store/projection.h"

namespace ws {
namespace {

constexpr std::string_view kRead = "read";

Error unreadable(std::string_view what, std::string_view value) {
  return Error{fmt::format("unknown {} '{}' in the store: written by a newer version?", what,
                           printable(value)),
               0};
}

std::uint32_t small(const Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}

NodeId node_at(const Statement& row, int column) {
  return row.is_null(column) ? NodeId() : NodeId(small(row, column));
}

Duration duration_at(const Statement& row, int column) { return Duration(row.integer(column)); }

std::optional<Duration> duration_if_any(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(duration_at(row, column));
}

Result<std::optional<StopWhy>> stop_why_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::optional<StopWhy>();
  const std::optional<StopWhy> why = stop_why_named(row.text(column));
  if (!why) return unreadable("reason", row.text(column));
  return why;
}

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

constexpr std::string_view kRunColumns =
    "run, id, workstream, status, started_us, ended_us, duration_ns, peak, stop, stop_node, "
    "step_count, max_workers, is_sequential, is_dry, seed, event_version, pid, start_ticks, "
    "boot_id, host, argv, cwd, files, program_version, succeeded, unverified, failed, timed_out, "
    "cancelled, skipped, accepted";

void read_counts(const Statement& row, RunState::Counts& counts) {
  constexpr int kFirst = 24;
  counts.succeeded = small(row, kFirst);
  counts.unverified = small(row, kFirst + 1);
  counts.failed = small(row, kFirst + 2);
  counts.timed_out = small(row, kFirst + 3);
  counts.cancelled = small(row, kFirst + 4);
  counts.skipped = small(row, kFirst + 5);
  counts.accepted = small(row, kFirst + 6);
  counts.total = counts.settled();
}

Result<void> read_context(const Statement& row, RunContext& context) {
  context.holder.pid = row.integer(16);
  context.holder.start_ticks = static_cast<std::uint64_t>(row.integer(17));
  context.holder.boot_id = row.text(18);
  context.holder.host = row.text(19);
  Result<std::vector<std::string>> argv = decode_texts(row.text(20));
  if (!argv) return argv.error();
  context.argv = std::move(*argv);
  context.cwd = row.text(21);
  Result<std::vector<std::string>> files = decode_texts(row.text(22));
  if (!files) return files.error();
  context.files = std::move(*files);
  context.program_version = row.text(23);
  return {};
}

Result<RunRow> read_run(const Statement& row) {
  RunRow run;
  run.number = row.integer(0);
  run.id = row.text(1);
  run.workstream = row.text(2);
  if (!parse(row.text(3), run.status)) return unreadable("run status", row.text(3));
  run.started = from_wall_microseconds(row.integer(4));
  if (!row.is_null(5)) run.ended = from_wall_microseconds(row.integer(5));
  run.duration = duration_if_any(row, 6);
  run.peak = small(row, 7);
  const Result<std::optional<StopWhy>> stop = stop_why_at(row, 8);
  if (!stop) return stop.error();
  run.stop = *stop;
  run.stop_cause = node_at(row, 9);
  run.steps = small(row, 10);
  run.max_workers = small(row, 11);
  run.is_sequential = row.integer(12) != 0;
  run.is_dry = row.integer(13) != 0;
  run.seed = static_cast<std::uint64_t>(row.integer(14));
  run.event_version = static_cast<int>(row.integer(15));
  if (auto done = read_context(row, run.context); !done) return done.error();
  read_counts(row, run.counts);
  return run;
}

Result<StepRow> read_step(const Statement& row) {
  StepRow step;
  step.node = node_at(row, 0);
  step.workstream = row.text(1);
  step.step = row.text(2);
  const std::optional<NodeKind> kind = kind_named(row.text(3));
  if (!kind) return unreadable("kind of node", row.text(3));
  step.kind = *kind;
  step.definition = std::strtoull(std::string(row.text(4)).c_str(), nullptr, 16);
  if (!parse(row.text(5), step.state)) return unreadable("step state", row.text(5));
  step.is_accepted = row.integer(6) != 0;
  step.attempts = small(row, 7);
  step.started = duration_if_any(row, 8);
  step.ended = duration_if_any(row, 9);
  step.why = row.text(10);
  step.cause = node_at(row, 11);
  return step;
}

Result<std::optional<Outcome>> read_outcome(const Statement& row, int column) {
  if (row.is_null(column)) return std::optional<Outcome>();
  OutcomeColumns columns;
  columns.kind = row.text(column);
  if (!row.is_null(column + 1)) columns.value = row.integer(column + 1);
  if (!row.is_null(column + 2)) columns.text = row.text(column + 2);
  Result<Outcome> outcome = unflatten(columns);
  if (!outcome) return outcome.error();
  return std::optional(std::move(*outcome));
}

Result<AttemptRow> read_attempt(const Statement& row) {
  AttemptRow attempt;
  attempt.key = AttemptKey{node_at(row, 0), small(row, 1), small(row, 2)};
  attempt.command = row.text(3);
  attempt.started = duration_at(row, 4);
  if (!row.is_null(5)) {
    attempt.process = ProcessIdentity{row.integer(5), static_cast<std::uint64_t>(row.integer(6))};
  }
  const Result<std::optional<StopWhy>> stopping = stop_why_at(row, 7);
  if (!stopping) return stopping.error();
  attempt.stopping = *stopping;
  attempt.ended = duration_if_any(row, 8);
  attempt.duration = duration_at(row, 9);
  Result<std::optional<Outcome>> outcome = read_outcome(row, 10);
  if (!outcome) return outcome.error();
  attempt.outcome = std::move(*outcome);
  attempt.is_success = row.integer(13) != 0;
  attempt.why = row.text(14);
  attempt.log = row.text(15);
  attempt.output_bytes = static_cast<std::uint64_t>(row.integer(16));
  attempt.user_time = duration_at(row, 17);
  attempt.system_time = duration_at(row, 18);
  attempt.max_rss_kib = row.integer(19);
  return attempt;
}

Result<AcceptanceRow> read_acceptance(const Statement& row) {
  AcceptanceRow test;
  test.result.node = node_at(row, 0);
  test.result.attempt = small(row, 1);
  test.result.test = small(row, 2);
  test.result.is_manual = row.integer(3) != 0;
  test.result.is_success = row.integer(4) != 0;
  test.result.why = row.text(5);
  test.at = duration_at(row, 6);
  return test;
}

}  // namespace

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
  if (row.status == RunStatus::running && !is_alive_(row.context.holder)) {
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

// --- what is in a run

Result<std::vector<StepRow>> RunStore::steps(std::int64_t run, std::string_view workstream) {
  Result<Statement> query = database_.prepare(
      "SELECT node, workstream, step, kind, definition, state, is_accepted, attempts, started_ns, "
      "ended_ns, why, cause_node FROM steps WHERE run = ?1 AND kind IN ('step', 'acceptance') "
      "AND (?2 = '' OR workstream = ?2) ORDER BY node",
      kRead);
  if (!query) return query.error();
  query->bind_all(run, workstream);
  return collect<StepRow>(*query, read_step);
}

Result<std::vector<AttemptRow>> RunStore::attempts(std::int64_t run, NodeId node) {
  Result<Statement> query = database_.prepare(
      fmt::format("SELECT node, attempt, part, command, started_ns, pid, start_ticks, stopping, "
                  "ended_ns, duration_ns, outcome, outcome_value, outcome_text, is_success, why, "
                  "log, output_bytes, user_ns, system_ns, max_rss_kib FROM attempts WHERE run = ?1 "
                  "{} ORDER BY node, attempt, part",
                  node.is_valid() ? "AND node = ?2" : "AND ?2 > 0"),
      kRead);
  if (!query) return query.error();
  query->bind_all(run, node.value);
  return collect<AttemptRow>(*query, read_attempt);
}

Result<std::vector<AcceptanceRow>> RunStore::acceptance(std::int64_t run, NodeId node) {
  Result<Statement> query = database_.prepare(
      fmt::format("SELECT node, attempt, test, is_manual, is_success, why, at_ns FROM acceptance "
                  "WHERE run = ?1 {} ORDER BY node, attempt, test",
                  node.is_valid() ? "AND node = ?2" : "AND ?2 > 0"),
      kRead);
  if (!query) return query.error();
  query->bind_all(run, node.value);
  return collect<AcceptanceRow>(*query, read_acceptance);
}

Result<std::string> RunStore::log_error(std::int64_t run, AttemptKey key) {
  Result<Statement> query = database_.prepare(
      "SELECT body FROM events WHERE run = ?1 AND node = ?2 AND type = 'attempt_finished'", kRead);
  if (!query) return query.error();
  query->bind_all(run, key.node.value);
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) return {boost::system::in_place_value, std::string()};
    Result<Fact> fact = decode("attempt_finished", key.node, query->text(0));
    if (!fact) return fact.error();
    auto& ended = std::get<AttemptFinished>(*fact);
    if (ended.key == key) return {boost::system::in_place_value, std::move(ended.facts.log_error)};
  }
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
