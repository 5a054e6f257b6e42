#include "engine/rollback.h"

#include <algorithm>
#include <utility>

namespace ws {

const Compensation* compensation_of(const Plan& plan, AttemptKey key) {
  if (!key.is_compensation()) return nullptr;
  if (const Step* step = plan.step_if_any(key.node)) {
    const auto& own = step->details().compensation;
    return own ? &*own : nullptr;
  }
  const auto& actions = plan.workstream_of(key.node).compensation_actions;
  const std::uint32_t k = key.part - AttemptKey::kCompensation;
  return k < actions.size() ? &actions[k] : nullptr;
}

bool asks_for_rollback(const Workstream& workstream, StepState state, std::optional<StopWhy> stop) {
  if (!workstream.saga || !is_failure(state)) return false;
  const ErrorHandling& handling = workstream.error_handling;
  const auto& wish = handling.on_step_failure.triggers_rollback;
  const bool is_wished = wish.value_or(
      handling.on_failure.triggers_rollback.value_or(workstream.saga->rolls_back_on_failure));
  if (!is_wished) return false;
  if (!stop) return true;
  switch (*stop) {
    case StopWhy::fail_fast:
    case StopWhy::run_timeout:
      return true;
    case StopWhy::interrupted:
    case StopWhy::terminated:
    case StopWhy::hang_up:
    case StopWhy::killed:
    case StopWhy::quit:
    case StopWhy::cancelled:
    case StopWhy::drained:
      // A person's stop is no failure of the work; what had failed before it still is one.
      return state != StepState::cancelled;
    case StopWhy::timeout:
    case StopWhy::store_failed:
    case StopWhy::not_needed:
    case StopWhy::group_failed:
    case StopWhy::group_timeout:
    case StopWhy::rollback_timeout:
    case StopWhy::step_cancelled:
      return false;
  }
  return false;
}

Rollback::Rollback(std::vector<RollbackShare> shares) : shares_(std::move(shares)) {
  open_next_wave();
}

std::uint32_t Rollback::total_steps() const {
  std::size_t count = 0;
  for (const RollbackShare& share : shares_) {
    for (const auto& wave : share.waves) count += wave.size();
  }
  return static_cast<std::uint32_t>(count);
}

std::uint32_t Rollback::total_actions() const {
  std::uint32_t count = 0;
  for (const RollbackShare& share : shares_)
    count += static_cast<std::uint32_t>(share.actions.size());
  return count;
}

// Waves, then the rounds over what failed, then the actions, then the next share.
void Rollback::open_next_wave() {
  while (open_.empty() && running_ == 0 && share_ < shares_.size()) {
    const RollbackShare& share = shares_[share_];
    if (wave_ < share.waves.size()) {
      for (const NodeId node : share.waves[wave_])
        open_.push_back({node, AttemptKey::kCompensation});
      ++wave_;
    } else if (!again_.empty() && round_ < share.more_rounds && !in_actions_) {
      open_ = std::exchange(again_, {});
      ++round_;
    } else if (!in_actions_) {
      failed_.insert(failed_.end(), again_.begin(), again_.end());
      again_.clear();
      in_actions_ = true;
      for (const std::uint32_t k : share.actions)
        open_.push_back({share.actions_of, AttemptKey::kCompensation + k});
    } else {
      ++share_;
      wave_ = 0;
      round_ = 0;
      in_actions_ = false;
    }
    std::reverse(open_.begin(), open_.end());
  }
}

std::optional<Undoing> Rollback::next() {
  if (is_given_up_ || open_.empty()) return std::nullopt;
  // Actions are a list, not a wave: one at a time.
  if (in_actions_ && running_ > 0) return std::nullopt;
  const Undoing what = open_.back();
  open_.pop_back();
  ++running_;
  return what;
}

void Rollback::ended(Undoing what, bool is_success) {
  --running_;
  if (!is_success) {
    switch (shares_[share_].on_failure) {
      case CompensationFailure::log_and_continue:
        failed_.push_back(what);
        break;
      case CompensationFailure::fail_fast:
        failed_.push_back(what);
        is_given_up_ = true;
        break;
      case CompensationFailure::retry_later:
        (in_actions_ ? failed_ : again_).push_back(what);
        break;
    }
  }
  open_next_wave();  // nothing of it is handed out any more when it was given up
}

void Rollback::give_up() { is_given_up_ = true; }

bool Rollback::is_over() const {
  return running_ == 0 && (is_given_up_ || (open_.empty() && share_ >= shares_.size()));
}

}  // namespace ws
