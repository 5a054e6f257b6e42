// RunStore::add_earlier: what a run left of its steps and groups, for one that goes on with it.
#include <algorithm>
#include <set>
#include <system_error>
#include <unordered_map>

#include <fmt/format.h>

#include "store/event_codec.h"
#include "store/row_readers.h"
#include "store/run_store.h"

namespace ws {
namespace {

using stored_rows::collect;
using stored_rows::kRead;
using stored_rows::read_step;

bool is_lost(const NamedValue& value) {
  std::error_code ignored;
  return value.is_masked || (!value.file.empty() && !std::filesystem::exists(value.file, ignored));
}

bool has_joined_well(const GroupRow& group) {
  return group.joined && (is_success(group.state) || group.is_accepted);
}

// Nothing of it was to run, and nothing will be.
bool is_passed_over(const GroupRow& group) {
  return group.joined && group.state == StepState::skipped;
}

class Groups {
 public:
  explicit Groups(const std::vector<GroupRow>& rows) {
    for (const GroupRow& row : rows) rows_[row.group] = &row;
  }
  // Whether a group around ended well, whatever became of this member.
  [[nodiscard]] bool is_settled_around(GroupId innermost) const {
    for (auto found = rows_.find(innermost); found != rows_.end();
         found = rows_.find(found->second->parent)) {
      if (has_joined_well(*found->second)) return true;
    }
    return false;
  }

 private:
  std::unordered_map<GroupId, const GroupRow*> rows_;
};

}  // namespace

// How the last attempt of each step ended, where that says more than the step's state.
Result<void> RunStore::read_last_outcomes(std::int64_t run, std::map<NodeId, Outcome>& outcomes) {
  Result<Statement> query = database_.prepare(
      "SELECT attempts.node, outcome, outcome_value, outcome_text FROM attempts JOIN steps "
      "USING (run, node) WHERE run = ?1 AND part = 0 AND attempt = steps.attempts AND outcome IS "
      "NOT NULL AND NOT (outcome = 'exited' AND outcome_value = 0)",
      kRead);
  if (!query) return query.error();
  query->bind_all(run);
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) break;
    Result<std::optional<Outcome>> outcome = stored_rows::read_outcome(*query, 1);
    if (!outcome) return outcome.error();
    outcomes.emplace(stored_rows::node_at(*query, 0), std::move(**outcome));
  }
  // Those that the run itself took over.
  Result<Statement> taken_over = database_.prepare(
      "SELECT node, body FROM events WHERE run = ?1 AND type = 'step_finished' AND body LIKE "
      "'%\"outcome\"%' AND EXISTS (SELECT 1 FROM runs WHERE run = ?1 AND resumes IS NOT NULL)",
      kRead);
  if (!taken_over) return taken_over.error();
  taken_over->bind_all(run);
  while (true) {
    const Result<bool> row = taken_over->next();
    if (!row) return row.error();
    if (!*row) return {};
    const NodeId node = stored_rows::node_at(*taken_over, 0);
    Result<Fact> fact = decode("step_finished", node, taken_over->text(1));
    if (!fact) return fact.error();
    auto& finished = std::get<StepFinished>(*fact);
    if (finished.outcome) outcomes.emplace(node, std::move(*finished.outcome));
  }
}

// Those whose skipping had no failure for its cause.
Result<std::set<NodeId>> RunStore::read_skipped_at_will(std::int64_t run) {
  Result<Statement> query = database_.prepare(
      "SELECT steps.node FROM steps LEFT JOIN steps AS cause ON cause.run = steps.run AND "
      "cause.node = steps.cause_node WHERE steps.run = ?1 AND steps.state = 'skipped' AND "
      "coalesce(cause.state, 'skipped') NOT IN ('failed', 'timed_out', 'cancelled')",
      kRead);
  if (!query) return query.error();
  query->bind_all(run);
  const auto nodes = collect<NodeId>(
      *query, [](const Statement& row) -> Result<NodeId> { return stored_rows::node_at(row, 0); });
  if (!nodes) return nodes.error();
  return std::set<NodeId>(nodes->begin(), nodes->end());
}

Result<void> RunStore::add_earlier(const RunRow& run, const std::vector<std::string>& workstreams,
                                   EarlierRuns& earlier) {
  const std::set<std::string, std::less<>> wanted(workstreams.begin(), workstreams.end());
  Result<std::vector<GroupRow>> groups = this->groups(run.number);
  if (!groups) return groups.error();
  std::map<NodeId, Outcome> outcomes;
  if (auto done = read_last_outcomes(run.number, outcomes); !done) return done;
  Result<std::vector<OutputRow>> outputs = this->outputs(run.number);
  if (!outputs) return outputs.error();
  Result<std::vector<StepRow>> steps = this->steps(run.number);
  if (!steps) return steps.error();
  const Result<std::set<NodeId>> skipped_at_will = read_skipped_at_will(run.number);
  if (!skipped_at_will) return skipped_at_will.error();
  const std::set<NodeId>& at_will = *skipped_at_will;
  std::set<NodeId> half_undone;
  if (run.rollback_steps) {
    Result<std::vector<CompensationRow>> undone = compensations(run.number);
    if (!undone) return undone.error();
    for (const CompensationRow& one : *undone) {
      if (!one.result.is_success) half_undone.insert(one.result.node);
    }
  }
  earlier.add_run(run.id, static_cast<std::uint32_t>(run.number));
  const Groups around(*groups);
  auto next_output = outputs->begin();
  for (StepRow& step : *steps) {
    if (!wanted.contains(step.workstream) || step.kind == NodeKind::preflight) continue;
    EarlierStep what;
    // What the run had taken over from others without going on with them stays theirs.
    const bool is_own =
        step.restored_from.empty() ||
        std::find(run.resumes.begin(), run.resumes.end(), step.restored_from) != run.resumes.end();
    what.run_id = is_own ? run.id : step.restored_from;
    what.is_taken_over = is_own && !step.restored_from.empty();
    what.kind = step.kind;
    what.parts = std::move(step.parts);
    what.item = step.item;
    what.state = step.state;
    what.is_accepted = step.is_accepted;
    what.is_final = step.is_accepted || around.is_settled_around(step.group);
    what.is_skipped_at_will = at_will.contains(step.node);
    what.is_half_undone = half_undone.contains(step.node);
    what.why = std::move(step.why);
    what.ended = step.ended.value_or(Duration::zero());
    what.attempts = step.attempts;
    what.max_attempts = step.max_attempts;
    if (step.retry_due)
      what.retry_due =
          run.started + std::chrono::duration_cast<WallTime::duration>(*step.retry_due);
    if (const auto outcome = outcomes.find(step.node); outcome != outcomes.end())
      what.outcome = outcome->second;
    while (next_output != outputs->end() && next_output->node.value < step.node.value)
      ++next_output;
    for (; next_output != outputs->end() && next_output->node == step.node; ++next_output) {
      what.is_output_lost = what.is_output_lost || is_lost(next_output->value);
      what.outputs.push_back(std::move(next_output->value));
    }
    earlier.add(step.workstream, without_item(step), step.item_key, std::move(what));
  }
  return add_earlier_groups(run, *groups, wanted, earlier);
}

Result<void> RunStore::add_earlier_groups(const RunRow& run, const std::vector<GroupRow>& groups,
                                          const std::set<std::string, std::less<>>& wanted,
                                          EarlierRuns& earlier) {
  std::map<GroupId, std::string> parts;  // of fan-outs: at their begin gates
  Result<Statement> gates = database_.prepare(
      "SELECT node_group, parts FROM steps WHERE run = ?1 AND kind = 'begin' AND parts IS NOT NULL",
      kRead);
  if (!gates) return gates.error();
  gates->bind_all(run.number);
  while (true) {
    const Result<bool> row = gates->next();
    if (!row) return row.error();
    if (!*row) break;
    parts[GroupId(static_cast<std::uint32_t>(gates->integer(0)))] = gates->text(1);
  }
  for (const GroupRow& group : groups) {
    if (!wanted.contains(group.workstream)) continue;
    earlier.add_group(
        group.workstream, group.name, group.role,
        {parts[group.group], group.round, has_joined_well(group) || is_passed_over(group),
         group.state != StepState::waiting && group.state != StepState::cancelled, group.state,
         group.members});
  }
  return add_earlier_rollback(run, earlier);
}

Result<void> RunStore::add_earlier_rollback(const RunRow& run, EarlierRuns& earlier) {
  if (!run.rollback_steps) {
    // One that was to go on with a rollback and did not come to it passes that on.
    if (earlier.has_last_run_anything()) earlier.is_rolling_back = false;
    return {};
  }
  // One that came to its end with something left undone has said so; one that somebody ended early
  // goes on.
  const bool is_ended_early = run.stop && is_user_stop(*run.stop);
  const bool is_under_way = run.status == RunStatus::crashed ||
                            (run.status == RunStatus::partially_rolled_back && is_ended_early);
  earlier.is_rolling_back = is_under_way;
  if (!is_under_way) return {};
  Result<std::vector<CompensationRow>> undone = compensations(run.number);
  if (!undone) return undone.error();
  Result<Statement> end_gates = database_.prepare(
      "SELECT node, workstream FROM steps WHERE run = ?1 AND kind = 'end'", kRead);
  if (!end_gates) return end_gates.error();
  end_gates->bind_all(run.number);
  std::map<NodeId, std::string> workstream_of;
  while (true) {
    const Result<bool> row = end_gates->next();
    if (!row) return row.error();
    if (!*row) break;
    workstream_of[stored_rows::node_at(*end_gates, 0)] = end_gates->text(1);
  }
  for (const CompensationRow& one : *undone) {
    const auto workstream = workstream_of.find(one.result.node);
    if (!one.result.is_success || workstream == workstream_of.end()) continue;
    earlier.add_action_done(workstream->second, one.result.part - AttemptKey::kCompensation);
  }
  return {};
}

}  // namespace ws
