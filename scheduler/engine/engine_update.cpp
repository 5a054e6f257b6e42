// The update half of the engine: how inputs and time become facts. Nothing here starts, stops or
// records anything; what must be done is left in to_start_ and to_stop_ for the act half.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/engine.h"
#include "engine/error_signature.h"
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
    case StopWhy::quit:
      return "quit";
    case StopWhy::cancelled:
    case StopWhy::step_cancelled:
      return "by a person";
    case StopWhy::drained:
      return "the run was drained";
  }
  return "";
}

std::string cancelled_because(StopWhy why) {
  const bool has_subject = why != StopWhy::cancelled && why != StopWhy::step_cancelled;
  return fmt::format("cancelled{} {}", has_subject ? ":" : "", words(why));
}

}  // namespace

void Engine::take_inputs() {
  for (const RunningInput& input : std::exchange(running_inputs_, {})) {
    note(AttemptRunning{input.key, input.process});
    if (!deadline_of_.contains(input.key.node)) set_deadline(input.key);  // it was held back
  }
  while (!ended_inputs_.empty()) {
    const EndedInput input = std::move(ended_inputs_.front());
    ended_inputs_.pop_front();
    on_ended(input);
  }
  take_wishes();
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

void Engine::take_timers() {
  const MonotonicTime now = clock_.now();
  while (!timers_.empty() && timers_.begin()->when <= now) {
    const Timer due = *timers_.begin();
    timers_.erase(timers_.begin());
    switch (due.kind) {
      case TimerKind::retry:
        due_retries_.emplace_back(due.id);  // may be that of an earlier round
        break;
      case TimerKind::cooldown:
        end_cooldown(NodeId(due.id));
        break;
      case TimerKind::group_timeout:
        time_out(GroupId(due.id));
        break;
      case TimerKind::group_round:
        begin_round(GroupId(due.id));
        break;
      case TimerKind::resume:
        end_pause();
        break;
      case TimerKind::rollback:
        give_up_rollback(StopWhy::rollback_timeout);
        break;
    }
  }
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
    const StopWhy why = *attempt->stopping;
    if (why == StopWhy::timeout || why == StopWhy::group_timeout) {
      const bool is_own = why == StopWhy::timeout;
      fact.outcome = TimedOut{is_own ? timeout_of(input.key) : group_limit_of(input.key.node)};
      fact.why = is_own ? describe(fact.outcome) : std::string(words(why));
    } else {
      fact.outcome = Cancelled{};
      fact.why = cancelled_because(why);
    }
  } else {
    judge(fact);
  }
  drop_deadline(input.key);
  if (!fact.is_success) fact.facts.last_line = last_line(input.result.error_text);
  const bool is_step_part = input.key.part < AttemptKey::kCompensation;
  if (is_step_part && !fact.is_success && !std::holds_alternative<Cancelled>(fact.outcome) &&
      breaker_of(plan_, input.key.node).policy != nullptr) {
    fact.facts.signature = error_signature(fact.why, input.result.error_text);
  }
  const AttemptFinished ended = fact;
  note(std::move(fact));
  if (input.key.is_expansion()) return after_expansion(input, ended.is_success);
  if (input.key.is_compensation()) return after_compensation(ended);
  if (ended.is_success && !input.result.outputs.empty())
    handed_on_[input.key.node] = input.result.outputs;
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
  if (!fact.facts.broken_rule.empty()) {
    fact.why = fact.facts.broken_rule;  // says more than the outcome that the executor made of it
  } else if (!is_success_exit(fact.outcome, rule)) {
    fact.why = describe(fact.outcome);
  } else if (!fact.facts.forbidden_output.empty()) {
    fact.why = "its output says it failed: " + capped(fact.facts.forbidden_output, kLongestError);
  } else if (!fact.facts.missing_output.empty()) {
    fact.why = fmt::format("its output never matched '{}'", fact.facts.missing_output.front());
  } else if (!fact.facts.missing_files.empty()) {
    fact.why = fmt::format("it did not make '{}'", fact.facts.missing_files.front());
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
  const bool is_forgiven =
      key.part > 0 && !was_cancelled && !plan_.acceptance_tests(key.node)[key.part - 1].is_blocking;
  if (!ended.is_success && !is_forgiven) return after_failure(ended);
  if (key.part == 0 && ended.facts.is_unchanged) return skip_unchanged(key.node);
  const std::uint32_t next = next_test(key.node, key.attempt, key.part);
  if (next == 0) {
    finish_step(key.node, success_state(key.node), "");
  } else if (may_go_on_with(key.node)) {
    start_part({key.node, key.attempt, next});
  } else {
    finish_step(key.node, StepState::cancelled, "stopped before its acceptance tests ran");
  }
}

void Engine::after_failure(AttemptFinished ended) {
  const AttemptKey key = ended.key;
  const bool was_cancelled = std::holds_alternative<Cancelled>(ended.outcome);
  StepState state = StepState::failed;
  if (was_cancelled) state = StepState::cancelled;
  if (std::holds_alternative<TimedOut>(ended.outcome)) state = StepState::timed_out;
  if (key.part > 0 && !was_cancelled)
    ended.why = fmt::format("acceptance test {} failed: {}", key.part, ended.why);
  const bool is_wanted = !was_cancelled && !cancelled_steps_.contains(key.node);
  if (is_wanted && may_go_on_with(key.node) && try_again(ended)) return;
  finish_step(key.node, state, ended.why);
  for (auto& [group, why] : std::exchange(broken_groups_, {})) fail_group(group, std::move(why));
}

bool Engine::may_go_on_with(NodeId node) const {
  const bool is_left_alone = !state_.stop() || is_spared(node, *state_.stop());
  return may_go_on() && is_left_alone && !has_stop_of_group(node);
}

// A group around the node was decided and no member of it starts anything more.
bool Engine::has_stop_of_group(NodeId node) const {
  return is_closed(plan_.node(node).group, plan_.node(node).is_finally);
}

// `is_sheltered`: what is asked about is a `finally` part of the innermost group.
bool Engine::is_closed(GroupId innermost, bool is_sheltered) const {
  for (GroupId g = innermost; g.is_valid(); g = plan_.group(g).parent) {
    const GroupRecord& record = state_.group(g);
    // One that joined in its own time may hold members that run on in the background.
    if (record.is_early && !is_sheltered) {
      const GroupVerdict verdict =
          is_success(record.decision) ? GroupVerdict::success : GroupVerdict::failure;
      if (rest_of(plan_.group(g).rule, verdict) == Rest::cancelled) return true;
    }
    is_sheltered = is_sheltered || plan_.group(g).is_finally;
  }
  return false;
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

void Engine::finish_step(NodeId node, StepState state, std::string why, Restored from) {
  const bool held_slot = state_.node(node).state == StepState::running && takes_slot(node);
  // What a person cancels, alone of the run, has failed for all others.
  const bool is_unwanted = cancelled_steps_.erase(node) > 0;
  const bool is_own_failure = is_failure(state) && (state != StepState::cancelled || is_unwanted);
  const bool is_item = plan_.node(node).item != PlanNode::kNoItem;
  const Step* step = plan_.step_if_any(node);
  const OnFailure policy = policy_of(node);
  const bool is_critical = step == nullptr || step->is_critical;
  const bool is_accepted =
      is_own_failure && !is_item && (!is_critical || policy == OnFailure::carry_on);
  const bool is_restored = !from.run_id.empty();
  if (is_success(state)) close_breaker(node);
  hand_on(node, state);
  StepFinished fact{node, state, std::move(why), is_accepted};
  fact.restored_from = std::move(from.run_id);
  fact.outcome = std::move(from.outcome);
  fact.is_unwanted = is_unwanted && state == StepState::cancelled;
  const auto key = keys_.extract(node);
  if (key && state == StepState::succeeded && !is_restored) fact.key = std::move(key.mapped());
  note(std::move(fact));
  if (held_slot) admission_.release(node);
  admission_.drop_probe(node);
  skip_dependents(node);
  if (is_own_failure && !is_item && !is_accepted) suffer(node, policy);
  if (is_own_failure && is_accepted) pause_after_failure(node);
}

// What the failure of a step or of a whole group does to the run.
void Engine::suffer(NodeId node, OnFailure policy) {
  if (policy == OnFailure::abort && !state_.stop())
    return stop_everything(StopWhy::fail_fast, node);
  pause_after_failure(node);
}

void Engine::pause_after_failure(NodeId node) {
  const ErrorHook& hook = plan_.workstream_of(node).error_handling.on_failure;
  if (hook.action == ErrorAction::pause_and_notify && answers_to_workstream(plan_, node))
    pause(hook.pause, fmt::format("'{}' failed", plan_.member_name(node)));
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

// `finally` steps of what has begun outlive a failure, not a person's stop.
bool Engine::is_spared(NodeId node, StopWhy why) const {
  if (why != StopWhy::fail_fast) return false;
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (plan_.group(g).is_finally) return is_kept_alive(plan_.group(g).parent);
  }
  return plan_.node(node).is_finally && is_kept_alive(plan_.node(node).group);
}

void Engine::stop_everything(StopWhy why, NodeId cause) {
  note(StopRequested{why, cause});
  if (rollback_ && !rollback_->is_over()) {
    // A rollback survives the first wish to stop: half undone is worse than done.
    if (why == StopWhy::killed || why == StopWhy::run_timeout) give_up_rollback(why);
    if (why == StopWhy::store_failed) rollback_->give_up();  // what runs may finish
    return;
  }
  const std::string reason =
      cause.is_valid()
          ? fmt::format("'{}' failed", plan_.member_name(cause))
          : fmt::format("{}{}", why == StopWhy::cancelled ? "cancelled " : "", words(why));
  std::vector<NodeId> cancelled;
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = plan_.node(node).kind;
    const StepState state = state_.node(node).state;
    if (kind == NodeKind::begin || kind == NodeKind::end) continue;
    if (is_settled(state) || state == StepState::running || is_spared(node, why)) continue;
    admission_.forget(node);
    const std::string_view what =
        state_.node(node).attempts > 0 ? "not tried again" : "not started";
    note(StepFinished{node, StepState::cancelled, fmt::format("{}: {}", what, reason), false});
    cancelled.push_back(node);
  }
  // Those that are spared may have needed one.
  for (const NodeId node : cancelled) skip_dependents(node);
  for (std::size_t g = 0; g < plan_.groups().size(); ++g) {
    const GroupId group(g);
    const bool is_empty = state_.group(group).tally.unsettled == 0;
    if (is_empty && !is_spared(plan_.group(group).begin, why)) due_groups_.push_back(group);
  }
  if (why == StopWhy::store_failed) return;  // what runs may finish
  std::vector<AttemptKey> keys;
  for (const AttemptState& attempt : state_.running()) {
    if (!is_spared(attempt.key.node, why)) keys.push_back(attempt.key);
  }
  for (const AttemptKey& key : keys) ask_to_stop(key, why);
}

void Engine::finish_run_if_done() {
  const bool is_done =
      state_.counts().settled() == state_.counts().total && state_.running().empty() &&
      std::all_of(plan_.groups().begin(), plan_.groups().end(), [&](const PlanGroup& group) {
        return group.parent.is_valid() || is_settled(state_.node(group.end).state);
      });
  if (is_finished_) return;
  if (!is_done) return stop_when_drained();
  if (rollback_ ? !rollback_->is_over() : begin_rollback()) return;
  is_finished_ = true;
  note(RunFinished{final_status(), since_start(), state_.peak()});
}

}  // namespace ws
