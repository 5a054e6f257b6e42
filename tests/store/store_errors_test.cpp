// What the world may say no to when the database is opened or used: each with a clear answer, and
// nothing overwritten.
#include <cerrno>
#include <fstream>
#include <sys/stat.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::read_file;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

Error writing_refused(const fs::path& path, const StoreOptions& options = {}) {
  const auto recorder =
      SqliteRecorder::open(path, options, test::some_context(), test::small_plan());
  REQUIRE(recorder.has_error());
  return recorder.error();
}

Error reading_refused(const fs::path& path) {
  const auto store = RunStore::open(path, [](const RunRow&) { return true; });
  REQUIRE(store.has_error());
  return store.error();
}

// Both refuse with this message, and the file keeps every byte.
void check_left_alone(const fs::path& path, const std::string& message) {
  const std::string before = read_file(path);
  CHECK(writing_refused(path).message == message);
  CHECK(reading_refused(path).message == message);
  CHECK(read_file(path) == before);
}

// Reads everything there is; an error is as good as an answer, a crash is not.
void read_everything(const fs::path& path) {
  auto store = RunStore::open(path, [](const RunRow&) { return false; });
  if (!store) {
    CHECK(!store.error().message.empty());
    return;
  }
  static_cast<void>(store->runs());
  static_cast<void>(store->find("r"));
  static_cast<void>(store->latest("ws-a"));
  for (std::int64_t run = 1; run <= 3; ++run) {
    static_cast<void>(store->steps(run));
    static_cast<void>(store->attempts(run));
    static_cast<void>(store->acceptance(run));
    static_cast<void>(store->events(run));
  }
}

void write_three_runs(const fs::path& path) {
  for (const char* id : {"r1", "r2", "r3"}) {
    test::record_whole_run(path, id);
  }
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

TEST_CASE("a text file in the database's place is refused and left alone") {
  const TempDir temp;
  const auto path = temp.write("workstream.db", "my notes, which are precious\n");
  check_left_alone(path, fmt::format("cannot read '{}': the file is not a database; move it away "
                                     "to start a new one",
                                     path.string()));
}

TEST_CASE("another program's database is refused and left alone") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  test::sql(path, "CREATE TABLE bookmarks (url TEXT)");
  check_left_alone(path, fmt::format("'{}' is a database of another program; nothing in it was "
                                     "changed",
                                     path.string()));
}

TEST_CASE("a newer version's database is refused and left alone") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  write_three_runs(path);
  test::sql(path, "PRAGMA user_version = 99");
  check_left_alone(path, fmt::format("'{}' was written by a newer version of workstream (its "
                                     "schema is 99, this program knows 4); nothing in it was "
                                     "changed",
                                     path.string()));
}

TEST_CASE("a directory that cannot be made is named") {
  const TempDir temp;
  temp.write("file", "x");
  const Error below = writing_refused(temp.path() / "file" / "state" / "workstream.db");
  CHECK(below.message == fmt::format("cannot create the directory '{}': Not a directory",
                                     (temp.path() / "file" / "state").string()));
  CHECK(below.os_error == ENOTDIR);
  const Error inside = writing_refused(temp.path() / "file" / "workstream.db");
  CHECK(inside.message == fmt::format("cannot create '{}': Not a directory",
                                      (temp.path() / "file" / "workstream.db").string()));
}

TEST_CASE("a directory in the database's place is an error") {
  const TempDir temp;
  fs::create_directory(temp.path() / "workstream.db");
  const auto path = temp.path() / "workstream.db";
  CHECK(writing_refused(path).message ==
        fmt::format("cannot open '{}': it cannot be opened: Is a directory", path.string()));
  CHECK(reading_refused(path).message ==
        fmt::format("cannot open '{}': input/output error: Is a directory", path.string()));
}

TEST_CASE("no database yet is told apart from a broken one") {
  const TempDir temp;
  const auto path = temp.path() / "state" / "workstream.db";
  const Error missing = reading_refused(path);
  CHECK(missing.os_error == ENOENT);
  CHECK(missing.message == fmt::format("no runs yet: there is no '{}'", path.string()));
  CHECK(!fs::exists(temp.path() / "state"));
  temp.write("state/workstream.db", "");  // made a moment ago by a run that begins
  CHECK(reading_refused(path).os_error == ENOENT);
}

TEST_CASE("an empty file becomes the database") {
  const TempDir temp;
  const auto path = temp.write("workstream.db", "");
  write_three_runs(path);
  CHECK(test::store_at(path).runs()->size() == 3);
}

TEST_CASE("a database somebody else holds locked is an error after the wait") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  StoreOptions options;
  options.busy_timeout = std::chrono::milliseconds(5);
  const auto recorder = test::recorder_at(path, options);
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  EventStream stream;
  test::add_whole_run(stream, "r1");
  const auto done = recorder->record(stream.all());
  REQUIRE(done.has_error());
  CHECK(done.error().message ==
        fmt::format("cannot store events 1 to 12: cannot write to '{}': another process holds the "
                    "database locked",
                    path.string()));
  CHECK(done.error().os_error == EBUSY);
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  CHECK(recorder->record(stream.all()).has_value());
}

TEST_CASE("a full disk refuses the run's start, and says so again") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  StoreOptions options;
  options.largest_size = 150000;
  auto nodes = test::small_plan();
  nodes.resize(20000, nodes.back());
  const auto recorder = SqliteRecorder::open(path, options, test::some_context(), nodes);
  REQUIRE(recorder.has_value());
  EventStream stream;
  stream.add(test::started("r1"));
  for (int i = 0; i < 2; ++i) {
    const auto done = (*recorder)->record(stream.all());
    REQUIRE(done.has_error());
    CHECK(done.error().os_error == ENOSPC);
    CHECK(done.error().message ==
          fmt::format("cannot store event 1: cannot write to '{}': no space left (disk or quota is "
                      "full)",
                      path.string()));
  }
  CHECK(test::store_at(path).runs()->empty());
}

TEST_CASE("a truncated database never crashes a reader or a writer") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  write_three_runs(path);
  const std::string whole = read_file(path);
  // SQLite takes a file of one byte for an empty one, and fills up a last page that is cut.
  const std::size_t last_page = whole.size() - 1024;
  for (std::size_t size = 2; size < whole.size(); size += size < 200 ? 33 : 1531) {
    overwrite(path, whole.substr(0, size));
    read_everything(path);
    const auto recorder = SqliteRecorder::open(path, {}, test::some_context(), test::small_plan());
    INFO(size << " of " << whole.size());
    CHECK(recorder.has_error() == (size <= last_page));
  }
  overwrite(path, whole.substr(0, whole.size() / 2));
  const auto store = RunStore::open(path, [](const RunRow&) { return true; });
  REQUIRE(store.has_error());
  CHECK(store.error().message == fmt::format("cannot read '{}': the database is damaged; move it "
                                             "away to start a new one",
                                             path.string()));
}

TEST_CASE("damaged bytes never crash a reader") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  write_three_runs(path);
  const std::string whole = read_file(path);
  test::Random random(99);
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 1 + i % 20; ++k)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    overwrite(path, damaged);
    read_everything(path);
  }
}

TEST_CASE("rows nobody of us wrote are errors, not crashes") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  const auto answer_after = [&](const std::string& change) -> std::string {
    fs::remove(path);
    write_three_runs(path);
    test::sql(path, change);
    RunStore store = test::store_at(path);
    std::string problems;
    if (const auto rows = store.runs(); rows.has_error()) problems += rows.error().message;
    if (const auto rows = store.steps(1); rows.has_error()) problems += rows.error().message;
    if (const auto rows = store.attempts(1); rows.has_error()) problems += rows.error().message;
    if (const auto rows = store.events(1); rows.has_error()) problems += rows.error().message;
    return problems;
  };
  CHECK(answer_after("SELECT 1").empty());
  CHECK(answer_after("UPDATE runs SET status = 'melted'") ==
        "unknown run status 'melted' in the store: written by a newer version?");
  CHECK(answer_after("UPDATE runs SET argv = 'no json'") ==
        "a stored list of texts cannot be read");
  CHECK(answer_after("UPDATE steps SET state = 'melted'") ==
        "unknown step state 'melted' in the store: written by a newer version?");
  CHECK(answer_after("UPDATE steps SET kind = 'step', state = NULL WHERE node = 0") ==
        "unknown step state '' in the store: written by a newer version?");
  CHECK(answer_after("UPDATE attempts SET stopping = 'boredom'") ==
        "unknown reason 'boredom' in the store: written by a newer version?");
  CHECK(answer_after("UPDATE attempts SET outcome = 'melted'") ==
        "unknown outcome 'melted': written by a newer version?");
  CHECK(answer_after("UPDATE events SET type = 'melted' WHERE seq = 2") ==
        "event 2: unknown event type 'melted': written by a newer version of workstream?");
  CHECK(answer_after("UPDATE events SET body = '[]' WHERE seq = 3") ==
        "event 3: a stored 'attempt_running' event cannot be read: it is no JSON object");
}

}  // namespace ws
