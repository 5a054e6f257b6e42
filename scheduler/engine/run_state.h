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

  // Counts over step and acceptance nodes (gates never count).
  struct Counts {
    std::uint32_t total = 0, waiting = 0, ready = 0, running = 0,
                  succeeded = 0 /* noop, unverified too */, unverified = 0,
                  failed = 0 /* timed_out too */, timed_out = 0, cancelled = 0, skipped = 0,
                  accepted = 0;
    [[nodiscard]] std::uint32_t settled() const { return succeeded + failed + cancelled + skipped; }
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] std::uint32_t peak() const { return peak_; }
  // The first step that failed: the root cause shown. Invalid when none did.
  [[nodiscard]] NodeId first_failure() const { return first_failure_; }

  // Results of acceptance tests in test order, for one node.
  [[nodiscard]] std::vector<AcceptanceFinished> tests(NodeId id) const;
  // The last AttemptFinished of a node's command that was no success, and its step's reason.
  [[nodiscard]] const std::string& why(NodeId id) const;

 private:
  void settle(NodeId id, StepState state, Duration at);
  void move(NodeId id, StepState to);

  const Plan* plan_;
  std::vector<NodeRecord> nodes_;
  std::vector<AttemptState> running_;
  std::vector<NodeId> newly_ready_;
  std::vector<AcceptanceFinished> tests_;
  std::vector<std::pair<NodeId, std::string>> whys_;
  RunStarted header_;
  Counts counts_;
  RunStatus status_ = RunStatus::running;
  std::optional<StopWhy> stop_;
  NodeId stop_cause_;
  NodeId first_failure_;
  Duration duration_{};
  Duration last_event_{};
  std::uint32_t peak_ = 0;
};

}  // namespace ws
