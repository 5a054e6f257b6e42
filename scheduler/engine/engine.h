// The engine: update, record, act. One thread decides; inputs are queued and turned into facts once
// a turn.
//
// Knows no notation, no process, no file and no screen: it has a Plan, an Executor, a Recorder,
// Observers and a Clock. The caller (cli/run, tests) owns all of them and calls turn() after every
// batch of inputs.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/admission.h"
#include "engine/event.h"
#include "engine/roles.h"
#include "engine/run_state.h"
#include "engine/run_values.h"
#include "model/plan.h"

namespace ws {

// The part of a tool profile that judges its steps.
struct ToolRule {
  Duration timeout{};  // the last resort of a step that has no limit; zero: none
  SuccessRule success;
};

struct RunOptions {
  std::string run_id;
  std::string home;               // id of the home workstream
  std::uint32_t max_workers = 1;  // at least 1; effective number, `auto` already decided
  bool is_sequential = false;     // one slot, file order
  bool is_dry = false;
  Duration start_gap{};  // minimum between any two starts of a step's command, retries included
  // For steps without one of their own; stands in for their workstream's timeout_per_step. Zero:
  // not given.
  Duration default_timeout{};
  // What steps take from the tool they use, by its name.
  std::map<std::string, ToolRule, std::less<>> tools;
  Duration run_timeout{};     // zero: none
  bool is_fail_fast = false;  // every step's on_failure counts as abort
  std::uint64_t seed = 0;
};

class Engine final : public AttemptListener {
 public:
  // Borrowed: all must outlive the engine.
  Engine(const Plan& plan, RunOptions options, Executor& executor, Recorder& recorder,
         std::vector<Observer*> observers, Clock& clock);

  // Records RunStarted and starts what may start. Once.
  void begin();

  // Inputs: remembered until the next turn().
  void attempt_running(AttemptKey key, ProcessIdentity process) override;
  void attempt_ended(AttemptKey key, AttemptResult result) override;
  // First call: start nothing more and ask what runs to end. Any later call: kill.
  void request_stop(StopWhy why);

  // Inputs and due timers become facts (update), are recorded, and what may start is started (act).
  // Idempotent: a second call without new inputs or time does nothing.
  void turn();

  [[nodiscard]] bool is_finished() const { return is_finished_; }
  [[nodiscard]] const RunState& state() const { return state_; }
  // Set when the recorder refused: nothing more is started and the running are let finish.
  [[nodiscard]] const std::optional<Error>& store_error() const { return store_error_; }

 private:
  struct RunningInput {
    AttemptKey key;
    ProcessIdentity process;
  };
  struct EndedInput {
    AttemptKey key;
    AttemptResult result;
  };
  struct Deadline {
    MonotonicTime when;
    AttemptKey key;
    friend auto operator<=>(const Deadline&, const Deadline&) = default;
  };

  // update: inputs and time become facts (engine_update.cpp)
  void take_inputs();
  void take_deadlines();
  void on_ended(const EndedInput& input);
  void judge(AttemptFinished& fact) const;
  void after_part(const AttemptFinished& ended);
  std::uint32_t next_test(NodeId node, std::uint32_t attempt, std::uint32_t after);
  void finish_step(NodeId node, StepState state, std::string why);
  void skip_dependents(NodeId settled);
  void skip_members(NodeId begin, NodeId cause, std::vector<NodeId>& skipped);
  void ask_to_stop(AttemptKey key, StopWhy why);
  void stop_everything(StopWhy why, NodeId cause);
  void join_groups();
  void finish_run_if_done();
  // act: what may start is chosen, then started once it is recorded (engine.cpp)
  void choose_starts();
  void start_node(NodeId node);
  void start_part(AttemptKey key);
  void set_deadline(AttemptKey key);
  void drop_deadline(AttemptKey key);
  void arm_timer();
  void give_up_recording();
  // record
  void note(Fact fact);
  bool record();
  // show
  void show();

  [[nodiscard]] bool may_start() const { return !state_.stop() && !store_error_; }
  [[nodiscard]] const AttemptState* find_running(AttemptKey key) const;
  [[nodiscard]] Duration timeout_of(AttemptKey key) const;
  [[nodiscard]] const ToolRule* tool_rule(NodeId node) const;
  [[nodiscard]] OnFailure policy_of(NodeId node) const;
  [[nodiscard]] bool needs_a_process(NodeId node) const;
  [[nodiscard]] StepState success_state(NodeId node) const;
  [[nodiscard]] GroupJoined joined(GroupId id) const;
  [[nodiscard]] std::string skip_reason(NodeId cause) const;
  [[nodiscard]] RunStatus final_status() const;
  [[nodiscard]] Duration since_start() const;

  const Plan& plan_;
  RunOptions options_;
  Executor& executor_;
  Recorder& recorder_;
  std::vector<Observer*> observers_;
  Clock& clock_;

  RunState state_;
  InputValues inputs_;
  RunValues values_;
  Admission admission_;
  MonotonicTime started_at_{};
  std::uint64_t next_seq_ = 1;
  std::vector<Event> unrecorded_;
  std::vector<Event> unshown_;  // recorded, or refused by the recorder
  std::vector<RunningInput> running_inputs_;
  std::deque<EndedInput> ended_inputs_;
  std::vector<StopWhy> stop_inputs_;
  std::vector<AttemptKey> to_start_;  // recorded in this turn, spawned after
  std::vector<std::tuple<AttemptKey, StopWhy>> to_stop_;
  std::vector<GroupId> dead_groups_;  // empty groups that will never be reached
  std::set<Deadline> deadlines_;
  std::unordered_map<NodeId, MonotonicTime> deadline_of_;  // a node runs one part at a time
  std::optional<Error> store_error_;
  bool is_stopped_by_user_ = false;
  bool is_run_timeout_spent_ = false;
  bool is_finished_ = false;
};

}  // namespace ws
