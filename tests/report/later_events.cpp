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

std::vector<Event> later_events(const Plan& plan) {
  std::vector<Event> events;
  const auto add = [&](Fact fact) {
    Event event;
    event.seq = events.size() + 1;
    event.at = std::chrono::seconds(events.size());
    event.wall = WallTime(1763806530s) + std::chrono::seconds(events.size());
    event.fact = std::move(fact);
    events.push_back(std::move(event));
  };
  const auto at = [&](const char* name) { return node_named(plan, name); };
  const auto run = [&](NodeId node, std::uint32_t attempt, int code) {
    add(AttemptStarted{{node, attempt, 0}, "run it"});
    add(AttemptFinished{{node, attempt, 0},
                        Exited{code},
                        code == 0,
                        code == 0 ? "" : "exit " + std::to_string(code),
                        1s,
                        {}});
  };
  const GroupId race = group_named(plan, "race");
  const GroupId each = group_named(plan, "each");
  const GroupId found = group_named(plan, "found");

  add(RunStarted{"run-1", "ws-later", {"ws-later"}, 4, false, false, 7, 9});
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
  add(AttemptStarted{{at("fast"), 1, 0}, "fast"});
  add(AttemptStarted{{at("slow"), 1, 0}, "slow"});
  add(StepFinished{at("fast"), StepState::succeeded, "", false});
  add(GroupDecided{race, StepState::succeeded, at("fast"), ""});
  add(AttemptStopping{{at("slow"), 1, 0}, StopWhy::not_needed});
  add(StepFinished{at("slow"), StepState::cancelled, "its group is decided without it", false});
  add(GroupJoined{race, StepState::succeeded, {}, false});
  run(at("each[0]"), 1, 0);
  add(OutputsCollected{at("each[0]"), 1, {{"value", "[1,2]", ""}}});
  add(StepFinished{at("each[0]"), StepState::succeeded, "", false});
  run(at("each[1]"), 1, 3);
  add(StepFinished{at("each[1]"), StepState::failed, "exit 3", true});
  run(at("each[2]"), 1, 3);
  add(StepFinished{at("each[2]"), StepState::failed, "exit 3", true});
  add(GroupJoined{each, StepState::failed, at("each[1]"), true});
  add(AttemptStarted{{plan.group(found).begin, 1, AttemptKey::kExpansion}, "glob *.txt"});
  add(FanOutExpanded{found, {"\"x.txt\""}});
  const NodeId item(plan.node_count());  // the first node behind all others
  run(item, 1, 0);
  add(StepFinished{item, StepState::succeeded, "", false});
  add(GroupJoined{found, StepState::succeeded, {}, false});
  run(at("undo"), 1, 0);
  add(StepFinished{at("undo"), StepState::succeeded, "", false});
  run(at("stuck"), 1, 0);
  add(StepFinished{at("stuck"), StepState::succeeded, "", false});
  add(RollbackStarted{2, at("each[1]")});
  add(AttemptStarted{{at("stuck"), 1, AttemptKey::kCompensation}, "undo that"});
  add(CompensationFinished{at("stuck"), AttemptKey::kCompensation, false, "exit 9"});
  add(AttemptStarted{{at("undo"), 1, AttemptKey::kCompensation}, "undo it"});
  add(CompensationFinished{at("undo"), AttemptKey::kCompensation, true, ""});
  add(CompensationFinished{plan.group(GroupId(0U)).end, AttemptKey::kCompensation + 1, true, ""});
  add(RunFinished{RunStatus::partially_rolled_back, 50s, 2});
  return events;
}

}  // namespace ws::test
