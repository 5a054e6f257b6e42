// Databases of older schemas (of the first one as that version made it, tests/store/schema_1.sql):
// read as they are, and brought up to date by the next run.
#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::read_file;
using test::TempDir;

namespace {

std::filesystem::path older_database(const TempDir& temp) {
  const auto path = temp.path() / "workstream.db";
  const auto source =
      std::filesystem::path(WORKSTREAM_SOURCE_DIR) / "tests" / "store" / "schema_1.sql";
  test::sql(path, read_file(source));
  test::sql(path,
            "INSERT INTO runs (id, workstream, status, started_us, step_count, max_workers, "
            "is_sequential, is_dry, seed, pid, start_ticks, boot_id, host, argv, cwd, files, "
            "program_version, event_version) VALUES ('old', 'ws-a', 'failed', 5, 1, 1, 0, 0, 1, 2, "
            "3, 'b', 'h', '[]', '/', '[]', '0.1', 1);"
            "INSERT INTO run_workstreams VALUES ('ws-a', 1, 0);"
            "INSERT INTO steps (run, node, workstream, step, kind, state, attempts) "
            "VALUES (1, 1, 'ws-a', 'a', 'step', 'failed', 1)");
  return path;
}

// What schema 3 did not have yet.
constexpr const char* kSince3 =
    "ALTER TABLE runs DROP COLUMN resumes; ALTER TABLE steps DROP COLUMN parts;"
    "ALTER TABLE steps DROP COLUMN item_key; ALTER TABLE steps DROP COLUMN restored_from;";

// A database of today with the run "old" in it, taken back to what it was.
std::filesystem::path taken_back(const TempDir& temp, const std::string& statements) {
  const auto path = temp.path() / "workstream.db";
  test::record_whole_run(path, "old");
  test::sql(path, statements);
  return path;
}

std::string version_of(const std::filesystem::path& path) {
  return test::sql(path, "PRAGMA user_version");
}

void check_readable(const std::filesystem::path& path) {
  RunStore store = test::store_at(path);
  const auto found = store.find("old");
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  CHECK(!found->front().workers);
  const auto steps = store.steps(1);
  REQUIRE(steps.has_value());
  REQUIRE(steps->size() == 1);
  CHECK(steps->front().step == "a");
  CHECK(!steps->front().retry_due);
  CHECK(steps->front().max_attempts == 1);
  CHECK(store.groups(1)->empty());
  CHECK(store.outputs(1)->empty());
  CHECK(store.compensations(1)->empty());
  CHECK(store.breakers(1)->empty());
}

}  // namespace

TEST_CASE("an older version's database is read without changing it") {
  const TempDir temp;
  const auto path = older_database(temp);
  const std::string before = read_file(path);
  check_readable(path);
  CHECK(read_file(path) == before);
  CHECK(version_of(path) == "1\n");
}

TEST_CASE("the next run brings an older version's database up to date") {
  const TempDir temp;
  const auto path = older_database(temp);
  const RunStore reader = test::store_at(path);  // opened before
  test::record_whole_run(path, "new");
  CHECK(version_of(path) == "4\n");
  check_readable(path);
  CHECK(test::store_at(path).runs()->size() == 2);
  test::record_whole_run(path, "newer");
  CHECK(test::store_at(path).runs()->size() == 3);
}

TEST_CASE("a database of schema 2 is read as it is, and gets what is new from the next run") {
  const TempDir temp;
  const auto path =
      taken_back(temp, std::string("DROP TABLE successes; PRAGMA user_version = 2;") + kSince3);
  CHECK(test::store_at(path).runs()->size() == 1);
  CHECK(version_of(path) == "2\n");
  test::record_whole_run(path, "new");
  CHECK(version_of(path) == "4\n");
  CHECK(test::store_at(path).runs()->size() == 2);
  CHECK(test::sql(path, "SELECT count(*) FROM successes") == "0\n");
}

TEST_CASE("a database of schema 3 is read as it is, and resumed from after the next run") {
  const TempDir temp;
  const auto path = taken_back(temp, std::string("PRAGMA user_version = 3;") + kSince3);
  RunStore store = test::store_at(path);
  const auto runs = store.runs();
  REQUIRE(runs.has_value());
  REQUIRE(runs->size() == 1);
  CHECK(runs->front().resumes.empty());
  const auto steps = store.steps(runs->front().number);
  REQUIRE(steps.has_value());
  CHECK(steps->front().parts.empty());
  CHECK(version_of(path) == "3\n");
  test::record_whole_run(path, "new");
  CHECK(version_of(path) == "4\n");
  CHECK(test::store_at(path).steps(runs->front().number)->size() == steps->size());
}

TEST_CASE("a reader that came before the change goes on reading") {
  const TempDir temp;
  const auto path = older_database(temp);
  RunStore reader = test::store_at(path);
  test::record_whole_run(path, "new");
  const auto runs = reader.runs();
  INFO((runs ? "" : runs.error().message));
  REQUIRE(runs.has_value());
  CHECK(runs->size() == 2);
}

TEST_CASE("a new database and one brought up to date have the same columns") {
  const TempDir temp;
  const auto old = older_database(temp);
  test::record_whole_run(old, "new");
  const TempDir other;
  const auto fresh = other.path() / "workstream.db";
  test::record_whole_run(fresh, "new");
  for (const char* table :
       {"runs", "steps", "groups", "outputs", "compensations", "breakers", "successes"}) {
    const std::string query =
        std::string("SELECT name, type FROM pragma_table_info('") + table + "') ORDER BY name";
    CHECK(test::sql(old, query) == test::sql(fresh, query));
  }
}

}  // namespace ws
