// The update half of the engine: how inputs and time become facts. Nothing here starts, stops or
// records anything; what must be done is left in to_start_ and to_stop_ for the act half.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/engine.h"
#include "model/invocation.h"

namespace ws {
namespace {

bool is_for_a_person(const Step* step) {
  return step != nullptr && std::holds_alternative<ManualAction>(step->action);
}

bool is_success_exit(const Outcome& outcome, const SuccessRule& rule) {
  const auto* exited = std::get_if<Exited>(&outcome);
  return exited != nullptr && rule.allows_exit(exited->code);
}

bool is_inside(const Plan& plan, NodeId node, GroupId group) {
  GroupId around = plan.node(node).group;
  while (around.is_valid() && around != group) around = plan.group(around).parent;
  return around == group;
}

std::string_view words(StopWhy why) {
  switch (why) {
    case StopWhy::timeout:
      return "its time limit was reached";
    case StopWhy::run_timeout:
      return "the run's time limit was reached";
    case StopWhy::interrupted:
      return "interrupted";
    case StopWhy::terminated:
      return "terminated";
    case StopWhy::hang_up:
      return "the terminal hung up";
    case StopWhy::fail_fast:
      return "another step failed";
    case StopWhy::killed:
      return "killed on request";
    case StopWhy::store_failed:
      return "the run could not be recorded";
    case StopWhy::not_needed:
      return "its group is decided without it";
    case StopWhy::group_failed:
      return "its group failed";
    case StopWhy::group_timeout:
      return "its group's time limit was reached";
    case StopWhy::rollback_timeout:
      return "the rollback's time limit was reached";
  }
  return "";
}

}  // namespace

void Engine::take_inputs() {
  for (const RunningInput& input : std::exchange(running_inputs_, {})) {
    note(AttemptRunning{input.key, input.process});
  }
  while (!ended_inputs_.empty()) {
    const EndedInput input = std::move(ended_inputs_.front());
    ended_inputs_.pop_front();
    on_ended(input);
  }
  for (const StopWhy why : std::exchange(stop_inputs_, {})) {
    // The first wish of a person asks; any further one kills.
    stop_everything(is_stopped_by_user_ ? StopWhy::killed : why, NodeId());
    is_stopped_by_user_ = true;
  }
}

void Engine::take_deadlines() {
  const MonotonicTime now = clock_.now();
  while (!deadlines_.empty() && deadlines_.begin()->when <= now) {
    const AttemptKey key = deadlines_.begin()->key;
    deadlines_.erase(deadlines_.begin());
    ask_to_stop(key, StopWhy::timeout);
  }
  const bool is_over_time =
      options_.run_timeout > Duration::zero() && now >= started_at_ + options_.run_timeout;
  if (!is_over_time || is_run_timeout_spent_) return;
  is_run_timeout_spent_ = true;
  // A run that cannot be recorded lets what runs finish, but not beyond its limit; every other stop
  // has asked it already.
  const bool is_anything_left_alone = !state_.stop() || state_.stop() == StopWhy::store_failed;
  if (is_anything_left_alone) stop_everything(StopWhy::run_timeout, NodeId());
}

void Engine::on_ended(const EndedInput& input) {
  const AttemptState* attempt = find_running(input.key);
  if (attempt == nullptr) return;  // an executor that says it twice must not count twice
  AttemptFinished fact;
  fact.key = input.key;
  fact.outcome = input.result.outcome;
  fact.facts = input.result.facts;
  fact.duration = since_start() - attempt->started;
  if (attempt->stopping) {
    // We stopped it: whatever code it left with says nothing.
    const bool is_timeout = *attempt->stopping == StopWhy::timeout;
    fact.outcome = is_timeout ? Outcome(TimedOut{timeout_of(input.key)}) : Outcome(Cancelled{});
    fact.why = is_timeout ? describe(fact.outcome)
                          : fmt::format("cancelled: {}", words(*attempt->stopping));
  } else {
    judge(fact);
  }
  drop_deadline(input.key);
  const AttemptFinished ended = fact;
  note(std::move(fact));
  after_part(ended);
}

// Output patterns were matched by the executor, which knows the tool's too; exit codes are judged
// here.
void Engine::judge(AttemptFinished& fact) const {
  const NodeId node = fact.key.node;
  SuccessRule rule;
  if (const Step* step = plan_.step_if_any(node); step != nullptr && fact.key.part == 0) {
    const ToolRule* tool = tool_rule(node);
    rule =
        tool != nullptr ? merged(tool->success, step->details().success) : step->details().success;
  }
  if (!is_success_exit(fact.outcome, rule)) {
    fact.why = describe(fact.outcome);
  } else if (!fact.facts.forbidden_output.empty()) {
    fact.why = "its output says it failed: " + fact.facts.forbidden_output;
  } else if (!fact.facts.missing_output.empty()) {
    fact.why = fmt::format("its output never matched '{}'", fact.facts.missing_output.front());
  } else {
    fact.is_success = true;
  }
}

void Engine::after_part(const AttemptFinished& ended) {
  const AttemptKey key = ended.key;
  const bool was_cancelled = std::holds_alternative<Cancelled>(ended.outcome);
  if (key.part > 0 && !was_cancelled) {
    note(AcceptanceFinished{key.node, key.attempt, key.part, false, ended.is_success, ended.why});
  }
  if (!ended.is_success) {
    StepState state = StepState::failed;
    if (was_cancelled) state = StepState::cancelled;
    if (std::holds_alternative<TimedOut>(ended.outcome)) state = StepState::timed_out;
    const bool is_verdict = key.part > 0 && !was_cancelled;
    finish_step(
        key.node, state,
        is_verdict ? fmt::format("acceptance test {} failed: {}", key.part, ended.why) : ended.why);
    return;
  }
  const std::uint32_t next = next_test(key.node, key.attempt, key.part);
  if (next == 0) {
    finish_step(key.node, success_state(key.node), "");
  } else if (may_start()) {
    start_part({key.node, key.attempt, next});
  } else {
    finish_step(key.node, StepState::cancelled, "stopped before its acceptance tests ran");
  }
}

// The next test that is a command, 1-based; 0: none is left. Prose on the way gets its verdict:
// nobody checked.
std::uint32_t Engine::next_test(NodeId node, std::uint32_t attempt, std::uint32_t after) {
  const auto tests = plan_.acceptance_tests(node);
  for (std::uint32_t i = after; i < tests.size(); ++i) {
    if (!tests[i].is_manual()) return i + 1;
    note(AcceptanceFinished{node, attempt, i + 1, true, false, tests[i].manual_reason});
  }
  return 0;
}

StepState Engine::success_state(NodeId node) const {
  const auto tests = plan_.acceptance_tests(node);
  const Step* step = plan_.step_if_any(node);
  const bool is_unchecked = std::any_of(
      tests.begin(), tests.end(), [](const AcceptanceTest& test) { return test.is_manual(); });
  if (is_unchecked || is_for_a_person(step)) return StepState::unverified;
  return has_command(step) || !tests.empty() ? StepState::succeeded : StepState::noop;
}

void Engine::finish_step(NodeId node, StepState state, std::string why) {
  const bool held_slot = state_.node(node).state == StepState::running;
  const bool is_own_failure = is_failure(state) && state != StepState::cancelled;
  const Step* step = plan_.step_if_any(node);
  const OnFailure policy = policy_of(node);
  const bool is_critical = step == nullptr || step->is_critical;
  const bool is_accepted = is_own_failure && (!is_critical || policy == OnFailure::carry_on);
  note(StepFinished{node, state, std::move(why), is_accepted});
  if (held_slot) admission_.release(node);
  skip_dependents(node);
  if (is_own_failure && policy == OnFailure::abort && !state_.stop()) {
    stop_everything(StopWhy::fail_fast, node);
  }
}

// Everything that needed more from `settled` than it gave is skipped, and so on; the cause stays
// the first.
void Engine::skip_dependents(NodeId settled) {
  const bool is_gate = plan_.node(settled).kind == NodeKind::end;
  const NodeId first_cause = is_gate ? state_.node(settled).cause : settled;
  std::vector<NodeId> lost = {settled};
  while (!lost.empty()) {
    const NodeId node = lost.back();
    lost.pop_back();
    for (const PlanEdge& edge : plan_.successors(node)) {
      const NodeKind kind = plan_.node(edge.node).kind;
      if (kind == NodeKind::end) continue;  // joins by counting its members
      if (state_.node(edge.node).state != StepState::waiting) continue;
      if (state_.is_satisfied(node, edge)) continue;
      if (kind == NodeKind::begin) {
        skip_members(edge.node, first_cause, lost);
      } else {
        note(StepSkipped{edge.node, first_cause, skip_reason(first_cause)});
        lost.push_back(edge.node);
      }
    }
  }
}

// The group behind `begin` will never be reached: every member is skipped, whatever it waits for
// inside.
void Engine::skip_members(NodeId begin, NodeId cause, std::vector<NodeId>& skipped) {
  const GroupId group = plan_.node(begin).group;
  if (state_.unsettled(group) == 0) {
    if (!state_.has_joined(group)) dead_groups_.push_back(group);
    return;
  }
  for (std::uint32_t i = begin.value + 1; i < plan_.group(group).end.value; ++i) {
    const NodeId node(i);
    const NodeKind kind = plan_.node(node).kind;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    if (!is_inside(plan_, node, group)) continue;  // the range may hold nodes of other groups
    // Skipping one member may have made another ready ("on: done"): it is behind the same closed
    // gate.
    const StepState state = state_.node(node).state;
    if (state != StepState::waiting && state != StepState::ready) continue;
    note(StepSkipped{node, cause, skip_reason(cause)});
    skipped.push_back(node);
  }
}

std::string Engine::skip_reason(NodeId cause) const {
  if (!cause.is_valid()) return "the run was stopped";
  const StepState state = state_.node(cause).state;
  return fmt::format("dependency '{}' {}", plan_.display_name(cause),
                     is_success(state) ? std::string_view("succeeded") : name(state));
}

void Engine::ask_to_stop(AttemptKey key, StopWhy why) {
  const AttemptState* attempt = find_running(key);
  if (attempt == nullptr) return;
  // Its end is known and only waits for its turn: there is nothing left to stop.
  const bool has_ended = std::any_of(ended_inputs_.begin(), ended_inputs_.end(),
                                     [&](const EndedInput& input) { return input.key == key; });
  if (has_ended) return;
  const bool is_stopping = attempt->stopping.has_value();
  if (is_stopping && why != StopWhy::killed) return;
  if (!is_stopping) note(AttemptStopping{key, why});
  // Chosen in this very turn and not spawned yet: it simply does not start.
  const auto chosen = std::find(to_start_.begin(), to_start_.end(), key);
  if (chosen != to_start_.end()) {
    to_start_.erase(chosen);
    on_ended({key, AttemptResult{Cancelled{}, {}}});
  } else {
    to_stop_.emplace_back(key, why);
  }
}

void Engine::stop_everything(StopWhy why, NodeId cause) {
  note(StopRequested{why, cause});
  admission_.clear();
  state_.forget_newly_ready();
  const std::string not_started =
      cause.is_valid() ? fmt::format("not started: '{}' failed", plan_.display_name(cause))
                       : fmt::format("not started: {}", words(why));
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = plan_.node(node).kind;
    const StepState state = state_.node(node).state;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    if (state != StepState::waiting && state != StepState::ready) continue;
    note(StepFinished{node, StepState::cancelled, not_started, false});
  }
  if (why == StopWhy::store_failed) return;  // what runs may finish
  std::vector<AttemptKey> keys;
  for (const AttemptState& attempt : state_.running()) keys.push_back(attempt.key);
  for (const AttemptKey& key : keys) ask_to_stop(key, why);
}

// A group joins when its last member settled; that may release, or skip, what waits for it.
void Engine::join_groups() {
  for (;;) {
    std::vector<GroupId> due(state_.newly_joinable().begin(), state_.newly_joinable().end());
    state_.forget_newly_joinable();
    due.insert(due.end(), dead_groups_.begin(), dead_groups_.end());
    dead_groups_.clear();
    if (due.empty()) return;
    for (const GroupId group : due) {
      if (state_.has_joined(group)) continue;
      note(joined(group));
      skip_dependents(plan_.group(group).end);
    }
  }
}

GroupJoined Engine::joined(GroupId id) const {
  const NodeId failure = state_.failure_in(id);
  const bool was_reached = state_.node(plan_.group(id).begin).state != StepState::waiting;
  GroupJoined fact{id, StepState::succeeded, failure};
  if (!was_reached) {
    fact.state = StepState::skipped;
  } else if (failure.is_valid()) {
    fact.state = state_.node(failure).state == StepState::cancelled ? StepState::cancelled
                                                                    : StepState::failed;
  }
  return fact;
}

void Engine::finish_run_if_done() {
  const bool is_done =
      state_.counts().settled() == state_.counts().total && state_.running().empty();
  if (!is_done || is_finished_) return;
  is_finished_ = true;
  note(RunFinished{final_status(), since_start(), state_.peak()});
}

RunStatus Engine::final_status() const {
  if (state_.stop()) {
    switch (*state_.stop()) {
      case StopWhy::interrupted:
      case StopWhy::terminated:
      case StopWhy::hang_up:
      case StopWhy::killed:
        return RunStatus::cancelled;
      case StopWhy::run_timeout:
        return RunStatus::timed_out;
      case StopWhy::timeout:
      case StopWhy::fail_fast:
      case StopWhy::store_failed:
      case StopWhy::not_needed:
      case StopWhy::group_failed:
      case StopWhy::group_timeout:
      case StopWhy::rollback_timeout:
        return RunStatus::failed;
    }
  }
  if (state_.has_failed()) return RunStatus::failed;
  return state_.counts().accepted > 0 ? RunStatus::completed_with_errors : RunStatus::succeeded;
}

}  // namespace ws
