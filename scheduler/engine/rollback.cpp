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

Rollback::Rollback(std::vector<RollbackShare> shares) : shares_(std::move(shares)) {
  open_next_wave();
}

std::uint32_t Rollback::total() const {
  std::size_t count = 0;
  for (const RollbackShare& share : shares_) {
    for (const auto& wave : share.waves) count += wave.size();
    count += share.action_count;
  }
  return static_cast<std::uint32_t>(count);
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
      for (std::uint32_t k = 0; k < share.action_count; ++k)
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
  if (!is_given_up_) open_next_wave();
}

void Rollback::give_up() { is_given_up_ = true; }

bool Rollback::is_over() const {
  return running_ == 0 && (is_given_up_ || (open_.empty() && share_ >= shares_.size()));
}

}  // namespace ws
