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
  Duration ended{};
  bool is_accepted = false;
  NodeId cause;  // of a skip
};

class RunState {
 public:
  explicit RunState(const Plan& plan);

  void apply(const Event& event);

  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] const NodeRecord& node(NodeId id) const { return nodes_[id.index()]; }
  [[nodiscard]] RunStatus status() const { return status_; }
  [[nodiscard]] std::optional<StopWhy> stop() const { return stop_; }  // first reason
  [[nodiscard]] NodeId stop_cause() const { return stop_cause_; }
  [[nodiscard]] Duration duration() const { return duration_; }  // valid once finished
  [[nodiscard]] const RunStarted& header() const { return header_; }
  [[nodiscard]] Duration last_event() const { return last_event_; }

  // Attempts under way, in start order.
  [[nodiscard]] std::span<const AttemptState> running() const { return running_; }
  // Nodes that became ready and have not started, in the order they became so. May hold stale ids;
  // check node().state.
  [[nodiscard]] std::span<const NodeId> newly_ready() const { return newly_ready_; }
  void forget_newly_ready() { newly_ready_.clear(); }
  // Groups whose last member has settled (or that are empty and were reached) and that have not
  // joined.
  [[nodiscard]] std::span<const GroupId> newly_joinable() const { return newly_joinable_; }
  void forget_newly_joinable() { newly_joinable_.clear(); }

  // Counts over step and acceptance nodes (gates never count).
  struct Counts {
    std::uint32_t total = 0, waiting = 0, ready = 0, running = 0,
                  succeeded = 0 /* noop, unverified too */, unverified = 0,
                  failed = 0 /* timed_out too */, timed_out = 0, cancelled = 0, skipped = 0,
                  accepted = 0;
    [[nodiscard]] std::uint32_t settled() const { return succeeded + failed + cancelled + skipped; }
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // The same over what the files call steps: without the acceptance nodes.
  [[nodiscard]] const Counts& step_counts() const { return step_counts_; }
  [[nodiscard]] std::uint32_t peak() const { return peak_; }
  // The first step that failed: the root cause shown. An accepted failure only while there is no
  // other. Invalid when none failed.
  [[nodiscard]] NodeId first_failure() const { return first_failure_; }
  // The first critical step that a failure, accepted or not, kept from running. Invalid when none
  // was.
  [[nodiscard]] NodeId first_blocked() const { return first_blocked_; }

  // What the node handed on; empty: nothing (yet).
  [[nodiscard]] std::span<const NamedValue> outputs(NodeId id) const;

  // Verdicts of the acceptance tests of the node's last attempt, in test order.
  [[nodiscard]] std::span<const AcceptanceFinished> tests(NodeId id) const;
  // Why the node did not succeed; empty when it did (or has not ended).
  [[nodiscard]] std::string_view why(NodeId id) const;
  // Ended attempts that failed or wrote something, oldest first, tests included. Silent successes
  // leave no trace here.
  [[nodiscard]] std::span<const AttemptFinished> attempts(NodeId id) const;

  // Members of a group that have not settled yet.
  [[nodiscard]] std::uint32_t unsettled(GroupId id) const { return unsettled_[id.index()]; }
  [[nodiscard]] bool has_joined(GroupId id) const { return has_joined_[id.index()]; }
  // The first member whose failure counts against the group; invalid while there is none.
  [[nodiscard]] NodeId failure_in(GroupId id) const { return failure_in_[id.index()]; }
  // Some failure was not declared acceptable, or kept a critical step from running.
  [[nodiscard]] bool has_failed() const { return has_failed_; }
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

  void settle(NodeId id, StepState state, Duration at);
  void member_settled(GroupId group);
  void blame(GroupId group, NodeId cause);
  void release_dependents(NodeId first, Duration at);
  void move(NodeId id, StepState to);
  static void count_move(Counts& counts, StepState from, StepState to);

  const Plan* plan_;
  std::vector<NodeRecord> nodes_;
  std::vector<AttemptState> running_;
  std::vector<NodeId> newly_ready_;
  std::vector<std::uint32_t> unsettled_;  // per group
  std::vector<bool> has_joined_;          // per group
  std::vector<NodeId> failure_in_;        // per group
  std::vector<GroupId> newly_joinable_;
  // Sparse: only nodes that have something to tell.
  std::unordered_map<NodeId, std::vector<AcceptanceFinished>> tests_;
  std::unordered_map<NodeId, std::vector<AttemptFinished>> attempts_;
  std::unordered_map<NodeId, std::string> whys_;
  std::unordered_map<NodeId, std::vector<NamedValue>> outputs_;
  RunStarted header_;
  Counts counts_;
  Counts step_counts_;
  RunStatus status_ = RunStatus::running;
  std::optional<StopWhy> stop_;
  NodeId stop_cause_;
  NodeId first_failure_;
  NodeId first_blocked_;
  Duration duration_{};
  Duration last_event_{};
  Duration busy_{};
  std::uint32_t peak_ = 0;
  bool has_failed_ = false;
};

// The step's policy: its own, else its workstream's, else skip_dependents. A step that is not
// critical never aborts.
[[nodiscard]] OnFailure on_failure_of(const Plan& plan, NodeId node);

}  // namespace ws
