// What is in a run: steps, groups, attempts, tests, results, what was undone (run_store.h).
#include <fmt/format.h>

#include "store/event_codec.h"
#include "store/row_readers.h"
#include "store/run_store.h"

namespace ws {

using stored_rows::collect;
using stored_rows::kRead;
using stored_rows::read_acceptance;
using stored_rows::read_attempt;
using stored_rows::read_breaker;
using stored_rows::read_compensation;
using stored_rows::read_group;
using stored_rows::read_output;
using stored_rows::read_step;

Result<std::vector<StepRow>> RunStore::steps(std::int64_t run, std::string_view workstream) {
  Result<Statement> query = database_.prepare(
      "SELECT node, workstream, step, kind, definition, state, is_accepted, attempts, started_ns, "
      "ended_ns, why, cause_node, node_group, item, max_attempts, retry_due_ns, parts, item_key, "
      "restored_from FROM steps WHERE "
      "run = ?1 AND kind IN ('step', 'acceptance', 'preflight') "
      "AND (?2 = '' OR workstream = ?2) ORDER BY node",
      kRead);
  if (!query) return query.error();
  query->bind_all(run, workstream);
  return collect<StepRow>(*query, read_step);
}

Result<std::vector<GroupRow>> RunStore::groups(std::int64_t run) {
  Result<Statement> query = database_.prepare(
      "SELECT node_group, parent, workstream, name, role, rule, members, state, round, decided_ns, "
      "decision, why, cause_node, restart_due_ns, joined_ns, is_accepted FROM groups "
      "WHERE run = ?1 ORDER BY node_group",
      kRead);
  if (!query) return query.error();
  query->bind_all(run);
  return collect<GroupRow>(*query, read_group);
}

Result<std::vector<OutputRow>> RunStore::outputs(std::int64_t run, NodeId node) {
  Result<Statement> query = database_.prepare(
      fmt::format("SELECT node, attempt, name, json, file FROM outputs WHERE run = ?1 {} "
                  "ORDER BY node, name",
                  node.is_valid() ? "AND node = ?2" : "AND ?2 > 0"),
      kRead);
  if (!query) return query.error();
  query->bind_all(run, node.value);
  return collect<OutputRow>(*query, read_output);
}

Result<std::vector<CompensationRow>> RunStore::compensations(std::int64_t run) {
  Result<Statement> query = database_.prepare(
      "SELECT node, part, is_success, why, at_ns FROM compensations WHERE run = ?1 "
      "ORDER BY at_ns, node, part",
      kRead);
  if (!query) return query.error();
  query->bind_all(run);
  return collect<CompensationRow>(*query, read_compensation);
}

Result<std::vector<BreakerRow>> RunStore::breakers(std::int64_t run) {
  Result<Statement> query = database_.prepare(
      "SELECT scope_node, is_open, cause_node, why, until_ns FROM breakers WHERE run = ?1 "
      "ORDER BY scope_node",
      kRead);
  if (!query) return query.error();
  query->bind_all(run);
  return collect<BreakerRow>(*query, read_breaker);
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

}  // namespace ws
