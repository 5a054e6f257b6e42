// Undoing: once everything has settled and the run failed, the completed steps of a workstream that
// failed are compensated. Part of the update half of the engine.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/engine.h"
#include "engine/resume.h"
#include "engine/rollback_order.h"

namespace ws {

// By how it had ended then: nothing runs forward, so how it ends now says less.
bool Engine::was_being_undone(const PlanGroup& workstream) const {
  if (is_failure(state_.node(workstream.end).state)) return true;
  const GroupId group = plan_.node(workstream.end).group;
  const EarlierGroup* then =
      options_.resume->earlier().find_group(plan_.workset().workstreams[workstream.workstream].id,
                                            plan_.group_id(group), workstream.role);
  return then != nullptr && is_failure(then->state);
}

// False when there is nothing to undo, or nobody to wait for it.
bool Engine::begin_rollback() {
  if (rollback_ || store_error_ || options_.is_dry) return false;
  resume_rollback();
  const bool goes_on = options_.resume != nullptr && options_.resume->is_rolling_back();
  std::vector<RollbackShare> shares;
  Duration limit{};
  NodeId cause;
  for (const PlanGroup& group : plan_.groups()) {
    if (group.role != GroupRole::workstream) continue;
    const Workstream& workstream = plan_.workset().workstreams[group.workstream];
    const StepState state = state_.node(group.end).state;
    const bool is_wanted = goes_on ? workstream.saga && was_being_undone(group)
                                   : asks_for_rollback(workstream, state, state_.stop());
    if (!is_wanted) continue;
    RollbackShare share{rollback_waves(plan_, state_, group.workstream, options_.resume),
                        workstream.saga->on_compensation_failure,
                        workstream.saga->max_rollback_retries, group.end, actions_left(workstream)};
    if (share.waves.empty() && share.actions.empty()) continue;
    if (!cause.is_valid()) cause = state_.node(group.end).cause;
    limit = std::max(limit, workstream.saga->timeout);
    shares.push_back(std::move(share));
  }
  if (shares.empty()) return false;
  rollback_.emplace(std::move(shares));
  note(RollbackStarted{rollback_->total_steps(), cause, rollback_->total_actions()});
  // Nobody wants to wait for it any more: the summary says what is left.
  if (is_killed_) rollback_->give_up();
  if (limit > Duration::zero()) add_timer(since_start() + limit, TimerKind::rollback, 0);
  return !rollback_->is_over();
}

void Engine::start_compensations() {
  if (!rollback_ || store_error_) return;
  const std::uint32_t most =
      options_.is_sequential ? 1 : state_.workers().value_or(options_.max_workers);
  while (rollback_->running() < most) {
    const std::optional<Undoing> what = rollback_->next();
    if (!what) return;
    round_tries_[*what] = 1;
    start_part({what->node, ++undone_tries_[*what], what->part});
  }
}

void Engine::after_compensation(const AttemptFinished& ended) {
  const AttemptKey key = ended.key;
  const Compensation* compensation = compensation_of(plan_, key);
  const std::uint32_t tries = compensation != nullptr ? compensation->retries + 1 : 1;
  const bool was_stopped = std::holds_alternative<Cancelled>(ended.outcome);
  const Undoing what{key.node, key.part};
  if (!ended.is_success && !was_stopped && round_tries_[what] < tries &&
      !rollback_->is_given_up()) {
    ++round_tries_[what];
    return start_part({key.node, ++undone_tries_[what], key.part});
  }
  note(CompensationFinished{key.node, key.part, ended.is_success, ended.why});
  rollback_->ended(what, ended.is_success);
}

// What runs is stopped, and nothing more is undone: the summary says what is left.
void Engine::give_up_rollback(StopWhy why) {
  if (!rollback_) return;
  rollback_->give_up();
  std::vector<AttemptKey> keys;
  for (const AttemptState& attempt : state_.running()) keys.push_back(attempt.key);
  for (const AttemptKey& key : keys) ask_to_stop(key, why);
}

}  // namespace ws
