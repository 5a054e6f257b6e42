// The order of a rollback: which compensation comes next, and what to do about one that failed.
//
// Knows which steps are to be undone and in which waves, not how: the engine starts the attempts
// and tells how they ended. No clock, no events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/event.h"
#include "model/plan.h"

namespace ws {

// One thing to undo: a step, or a workstream's compensation action (its end gate, k ≥ 0).
struct Undoing {
  NodeId node;
  std::uint32_t part = 0;  // as in AttemptKey
  friend auto operator<=>(const Undoing&, const Undoing&) = default;
};

// One workstream's share. Shares are undone one after the other.
struct RollbackShare {
  std::vector<std::vector<NodeId>> waves;  // each begins when the one before has ended
  CompensationFailure on_failure = CompensationFailure::log_and_continue;
  std::uint32_t more_rounds = 0;       // of retry_later
  NodeId actions_of;                   // the end gate whose compensation actions close the share
  std::vector<std::uint32_t> actions;  // their numbers
};

// What undoes the step, or the compensation action k of a workstream; null when there is none.
[[nodiscard]] const Compensation* compensation_of(const Plan& plan, AttemptKey key);

// Whether a workstream that ended so, in a run that was stopped so, is to be undone.
[[nodiscard]] bool asks_for_rollback(const Workstream& workstream, StepState state,
                                     std::optional<StopWhy> stop);

class Rollback {
 public:
  explicit Rollback(std::vector<RollbackShare> shares);

  // What may be undone now and was not handed out yet; nothing until what runs has ended, at the
  // border of two waves. Several calls in a row hand out a whole wave.
  [[nodiscard]] std::optional<Undoing> next();
  void ended(Undoing what, bool is_success);
  // Hands out nothing more.
  void give_up();
  [[nodiscard]] bool is_given_up() const { return is_given_up_; }

  [[nodiscard]] bool is_over() const;
  // Everything was undone, also when it was given up while the last of it was running.
  [[nodiscard]] bool is_whole() const {
    return running_ == 0 && open_.empty() && share_ >= shares_.size() && failed_.empty();
  }
  [[nodiscard]] std::uint32_t running() const { return running_; }
  // Steps that are to be undone in all, and compensation actions that are to run.
  [[nodiscard]] std::uint32_t total_steps() const;
  [[nodiscard]] std::uint32_t total_actions() const;

 private:
  void open_next_wave();

  std::vector<RollbackShare> shares_;
  std::size_t share_ = 0;
  std::size_t wave_ = 0;
  std::uint32_t round_ = 0;
  bool in_actions_ = false;
  std::vector<Undoing> open_;   // of the wave, not handed out; last one next
  std::vector<Undoing> again_;  // failed ones that retry_later brings back
  std::vector<Undoing> failed_;
  std::uint32_t running_ = 0;
  bool is_given_up_ = false;
};

}  // namespace ws
