// What the tables say after retries, groups, items found at run time, results and rollbacks.
#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::TempDir;
using namespace std::chrono_literals;

namespace {

constexpr GroupId kOwn{0U};
constexpr GroupId kRace{1U};
constexpr GroupId kItems{2U};
const NodeId kA(1U);
const NodeId kB(2U);
const NodeId kRaceEnd(4U);

// 0 begin, 1 step a (of the race), 2 step b (of the race), 3/4 the race's gates, 5/6 the gates of
// the fan-out "test", 7 end.
std::vector<NodeDescription> nodes() {
  std::vector<NodeDescription> all(8);
  const auto set = [&](std::size_t at, NodeKind kind, GroupId group, std::string_view step = {}) {
    all[at].workstream = "ws-a";
    all[at].kind = kind;
    all[at].group = group;
    all[at].step = step;
  };
  set(0, NodeKind::begin, kOwn);
  set(1, NodeKind::step, kRace, "a");
  all[1].max_attempts = 3;
  set(2, NodeKind::step, kRace, "b");
  set(3, NodeKind::begin, kRace);
  set(4, NodeKind::end, kRace);
  set(5, NodeKind::begin, kItems);
  set(6, NodeKind::end, kItems);
  set(7, NodeKind::end, kOwn);
  return all;
}

std::vector<GroupDescription> groups() {
  std::vector<GroupDescription> all(3);
  all[0] = {"ws-a", "ws-a", GroupRole::workstream, "", {}, NodeId(0U), NodeId(7U), 2, 0, 1};
  all[1] = {"ws-a", "race", GroupRole::group, "join first", kOwn, NodeId(3U), kRaceEnd, 2, 0, 1};
  all[2] = {"ws-a", "test", GroupRole::fan_out, "", kOwn, NodeId(5U), NodeId(6U), 0, 77, 2};
  return all;
}

struct Recorded {
  TempDir temp;
  EventStream stream;
  std::unique_ptr<SqliteRecorder> recorder;

  Recorded() {
    auto opened = SqliteRecorder::open(path(), {}, test::some_context(), nodes(), groups());
    REQUIRE(opened.has_value());
    recorder = std::move(*opened);
    add(test::started("r1"));
  }
  [[nodiscard]] std::filesystem::path path() const { return temp.path() / "workstream.db"; }
  void add(Fact fact) {
    stream.add(std::move(fact));
    const auto done = recorder->record(stream.last());
    INFO((done ? "" : done.error().message));
    REQUIRE(done.has_value());
  }
  [[nodiscard]] StepRow step(const std::string& name) const {
    const auto steps = test::store_at(path()).steps(1);
    REQUIRE(steps.has_value());
    for (const StepRow& row : *steps) {
      if (row.step == name) return row;
    }
    FAIL("no step " << name);
    return {};
  }
  [[nodiscard]] GroupRow group(const std::string& name) const {
    const auto rows = test::store_at(path()).groups(1);
    REQUIRE(rows.has_value());
    for (const GroupRow& row : *rows) {
      if (row.name == name && row.role != GroupRole::workstream) return row;
    }
    FAIL("no group " << name);
    return {};
  }
};

}  // namespace

TEST_CASE("a step that waits for its next attempt says when it is due") {
  Recorded run;
  run.add(AttemptStarted{{kA, 1, 0}, "a"});
  run.add(AttemptFinished{{kA, 1, 0}, Exited{1}, false, "exit 1", 1s, {}});
  run.add(RetryScheduled{kA, 2, 9s, "exit 1", false});
  StepRow row = run.step("a");
  CHECK(row.state == StepState::backing_off);
  CHECK(row.retry_due == 9s);
  CHECK(row.max_attempts == 3);
  CHECK(row.attempts == 1);
  CHECK(row.why == "exit 1");
  CHECK(row.group == kRace);
  run.add(AttemptStarted{{kA, 2, 0}, "a"});
  row = run.step("a");
  CHECK(row.state == StepState::running);
  CHECK(row.attempts == 2);
  CHECK(!row.retry_due);
  CHECK(row.why.empty());
}

TEST_CASE("the items a fan-out found are steps of the run") {
  Recorded run;
  run.add(AttemptStarted{{NodeId(5U), 1, AttemptKey::kExpansion}, "glob *.txt"});
  run.add(FanOutExpanded{kItems, {"\"x\"", "\"y\""}});
  run.add(AttemptStarted{{NodeId(9U), 1, 0}, "test y"});
  const StepRow row = run.step("test[1]");
  CHECK(row.node == NodeId(9U));
  CHECK(row.item == 1);
  CHECK(row.group == kItems);
  CHECK(row.max_attempts == 2);
  CHECK(row.definition == 77);
  CHECK(row.state == StepState::running);
  CHECK(run.step("test[0]").state == StepState::waiting);
  CHECK(run.group("test").members == 2);
  run.add(StepFinished{NodeId(8U), StepState::succeeded, "", false});
  run.add(StepFinished{NodeId(9U), StepState::failed, "exit 1", false});
  run.add(RunFinished{RunStatus::failed, 9s, 1});
  const auto runs = test::store_at(run.path()).runs();
  CHECK(runs->front().counts.succeeded == 1);
  CHECK(runs->front().counts.failed == 1);
}

TEST_CASE("items for a group nobody described are refused") {
  Recorded run;
  run.stream.add(FanOutExpanded{GroupId(9U), {"1"}});
  const auto done = run.recorder->record(run.stream.last());
  REQUIRE(done.has_error());
  CHECK(done.error().message ==
        "cannot store event 2: bug: items were found for a group that the store does not know");
}

TEST_CASE("a group's decision, its end and its next round are kept") {
  Recorded run;
  CHECK(run.group("race").state == StepState::waiting);
  CHECK(run.group("race").rule == "join first");
  run.add(AttemptStarted{{kA, 1, 0}, "a"});
  run.add(StepFinished{kA, StepState::succeeded, "", false});
  run.add(GroupDecided{kRace, StepState::succeeded, kA, "'a' was first"});
  GroupRow row = run.group("race");
  CHECK(row.decision == StepState::succeeded);
  CHECK(row.decided == 3s);
  CHECK(row.cause == kA);
  CHECK(row.why == "'a' was first");
  run.add(GroupJoined{kRace, StepState::succeeded, NodeId(), false});
  row = run.group("race");
  CHECK(row.state == StepState::succeeded);
  CHECK(row.joined == 4s);
  CHECK(row.cause == kA);
  run.add(GroupRestarted{kRace, 2, 20s, "it is to run again"});
  row = run.group("race");
  CHECK(row.state == StepState::waiting);
  CHECK(row.round == 2);
  CHECK(row.restart_due == 20s);
  CHECK(row.why == "it is to run again");
  CHECK(!row.joined);
  CHECK(run.step("a").state == StepState::waiting);
  CHECK(run.step("a").attempts == 1);
  CHECK(!run.step("a").ended);
}

TEST_CASE("what a step handed on is kept, the last value of each name") {
  Recorded run;
  run.add(OutputsCollected{kA, 1, {{"version", "\"1.2\"", ""}, {"blob", "", "/tmp/x"}}});
  run.add(OutputsCollected{kA, 2, {{"version", "\"1.3\"", ""}}});
  const auto outputs = test::store_at(run.path()).outputs(1, kA);
  REQUIRE(outputs.has_value());
  REQUIRE(outputs->size() == 2);
  CHECK((*outputs)[0].value == NamedValue{"blob", "", "/tmp/x"});
  CHECK((*outputs)[1].value == NamedValue{"version", "\"1.3\"", ""});
  CHECK((*outputs)[1].attempt == 2);
  CHECK(test::store_at(run.path()).outputs(1, kB)->empty());
  CHECK(test::store_at(run.path()).outputs(1)->size() == 2);
}

TEST_CASE("a rollback is kept: what was undone and what was not") {
  Recorded run;
  run.add(AttemptStarted{{kA, 1, 0}, "a"});
  run.add(StepFinished{kA, StepState::succeeded, "", false});
  run.add(AttemptStarted{{kB, 1, 0}, "b"});
  run.add(StepFinished{kB, StepState::succeeded, "", false});
  run.add(RollbackStarted{2, kB});
  run.add(AttemptStarted{{kA, 1, AttemptKey::kCompensation}, "undo a"});
  CHECK(run.step("a").state == StepState::succeeded);  // undoing is no running of the step
  run.add(CompensationFinished{kA, AttemptKey::kCompensation, true, ""});
  run.add(CompensationFinished{kB, AttemptKey::kCompensation, false, "exit 9"});
  run.add(CompensationFinished{NodeId(7U), AttemptKey::kCompensation, true, ""});
  CHECK(run.step("a").state == StepState::compensated);
  CHECK(run.step("a").ended == 2s);
  CHECK(run.step("b").state == StepState::succeeded);
  const auto undone = test::store_at(run.path()).compensations(1);
  REQUIRE(undone.has_value());
  REQUIRE(undone->size() == 3);
  CHECK((*undone)[0].result.node == kA);
  CHECK((*undone)[0].result.is_success);
  CHECK((*undone)[1].result.why == "exit 9");
  const auto row = test::store_at(run.path()).runs()->front();
  CHECK(row.rollback_steps == 2);
  CHECK(row.rollback_cause == kB);
  CHECK(row.counts.succeeded == 2);
}

TEST_CASE("breakers, pauses and the worker limit are kept while they hold") {
  Recorded run;
  run.add(BreakerOpened{kA, kA, "3 equal errors", 30s});
  run.add(BreakerOpened{kRaceEnd, kB, "5 failures", 0s});
  run.add(BreakerClosed{kA});
  run.add(RunPaused{60s, "pause_and_notify"});
  run.add(WorkersChanged{2, "memory is short"});
  const auto breakers = test::store_at(run.path()).breakers(1);
  REQUIRE(breakers.has_value());
  REQUIRE(breakers->size() == 2);
  CHECK(!(*breakers)[0].is_open);
  CHECK((*breakers)[1].is_open);
  CHECK((*breakers)[1].scope == kRaceEnd);
  CHECK((*breakers)[1].why == "5 failures");
  RunRow row = test::store_at(run.path()).runs()->front();
  CHECK(row.paused_until == 60s);
  CHECK(row.pause_why == "pause_and_notify");
  CHECK(row.workers == 2);
  run.add(RunResumed{});
  row = test::store_at(run.path()).runs()->front();
  CHECK(!row.paused_until);
  CHECK(row.pause_why.empty());
}

}  // namespace ws
