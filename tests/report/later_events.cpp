#include "later_events.h"

#include "support/catch.h"

namespace ws::test {

using namespace std::chrono_literals;

namespace {

ForEach items_of(ForEach::Kind kind, std::vector<std::string> items) {
  ForEach for_each;
  for_each.kind = kind;
  for_each.items = std::move(items);
  for_each.source = "*.txt";
  return for_each;
}

Compensation undo(const std::string& line) {
  Compensation compensation;
  compensation.action = CommandAction{Command::from_line(line)};
  compensation.text = line;
  return compensation;
}

}  // namespace

void add_later(Sample& sample) {
  Workstream& workstream = sample.workstream("ws-later");
  workstream.saga = SagaPolicy{};
  workstream.max_cost_usd = 2.5;
  workstream.estimated_context_tokens = 9000;
  ErrorHandling& handling = workstream.error_handling;
  handling.on_retry.action = ErrorAction::log_and_continue;
  handling.on_retry.log_level = "warning";
  handling.on_retry.notify = {"ops"};
  handling.on_retry.message = "${step_id} again, ${attempt_number} of ${max_attempts} ($x)";
  handling.on_failure.log_level = "critical";
  handling.on_failure.collect_diagnostics = true;
  handling.on_failure.message = "${step_id} of ${workstream_id} is broken";
  handling.on_rollback_complete.message = "${compensation_count} compensations";
  StepDetails& flaky = sample.step("flaky").edit_details();
  RetryPolicy three;
  three.attempts = 3;
  three.backoff = Backoff::fixed;
  three.initial_delay = 2s;
  flaky.retry = three;
  flaky.pools = {{"gpu", 2}};
  sample.step("fast");
  sample.step("slow");
  sample.step("each").edit_details().for_each.emplace(
      items_of(ForEach::Kind::list, {"\"a\"", "\"b\"", "\"c\""}));
  sample.step("found").edit_details().for_each.emplace(items_of(ForEach::Kind::glob, {}));
  sample.step("undo").edit_details().compensation = undo("undo it");
  sample.step("stuck").edit_details().compensation = undo("undo that");
  Group race;
  race.id = "race";
  race.members = {{"fast", DependencyOn::success, {}}, {"slow", DependencyOn::success, {}}};
  race.rule.join = Join::first;
  sample.workset.workstreams.back().groups.push_back(race);
}

GroupId group_named(const Plan& plan, std::string_view name) {
  for (std::size_t i = 0; i < plan.groups().size(); ++i) {
    if (plan.group_id(GroupId(i)) == name) return GroupId(i);
  }
  FAIL("no group " << name);
  return {};
}

namespace {

class LaterEvents {
 public:
  explicit LaterEvents(const Plan& plan) : plan_(plan) {}

  void begin() { add(RunStarted{"run-1", "ws-later", {"ws-later"}, 4, false, false, 7, 9}); }

  void try_thrice() {
    run(at("flaky"), 1, 1);
    add(RetryScheduled{at("flaky"), 2, 5s, "exit 1", false});
    run(at("flaky"), 2, 1);
    add(BreakerOpened{at("flaky"), at("flaky"), "the same error 2 times in a row", 30s});
    add(RunPaused{60s, "the circuit of 'flaky' opened"});
    add(RunResumed{});
    add(RetryScheduled{at("flaky"), 3, 10s, "exit 1", true});
    run(at("flaky"), 3, 0);
    add(BreakerClosed{at("flaky")});
    add(OutputsCollected{at("flaky"), 3, {{"version", "\"1.2\"", ""}, {"blob", "", "/tmp/blob"}}});
    add(StepFinished{at("flaky"), StepState::succeeded, "", false});
    add(WorkersChanged{2, "memory is short"});
  }

  void race() {
    const GroupId race = group_named(plan_, "race");
    add(AttemptStarted{{at("fast"), 1, 0}, "fast"});
    add(AttemptStarted{{at("slow"), 1, 0}, "slow"});
    add(StepFinished{at("fast"), StepState::succeeded, "", false});
    add(GroupDecided{race, StepState::succeeded, at("fast"), ""});
    add(AttemptStopping{{at("slow"), 1, 0}, StopWhy::not_needed});
    add(StepFinished{at("slow"), StepState::cancelled, "its group is decided without it", false});
    add(GroupJoined{race, StepState::succeeded, {}, false});
  }

  void fan_out() {
    run(at("each[0]"), 1, 0);
    add(OutputsCollected{at("each[0]"), 1, {{"value", "[1,2]", ""}}});
    add(StepFinished{at("each[0]"), StepState::succeeded, "", false});
    for (const char* item : {"each[1]", "each[2]"}) {
      run(at(item), 1, 3);
      add(StepFinished{at(item), StepState::failed, "exit 3", true});
    }
    add(GroupJoined{group_named(plan_, "each"), StepState::failed, at("each[1]"), true});
  }

  void fan_out_over_what_is_found() {
    const GroupId found = group_named(plan_, "found");
    add(AttemptStarted{{plan_.group(found).begin, 1, AttemptKey::kExpansion}, "glob *.txt"});
    add(FanOutExpanded{found, {"\"x.txt\""}});
    succeed(NodeId(plan_.node_count()));  // the first node behind all others
    add(GroupJoined{found, StepState::succeeded, {}, false});
  }

  void roll_back() {
    succeed(at("undo"));
    succeed(at("stuck"));
    add(RollbackStarted{2, at("each[1]")});
    add(AttemptStarted{{at("stuck"), 1, AttemptKey::kCompensation}, "undo that"});
    add(CompensationFinished{at("stuck"), AttemptKey::kCompensation, false, "exit 9"});
    add(AttemptStarted{{at("undo"), 1, AttemptKey::kCompensation}, "undo it"});
    add(CompensationFinished{at("undo"), AttemptKey::kCompensation, true, ""});
    const NodeId end = plan_.group(GroupId(0U)).end;
    add(CompensationFinished{end, AttemptKey::kCompensation + 1, true, ""});
    add(RunFinished{RunStatus::partially_rolled_back, 50s, 2});
  }

  [[nodiscard]] std::vector<Event> take() && { return std::move(events_); }

 private:
  [[nodiscard]] NodeId at(const char* name) const { return node_named(plan_, name); }

  void add(Fact fact) {
    Event event;
    event.seq = events_.size() + 1;
    event.at = std::chrono::seconds(events_.size());
    event.wall = WallTime(1763806530s) + std::chrono::seconds(events_.size());
    event.fact = std::move(fact);
    events_.push_back(std::move(event));
  }

  void run(NodeId node, std::uint32_t attempt, int code) {
    add(AttemptStarted{{node, attempt, 0}, "run it"});
    add(AttemptFinished{{node, attempt, 0},
                        Exited{code},
                        code == 0,
                        code == 0 ? "" : "exit " + std::to_string(code),
                        1s,
                        {}});
  }

  void succeed(NodeId node) {
    run(node, 1, 0);
    add(StepFinished{node, StepState::succeeded, "", false});
  }

  const Plan& plan_;
  std::vector<Event> events_;
};

}  // namespace

std::vector<Event> later_events(const Plan& plan) {
  LaterEvents events(plan);
  events.begin();
  events.try_thrice();
  events.race();
  events.fan_out();
  events.fan_out_over_what_is_found();
  events.roll_back();
  return std::move(events).take();
}

}  // namespace ws::test
