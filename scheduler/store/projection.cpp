#include "store/projection.h"

#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "store/event_codec.h"
#include "store/outcome_columns.h"

namespace ws {
namespace {

enum StatementName : std::size_t {
  kFindRun,
  kInsertRun,
  kInsertWorkstream,
  kInsertNode,
  kStepRunning,
  kStepSettled,
  kInsertAttempt,
  kAttemptRunning,
  kAttemptStopping,
  kAttemptEnded,
  kInsertAcceptance,
  kRunStopping,
  kRunEnded,
  kCount,
  kStatementCount
};

constexpr std::array<std::string_view, kStatementCount> kSql = {
    "SELECT 1 FROM runs WHERE id = ?1",
    "INSERT INTO runs (id, workstream, status, started_us, step_count, max_workers, is_sequential, "
    "is_dry, seed, pid, start_ticks, boot_id, host, argv, cwd, files, program_version, "
    "event_version) VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
    "?14, ?15, ?16, ?17)",
    "INSERT OR IGNORE INTO run_workstreams (workstream, run, position) VALUES (?1, ?2, ?3)",
    "INSERT INTO steps (run, node, workstream, step, kind, node_group, definition, state) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    "UPDATE steps SET state = 'running', attempts = max(attempts, ?3), "
    "started_ns = coalesce(started_ns, ?4) WHERE run = ?1 AND node = ?2",
    "UPDATE steps SET state = ?3, ended_ns = ?4, why = ?5, cause_node = ?6, is_accepted = ?7 "
    "WHERE run = ?1 AND node = ?2",
    "INSERT INTO attempts (run, node, attempt, part, command, started_ns) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    "UPDATE attempts SET pid = ?5, start_ticks = ?6 "
    "WHERE run = ?1 AND node = ?2 AND attempt = ?3 AND part = ?4",
    "UPDATE attempts SET stopping = coalesce(stopping, ?5) "
    "WHERE run = ?1 AND node = ?2 AND attempt = ?3 AND part = ?4",
    "UPDATE attempts SET ended_ns = ?5, duration_ns = ?6, outcome = ?7, outcome_value = ?8, "
    "outcome_text = ?9, is_success = ?10, why = ?11, log = ?12, output_bytes = ?13, user_ns = ?14, "
    "system_ns = ?15, max_rss_kib = ?16 WHERE run = ?1 AND node = ?2 AND attempt = ?3 AND part = "
    "?4",
    "INSERT OR REPLACE INTO acceptance (run, node, attempt, test, is_manual, is_success, why, "
    "at_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    // As RunState does: the first reason stays, unless a person's wish outweighs our own.
    "UPDATE runs SET stop = ?2, stop_node = ?3 WHERE run = ?1 AND (stop IS NULL OR "
    "(?2 IN ('interrupted', 'terminated', 'hang_up') AND "
    "stop NOT IN ('interrupted', 'terminated', 'hang_up')))",
    "UPDATE runs SET status = ?2, ended_us = ?3, duration_ns = ?4, peak = ?5, succeeded = ?6, "
    "unverified = ?7, failed = ?8, timed_out = ?9, cancelled = ?10, skipped = ?11, accepted = ?12 "
    "WHERE run = ?1",
    kCountStates};

std::optional<std::string_view> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void add(RunState::Counts& counts, StepState state, std::uint32_t n) {
  counts.total += n;
  switch (state) {
    case StepState::waiting:
    case StepState::backing_off:
      counts.waiting += n;
      break;
    case StepState::ready:
      counts.ready += n;
      break;
    case StepState::running:
      counts.running += n;
      break;
    case StepState::unverified:
      counts.unverified += n;
      counts.succeeded += n;
      break;
    case StepState::succeeded:
    case StepState::noop:
    case StepState::compensated:
      counts.succeeded += n;
      break;
    case StepState::timed_out:
      counts.timed_out += n;
      counts.failed += n;
      break;
    case StepState::failed:
      counts.failed += n;
      break;
    case StepState::cancelled:
      counts.cancelled += n;
      break;
    case StepState::skipped:
      counts.skipped += n;
      break;
  }
}

}  // namespace

Result<RunState::Counts> count_states(Statement& query, std::int64_t run) {
  RunState::Counts counts;
  query.bind_all(run);
  while (true) {
    Result<bool> row = query.next();
    if (!row) return row.error();
    if (!*row) return counts;
    StepState state{};
    if (!parse(query.text(0), state)) {
      Error error{fmt::format("unknown step state '{}' in the store", printable(query.text(0))), 0};
      query.reset();
      return error;
    }
    add(counts, state, static_cast<std::uint32_t>(query.integer(1)));
    counts.accepted += static_cast<std::uint32_t>(query.integer(2));
  }
}

Projection::Projection(Database& database, std::vector<Statement> statements)
    : database_(&database), statements_(std::move(statements)) {}

Result<Projection> Projection::prepare(Database& database) {
  std::vector<Statement> statements;
  statements.reserve(kStatementCount);
  for (const std::string_view sql : kSql) {
    Result<Statement> statement = database.prepare(sql, "write to");
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  return Projection(database, std::move(statements));
}

Result<std::int64_t> Projection::begin_run(const Event& event, const RunStarted& fact,
                                           const RunContext& context,
                                           std::span<const NodeDescription> nodes) {
  Statement& find = statements_[kFindRun];
  find.bind_all(fact.run_id);
  const Result<bool> is_taken = find.next();
  find.reset();
  if (!is_taken) return is_taken.error();
  if (*is_taken) {
    return Error{fmt::format("there is a run '{}' already", printable(fact.run_id)), EEXIST};
  }
  const std::string argv = encode_texts(context.argv);
  const std::string files = encode_texts(context.files);
  const auto inserted = statements_[kInsertRun].run(
      fact.run_id, fact.workstream, wall_microseconds(event.wall), fact.steps, fact.max_workers,
      fact.is_sequential, fact.is_dry, fact.seed, context.holder.pid, context.holder.start_ticks,
      context.holder.boot_id, context.holder.host, argv, context.cwd, files,
      context.program_version, kEventVersion);
  if (!inserted) return inserted.error();
  const std::int64_t run = database_->last_insert_id();
  std::int64_t position = 0;
  for (const std::string& workstream : fact.workstreams) {
    if (auto done = statements_[kInsertWorkstream].run(workstream, run, position++); !done) {
      return done.error();
    }
  }
  // Asking for the home workstream always finds the run, whatever the list says.
  if (auto done = statements_[kInsertWorkstream].run(fact.workstream, run, position); !done) {
    return done.error();
  }
  if (auto done = insert_nodes(run, nodes); !done) return done.error();
  return run;
}

Result<void> Projection::insert_nodes(std::int64_t run, std::span<const NodeDescription> nodes) {
  std::uint32_t number = 0;
  for (const NodeDescription& node : nodes) {
    std::optional<std::string> definition;
    if (node.kind == NodeKind::step) definition = fmt::format("{:016x}", node.definition);
    const auto state =
        node.kind == NodeKind::begin ? std::nullopt : std::optional(name(StepState::waiting));
    if (auto done =
            statements_[kInsertNode].run(run, number++, node.workstream, unless_empty(node.step),
                                         kind_name(node.kind), node.group, definition, state);
        !done) {
      return done;
    }
  }
  return {};
}

struct Projection::Apply {
  std::vector<Statement>& statements;
  std::int64_t run;
  const Event& event;
  std::span<const NodeId> end_gates;

  [[nodiscard]] std::int64_t at() const { return event.at.count(); }

  Result<void> operator()(const RunStarted&) { return Error{"bug: a run was started twice", 0}; }
  Result<void> operator()(const AttemptStarted& f) {
    if (auto done = statements[kStepRunning].run(run, f.key.node.value, f.key.attempt, at());
        !done) {
      return done;
    }
    return statements[kInsertAttempt].run(run, f.key.node.value, f.key.attempt, f.key.part,
                                          f.command, at());
  }
  Result<void> operator()(const AttemptRunning& f) {
    return statements[kAttemptRunning].run(run, f.key.node.value, f.key.attempt, f.key.part,
                                           f.process.pid, f.process.start_ticks);
  }
  Result<void> operator()(const AttemptStopping& f) {
    return statements[kAttemptStopping].run(run, f.key.node.value, f.key.attempt, f.key.part,
                                            name(f.why));
  }
  Result<void> operator()(const AttemptFinished& f) {
    const OutcomeColumns outcome = flatten(f.outcome);
    return statements[kAttemptEnded].run(
        run, f.key.node.value, f.key.attempt, f.key.part, at(), f.duration.count(), outcome.kind,
        outcome.value, outcome.text, f.is_success, f.why, f.facts.log, f.facts.output_bytes,
        f.facts.user_time.count(), f.facts.system_time.count(), f.facts.max_rss_kib);
  }
  Result<void> operator()(const AcceptanceFinished& f) {
    return statements[kInsertAcceptance].run(run, f.node.value, f.attempt, f.test, f.is_manual,
                                             f.is_success, f.why, at());
  }
  Result<void> operator()(const StepFinished& f) {
    return settle(f.node, {.state = f.state, .why = f.why, .is_accepted = f.is_accepted});
  }
  Result<void> operator()(const StepSkipped& f) {
    return settle(f.node, {.state = StepState::skipped, .why = f.why, .cause = f.cause});
  }
  Result<void> operator()(const GroupJoined& f) {
    if (f.group.index() >= end_gates.size()) return {};
    return settle(end_gates[f.group.index()], {.state = f.state, .cause = f.cause});
  }
  Result<void> operator()(const StopRequested& f) {
    return statements[kRunStopping].run(run, name(f.why), f.cause);
  }
  Result<void> operator()(const RunFinished& f) {
    const Result<RunState::Counts> counts = count_states(statements[kCount], run);
    if (!counts) return counts.error();
    return statements[kRunEnded].run(run, name(f.status), wall_microseconds(event.wall),
                                     f.duration.count(), f.peak, counts->succeeded,
                                     counts->unverified, counts->failed, counts->timed_out,
                                     counts->cancelled, counts->skipped, counts->accepted);
  }

  template <class Other>
  Result<void> operator()(const Other& /*fact*/) {
    return {};
  }

  struct Settlement {
    StepState state = StepState::succeeded;
    std::string_view why{};
    NodeId cause{};
    bool is_accepted = false;
  };
  Result<void> settle(NodeId node, const Settlement& end) {
    return statements[kStepSettled].run(run, node.value, name(end.state), at(),
                                        unless_empty(end.why), end.cause, end.is_accepted);
  }
};

Result<void> Projection::apply(std::int64_t run, const Event& event,
                               std::span<const NodeId> end_gates) {
  return std::visit(Apply{statements_, run, event, end_gates}, event.fact);
}

}  // namespace ws
