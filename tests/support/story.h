// A whole run in virtual time: a plan, a script of outcomes, and the transcript of what the engine
// did.
//
// No processes, no sleeping, no store: the clock jumps to the next thing that happens. At every
// event and after every turn the invariants that hold for every run are checked (invariants.h), so
// each story is also a property test. Knows no test framework.
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
#include "support/invariants.h"
#include "support/virtual_clock.h"

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

// Thrown out of the engine: the scheduler's process is gone in the middle of what it did.
struct SchedulerDied {};

// Refuses from the n-th record() on, when told to; or dies in the n-th, with or without having
// kept it.
class MemoryRecorder final : public Recorder {
 public:
  Result<void> record(std::span<const Event> events) override;
  std::vector<Event> events;
  std::optional<std::size_t> fails_at;  // index of the call
  std::optional<std::size_t> dies_before;
  std::optional<std::size_t> dies_after;
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
  // returns the transcript. Throws BrokenInvariant. When the recorder dies, the run is over where
  // it was: what lives on is recorder.events.
  std::string run(Duration limit = std::chrono::hours(1000));
  [[nodiscard]] bool has_died() const { return has_died_; }
  // Attempts that had been started and had not ended when the scheduler died.
  [[nodiscard]] std::vector<AttemptKey> cut_short() const;

  [[nodiscard]] Plan& plan() const { return plan_; }
  [[nodiscard]] const RunState& state() const { return engine_->state(); }
  [[nodiscard]] Plan& plan() { return plan_; }
  [[nodiscard]] const Engine& engine() const { return *engine_; }
  [[nodiscard]] StepState state_of(const std::string& step) const;
  [[nodiscard]] const std::vector<std::string>& starts() const { return starts_; }
  [[nodiscard]] VirtualClock& clock() { return clock_; }
  [[nodiscard]] const std::string& transcript() const { return transcript_; }
  // Scripts of this run, those that `otherwise` made included.
  using Scripts = std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, Scripted>;
  [[nodiscard]] const Scripts& scripts() const { return scripts_; }

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
  void turn();
  void run_to_the_end(Duration limit);
  // The end of what was told: a check that fails after a hundred thousand events shows that.
  [[nodiscard]] std::string_view last_told() const;
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
  std::unique_ptr<Invariants> invariants_;
  Scripts scripts_;
  std::multimap<MonotonicTime, std::function<void(Engine&)>> happenings_;
  std::set<Ending> endings_;
  std::map<AttemptKey, Ending> live_;
  std::vector<AttemptKey> just_started_;
  std::vector<std::string> starts_;
  std::string transcript_;
  std::uint64_t order_ = 0;
  bool has_died_ = false;
};

}  // namespace ws::test
