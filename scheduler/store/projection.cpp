#include "store/projection.h"

#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "model/definition_parts.h"
#include "store/event_codec.h"
#include "store/outcome_columns.h"
#include "store/projection_sql.h"
#include "store/stored_values.h"

namespace ws {
namespace {

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
                                           std::span<const NodeDescription> nodes,
                                           std::span<const GroupDescription> groups) {
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
  const std::string resumes = fact.resumes.empty() ? "" : encode_texts(fact.resumes);
  const auto inserted = statements_[kInsertRun].run(
      fact.run_id, fact.workstream, wall_microseconds(event.wall), fact.steps, fact.max_workers,
      fact.is_sequential, fact.is_dry, fact.seed, context.holder.pid, context.holder.start_ticks,
      context.holder.boot_id, context.holder.host, argv, context.cwd, files,
      context.program_version, kEventVersion, unless_empty(resumes));
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
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (auto done = insert_node(run, i, nodes[i]); !done) return done.error();
  }
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    if (auto done = insert_group(run, i, groups[i]); !done) return done.error();
  }
  return run;
}

Result<void> Projection::insert_node(std::int64_t run, std::uint32_t number,
                                     const NodeDescription& node) {
  std::optional<std::string> definition;
  if (node.kind == NodeKind::step) definition = fmt::format("{:016x}", node.definition);
  const auto state =
      node.kind == NodeKind::begin ? std::nullopt : std::optional(name(StepState::waiting));
  std::optional<std::uint32_t> item;
  if (node.item != PlanNode::kNoItem) item = node.item;
  std::optional<std::uint32_t> tries;
  if (node.max_attempts > 1) tries = node.max_attempts;
  return statements_[kInsertNode].run(run, number, node.workstream, unless_empty(node.step),
                                      kind_name(node.kind), node.group, definition, state, item,
                                      tries, unless_empty(node.parts), unless_empty(node.item_key));
}

Result<void> Projection::insert_group(std::int64_t run, std::uint32_t number,
                                      const GroupDescription& group) {
  return statements_[kInsertGroup].run(run, number, group.parent, group.workstream, group.name,
                                       name(group.role), group.rule, group.end, group.members);
}

Result<void> Projection::add_items(std::int64_t run, const FanOutExpanded& fact,
                                   const GroupDescription& group, std::uint32_t first) {
  for (std::uint32_t i = 0; i < fact.items.size(); ++i) {
    const std::string step = fmt::format("{}[{}]", group.name, i);
    NodeDescription node;
    node.workstream = group.workstream;
    node.step = step;
    node.definition = group.definition;
    node.group = fact.group;
    node.item = i;
    node.max_attempts = group.max_attempts;
    node.parts = group.parts;
    node.item_key = item_key(fact.items[i]);
    if (auto done = insert_node(run, first + i, node); !done) return done;
  }
  return statements_[kGroupMembers].run(run, fact.group, name(StepState::running),
                                        fact.items.size());
}

struct Projection::Apply {
  std::vector<Statement>& statements;
  std::int64_t run;
  const Event& event;
  std::span<const NodeId> end_gates;

  [[nodiscard]] std::int64_t at() const { return event.at.count(); }

  // What undoes a step, or finds the items of another, does not make its node run again.
  Result<void> mark_running(AttemptKey key) {
    if (key.is_compensation() || key.is_expansion()) return {};
    return statements[kStepRunning].run(run, key.node.value, key.attempt, at());
  }

  Result<void> operator()(const RunStarted&) { return Error{"bug: a run was started twice", 0}; }
  Result<void> operator()(const AttemptStarted& f) {
    if (auto done = mark_running(f.key); !done) return done;
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
    if (auto done = settle(f.node, {.state = f.state, .why = f.why, .is_accepted = f.is_accepted});
        !done) {
      return done;
    }
    if (!f.restored_from.empty()) {
      const auto done = statements[kRestored].run(run, f.node, f.restored_from);
      if (!done) return done;
    }
    if (f.key.empty()) return {};
    return statements[kRemember].run(run, f.node, f.key, wall_microseconds(event.wall));
  }
  Result<void> operator()(const StepSkipped& f) {
    return settle(f.node, {.state = StepState::skipped, .why = f.why, .cause = f.cause});
  }
  Result<void> operator()(const GroupJoined& f) {
    if (auto done =
            statements[kGroupState].run(run, f.group, name(f.state), at(),
                                        std::optional<std::string_view>(), f.cause, f.is_accepted);
        !done) {
      return done;
    }
    if (f.group.index() >= end_gates.size()) return {};
    return settle(end_gates[f.group.index()],
                  {.state = f.state, .cause = f.cause, .is_accepted = f.is_accepted});
  }
  Result<void> operator()(const OutputsCollected& f) {
    for (const NamedValue& value : f.values) {
      if (auto done = statements[kInsertOutput].run(run, f.node, f.attempt, value.name,
                                                    unless_empty(value.json),
                                                    unless_empty(stored::file_column(value)));
          !done) {
        return done;
      }
    }
    return {};
  }
  Result<void> operator()(const RetryScheduled& f) {
    return statements[kBackOff].run(run, f.node, f.due.count(), unless_empty(f.why));
  }
  Result<void> operator()(const BreakerOpened& f) {
    return statements[kBreakerOpened].run(run, f.scope, f.cause, f.why, f.until.count());
  }
  Result<void> operator()(const BreakerClosed& f) {
    return statements[kBreakerClosed].run(run, f.scope);
  }
  Result<void> operator()(const GroupBegan& /*f*/) { return {}; }
  Result<void> operator()(const FanOutExpanded& /*f*/) { return {}; }  // add_items
  Result<void> operator()(const GroupDecided& f) {
    return statements[kGroupDecided].run(run, f.group, name(f.state), at(), unless_empty(f.why),
                                         f.cause);
  }
  Result<void> operator()(const GroupRestarted& f) {
    for (const StatementName what : {kMembersRestarted, kInnerRestarted}) {
      if (auto done = statements[what].run(run, f.group); !done) return done;
    }
    return statements[kGroupRestarted].run(run, f.group, f.round, f.due.count(),
                                           unless_empty(f.why));
  }
  Result<void> operator()(const RunPaused& f) {
    const std::string why = f.is_draining ? "draining, " + f.why : f.why;
    return statements[kRunPaused].run(run, std::optional(f.until.count()),
                                      std::optional(std::string_view(why)));
  }
  Result<void> operator()(const RunResumed& /*f*/) {
    return statements[kRunPaused].run(run, std::optional<std::int64_t>(),
                                      std::optional<std::string_view>());
  }
  Result<void> operator()(const WorkersChanged& f) {
    return statements[kRunWorkers].run(run, f.workers);
  }
  Result<void> operator()(const RollbackStarted& f) {
    return statements[kRollback].run(run, f.steps, f.cause);
  }
  Result<void> operator()(const CompensationFinished& f) {
    if (auto done = statements[kCompensation].run(run, f.node, f.part, f.is_success, f.why, at());
        !done) {
      return done;
    }
    if (!f.is_success) return {};
    // What was undone is to be done again.
    if (auto done = statements[kForget].run(run, f.node); !done) return done;
    return statements[kCompensated].run(run, f.node);
  }
  Result<void> operator()(const AttemptsResumed& f) {
    return statements[kAttemptsResumed].run(run, f.node, f.attempts);
  }
  Result<void> operator()(const RoundResumed& f) {
    return statements[kRoundResumed].run(run, f.group, f.round);
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
