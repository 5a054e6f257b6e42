#include "store/run_store.h"

#include "fixtures.h"
#include "store/event_codec.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::TempDir;

namespace {

class Project {
 public:
  // A finished run; or one that has only begun.
  void finished(const std::string& id) { test::record_whole_run(path(), id); }
  void begun(const std::string& id, const std::string& workstream = "ws-a") {
    EventStream stream;
    stream.add(test::started(id, workstream));
    stream.add(AttemptStarted{{NodeId(1U), 1, 0}, "sleep 5"});
    test::record_all(path(), stream);
  }
  [[nodiscard]] std::filesystem::path path() const { return temp_.path() / "workstream.db"; }

 private:
  TempDir temp_;
};

std::string ids(const Result<std::vector<RunRow>>& rows) {
  INFO((rows ? "" : rows.error().message));
  REQUIRE(rows.has_value());
  std::string text;
  for (const RunRow& row : *rows) text += row.id + " ";
  return text;
}

}  // namespace

TEST_CASE("a run comes back with everything that is known about it") {
  Project project;
  project.finished("r1");
  RunStore store = test::store_at(project.path());
  const auto rows = store.runs();
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  const RunRow& run = rows->front();
  CHECK(run.id == "r1");
  CHECK(run.workstream == "ws-a");
  CHECK(run.workstreams == std::vector<std::string>{"ws-a"});
  CHECK(run.status == RunStatus::failed);
  CHECK(run.started == test::start_of_time());
  CHECK(run.ended == test::start_of_time() + std::chrono::seconds(11));
  CHECK(run.duration == std::chrono::seconds(11));
  CHECK(run.peak == 2);
  CHECK(run.steps == 3);
  CHECK(run.max_workers == 4);
  CHECK(run.seed == 0xfedcba9876543210ULL);
  CHECK(!run.stop);
  CHECK(run.counts.total == 3);
  CHECK(run.counts.succeeded == 1);
  CHECK(run.counts.failed == 1);
  CHECK(run.counts.skipped == 1);
  const RunContext expected = test::some_context();
  CHECK(run.context.holder.pid == expected.holder.pid);
  CHECK(run.context.holder.start_ticks == expected.holder.start_ticks);
  CHECK(run.context.holder.boot_id == expected.holder.boot_id);
  CHECK(run.context.holder.host == expected.holder.host);
  CHECK(run.context.argv == expected.argv);
  CHECK(run.context.cwd == expected.cwd);
  CHECK(run.context.files == expected.files);
  CHECK(run.context.program_version == expected.program_version);
}

TEST_CASE("an unfinished run has live counts and no end") {
  Project project;
  project.begun("r1");
  RunStore store = test::store_at(project.path());
  const auto rows = store.runs();
  REQUIRE(rows.has_value());
  const RunRow& run = rows->front();
  CHECK(run.status == RunStatus::running);
  CHECK(!run.ended);
  CHECK(!run.duration);
  CHECK(run.counts.total == 3);
  CHECK(run.counts.waiting == 2);
  CHECK(run.counts.running == 1);
}

TEST_CASE("an unfinished run whose holder is gone has crashed") {
  Project project;
  project.begun("r1");
  RunStore store = test::store_at(project.path(), false);
  const auto rows = store.runs();
  REQUIRE(rows.has_value());
  CHECK(rows->front().status == RunStatus::crashed);
  CHECK(test::sql(project.path(), "SELECT status FROM runs") == "running\n");
}

TEST_CASE("the caller is asked about the holder that was recorded, and only if needed") {
  Project project;
  project.finished("r1");
  project.begun("r2");
  std::vector<std::int64_t> asked;
  auto store = RunStore::open(project.path(), [&](const RunRow& run) {
    asked.push_back(run.context.holder.pid);
    return true;
  });
  REQUIRE(store.has_value());
  CHECK(ids(store->runs()) == "r2 r1 ");
  CHECK(asked == std::vector<std::int64_t>{4242});
}

TEST_CASE("a run that ends while its holder is looked at has not crashed") {
  Project project;
  EventStream stream;
  test::add_whole_run(stream, "r1");
  const auto recorder = test::recorder_at(project.path());
  REQUIRE(recorder->record(stream.all().first(4)).has_value());
  auto store = RunStore::open(project.path(), [&](const RunRow&) {
    REQUIRE(recorder->record(stream.from(4)).has_value());
    return false;  // it ended and went away just now
  });
  REQUIRE(store.has_value());
  const auto rows = store->runs();
  REQUIRE(rows.has_value());
  CHECK(rows->front().status == RunStatus::failed);
  CHECK(rows->front().duration == std::chrono::seconds(11));
}

TEST_CASE("runs are listed newest first, and filtered") {
  Project project;
  project.finished("r1");
  project.begun("r2", "ws-b");
  project.begun("r3");
  project.finished("r4");
  RunStore store = test::store_at(project.path());
  CHECK(ids(store.runs()) == "r4 r3 r2 r1 ");
  CHECK(ids(store.runs({.workstream = {}, .status = {}, .limit = 2})) == "r4 r3 ");
  CHECK(ids(store.runs({.workstream = "ws-a", .status = {}, .limit = 0})) == "r4 r3 r1 ");
  CHECK(ids(store.runs({.workstream = "ws-b", .status = {}, .limit = 0})) == "r2 ");
  CHECK(ids(store.runs({.workstream = "ws-c", .status = {}, .limit = 0})).empty());
  CHECK(ids(store.runs({.workstream = {}, .status = RunStatus::failed, .limit = 0})) == "r4 r1 ");
  CHECK(ids(store.runs({.workstream = {}, .status = RunStatus::failed, .limit = 1})) == "r4 ");
  CHECK(ids(store.runs({.workstream = {}, .status = RunStatus::running, .limit = 0})) == "r3 r2 ");
  CHECK(ids(store.runs({.workstream = {}, .status = RunStatus::crashed, .limit = 0})).empty());
  RunStore later = test::store_at(project.path(), false);
  CHECK(ids(later.runs({.workstream = {}, .status = RunStatus::running, .limit = 0})).empty());
  CHECK(ids(later.runs({.workstream = "ws-a", .status = RunStatus::crashed, .limit = 0})) == "r3 ");
}

TEST_CASE("a run that is being removed while others are listed is none") {
  Project project;
  project.finished("r1");
  project.finished("r2");
  test::sql(project.path(),
            "DELETE FROM run_workstreams WHERE run = 2");  // its row was read before
  RunStore store = test::store_at(project.path());
  CHECK(ids(store.runs()) == "r1 ");
  CHECK(ids(store.runs({.workstream = {}, .status = {}, .limit = 1})) == "r1 ");
}

TEST_CASE("a filter looks past the first page") {
  Project project;
  project.begun("the-one");
  for (int i = 0; i < 230; ++i) project.finished("r" + std::to_string(i));
  RunStore store = test::store_at(project.path());
  CHECK(ids(store.runs({.workstream = {}, .status = RunStatus::running, .limit = 1})) ==
        "the-one ");
  CHECK(store.runs()->size() == 231);
}

TEST_CASE("a run is found by its id or the beginning of it") {
  Project project;
  project.finished("20250131-120000-aaaa");
  project.finished("20250131-120000-aabb");
  project.finished("20250131");
  project.finished("100%_sure");
  RunStore store = test::store_at(project.path());
  CHECK(ids(store.find("20250131-120000-aabb")) == "20250131-120000-aabb ");
  CHECK(ids(store.find("20250131-120000-aab")) == "20250131-120000-aabb ");
  CHECK(ids(store.find("20250131-1")) == "20250131-120000-aabb 20250131-120000-aaaa ");
  CHECK(ids(store.find("20250131")) == "20250131 ");  // an id wins over a prefix
  CHECK(ids(store.find("100%")) == "100%_sure ");
  CHECK(ids(store.find("%")).empty());
  CHECK(ids(store.find("1__")).empty());
  CHECK(ids(store.find("x' OR '1'='1")).empty());
  CHECK(ids(store.find("")).empty());
}

TEST_CASE("the latest run of a workstream is the newest that holds it") {
  Project project;
  project.finished("r1");
  project.begun("r2", "ws-b");
  RunStore store = test::store_at(project.path());
  CHECK(store.latest("ws-a").value()->id == "r1");
  CHECK(store.latest("ws-b").value()->id == "r2");
  CHECK(!store.latest("ws-c").value().has_value());
}

TEST_CASE("the steps of a run have states and times") {
  Project project;
  project.finished("r1");
  RunStore store = test::store_at(project.path());
  const auto steps = store.steps(store.latest("ws-a").value()->number);
  REQUIRE(steps.has_value());
  REQUIRE(steps->size() == 3);
  const StepRow& a = (*steps)[0];
  CHECK(a.node == NodeId(1U));
  CHECK(a.workstream == "ws-a");
  CHECK(a.step == "a");
  CHECK(a.kind == NodeKind::step);
  CHECK(a.definition == 0xa1);
  CHECK(a.state == StepState::succeeded);
  CHECK(a.attempts == 1);
  CHECK(a.started == std::chrono::seconds(1));
  CHECK(a.ended == std::chrono::seconds(6));
  const StepRow& b = (*steps)[1];
  CHECK(b.definition == 0xffffffffffffffffULL);
  CHECK(b.state == StepState::failed);
  CHECK(b.why == "exit 3");
  const StepRow& tests = (*steps)[2];
  CHECK(tests.kind == NodeKind::acceptance);
  CHECK(tests.step.empty());
  CHECK(tests.state == StepState::skipped);
  CHECK(tests.cause == NodeId(2U));
  CHECK(!tests.started);
  CHECK(store.steps(1, "ws-a")->size() == 3);
  CHECK(store.steps(1, "ws-b")->empty());
  CHECK(store.steps(99)->empty());
}

TEST_CASE("attempts and tests have outcomes, durations and logs") {
  Project project;
  project.finished("r1");
  project.begun("r2");
  RunStore store = test::store_at(project.path());
  const auto attempts = store.attempts(1);
  REQUIRE(attempts.has_value());
  REQUIRE(attempts->size() == 2);
  const AttemptRow& b = (*attempts)[1];
  CHECK(b.key == AttemptKey{NodeId(2U), 1, 0});
  CHECK(b.command == "exit 3");
  CHECK(b.started == std::chrono::seconds(3));
  CHECK(b.ended == std::chrono::seconds(7));
  REQUIRE(b.outcome);
  CHECK(describe(*b.outcome) == "exit 3");
  CHECK(!b.is_success);
  CHECK(b.why == "exit 3");
  CHECK(b.log == "steps/b/1/out.log");
  CHECK(b.output_bytes == 12);
  CHECK(b.user_time == std::chrono::milliseconds(3));
  CHECK(b.system_time == std::chrono::milliseconds(4));
  CHECK(b.max_rss_kib == 2048);
  CHECK(store.log_error(1, b.key).value() == "cannot write it");
  CHECK(store.log_error(1, (*attempts)[0].key).value().empty());
  CHECK(!b.process);
  CHECK(store.attempts(1, NodeId(1U))->size() == 1);
  CHECK(store.attempts(1, NodeId(1U))->front().process->pid == 100);
  CHECK(store.attempts(1, NodeId(3U))->empty());
  const auto running = store.attempts(2);
  REQUIRE(running->size() == 1);
  CHECK(!running->front().outcome);
  CHECK(!running->front().ended);

  const auto tests = store.acceptance(1);
  REQUIRE(tests->size() == 1);
  CHECK(tests->front().result.node == NodeId(1U));
  CHECK(tests->front().result.test == 1);
  CHECK(tests->front().result.is_success);
  CHECK(tests->front().at == std::chrono::seconds(5));
  CHECK(store.acceptance(1, NodeId(2U))->empty());
}

TEST_CASE("every kind of outcome comes back from the attempts table") {
  Project project;
  EventStream stream;
  stream.add(test::started("r1"));
  const std::vector<Outcome> outcomes = {Exited{255},
                                         Signaled{9, false},
                                         Signaled{11, true},
                                         Cancelled{},
                                         SpawnFailed{"no such\nfile"},
                                         TimedOut{std::chrono::minutes(5)},
                                         Lost{"reboot"},
                                         RateLimited{test::start_of_time()}};
  std::uint32_t number = 0;
  for (const Outcome& outcome : outcomes) {
    const AttemptKey key{NodeId(1U), ++number, 0};
    stream.add(AttemptStarted{key, "x"});
    stream.add(AttemptFinished{key, outcome, false, "", {}, {}});
  }
  test::record_all(project.path(), stream);
  RunStore store = test::store_at(project.path());
  const auto attempts = store.attempts(1);
  REQUIRE(attempts->size() == outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    AttemptFinished stored;
    AttemptFinished expected;
    stored.outcome = *(*attempts)[i].outcome;
    expected.outcome = outcomes[i];
    CHECK(test::dump(stored) == test::dump(expected));
  }
}

TEST_CASE("events come back in order, from any point") {
  Project project;
  EventStream stream;
  test::add_whole_run(stream, "r1");
  test::record_all(project.path(), stream);
  RunStore store = test::store_at(project.path());
  const auto events = store.events(1);
  REQUIRE(events.has_value());
  REQUIRE(events->size() == stream.all().size());
  for (std::size_t i = 0; i < events->size(); ++i) {
    const Event& expected = stream.all()[i];
    const Event& read = (*events)[i];
    CHECK(read.seq == expected.seq);
    CHECK(read.at == expected.at);
    CHECK(read.wall == expected.wall);
    CHECK(test::dump(read.fact) == test::dump(expected.fact));
  }
  CHECK(store.events(1, 10)->size() == 2);
  CHECK(store.events(1, 10)->front().seq == 11);
  CHECK(store.events(1, 3, 2)->back().seq == 5);
  CHECK(store.events(1, 0, 0)->empty());
  CHECK(store.events(1, 12)->empty());
  CHECK(store.events(99)->empty());
}

TEST_CASE("the visitor may end the walk") {
  Project project;
  project.finished("r1");
  RunStore store = test::store_at(project.path());
  int seen = 0;
  const auto done = store.for_each_event(1, 0, [&](const Event&) -> Result<void> {
    return ++seen == 3 ? Result<void>(Error{"enough", 0}) : Result<void>();
  });
  CHECK(seen == 3);
  REQUIRE(done.has_error());
  CHECK(done.error().message == "enough");
  CHECK(ids(store.runs()) == "r1 ");  // the store is usable afterwards
}

TEST_CASE("texts that are no UTF-8, or hold a zero byte, survive the tables too") {
  Project project;
  const std::string awkward("a\0b\xff\"'\n\x1b[31m", 13);
  EventStream stream;
  stream.add(test::started("r1"));
  stream.add(AttemptStarted{{NodeId(1U), 1, 0}, awkward});
  stream.add(AttemptFinished{{NodeId(1U), 1, 0}, SpawnFailed{awkward}, false, awkward, {}, {}});
  stream.add(StepFinished{NodeId(1U), StepState::failed, awkward, false});
  test::record_all(project.path(), stream);
  RunStore store = test::store_at(project.path());
  CHECK(store.attempts(1)->front().command == awkward);
  CHECK(store.attempts(1)->front().why == awkward);
  CHECK(std::get<SpawnFailed>(*store.attempts(1)->front().outcome).error == awkward);
  CHECK(store.steps(1)->front().why == awkward);
  CHECK(std::get<AttemptStarted>(store.events(1)->at(1).fact).command == awkward);
}

TEST_CASE("readers see whole transactions while a run writes") {
  Project project;
  EventStream stream;
  test::add_whole_run(stream, "r1");
  const auto recorder = test::recorder_at(project.path());
  REQUIRE(recorder->record(stream.all().first(1)).has_value());
  RunStore store = test::store_at(project.path());
  CHECK(store.events(1)->size() == 1);
  std::size_t next = 1;
  // A walk over the events does not see what is written meanwhile, and does not stop the writer.
  std::size_t walked = 0;
  REQUIRE(store
              .for_each_event(1, 0,
                              [&](const Event&) -> Result<void> {
                                ++walked;
                                REQUIRE(
                                    recorder->record(stream.all().subspan(next, 3)).has_value());
                                next += 3;
                                return {};
                              })
              .has_value());
  CHECK(walked == 1);
  CHECK(store.events(1)->size() == 4);
}

}  // namespace ws
