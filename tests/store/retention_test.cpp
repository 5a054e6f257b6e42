// Removing runs from the database: what is found to be needed, and that nothing of a run is left.
#include "store/retention.h"

#include <fmt/format.h>

#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

void run_with_files(const fs::path& path, const std::string& id, const std::string& file,
                    const std::string& restored_from = {}) {
  EventStream stream;
  test::add_whole_run(stream, id);
  const auto recorder = test::recorder_at(path);
  REQUIRE(recorder->record(stream.all().first(stream.all().size() - 1)).has_value());
  EventStream more;
  std::vector<Event> events;
  Event event = stream.all().back();
  event.fact = OutputsCollected{NodeId(1U), 1, {{"x", file.empty() ? "1" : "", file}}};
  events.push_back(event);
  event.seq += 1;
  StepFinished restored;
  restored.node = NodeId(1U);
  restored.state = StepState::succeeded;
  restored.restored_from = restored_from;
  event.fact = restored;
  events.push_back(event);
  event.seq += 1;
  event.fact = stream.all().back().fact;
  events.push_back(event);
  REQUIRE(recorder->record(events).has_value());
}

Retention retention_at(const fs::path& path, DatabaseAccess access = DatabaseAccess::write) {
  auto opened = Retention::open(path, access);
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

std::string needs_of(const fs::path& path) {
  const auto needs = retention_at(path, DatabaseAccess::read_only).needs();
  INFO((needs ? "" : needs.error().message));
  REQUIRE(needs.has_value());
  std::string text;
  for (const RunNeed& need : *needs)
    text += fmt::format("{}>{} {}\n", need.needer, need.needed, need.why);
  return text;
}

// Every table that has a column `run`, so that one which is added is not forgotten here.
std::string rows_of(const fs::path& path, int run) {
  std::string text;
  std::string tables = test::sql(
      path,
      "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'run' "
      "WHERE m.type = 'table' ORDER BY m.name");
  for (std::size_t at = 0; at < tables.size();) {
    const std::size_t end = tables.find('\n', at);
    const std::string table = tables.substr(at, end - at);
    const std::string count =
        test::sql(path, fmt::format("SELECT count(*) FROM {} WHERE run = {}", table, run));
    if (count != "0\n") text += table + " " + count;
    at = end + 1;
  }
  return text;
}

}  // namespace

TEST_CASE("a run's rows are removed from every table, and no others") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  run_with_files(path, "r1", "");
  run_with_files(path, "r2", "");
  test::sql(path,
            "INSERT INTO successes VALUES ('ws-a', 'a', 'd', 'k', 1, 1, 1, 5);"
            "INSERT INTO compensations VALUES (1, 1, 1, 1, '', 5);"
            "INSERT INTO acceptance VALUES (1, 3, 1, 1, 0, 1, '', 5);"
            "INSERT INTO groups VALUES (1, 0, NULL, 'ws-a', 'ws-a', 'workstream', '', 4, 2, "
            "'failed', 1, NULL, NULL, NULL, NULL, NULL, NULL, 0);"
            "INSERT INTO breakers VALUES (1, 1, 0, NULL, '', 0)");
  const std::string other = rows_of(path, 2);
  Retention retention = retention_at(path);
  const std::string before = rows_of(path, 1);
  for (const char* table : {"runs", "run_workstreams", "events", "steps", "attempts", "outputs",
                            "successes", "compensations", "acceptance", "groups", "breakers"})
    CHECK(before.find(std::string(table) + " ") != std::string::npos);
  REQUIRE(retention.hide({1, "r1", {"ws-a"}}).has_value());
  CHECK(test::store_at(path).runs()->size() == 1);
  CHECK(test::store_at(path).find("r1")->empty());
  CHECK(test::store_at(path).latest("ws-a")->value().id == "r2");
  const auto pending = retention_at(path, DatabaseAccess::read_only).pending();
  REQUIRE(pending->size() == 1);
  CHECK(pending->front().id == "r1");
  CHECK(pending->front().workstreams == std::vector<std::string>{"ws-a"});
  REQUIRE(retention.remove_rows(1).has_value());
  REQUIRE(retention.forget(1).has_value());
  CHECK(rows_of(path, 1).empty());
  CHECK(rows_of(path, 2) == other);
  CHECK(retention.pending()->empty());
  // Its number is never given again.
  run_with_files(path, "r1", "");
  CHECK(test::store_at(path).find("r1")->front().number == 3);
}

TEST_CASE("a table that holds rows of runs is known to the removal") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  run_with_files(path, "r1", "");
  Retention retention = retention_at(path);
  const std::string tables = test::sql(
      path,
      "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'run' "
      "WHERE m.type = 'table' AND m.name NOT IN ('runs', 'run_workstreams', 'successes', "
      "'events', 'steps', 'attempts', 'acceptance', 'groups', 'outputs', 'compensations', "
      "'breakers')");
  CHECK(tables.empty());  // add it to retention.cpp, and to these lists
}

TEST_CASE("large runs go in portions, and the file shrinks") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  auto nodes = test::small_plan();
  nodes.resize(20000, nodes[1]);
  const auto recorder = SqliteRecorder::open(path, {}, test::some_context(), nodes);
  EventStream stream;
  stream.add(test::started("r1"));
  for (std::uint32_t i = 0; i < 20000; ++i) stream.add(AttemptStarted{{NodeId(i), 1, 0}, "x"});
  REQUIRE((*recorder)->record(stream.all()).has_value());
  Retention retention = retention_at(path);
  REQUIRE(retention.hide({1, "r1", {"ws-a"}}).has_value());
  REQUIRE(retention.remove_rows(1).has_value());
  CHECK(rows_of(path, 1) == "removed_runs 1\n");
  const auto before = fs::file_size(path);
  const auto freed = retention.compact();
  REQUIRE(freed.has_value());
  CHECK(*freed > 1000000);
  CHECK(fs::file_size(path) + 1000000 < std::max(before, *freed));
}

TEST_CASE("what a run needs of others is found") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  run_with_files(path, "r1", "/p/runs/x/.worktrees/ws-a/runs/r1/outputs/big");  // its own
  run_with_files(path, "r2", "/p/runs/x/.worktrees/ws-a/runs/r1/outputs/big");
  run_with_files(path, "r3", "", "r2");
  run_with_files(path, "r4", "/p/.worktrees/ws-a/runs/gone/outputs/big", "gone");
  run_with_files(path, "r5", "/elsewhere/big");
  test::sql(path,
            "INSERT INTO successes VALUES ('ws-a', 'a', 'd', 'k', 4, 1, 1, 5), "
            "('ws-a', 'b', 'd', 'k', 4, 2, 1, 5)");
  CHECK(needs_of(path) ==
        "0>4 the idempotency key of 'a' and 1 more remembers it\n"
        "2>1 run r2 uses its file '/p/runs/x/.worktrees/ws-a/runs/r1/outputs/big'\n"
        "3>2 run r3 took over what it had finished\n");
}

TEST_CASE("a run that did not come to its end needs the runs it goes on with") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  for (const char* id : {"r1", "r2", "r3"}) run_with_files(path, id, "");
  test::sql(path,
            "UPDATE runs SET resumes = '[\"r1\"]', status = 'succeeded' WHERE id = 'r2';"
            "UPDATE runs SET resumes = '[\"r2\",\"gone\"]', status = 'running' WHERE id = 'r3'");
  CHECK(needs_of(path) == "3>2 run r3 goes on with it, and has not come to its end\n");
}

TEST_CASE("what is remembered of runs and files that are gone is forgotten") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  const std::string there = temp.write("big", "x");
  run_with_files(path, "r1", there);
  run_with_files(path, "r2", (temp.path() / "gone").string());
  run_with_files(path, "r3", "");
  test::sql(path,
            "INSERT INTO successes VALUES ('ws-a', 'a', 'd', '1', 1, 1, 1, 5), "
            "('ws-a', 'a', 'd', '2', 2, 1, 1, 5), ('ws-a', 'a', 'd', '3', 3, 1, 1, 5), "
            "('ws-a', 'a', 'd', '9', 9, 1, 1, 5)");
  REQUIRE(retention_at(path).prune_memory().has_value());
  CHECK(test::sql(path, "SELECT key FROM successes ORDER BY key") == "1\n3\n");
}

TEST_CASE("the newest run of workstreams") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  run_with_files(path, "r1", "");
  run_with_files(path, "r2", "");
  Retention retention = retention_at(path);
  CHECK(*retention.newest({"ws-a"}) == 2);
  CHECK(*retention.newest({"ws-b", "ws-a"}) == 2);
  CHECK(*retention.newest({"ws-b"}) == 0);
}

TEST_CASE("an older version's database is looked at without changing it") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  const fs::path source(WORKSTREAM_SOURCE_DIR);
  test::sql(path, test::read_file(source / "tests" / "store" / "schema_1.sql"));
  CHECK(needs_of(path).empty());
  CHECK(test::sql(path, "PRAGMA user_version") == "1\n");
  CHECK(retention_at(path, DatabaseAccess::read_only).pending()->empty());
}

}  // namespace ws
