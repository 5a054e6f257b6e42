// A whole run in virtual time: a plan, a script of outcomes, and the transcript of what the engine
// did.
//
// No processes, no sleeping, no store: the clock jumps to the next thing that happens. At every
// event and after every turn the invariants that hold for every run are checked (story_checks.cpp),
// so each story is also a property test.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "model/plan.h"

namespace ws::test {

// How one attempt goes. Unscripted attempts take one second and exit 0.
struct Scripted {
  Duration lasts = std::chrono::seconds(1);
  Outcome outcome = Exited{0};
  Duration dies_after = Duration::zero();  // once asked to stop; a SIGKILL ends it at once
  AttemptFacts facts = {};
  std::vector<NamedValue> outputs = {};  // of a command
  std::vector<std::string> items = {};   // of an expansion: JSON texts
  std::string error_text = {};
};

class VirtualClock final : public Clock {
 public:
  [[nodiscard]] MonotonicTime now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override { return WallTime(now_.time_since_epoch()); }
  void wake_at(MonotonicTime when) override { wake_ = when; }
  void cancel_wake() override { wake_.reset(); }

  void advance_to(MonotonicTime when) { now_ = std::max(now_, when); }
  [[nodiscard]] std::optional<MonotonicTime> wake() const { return wake_; }

 private:
  MonotonicTime now_{};
  std::optional<MonotonicTime> wake_;
};

// Refuses from the n-th record() on, when told to.
class MemoryRecorder final : public Recorder {
 public:
  Result<void> record(std::span<const Event> events) override;
  std::vector<Event> events;
  std::optional<std::size_t> fails_at;  // index of the call
  std::size_t calls = 0;
};

class Story : public Executor, public Observer {
 public:
  explicit Story(Plan& plan);
  ~Story() override;

  RunOptions options;
  MemoryRecorder recorder;

  // Names as Plan::display_name gives them, of a group's gates the group's id; part 0 is the
  // command, k the k-th acceptance test, AttemptKey::kCompensation what undoes the step, kExpansion
  // what finds the items of a fan-out.
  void script(const std::string& step, Scripted how, std::uint32_t attempt = 1,
              std::uint32_t part = 0);
  // What attempts without a script do; asked once for each.
  std::function<Scripted(const std::string& step, std::uint32_t attempt, std::uint32_t part)>
      otherwise;
  void at(Duration when, std::function<void(Engine&)> what);

  // Runs to the end (at most `limit` virtual time: a run that does not end is a failure) and
  // returns the transcript.
  std::string run(Duration limit = std::chrono::hours(1000));

  [[nodiscard]] Plan& plan() const { return plan_; }
  [[nodiscard]] const RunState& state() const { return engine_->state(); }
  [[nodiscard]] Plan& plan() { return plan_; }
  [[nodiscard]] const Engine& engine() const { return *engine_; }
  [[nodiscard]] StepState state_of(const std::string& step) const;
  [[nodiscard]] const std::vector<std::string>& starts() const { return starts_; }

  // Executor
  void start(AttemptKey key, const RunValues& values) override;
  void stop(AttemptKey key, StopWhy why) override;
  [[nodiscard]] std::string command_text(AttemptKey key, const RunValues& values) const override;
  // Observer
  void observe(const Event& event, const RunState& state) override;

 private:
  struct Ending {
    MonotonicTime when;
    std::uint64_t order;
    AttemptKey key;
    friend auto operator<=>(const Ending& a, const Ending& b) {
      return std::tie(a.when, a.order) <=> std::tie(b.when, b.order);
    }
    friend bool operator==(const Ending& a, const Ending& b) { return a.order == b.order; }
  };
  [[nodiscard]] const Scripted& scripted(AttemptKey key) const;
  [[nodiscard]] std::string attempt_name(AttemptKey key) const;
  void end_at(AttemptKey key, MonotonicTime when);
  [[nodiscard]] bool deliver_due();
  [[nodiscard]] std::optional<MonotonicTime> next_happening() const;
  void check_invariants();
  // The end of what was told: a check that fails after a hundred thousand events shows that.
  [[nodiscard]] std::string_view last_told() const;
  void check_start(AttemptKey key);
  void check_shares(NodeId node) const;
  void forget_ends(GroupId group);
  // Whether no new attempt of the node may begin, because a group around it was decided.
  [[nodiscard]] bool is_unwanted(NodeId node) const;
  [[nodiscard]] std::string group_name(GroupId group) const;
  [[nodiscard]] std::string scope_name(NodeId node) const;
  // The line of the transcript a fact deserves; facts that others already tell have none.
  std::string tell(const AttemptStarted& fact, const RunState& state);
  std::string tell(const AttemptStopping& fact, const RunState& state);
  std::string tell(const AttemptFinished& fact, const RunState& state);
  std::string tell(const AcceptanceFinished& fact, const RunState& state);
  std::string tell(const StepFinished& fact, const RunState& state);
  std::string tell(const StepSkipped& fact, const RunState& state);
  std::string tell(const GroupJoined& fact, const RunState& state);
  std::string tell(const StopRequested& fact, const RunState& state);
  std::string tell(const RunFinished& fact, const RunState& state);
  std::string tell(const RetryScheduled& fact, const RunState& state);
  std::string tell(const BreakerOpened& fact, const RunState& state);
  std::string tell(const BreakerClosed& fact, const RunState& state);
  std::string tell(const FanOutExpanded& fact, const RunState& state);
  std::string tell(const GroupDecided& fact, const RunState& state);
  std::string tell(const GroupRestarted& fact, const RunState& state);
  std::string tell(const RunPaused& fact, const RunState& state);
  std::string tell(const RunResumed& fact, const RunState& state);
  std::string tell(const WorkersChanged& fact, const RunState& state);
  std::string tell(const RollbackStarted& fact, const RunState& state);
  std::string tell(const CompensationFinished& fact, const RunState& state);
  template <class Fact>
  std::string tell(const Fact& /*fact*/, const RunState& /*state*/) {
    return "";
  }

  Plan& plan_;
  VirtualClock clock_;
  std::unique_ptr<Engine> engine_;
  // The fold of what was observed so far, event by event, over a plan of its own.
  std::unique_ptr<Plan> folded_plan_;
  std::unique_ptr<RunState> folded_;
  std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, Scripted> scripts_;
  std::multimap<MonotonicTime, std::function<void(Engine&)>> happenings_;
  std::set<Ending> endings_;
  std::map<AttemptKey, Ending> live_;
  std::vector<AttemptKey> just_started_;
  std::vector<std::string> starts_;
  std::map<NodeId, int> finished_;
  std::string transcript_;
  std::uint64_t order_ = 0;
  std::size_t seen_ = 0;
};

}  // namespace ws::test
