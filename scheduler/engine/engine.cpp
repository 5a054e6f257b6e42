#include "engine/engine.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/resume.h"
#include "model/tool_profile.h"

namespace ws {

Engine::Engine(Plan& plan, RunOptions options, Executor& executor, Recorder& recorder,
               std::vector<Observer*> observers, Clock& clock)
    : plan_(plan),
      options_(std::move(options)),
      executor_(executor),
      recorder_(recorder),
      observers_(std::move(observers)),
      clock_(clock),
      state_(plan),
      values_(state_, options_.inputs),
      admission_(plan, AdmissionLimits{options_.is_sequential ? 1 : options_.max_workers,
                                       options_.start_gap, options_.is_sequential}) {}

void Engine::begin() {
  started_at_ = clock_.now();
  RunStarted fact;
  fact.run_id = options_.run_id;
  fact.workstream = options_.home;
  for (const std::uint32_t index : plan_.workstreams()) {
    fact.workstreams.push_back(plan_.workset().workstreams[index].id);
  }
  fact.max_workers = options_.is_sequential ? 1 : options_.max_workers;
  fact.is_sequential = options_.is_sequential;
  fact.is_dry = options_.is_dry;
  fact.seed = options_.seed;
  fact.steps = state_.counts().total;
  if (options_.resume != nullptr) fact.resumes = options_.resume->earlier().run_ids();
  note(std::move(fact));
  resume_rounds();
  turn();
}

void Engine::attempt_running(AttemptKey key, ProcessIdentity process) {
  running_inputs_.push_back({key, process});
}

void Engine::attempt_ended(AttemptKey key, AttemptResult result) {
  ended_inputs_.push_back({key, std::move(result)});
}

void Engine::turn() {
  if (is_finished_) return;
  take_inputs();
  take_deadlines();
  take_timers();
  choose_starts();
  finish_run_if_done();
  start_compensations();
  const bool could_record = !store_error_;
  if (!record() && could_record && !is_finished_) give_up_recording();

  for (const auto& [key, why] : std::exchange(to_stop_, {})) executor_.stop(key, why);
  for (const AttemptKey& key : std::exchange(to_start_, {})) {
    set_deadline(key);
    executor_.start(key, values_);
  }
  arm_timer();
  show();
}

// What was not recorded must not start; what runs may finish, and is only remembered.
void Engine::give_up_recording() {
  stop_everything(StopWhy::store_failed, NodeId());
  for (const AttemptKey& key : std::exchange(to_start_, {})) {
    note(AttemptStopping{key, StopWhy::store_failed});
    on_ended({key, AttemptResult{Cancelled{}, {}}});
  }
  join_groups();
  finish_run_if_done();
  record();
}

void Engine::choose_starts() {
  join_groups();
  while (may_start()) {
    const auto ready = state_.newly_ready();
    to_meet_.insert(to_meet_.end(), ready.begin(), ready.end());
    state_.forget_newly_ready();
    if (to_meet_.empty()) break;
    // Meeting one may stop or pause the run, and so the others.
    while (!to_meet_.empty() && may_start()) {
      const NodeId node = to_meet_.front();
      to_meet_.pop_front();
      if (state_.node(node).state == StepState::ready) meet(node);
    }
    join_groups();
  }
  if (may_start()) {
    for (const NodeId node : std::exchange(due_retries_, {})) {
      const bool is_due = state_.retry_due(node) <= since_start();
      if (state_.node(node).state != StepState::backing_off || !is_due) continue;
      start_or_queue(node);
    }
  }
  while (may_start()) {
    const std::optional<NodeId> node = admission_.next(clock_.now());
    if (node) {
      start_node(*node);
      continue;
    }
    // Two workstreams wait for each other: one holds what both claim as a whole, and its next step
    // comes after a step of the other.
    const bool is_stuck = state_.running().empty() && timers_.empty() && !admission_.is_empty() &&
                          !admission_.gap_ends(clock_.now());
    if (!is_stuck || !admission_.yield_leases()) break;
  }
  if (may_start()) start_held_waits();
}

void Engine::meet(NodeId node) {
  if (plan_.node(node).kind == NodeKind::begin) return meet_group(node);
  if (!passes_condition(node) || is_resumed(node) || is_done_before(node) || !makes_values(node))
    return;
  if (!needs_a_process(node)) {
    next_test(node, 1, 0);  // prose tests still get their verdict
    finish_step(node, success_state(node), "");
  } else {
    start_or_queue(node);
  }
}

void Engine::start_or_queue(NodeId node) {
  if (takes_slot(node)) return admission_.add(node);
  held_waits_.push_back(node);  // until all that an earlier run did has been settled
}

void Engine::start_held_waits() {
  for (const NodeId node : std::exchange(held_waits_, {})) {
    const StepState state = state_.node(node).state;
    const bool is_wanted = state == StepState::ready || state == StepState::backing_off;
    if (!is_wanted) continue;
    if (admission_.is_held_back(node)) {
      held_waits_.push_back(node);
      continue;
    }
    admission_.note_start(node);
    start_node(node);
  }
}

bool Engine::takes_slot(NodeId node) const { return !is_wait(plan_.step_if_any(node)); }

bool Engine::needs_a_process(NodeId node) const {
  if (has_command(plan_.step_if_any(node))) return true;
  const auto tests = plan_.acceptance_tests(node);
  return std::any_of(tests.begin(), tests.end(),
                     [](const AcceptanceTest& test) { return !test.is_manual(); });
}

void Engine::start_node(NodeId node) {
  const std::uint32_t attempt = state_.node(node).attempts + 1;
  const bool is_command = has_command(plan_.step_if_any(node));
  start_part({node, attempt, is_command ? 0 : next_test(node, attempt, 0)});
}

void Engine::start_part(AttemptKey key) {
  if (key.part < AttemptKey::kCompensation) note_rerun(key.node);
  note(AttemptStarted{key, executor_.command_text(key, values_)});
  to_start_.push_back(key);
}

void Engine::set_deadline(AttemptKey key) {
  const Duration limit = timeout_of(key);
  if (limit == Duration::zero()) return;
  const MonotonicTime when = clock_.now() + limit;
  deadlines_.insert({when, key});
  deadline_of_[key.node] = when;
}

void Engine::drop_deadline(AttemptKey key) {
  const auto found = deadline_of_.find(key.node);
  if (found == deadline_of_.end()) return;
  deadlines_.erase({found->second, key});
  deadline_of_.erase(found);
}

void Engine::add_timer(Duration at, TimerKind kind, std::uint32_t id) {
  timers_.insert({started_at_ + at, kind, id});
}

void Engine::arm_timer() {
  if (is_finished_) {
    clock_.cancel_wake();
    return;
  }
  std::optional<MonotonicTime> when;
  const auto consider = [&](MonotonicTime time) { when = when ? std::min(*when, time) : time; };
  if (!deadlines_.empty()) consider(deadlines_.begin()->when);
  if (!timers_.empty()) consider(timers_.begin()->when);
  if (options_.run_timeout > Duration::zero() && !is_run_timeout_spent_) {
    consider(started_at_ + options_.run_timeout);
  }
  if (may_start()) {
    if (const auto gap = admission_.gap_ends(clock_.now())) consider(*gap);
  }
  if (when) {
    clock_.wake_at(*when);
  } else {
    clock_.cancel_wake();
  }
}

void Engine::note(Fact fact) {
  unrecorded_.push_back(Event{next_seq_++, since_start(), clock_.wall(), std::move(fact)});
  state_.apply(unrecorded_.back());
}

bool Engine::record() {
  if (unrecorded_.empty()) return true;
  bool is_kept = !store_error_;
  if (is_kept) {
    if (const auto result = recorder_.record(unrecorded_); result.has_error()) {
      store_error_ = result.error();
      is_kept = false;
    }
  }
  std::move(unrecorded_.begin(), unrecorded_.end(), std::back_inserter(unshown_));
  unrecorded_.clear();
  return is_kept;
}

// After the act: nobody's eyes delay a start.
void Engine::show() {
  for (const Event& event : unshown_) {
    for (Observer* observer : observers_) observer->observe(event, state_);
  }
  unshown_.clear();
}

const AttemptState* Engine::find_running(AttemptKey key) const {
  for (const AttemptState& attempt : state_.running()) {
    if (attempt.key == key) return &attempt;
  }
  return nullptr;
}

// Step, then the groups around it, then workstream (or the run's own default), then tool; a test
// and a compensation have their own first.
Duration Engine::timeout_of(AttemptKey key) const {
  if (key.is_expansion()) return Duration::zero();
  const Step* step = plan_.step_if_any(key.node);
  if (key.is_test()) {
    const Duration own = plan_.acceptance_tests(key.node)[key.part - 1].timeout;
    if (own > Duration::zero()) return own;
  }
  if (key.is_compensation()) {
    const Compensation* compensation = compensation_of(plan_, key);
    if (compensation != nullptr && compensation->timeout > Duration::zero())
      return compensation->timeout;
  }
  if (step != nullptr && step->timeout > Duration::zero()) return step->timeout;
  if (is_wait(step)) return Duration::zero();  // waiting long is what it is for
  for (GroupId g = plan_.node(key.node).group; g.is_valid(); g = plan_.group(g).parent) {
    const PlanGroup& group = plan_.group(g);
    if (group.role != GroupRole::group && group.role != GroupRole::body) continue;
    const Duration of_member =
        plan_.workset().workstreams[group.workstream].groups[group.declared].member_timeout;
    if (of_member > Duration::zero()) return of_member;
  }
  if (options_.default_timeout > Duration::zero()) return options_.default_timeout;
  const Duration of_workstream = plan_.workstream_of(key.node).execution.timeout_per_step;
  if (of_workstream > Duration::zero()) return of_workstream;
  const ToolRule* tool = key.part == 0 ? tool_rule(key.node) : nullptr;
  if (tool != nullptr && tool->timeout > Duration::zero()) return tool->timeout;
  const auto* action = step != nullptr ? std::get_if<ToolAction>(&step->action) : nullptr;
  return action != nullptr && key.part == 0 ? action->default_timeout : Duration::zero();
}

const ToolRule* Engine::tool_rule(NodeId node) const {
  const Step* step = plan_.step_if_any(node);
  const auto* action = step != nullptr ? std::get_if<ToolAction>(&step->action) : nullptr;
  if (action == nullptr) return nullptr;
  const auto found = find_tool(options_.tools, *action);
  return found != options_.tools.end() ? &found->second : nullptr;
}

OnFailure Engine::policy_of(NodeId node) const {
  const Step* step = plan_.step_if_any(node);
  const bool is_critical = step == nullptr || step->is_critical;
  if (options_.is_fail_fast && is_critical && answers_to_workstream(plan_, node))
    return OnFailure::abort;
  return on_failure_of(plan_, node);
}

RunStatus Engine::final_status() const {
  if (rollback_)
    return rollback_->is_whole() ? RunStatus::rolled_back : RunStatus::partially_rolled_back;
  if (state_.stop()) {
    switch (*state_.stop()) {
      case StopWhy::interrupted:
      case StopWhy::terminated:
      case StopWhy::hang_up:
      case StopWhy::killed:
      case StopWhy::quit:
      case StopWhy::cancelled:
      case StopWhy::drained:
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
      case StopWhy::step_cancelled:
        return RunStatus::failed;
    }
  }
  if (state_.has_failed()) return RunStatus::failed;
  return state_.has_errors() ? RunStatus::completed_with_errors : RunStatus::succeeded;
}

Duration Engine::since_start() const { return clock_.now() - started_at_; }

}  // namespace ws
