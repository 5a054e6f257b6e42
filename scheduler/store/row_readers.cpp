#include "store/row_readers.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"
#include "store/event_codec.h"
#include "store/outcome_columns.h"
#include "store/stored_values.h"

namespace ws::stored_rows {

NodeId node_at(const Statement& row, int column) {
  return row.is_null(column) ? NodeId() : NodeId(static_cast<std::uint32_t>(row.integer(column)));
}

Duration duration_at(const Statement& row, int column) { return Duration(row.integer(column)); }

namespace {

GroupId group_at(const Statement& row, int column) {
  return row.is_null(column) ? GroupId() : GroupId(static_cast<std::uint32_t>(row.integer(column)));
}

Error unreadable(std::string_view what, std::string_view value) {
  return Error{fmt::format("unknown {} '{}' in the store: written by a newer version?", what,
                           printable(value)),
               0};
}

std::uint32_t small(const Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}

std::optional<Duration> duration_if_any(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(duration_at(row, column));
}

Result<std::optional<StopWhy>> stop_why_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::optional<StopWhy>();
  const std::optional<StopWhy> why = stop_why_named(row.text(column));
  if (!why) return unreadable("reason", row.text(column));
  return why;
}

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

}  // namespace

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
  if (!row.is_null(31)) run.workers = small(row, 31);
  run.paused_until = duration_if_any(row, 32);
  run.pause_why = row.text(33);
  if (!row.is_null(34)) run.rollback_steps = small(row, 34);
  run.rollback_cause = node_at(row, 35);
  if (!row.is_null(36)) {
    Result<std::vector<std::string>> resumes = decode_texts(row.text(36));
    if (!resumes) return resumes.error();
    run.resumes = std::move(*resumes);
  }
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
  step.group = group_at(row, 12);
  if (!row.is_null(13)) step.item = small(row, 13);
  if (!row.is_null(14)) step.max_attempts = small(row, 14);
  step.retry_due = duration_if_any(row, 15);
  step.parts = row.text(16);
  step.item_key = row.text(17);
  step.restored_from = row.text(18);
  return step;
}

Result<GroupRow> read_group(const Statement& row) {
  GroupRow group;
  group.group = group_at(row, 0);
  group.parent = group_at(row, 1);
  group.workstream = row.text(2);
  group.name = row.text(3);
  const std::optional<GroupRole> role = role_named(row.text(4));
  if (!role) return unreadable("kind of group", row.text(4));
  group.role = *role;
  group.rule = row.text(5);
  group.members = small(row, 6);
  if (!parse(row.text(7), group.state)) return unreadable("group state", row.text(7));
  group.round = small(row, 8);
  group.decided = duration_if_any(row, 9);
  if (!row.is_null(10)) {
    StepState decision{};
    if (!parse(row.text(10), decision)) return unreadable("group state", row.text(10));
    group.decision = decision;
  }
  group.why = row.text(11);
  group.cause = node_at(row, 12);
  group.restart_due = duration_if_any(row, 13);
  group.joined = duration_if_any(row, 14);
  group.is_accepted = row.integer(15) != 0;
  return group;
}

Result<OutputRow> read_output(const Statement& row) {
  OutputRow output;
  output.node = node_at(row, 0);
  output.attempt = small(row, 1);
  output.value = stored::value_of_columns(row.text(2), row.text(3), row.text(4));
  return output;
}

Result<CompensationRow> read_compensation(const Statement& row) {
  CompensationRow undone;
  undone.result = {node_at(row, 0), small(row, 1), row.integer(2) != 0, std::string(row.text(3))};
  undone.at = duration_at(row, 4);
  return undone;
}

Result<BreakerRow> read_breaker(const Statement& row) {
  BreakerRow breaker;
  breaker.scope = node_at(row, 0);
  breaker.is_open = row.integer(1) != 0;
  breaker.cause = node_at(row, 2);
  breaker.why = row.text(3);
  breaker.until = duration_at(row, 4);
  return breaker;
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

}  // namespace ws::stored_rows
