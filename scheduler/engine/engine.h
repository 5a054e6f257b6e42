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
#include <unordered_set>
#include <variant>
#include <vector>

#include "engine/admission.h"
#include "engine/breaker.h"
#include "engine/event.h"
#include "engine/failure_policy.h"
#include "engine/group_rule.h"
#include "engine/roles.h"
#include "engine/rollback.h"
#include "engine/run_state.h"
#include "engine/run_values.h"
#include "model/plan.h"

namespace ws {

// The part of a tool profile that judges its steps.
struct ToolRule {
  Duration timeout{};  // the last resort of a step that has no limit; zero: none
  SuccessRule success;
};

class Resume;
struct EarlierStep;

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
  Duration run_timeout{};          // zero: none
  bool is_fail_fast = false;       // every step's on_failure counts as abort
  std::uint64_t seed = 0;          // of the jitter of retries
  InputValues inputs;              // `${inputs.NAME}`
  const Memory* memory = nullptr;  // borrowed; null: nothing is remembered, nor asked for a key
  Resume* resume = nullptr;        // borrowed; null: everything runs
};

// What an earlier run did for a step; without a run: nothing.
struct Restored {
  std::string run_id;
  std::optional<Outcome> outcome = {};
};

class Engine final : public AttemptListener {
 public:
  // Borrowed: all must outlive the engine.
  Engine(Plan& plan, RunOptions options, Executor& executor, Recorder& recorder,
         std::vector<Observer*> observers, Clock& clock);

  // Records RunStarted and starts what may start. Once.
  void begin();

  // Inputs: remembered until the next turn().
  void attempt_running(AttemptKey key, ProcessIdentity process) override;
  void attempt_held(AttemptKey key) override { drop_deadline(key); }
  void attempt_ended(AttemptKey key, AttemptResult result) override;
  // First call: start nothing more and ask what runs to end. Any later call: kill.
  void request_stop(StopWhy why);
  // From now on at most so many at once (at least 1); those that run go on.
  void request_workers(std::uint32_t limit, std::string why);
  // No step starts for so long (zero: until request_resume()); what runs goes on, its tests too.
  // Replaces a pause there is.
  void request_pause(Duration length, std::string why);
  // Ends any pause, and a drain that has not come to its end.
  void request_resume();
  // No step starts any more; when nothing runs, the run stops, unless everything is done.
  void request_drain(std::string why);
  // First call: a step that runs is asked to end; any other that has not ended is over. It counts
  // as failed, and is not tried again. A later call: kill.
  void request_step_stop(NodeId step);

  // Inputs and due timers become facts (update), are recorded, and what may start is started (act).
  // Idempotent: a second call without new inputs or time does nothing.
  void turn();

  [[nodiscard]] bool is_finished() const { return is_finished_; }
  // By request_stop(): the next one kills.
  [[nodiscard]] bool is_asked_to_stop() const { return is_stopped_by_user_; }
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
  struct WorkersWish {
    std::uint32_t limit = 1;
    std::string why;
  };
  struct PauseWish {
    Duration length{};
    std::string why;
  };
  struct ResumeWish {};
  struct DrainWish {
    std::string why;
  };
  struct StepWish {
    NodeId step;
  };
  using Wish = std::variant<StopWhy, WorkersWish, PauseWish, ResumeWish, DrainWish, StepWish>;
  struct Deadline {
    MonotonicTime when;
    AttemptKey key;
    friend auto operator<=>(const Deadline&, const Deadline&) = default;
  };
  enum class TimerKind : std::uint8_t {
    retry,
    cooldown,
    group_timeout,
    group_round,
    resume,
    rollback
  };
  struct Timer {
    MonotonicTime when;
    TimerKind kind = TimerKind::retry;
    std::uint32_t id = 0;  // of the node, of the breaker's scope or of the group
    friend auto operator<=>(const Timer&, const Timer&) = default;
  };

  // update: inputs and time become facts (engine_update.cpp)
  void take_inputs();
  void take_deadlines();
  void take_timers();
  void on_ended(const EndedInput& input);
  void judge(AttemptFinished& fact) const;
  [[nodiscard]] Duration group_limit_of(NodeId node) const;
  void after_part(const AttemptFinished& ended);
  void after_expansion(const EndedInput& input, bool is_success);
  std::uint32_t next_test(NodeId node, std::uint32_t attempt, std::uint32_t after);
  void after_failure(AttemptFinished ended);
  void finish_step(NodeId node, StepState state, std::string why, Restored from = {});
  bool makes_values(NodeId node);
  void hand_on(NodeId node, StepState state);
  void suffer(NodeId node, OnFailure policy);
  void pause_after_failure(NodeId node);
  void ask_to_stop(AttemptKey key, StopWhy why);
  void stop_everything(StopWhy why, NodeId cause);
  [[nodiscard]] bool may_go_on_with(NodeId node) const;
  [[nodiscard]] bool has_stop_of_group(NodeId node) const;
  [[nodiscard]] bool is_closed(GroupId innermost, bool is_sheltered) const;
  [[nodiscard]] bool is_spared(NodeId node, StopWhy why) const;
  void finish_run_if_done();
  // what a failed attempt leads to (engine_retry.cpp)
  bool try_again(const AttemptFinished& ended);
  bool note_breaker(const AttemptFinished& ended, const BreakerScope& breaker,
                    const std::string& why);
  void open_breaker(const BreakerOpened& fact, const BreakerScope& breaker);
  void schedule_retry(const RetryScheduled& fact);
  void close_breaker(NodeId node);
  void end_cooldown(NodeId scope);
  // what is asked of the run from outside (engine_wishes.cpp)
  void take_wishes();
  void take(StopWhy why);
  void take(WorkersWish& wish);
  void take(PauseWish& wish);
  void take(const ResumeWish& wish);
  void take(DrainWish& wish);
  void take(const StepWish& wish);
  [[nodiscard]] bool may_be_held() const;
  void pause(Duration length, std::string why);
  void end_pause();
  void stop_when_drained();
  // dependents and groups (engine_groups.cpp)
  void skip_dependents(NodeId settled);
  void skip_group(NodeId begin, NodeId cause, const std::string& why, std::vector<NodeId>& skipped);
  [[nodiscard]] StepSkipped skip_of(NodeId node, NodeId cause, const std::string& why) const;
  void join_groups();
  void consider(GroupId id);
  void decide(GroupId id, GroupVerdict verdict);
  void time_out(GroupId id);
  void fail_group(GroupId id, std::string why);
  void cancel_rest(GroupId id, StopWhy why, const std::string& text);
  [[nodiscard]] bool is_kept_alive(GroupId id) const;
  void finish_group(GroupId id);
  bool run_again(GroupId id, const GroupJoined& fact);
  void begin_round(GroupId id);
  void begin_without_a_round(GroupId id, const std::string& why);
  void restart_group(GroupRestarted fact);
  void fail_loop(GroupId id, std::string why);
  [[nodiscard]] bool is_broken_for_good(GroupId id) const;
  [[nodiscard]] bool may_begin_round(GroupId id) const;
  [[nodiscard]] bool has_rounds_around(GroupId id) const;
  [[nodiscard]] GroupId workstream_group(GroupId id) const;
  [[nodiscard]] bool has_background(GroupId workstream) const;
  void meet_group(NodeId begin);
  void find_items(GroupId id);
  void expand(GroupId id, std::vector<std::string> items);
  // conditions (engine_groups.cpp): true to go on; false: the node or group was settled
  [[nodiscard]] bool passes_condition(NodeId node);
  // what need not run again, and what came to nothing (engine_memory.cpp)
  [[nodiscard]] bool is_done_before(NodeId node);  // true: the step was settled
  void skip_unchanged(NodeId node);
  // going on with earlier runs (engine_resume.cpp)
  void resume_rounds();
  [[nodiscard]] bool is_resumed(NodeId node);
  void keep(NodeId node, const EarlierStep& earlier);
  bool goes_on_after(NodeId node, const EarlierStep& cut);
  [[nodiscard]] bool is_in_resumed_round(NodeId node) const;
  [[nodiscard]] bool has_rerun_before(NodeId node);
  void note_rerun(NodeId node);
  void resume_rollback();
  [[nodiscard]] std::vector<std::uint32_t> actions_left(const Workstream& workstream) const;
  // undoing (engine_rollback.cpp)
  bool begin_rollback();
  [[nodiscard]] bool was_being_undone(const PlanGroup& workstream) const;
  void start_compensations();
  void after_compensation(const AttemptFinished& ended);
  void give_up_rollback(StopWhy why);
  // act: what may start is chosen, then started once it is recorded (engine.cpp)
  void choose_starts();
  void meet(NodeId ready);
  void start_or_queue(NodeId node);
  void start_held_waits();
  void start_node(NodeId node);
  void start_part(AttemptKey key);
  void set_deadline(AttemptKey key);
  void drop_deadline(AttemptKey key);
  void add_timer(Duration at, TimerKind kind, std::uint32_t id);
  void arm_timer();
  void give_up_recording();
  // record
  void note(Fact fact);
  bool record();
  // show
  void show();

  // No stop that keeps new processes away. After an abort only `finally` steps are left to start.
  [[nodiscard]] bool may_go_on() const {
    return !store_error_ && (!state_.stop() || state_.stop() == StopWhy::fail_fast);
  }
  [[nodiscard]] bool may_start() const { return may_go_on() && !state_.pause(); }
  [[nodiscard]] const AttemptState* find_running(AttemptKey key) const;
  [[nodiscard]] Duration timeout_of(AttemptKey key) const;
  [[nodiscard]] const ToolRule* tool_rule(NodeId node) const;
  [[nodiscard]] OnFailure policy_of(NodeId node) const;
  [[nodiscard]] bool needs_a_process(NodeId node) const;
  [[nodiscard]] bool takes_slot(NodeId node) const;
  [[nodiscard]] StepState success_state(NodeId node) const;
  [[nodiscard]] GroupJoined joined(GroupId id) const;
  [[nodiscard]] std::string skip_reason(NodeId cause) const;
  [[nodiscard]] RunStatus final_status() const;
  [[nodiscard]] Duration since_start() const;

  Plan& plan_;
  RunOptions options_;
  Executor& executor_;
  Recorder& recorder_;
  std::vector<Observer*> observers_;
  Clock& clock_;

  RunState state_;
  RunValues values_;
  Admission admission_;
  MonotonicTime started_at_{};
  std::uint64_t next_seq_ = 1;
  std::vector<Event> unrecorded_;
  std::vector<Event> unshown_;  // recorded, or refused by the recorder
  std::vector<RunningInput> running_inputs_;
  std::deque<EndedInput> ended_inputs_;
  std::vector<Wish> wishes_;
  std::unordered_set<NodeId> cancelled_steps_;  // by a person, alone; until they end
  std::deque<NodeId> to_meet_;                  // became ready, and not looked at yet
  std::vector<AttemptKey> to_start_;            // recorded in this turn, spawned after
  std::vector<std::tuple<AttemptKey, StopWhy>> to_stop_;
  std::deque<GroupId> due_groups_;  // to be looked at although no member of them settled
  std::set<Deadline> deadlines_;
  std::unordered_map<NodeId, MonotonicTime> deadline_of_;  // a node runs one part at a time
  std::set<Timer> timers_;
  std::vector<NodeId> due_retries_;
  std::vector<NodeId> held_waits_;  // take no slot, but a breaker over them is open
  std::unordered_map<NodeId, std::vector<NamedValue>> handed_on_;  // until the tests have passed
  std::unordered_map<NodeId, std::vector<NamedValue>> made_;       // of other values; the same
  std::unordered_map<NodeId, std::string> keys_;     // of steps under way: StepFinished::key
  std::set<GroupId> in_background_;                  // joined, with members that run on
  std::unordered_map<GroupId, Duration> round_due_;  // of groups between two rounds
  std::vector<std::pair<GroupId, std::string>>
      broken_groups_;  // whose breaker just opened for good
  // Of a resumed run: what started an attempt, the groups it is in, and groups of which something
  // that they follow did.
  std::unordered_set<NodeId> has_run_;
  std::unordered_set<GroupId> has_group_run_;
  std::unordered_map<GroupId, bool> has_rerun_before_;
  std::optional<Rollback> rollback_;
  std::map<Undoing, std::uint32_t> undone_tries_;  // attempts so far, all rounds
  std::map<Undoing, std::uint32_t> round_tries_;   // in this round
  std::optional<Error> store_error_;
  bool is_stopped_by_user_ = false;
  bool is_killed_ = false;  // by a second wish
  bool is_run_timeout_spent_ = false;
  bool is_finished_ = false;
};

}  // namespace ws
