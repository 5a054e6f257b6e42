#include <cerrno>
#include <sys/stat.h>

#include <fmt/format.h>

#include "fixtures.h"
#include "store/sqlite_recorder.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::sql;
using test::TempDir;

namespace {

const NodeId kA(1U);

std::string refused(SqliteRecorder& recorder, std::span<const Event> events) {
  const auto done = recorder.record(events);
  REQUIRE(done.has_error());
  return done.error().message;
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("directories are made for the user alone, and so is the database") {
  const TempDir temp;
  const auto path = temp.path() / "deep" / "state" / "workstream.db";
  EventStream stream;
  stream.add(test::started("r1"));
  const auto recorder = test::recorder_at(path);
  REQUIRE(recorder->record(stream.all()).has_value());
  CHECK(mode_of(temp.path() / "deep") == 0700);
  CHECK(mode_of(temp.path() / "deep" / "state") == 0700);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path.string() + "-wal") == 0600);
  CHECK(mode_of(path.string() + "-shm") == 0600);
}

TEST_CASE("a directory that exists keeps its mode") {
  const TempDir temp;
  std::filesystem::create_directory(temp.path() / "state");
  ::chmod((temp.path() / "state").c_str(), 0755);
  static_cast<void>(test::recorder_at(temp.path() / "state" / "workstream.db"));
  CHECK(mode_of(temp.path() / "state") == 0755);
}

TEST_CASE("making the database leaves nothing else behind, whether it succeeds or not") {
  const TempDir temp;
  const auto names_in = [](const std::filesystem::path& directory) {
    std::string names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      names += entry.path().filename().string() + " ";
    }
    return names;
  };
  static_cast<void>(test::recorder_at(temp.path() / "good" / "workstream.db"));
  CHECK(names_in(temp.path() / "good") == "workstream.db ");
  StoreOptions options;
  options.largest_size = 8192;
  const auto path = temp.path() / "bad" / "workstream.db";
  const auto recorder =
      SqliteRecorder::open(path, options, test::some_context(), test::small_plan());
  REQUIRE(recorder.has_error());
  CHECK(recorder.error().message.find(fmt::format("cannot make '{}': ", path.string())) == 0);
  CHECK(recorder.error().os_error == ENOSPC);
  CHECK(names_in(temp.path() / "bad").empty());
}

TEST_CASE("nothing of the run is there before its first event") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  const auto recorder = test::recorder_at(path);
  CHECK(sql(path, "SELECT count(*) FROM runs") == "0\n");
  CHECK(recorder->record({}).has_value());
  CHECK(sql(path, "SELECT count(*) FROM runs") == "0\n");
}

TEST_CASE("a run's start writes its row, its holder and one row per node") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  EventStream stream;
  RunStarted start = test::started("r1");
  start.workstreams = {"ws-a", "ws-b", "ws-a"};
  stream.add(start);
  test::record_all(path, stream);
  CHECK(sql(path,
            "SELECT id, workstream, status, started_us, ended_us, step_count, max_workers, "
            "is_sequential, is_dry, seed, pid, start_ticks, boot_id, host, cwd, files, "
            "program_version, event_version FROM runs") ==
        "r1|ws-a|running|1738324800000000||3|4|0|0|-81985529216486896|4242|123456789012|"
        "b7f1c0de-0000-4000-8000-000000000001|host-1|/tmp/somewhere|[\"workstreams/a.json\"]|0.1.0|"
        "1\n");
  CHECK(sql(path, "SELECT argv FROM runs") ==
        "[\"workstream\",\"run\",\"it's \\\"quoted\\\"\\n\",{\"hex\":\"626164ff\"}]\n");
  CHECK(sql(path, "SELECT workstream, position FROM run_workstreams ORDER BY position") ==
        "ws-a|0\nws-b|1\n");
  CHECK(sql(path,
            "SELECT node, workstream, step, kind, node_group, definition, state, attempts "
            "FROM steps ORDER BY node") ==
        "0|ws-a||begin|0|||0\n"
        "1|ws-a|a|step|0|00000000000000a1|waiting|0\n"
        "2|ws-a|b|step|0|ffffffffffffffff|waiting|0\n"
        "3|ws-a||acceptance|0||waiting|0\n"
        "4|ws-a||end|0||waiting|0\n");
}

TEST_CASE("the tables follow the events of a whole run") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  test::record_whole_run(path, "r1");
  CHECK(sql(path,
            "SELECT node, state, attempts, started_ns / 1000000000, ended_ns / 1000000000, why, "
            "cause_node, is_accepted FROM steps ORDER BY node") ==
        "0||0|||||0\n"
        "1|succeeded|1|1|6|||0\n"
        "2|failed|1|3|8|exit 3||0\n"
        "3|skipped|0||9|dep:b failed|2|0\n"
        "4|failed|0||10||2|0\n");
  CHECK(sql(path,
            "SELECT node, attempt, part, command, pid, start_ticks, outcome, outcome_value, "
            "is_success, why, log, output_bytes, user_ns, system_ns, max_rss_kib, duration_ns "
            "FROM attempts ORDER BY node") ==
        "1|1|0|true|100|7|exited|0|1|||0|0|0|0|2500000000\n"
        "2|1|0|exit 3|||exited|3|0|exit 3|steps/b/1/out.log|12|3000000|4000000|2048|4000000000\n");
  CHECK(sql(path, "SELECT node, attempt, test, is_manual, is_success, at_ns FROM acceptance") ==
        "1|1|1|0|1|5000000000\n");
  CHECK(sql(path,
            "SELECT status, ended_us - started_us, duration_ns, peak, succeeded, unverified, "
            "failed, timed_out, cancelled, skipped, accepted FROM runs") ==
        "failed|11000000|11000000000|2|1|0|1|0|0|1|0\n");
  CHECK(sql(path, "SELECT group_concat(seq || ' ' || type, ', ') FROM events WHERE seq > 8") ==
        "9 step_finished, 10 step_skipped, 11 group_joined, 12 run_finished\n");
  CHECK(sql(path, "SELECT at_ns, wall_us, node, body FROM events WHERE seq = 9") ==
        "8000000000|1738324808000000|2|{\"state\":\"failed\",\"why\":\"exit 3\"}\n");
}

TEST_CASE("the views read well in the sqlite3 program") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  test::record_whole_run(path, "r1");
  CHECK(sql(path, "SELECT * FROM run_history") ==
        "r1|ws-a|failed|2025-01-31 12:00:00|11.0|3|1|1|1\n");
  CHECK(sql(path, "SELECT * FROM step_history") ==
        "r1|ws-a|a|succeeded|1|2025-01-31 12:00:01|5.0|\n"
        "r1|ws-a|b|failed|1|2025-01-31 12:00:03|5.0|exit 3\n"
        "r1|ws-a|acceptance|skipped|0|||dep:b failed\n");
  CHECK(sql(path, "SELECT sql FROM sqlite_schema WHERE name = 'events'").find("-- The truth") !=
        std::string::npos);
}

TEST_CASE("a second attempt keeps the first, and the step's first start") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  EventStream stream;
  stream.add(test::started("r1"));
  stream.add(AttemptStarted{{kA, 1, 0}, "x"});
  stream.add(AttemptStopping{{kA, 1, 0}, StopWhy::timeout});
  stream.add(AttemptStopping{{kA, 1, 0}, StopWhy::killed});
  stream.add(AttemptFinished{{kA, 1, 0}, TimedOut{std::chrono::seconds(1)}, false, "t", {}, {}});
  stream.add(AttemptStarted{{kA, 2, 0}, "x"});
  stream.add(AttemptStarted{{kA, 2, 1}, "check"});
  test::record_all(path, stream);
  CHECK(sql(path, "SELECT state, attempts, started_ns FROM steps WHERE node = 1") ==
        "running|2|1000000000\n");
  CHECK(sql(path, "SELECT attempt, part, stopping, outcome, outcome_value FROM attempts") ==
        "1|0|timeout|timed_out|1000000000\n2|0|||\n2|1|||\n");
}

TEST_CASE("the first reason to stop stays, unless a person's outweighs it") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  EventStream stream;
  stream.add(test::started("r1"));
  const auto recorder = test::recorder_at(path);
  REQUIRE(recorder->record(stream.all()).has_value());
  const auto stop = [&](StopWhy why, NodeId cause) {
    stream.add(StopRequested{why, cause});
    REQUIRE(recorder->record(stream.last()).has_value());
    return sql(path, "SELECT stop, stop_node FROM runs");
  };
  CHECK(stop(StopWhy::fail_fast, kA) == "fail_fast|1\n");
  CHECK(stop(StopWhy::run_timeout, NodeId()) == "fail_fast|1\n");
  CHECK(stop(StopWhy::terminated, NodeId()) == "terminated|\n");
  CHECK(stop(StopWhy::interrupted, NodeId()) == "terminated|\n");
  CHECK(stop(StopWhy::killed, NodeId()) == "terminated|\n");
}

TEST_CASE("events of one call are kept together or not at all") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  EventStream stream;
  stream.add(test::started("r1"));
  stream.add(AttemptStarted{{kA, 1, 0}, "x"});
  const auto recorder = test::recorder_at(path);
  REQUIRE(recorder->record(stream.all()).has_value());
  stream.add(StepFinished{NodeId(2U), StepState::noop, "", false});
  stream.add(AttemptStarted{{kA, 1, 0}, "the same attempt again: the key refuses it"});
  CHECK(refused(*recorder, stream.from(2)).find("cannot store events 3 to 4: ") == 0);
  CHECK(sql(path, "SELECT count(*) FROM events") == "2\n");
  CHECK(sql(path, "SELECT state FROM steps WHERE node = 2") == "waiting\n");
  CHECK(recorder->record(stream.all().subspan(2, 1)).has_value());
  CHECK(sql(path, "SELECT state FROM steps WHERE node = 2") == "noop\n");
}

TEST_CASE("after a refusal the same events may come again, later ones alone may not") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  EventStream stream;
  stream.add(test::started("r1"));
  stream.add(AttemptStarted{{kA, 1, 0}, std::string(300000, 'x')});
  stream.add(AttemptRunning{{kA, 1, 0}, {1, 1}});
  StoreOptions options;
  options.largest_size = 200000;
  const auto recorder = test::recorder_at(path, options);
  REQUIRE(recorder->record(stream.all().first(1)).has_value());
  const std::string full = fmt::format(
      "cannot store event 2: cannot write to '{}': no space left (disk or quota is full)",
      path.string());
  CHECK(refused(*recorder, stream.all().subspan(1, 1)) == full);
  CHECK(refused(*recorder, stream.all().subspan(1, 1)) == full);
  CHECK(refused(*recorder, stream.from(2)) ==
        "cannot store event 3: event 2 should come next: " + full);
  CHECK(sql(path, "SELECT count(*) FROM events") == "1\n");
  EventStream shorter;
  shorter.add(test::started("r1"));
  shorter.add(AttemptStarted{{kA, 1, 0}, "short"});
  shorter.add(AttemptRunning{{kA, 1, 0}, {1, 1}});
  CHECK(recorder->record(shorter.from(1)).has_value());
  CHECK(sql(path, "SELECT count(*) FROM events") == "3\n");
}

TEST_CASE("gaps, repetitions and a missing start are refused") {
  const TempDir temp;
  EventStream stream;
  test::add_whole_run(stream, "r1");
  const auto recorder = test::recorder_at(temp.path() / "workstream.db");
  CHECK(refused(*recorder, stream.from(1)) ==
        "cannot store events 2 to 12: event 1 should come next");
  REQUIRE(recorder->record(stream.all().first(3)).has_value());
  CHECK(refused(*recorder, stream.all().subspan(2, 2)) ==
        "cannot store events 3 to 4: event 4 should come next");
  EventStream headless;
  headless.add(StopRequested{});
  const auto other = test::recorder_at(temp.path() / "workstream.db");
  CHECK(refused(*other, headless.all()) ==
        "cannot store event 1: bug: RunStarted must be the first event, and only the first");
}

TEST_CASE("a run id that is taken is refused, and the run that has it stays as it is") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  test::record_whole_run(path, "r1");
  EventStream second;
  second.add(test::started("r1"));
  const auto recorder = test::recorder_at(path);
  const auto done = recorder->record(second.all());
  REQUIRE(done.has_error());
  CHECK(done.error().message == "cannot store event 1: there is a run 'r1' already");
  CHECK(done.error().os_error == EEXIST);
  CHECK(sql(path, "SELECT count(*), status FROM runs") == "1|failed\n");
  CHECK(sql(path, "SELECT count(*) FROM events") == "12\n");
}

TEST_CASE("a home workstream that is not in the list is one of the run's all the same") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  EventStream stream;
  RunStarted start = test::started("r1", "ws-home");
  start.workstreams = {"ws-b"};
  stream.add(start);
  test::record_all(path, stream);
  CHECK(sql(path, "SELECT workstream FROM run_workstreams ORDER BY position") == "ws-b\nws-home\n");
}

TEST_CASE("durable means that every transaction is synced") {
  const TempDir temp;
  StoreOptions options;
  options.is_durable = true;
  EventStream stream;
  test::add_whole_run(stream, "r1");
  const auto recorder = test::recorder_at(temp.path() / "workstream.db", options);
  CHECK(recorder->record(stream.all()).has_value());
  auto database = open_for_writing(temp.path() / "workstream.db", options);
  REQUIRE(database.has_value());
  CHECK(database->query_integer("PRAGMA synchronous", "ask").value() == 2);
  database = open_for_writing(temp.path() / "workstream.db", {});
  REQUIRE(database.has_value());
  CHECK(database->query_integer("PRAGMA synchronous", "ask").value() == 1);
}

}  // namespace ws
