// RunState: the fold of the events so far. apply() is the only place where state changes; replaying
// stored events gives the same state, and replaying never acts.
//
// Pure: no clock, no processes, no store. Readers: engine (to decide), report (to show), cli (exit
// code).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/event.h"
#include "engine/group_rule.h"
#include "model/plan.h"

namespace ws {

struct AttemptState {
  AttemptKey key;
  Duration started{};  // since the run started
  std::int64_t pid = 0;
  std::optional<StopWhy> stopping;
};

struct NodeRecord {
  StepState state = StepState::waiting;
  std::uint32_t attempts = 0;
  std::uint32_t unmet = 0;  // dependencies that have not settled yet
  Duration ready{};         // when the last of them settled
  Duration started{};       // first attempt
  Duration busy_since{};    // while running: this attempt
  Duration ended{};
  bool is_accepted = false;
  bool is_unwanted = false;  // cancelled by a person, alone of the run
  NodeId cause;              // of a skip
};

struct GroupRecord {
  StepState state = StepState::waiting;  // ready: entered once the engine lets it; running; its end
  GroupTally tally;
  NodeId failure;  // the first failure that counts against it, however deep inside
  NodeId winner;   // the member that succeeded last: a step, or the end gate of a group
  bool is_decided = false;
  StepState decision = StepState::succeeded;  // with is_decided
  bool is_early = false;                      // decided before it could join: by GroupDecided
  std::uint32_t round = 1;
  std::uint32_t running = 0;        // steps inside, however deep, that run and take a slot
  std::uint32_t peak = 0;           // the most of them at once, all rounds
  std::optional<Duration> entered;  // when its first round began
  Duration began{};                 // of this round
  Duration ended{};
};

struct OpenBreaker {
  Duration until{};  // since the run started; zero: for good
  // Whose next or running attempt is the one try after the cooldown. Invalid: whoever of the scope
  // starts first then.
  NodeId probe;
};

class RunState {
 public:
  // The plan grows when a fan-out finds its items; it must outlive the state.
  explicit RunState(Plan& plan);

  void apply(const Event& event);

  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] const NodeRecord& node(NodeId id) const { return nodes_[id.index()]; }
  [[nodiscard]] RunStatus status() const { return status_; }
  [[nodiscard]] std::optional<StopWhy> stop() const { return stop_; }  // first reason
  [[nodiscard]] NodeId stop_cause() const { return stop_cause_; }
  [[nodiscard]] Duration duration() const { return duration_; }  // valid once finished
  [[nodiscard]] const RunStarted& header() const { return header_; }
  [[nodiscard]] Duration last_event() const { return last_event_; }
  [[nodiscard]] WallTime started_at() const { return started_at_; }  // valid once started

  // Attempts under way, in start order.
  [[nodiscard]] std::span<const AttemptState> running() const { return running_; }
  // Nodes that became ready and have not started, in the order they became so; begin gates of
  // groups with a condition or with items to find among them. May hold stale ids; check
  // node().state.
  [[nodiscard]] std::span<const NodeId> newly_ready() const { return newly_ready_; }
  void forget_newly_ready() { newly_ready_.clear(); }
  // Groups that began, or of which a member has settled, since they were last forgotten. May hold
  // one twice.
  [[nodiscard]] std::span<const GroupId> touched_groups() const { return touched_groups_; }
  void forget_touched_groups() { touched_groups_.clear(); }

  // Steps that run and take a slot: all but waits.
  [[nodiscard]] std::uint32_t slots_in_use() const { return counts_.running - running_waits_; }

  // Counts over step and acceptance nodes (gates never count), each by the state it is in. Who was
  // cancelled, by whomever and accepted or not, is cancelled and no failure.
  struct Counts {
    std::uint32_t total = 0, waiting = 0, ready = 0, running = 0,
                  succeeded = 0 /* noop, unverified too */, unverified = 0,
                  failed = 0 /* timed_out too */, timed_out = 0, cancelled = 0, skipped = 0,
                  accepted = 0 /* of the failed */;
    [[nodiscard]] std::uint32_t settled() const { return succeeded + failed + cancelled + skipped; }
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // The same over what the files call steps: without the acceptance nodes.
  [[nodiscard]] const Counts& step_counts() const { return step_counts_; }
  [[nodiscard]] std::uint32_t peak() const { return peak_; }
  // The first step that failed: the root cause shown. An accepted failure only while there is no
  // other. Invalid when none failed.
  [[nodiscard]] NodeId first_failure() const {
    return first_failure_.is_valid() ? first_failure_ : first_accepted_;
  }
  // The first critical step that a failure, accepted or not, kept from running. Invalid when none
  // was.
  [[nodiscard]] NodeId first_blocked() const { return first_blocked_; }

  // What the node handed on; empty: nothing (yet).
  [[nodiscard]] std::span<const NamedValue> outputs(NodeId id) const;

  // Verdicts of the acceptance tests of the node's last attempt, in test order.
  [[nodiscard]] std::span<const AcceptanceFinished> tests(NodeId id) const;
  // Why the node did not succeed, or needed not run; empty when it did (or has not ended).
  [[nodiscard]] std::string_view why(NodeId id) const;
  // The run that did what the node is for; empty: this one, or nobody yet.
  [[nodiscard]] std::string_view restored_from(NodeId id) const;
  // Ended attempts that failed or wrote something, oldest first, tests included. Silent successes
  // leave no trace here.
  [[nodiscard]] std::span<const AttemptFinished> attempts(NodeId id) const;

  [[nodiscard]] const GroupRecord& group(GroupId id) const { return groups_[id.index()]; }
  [[nodiscard]] bool has_joined(GroupId id) const { return is_settled(groups_[id.index()].state); }
  // From its first begin to its end, or to the last event while it goes on; zero: never entered.
  [[nodiscard]] Duration time_in(GroupId id) const;
  // The first step whose failure counts against the group; invalid while there is none.
  [[nodiscard]] NodeId failure_in(GroupId id) const { return groups_[id.index()].failure; }
  // Some failure counts against a whole workstream.
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  // A failure was declared acceptable and is worth telling.
  [[nodiscard]] bool has_errors() const;
  // Whether what leaves the node's groups for `target` has to wait, because one of them may run
  // again.
  [[nodiscard]] bool is_held_back(NodeId from, NodeId target) const;
  [[nodiscard]] bool may_run_again(GroupId id) const;

  // Attempts of a node in earlier rounds of its groups.
  [[nodiscard]] std::uint32_t earlier_attempts(NodeId id) const;
  // The next attempt of a node in backing_off, since the run started.
  [[nodiscard]] Duration retry_due(NodeId id) const;
  // Breakers that are open or half-open, by scope.
  [[nodiscard]] const std::unordered_map<NodeId, OpenBreaker>& open_breakers() const {
    return open_breakers_;
  }
  // The one over the step, if it is open; else null.
  [[nodiscard]] const OpenBreaker* open_breaker_over(NodeId step) const;
  // Failures of a breaker's scope since its last success: their signatures, oldest first.
  [[nodiscard]] std::span<const std::uint64_t> failures_of(NodeId scope) const;
  // Why and until when no step starts; also that of a run that was stopped while it was paused.
  [[nodiscard]] const std::optional<RunPaused>& pause() const { return pause_; }
  // The worker limit, when it was changed.
  [[nodiscard]] std::optional<std::uint32_t> workers() const { return workers_; }
  [[nodiscard]] bool is_rolling_back() const { return is_rolling_back_; }
  // Compensations that ended, in that order.
  [[nodiscard]] std::span<const CompensationFinished> compensations() const {
    return compensations_;
  }
  // Sum of the time from first start to end over all settled steps: what one worker would have
  // needed.
  [[nodiscard]] Duration busy() const { return busy_; }

  // Whether `edge`, out of a node that ended as `record`, lets its target start.
  [[nodiscard]] bool is_satisfied(NodeId from, const PlanEdge& edge) const;

 private:
  void on(const RunStarted& fact, Duration at);
  void on(const AttemptStarted& fact, Duration at);
  void on(const AttemptRunning& fact, Duration at);
  void on(const AttemptStopping& fact, Duration at);
  void on(const AttemptFinished& fact, Duration at);
  void on(const AcceptanceFinished& fact, Duration at);
  void on(const StepFinished& fact, Duration at);
  void on(const StepSkipped& fact, Duration at);
  void on(const GroupJoined& fact, Duration at);
  void on(const StopRequested& fact, Duration at);
  void on(const RunFinished& fact, Duration at);
  void on(const OutputsCollected& fact, Duration at);
  void on(const RetryScheduled& fact, Duration at);
  void on(const BreakerOpened& fact, Duration at);
  void on(const BreakerClosed& fact, Duration at);
  void on(const GroupBegan& fact, Duration at);
  void on(const FanOutExpanded& fact, Duration at);
  void on(const GroupDecided& fact, Duration at);
  void on(const GroupRestarted& fact, Duration at);
  void on(const RunPaused& fact, Duration at);
  void on(const RunResumed& fact, Duration at);
  void on(const WorkersChanged& fact, Duration at);
  void on(const RollbackStarted& fact, Duration at);
  void on(const CompensationFinished& fact, Duration at);
  void on(const AttemptsResumed& fact, Duration at);
  void on(const RoundResumed& fact, Duration at);

  // What a settled member is to its group.
  enum class Standing { succeeded, failed, neutral };
  void settle(NodeId id, StepState state, Standing standing, Duration at);
  void member_settled(GroupId group, NodeId member, Standing standing);
  void blame(GroupId group, NodeId cause);
  void count_running(NodeId id, StepState from, StepState to);
  [[nodiscard]] bool lost_a_race(NodeId id) const;
  // run_state_tries.cpp
  void take_over_attempt(const StepFinished& fact);
  void note_probe(NodeId started);
  void forget_probe(NodeId settled);
  // run_state_groups.cpp
  void count_members();
  void find_guarded_groups();
  void reach(NodeId begin, Duration at, std::vector<NodeId>& settled);
  void enter(GroupId group, Duration at, std::vector<NodeId>& settled);
  void release_dependents(NodeId first, Duration at);
  void release(NodeId from, const PlanEdge& edge, Duration at, std::vector<NodeId>& settled);
  void release_from(std::vector<NodeId>& settled, Duration at);
  void release_held_back(GroupId group, Duration at, std::vector<NodeId>& settled);
  void restart(GroupId group);
  void restart_node(NodeId id, GroupId round);
  void move(NodeId id, StepState to);
  static void count_move(Counts& counts, const NodeRecord& record, StepState to);

  Plan* plan_;
  std::vector<NodeRecord> nodes_;
  std::vector<AttemptState> running_;
  std::vector<NodeId> newly_ready_;
  std::vector<GroupRecord> groups_;
  std::vector<bool> is_guarded_;  // per group: entered by an event of its own
  std::vector<bool> may_repeat_;  // per group; empty: none
  std::vector<GroupId> touched_groups_;
  // Sparse: only nodes that have something to tell.
  std::unordered_map<NodeId, std::vector<AcceptanceFinished>> tests_;
  std::unordered_map<NodeId, std::vector<AttemptFinished>> attempts_;
  std::unordered_map<NodeId, std::string> whys_;
  std::unordered_map<NodeId, std::string> restored_from_;
  std::unordered_map<NodeId, std::vector<NamedValue>> outputs_;
  RunStarted header_;
  WallTime started_at_;
  Counts counts_;
  Counts step_counts_;
  RunStatus status_ = RunStatus::running;
  std::optional<StopWhy> stop_;
  NodeId stop_cause_;
  NodeId first_accepted_;
  NodeId first_failure_;  // that counts against a whole workstream
  NodeId first_blocked_;
  Duration duration_{};
  Duration last_event_{};
  Duration busy_{};
  std::uint32_t peak_ = 0;
  std::uint32_t running_waits_ = 0;
  std::unordered_map<NodeId, Duration> retry_due_;
  std::unordered_map<NodeId, std::uint32_t> earlier_attempts_;
  std::unordered_map<NodeId, OpenBreaker> open_breakers_;
  std::unordered_map<NodeId, std::vector<std::uint64_t>> failures_;  // by breaker scope
  std::vector<CompensationFinished> compensations_;
  std::optional<RunPaused> pause_;
  std::optional<std::uint32_t> workers_;
  bool is_rolling_back_ = false;
  bool has_failed_ = false;
};

}  // namespace ws
