#include "store/sqlite_recorder.h"

#include <array>
#include <exception>

#include <fmt/format.h>

#include "store/event_codec.h"

namespace ws {
namespace {

enum StatementName : std::size_t { kBegin, kCommit, kInsertEvent, kStatementCount };

constexpr std::array<std::string_view, kStatementCount> kSql = {
    // Immediate: waits for another writer at once, with the busy timeout, rather than in the
    // middle.
    "BEGIN IMMEDIATE", "COMMIT",
    "INSERT INTO events (run, seq, at_ns, wall_us, type, node, body) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};

std::vector<NodeId> end_gates_of(std::span<const NodeDescription> nodes) {
  std::vector<NodeId> gates;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeDescription& node = nodes[i];
    if (node.kind != NodeKind::end || !node.group.is_valid()) continue;
    if (gates.size() <= node.group.index()) gates.resize(node.group.index() + 1);
    gates[node.group.index()] = NodeId(i);
  }
  return gates;
}

std::string describe_range(std::span<const Event> events) {
  if (events.size() == 1) return fmt::format("event {}", events.front().seq);
  return fmt::format("events {} to {}", events.front().seq, events.back().seq);
}

}  // namespace

SqliteRecorder::SqliteRecorder(std::unique_ptr<Database> database, Projection projection,
                               std::vector<Statement> statements, RunContext context,
                               std::vector<NodeDescription> nodes,
                               std::vector<GroupDescription> groups)
    : database_(std::move(database)),
      projection_(std::move(projection)),
      statements_(std::move(statements)),
      context_(std::move(context)),
      nodes_(std::move(nodes)),
      groups_(std::move(groups)),
      end_gates_(end_gates_of(nodes_)),
      next_node_(static_cast<std::uint32_t>(nodes_.size())) {}

Result<std::unique_ptr<SqliteRecorder>> SqliteRecorder::open(const std::filesystem::path& path,
                                                             const StoreOptions& options,
                                                             RunContext context,
                                                             std::vector<NodeDescription> nodes,
                                                             std::vector<GroupDescription> groups) {
  Result<Database> opened = open_for_writing(path, options);
  if (!opened) return opened.error();
  auto database = std::make_unique<Database>(std::move(*opened));
  Result<Projection> projection = Projection::prepare(*database);
  if (!projection) return projection.error();
  std::vector<Statement> statements;
  for (const std::string_view sql : kSql) {
    Result<Statement> statement = database->prepare(sql, "write to");
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  return std::unique_ptr<SqliteRecorder>(
      new SqliteRecorder(std::move(database), std::move(*projection), std::move(statements),
                         std::move(context), std::move(nodes), std::move(groups)));
}

Result<void> SqliteRecorder::record(std::span<const Event> events) {
  if (events.empty()) return {};
  Result<void> done = check_sequence(events);
  if (done) {
    // Nothing here is meant to throw; a library that runs out of memory may.
    try {
      done = write(events);
    } catch (const std::exception& problem) {
      done = Error{problem.what(), 0};
    }
    if (!done) database_->roll_back();
  }
  if (done) return done;
  Error error = in_context(fmt::format("cannot store {}", describe_range(events)), done.error());
  if (!refusal_) refusal_ = error;
  return error;
}

Result<void> SqliteRecorder::check_sequence(std::span<const Event> events) const {
  std::uint64_t expected = next_seq_;
  for (const Event& event : events) {
    if (event.seq != expected) {
      Error gap{fmt::format("event {} should come next", expected), 0};
      return refusal_ ? in_context(gap.message, *refusal_) : gap;
    }
    ++expected;
  }
  const bool is_start = std::holds_alternative<RunStarted>(events.front().fact);
  if (is_start != (next_seq_ == 1)) {
    return Error{"bug: RunStarted must be the first event, and only the first", 0};
  }
  return {};
}

Result<void> SqliteRecorder::write(std::span<const Event> events) {
  if (auto done = statements_[kBegin].run(); !done) return done;
  std::optional<std::int64_t> run = run_;
  std::uint32_t next_node = next_node_;
  for (const Event& event : events) {
    if (!run) {
      Result<std::int64_t> begun = begin_run(event);
      if (!begun) return begun.error();
      run = *begun;
    } else if (auto done = project(*run, event, next_node); !done) {
      return done;
    }
    if (auto done = write_event(*run, event); !done) return done;
  }
  if (auto done = statements_[kCommit].run(); !done) return done;
  run_ = run;
  next_node_ = next_node;
  next_seq_ += events.size();
  refusal_.reset();
  nodes_ = {};
  return {};
}

Result<std::int64_t> SqliteRecorder::begin_run(const Event& event) {
  return projection_.begin_run(event, std::get<RunStarted>(event.fact), context_, nodes_, groups_);
}

Result<void> SqliteRecorder::project(std::int64_t run, const Event& event,
                                     std::uint32_t& next_node) {
  if (auto done = projection_.apply(run, event, end_gates_); !done) return done;
  const auto* found = std::get_if<FanOutExpanded>(&event.fact);
  if (found == nullptr) return {};
  if (found->group.index() >= groups_.size())
    return Error{"bug: items were found for a group that the store does not know", 0};
  const std::uint32_t first = next_node;
  next_node += static_cast<std::uint32_t>(found->items.size());
  return projection_.add_items(run, *found, groups_[found->group.index()], first);
}

Result<void> SqliteRecorder::write_event(std::int64_t run, const Event& event) {
  const StoredFact stored = encode(event.fact);
  return statements_[kInsertEvent].run(run, event.seq, event.at.count(),
                                       wall_microseconds(event.wall), stored.type, stored.node,
                                       stored.body);
}

}  // namespace ws
