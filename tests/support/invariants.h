// The invariants of every run (DESIGN.md section 13), checked at each event against the events
// before it, and against the live state after each turn.
//
// Keeps books of its own, made of the events alone, and asks the plan: it does not ask the engine
// what the engine would do, because that is what it checks. Throws BrokenInvariant with one of the
// names that scripts/simulate --only takes. Knows no test framework; Story calls it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "support/virtual_clock.h"

namespace ws::test {

class Invariants {
 public:
  // Borrowed; the options as the run begins with them.
  Invariants(const Plan& plan, const RunOptions& options, const VirtualClock& clock);

  void take(const Event& event);
  // A process is started now; what was recorded before that.
  void spawned(AttemptKey key, const std::vector<Event>& recorded);
  void after_turn(const Engine& engine);
  void at_end(const Engine& engine, const std::vector<Event>& recorded);
  [[nodiscard]] std::size_t seen() const { return seen_; }

 private:
  // How a step or a group ended, in its present round.
  struct End {
    StepState state = StepState::succeeded;
    bool is_accepted = false;
    NodeId cause;
    Duration at{};
    bool is_restored = false;    // another run did it
    bool is_taken_over = false;  // and this one goes on with that: when it ended says nothing
  };
  struct Attempt {
    Duration started{};
    bool is_stopping = false;
  };

  // invariants.cpp: one event, before it is folded
  void check(const AttemptStarted& fact);
  void check(const AttemptRunning& fact);
  void check(const AttemptStopping& fact);
  void check(const AttemptFinished& fact);
  void check(const StepFinished& fact);
  void check(const AttemptsResumed& fact);
  void check(const StepSkipped& fact);
  void check(const GroupJoined& fact);
  void check(const GroupDecided& fact);
  void check(const GroupRestarted& fact);
  void check(const RetryScheduled& fact);
  void check(const StopRequested& fact);
  void check(const RollbackStarted& fact);
  void check(const CompensationFinished& fact);
  void check(const RunFinished& fact);
  template <class Fact>
  void check(const Fact& /*fact*/) {}
  void check_status(RunStatus status) const;
  [[nodiscard]] bool is_excused(NodeId step) const;
  void check_success_of_group(GroupId group, const char* what) const;
  void forget(GroupId round);
  [[nodiscard]] const End* end_of(NodeId node) const;
  [[nodiscard]] const End* end_of(GroupId group) const;

  // invariants_starts.cpp
  void check_start(AttemptKey key) const;
  void check_needs(NodeId node) const;
  void check_breaker(NodeId node) const;
  void check_order(NodeId node) const;
  void check_compensation(AttemptKey key) const;
  void check_shares(NodeId node) const;
  [[nodiscard]] bool is_met(const PlanEdge& edge) const;
  [[nodiscard]] GroupId group_to_wait_for(NodeId from, NodeId target) const;
  [[nodiscard]] bool is_unwanted(NodeId node) const;
  [[nodiscard]] bool is_finally_inside(NodeId node, GroupId around) const;
  [[nodiscard]] std::uint32_t limit() const;
  [[nodiscard]] bool has_room_for_all() const;

  // invariants_state.cpp
  void check_fold(const RunState& live) const;
  void check_deadlines(const RunState& live) const;
  void check_idle(const RunState& live) const;
  void check_stopping(const RunState& live) const;

  [[nodiscard]] std::string name_of(NodeId node) const;
  [[nodiscard]] std::string name_of(AttemptKey key) const;
  [[nodiscard]] Duration now() const { return clock_.now().time_since_epoch() - began_; }

  const Plan& plan_;
  const RunOptions& options_;
  const VirtualClock& clock_;
  Duration began_{};
  // The fold of what was observed so far, event by event, over a plan of its own: that of the
  // engine may have items already that were found later in the same turn.
  std::unique_ptr<Plan> folded_plan_;
  std::unique_ptr<RunState> folded_;
  std::map<NodeId, End> ends_;
  std::map<GroupId, End> joined_;
  std::map<GroupId, GroupDecided> decided_;
  std::map<AttemptKey, Attempt> running_;
  std::map<NodeId, AttemptFinished> last_;              // of a step: how its last part ended
  std::map<NodeId, std::uint32_t> started_;             // attempts of a step, all rounds
  std::map<NodeId, std::uint32_t> before_;              // of them, in earlier rounds
  std::set<std::tuple<NodeId, std::uint32_t>> undone_;  // compensations that ended well
  std::map<std::uint32_t, Duration> last_undone_;       // by workstream: when that step had ended
  std::set<NodeId> undoing_;                            // steps that it was begun to undo
  std::optional<Duration> last_start_;
  std::optional<Duration> killed_at_;
  std::vector<StopWhy> stops_;
  std::uint32_t to_undo_ = 0;
  std::size_t spawned_from_ = 0;  // recorded events that spawned() has looked at
  std::set<AttemptKey> intents_;
  bool is_rolling_back_ = false;
  bool is_finished_ = false;
  bool has_room_ = false;  // nothing but the slots keeps a ready step from starting
  std::size_t seen_ = 0;
};

}  // namespace ws::test
