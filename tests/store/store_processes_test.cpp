// Several processes and one database: readers beside a writer, writers beside each other, a writer
// that is killed, a user who may not write.
#include <cerrno>
#include <csignal>
#include <functional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

// Runs `body` in a child; its answer is the exit status. Nothing of Catch may be used in there.
pid_t in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  REQUIRE(child > 0);
  return child;
}

int exit_status(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A run of `batches` transactions of `kBatch` events; calls `after_each` with the last number.
constexpr std::uint64_t kBatch = 4;
int write_run(const fs::path& path, const std::string& id, int batches,
              const std::function<void(std::uint64_t)>& after_each = {}) {
  auto recorder = SqliteRecorder::open(path, {}, test::some_context(), test::small_plan());
  if (!recorder) return 1;
  EventStream stream;
  stream.add(test::started(id));
  std::uint32_t attempt = 0;
  while (stream.all().size() < kBatch * static_cast<std::uint64_t>(batches)) {
    stream.add(AttemptStarted{{NodeId(1U), ++attempt, 0}, "x"});
  }
  for (std::size_t i = 0; i < stream.all().size(); i += kBatch) {
    if ((*recorder)->record(stream.all().subspan(i, kBatch)).has_error()) return 2;
    if (after_each) after_each(i + kBatch);
  }
  return 0;
}

}  // namespace

TEST_CASE("another process reads whole transactions while a run writes") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  static_cast<void>(test::recorder_at(path));
  const pid_t writer = in_child([&] { return write_run(path, "r1", 400); });
  RunStore store = test::store_at(path);
  std::size_t seen = 0;
  std::size_t readings = 0;
  while (seen < 400 * kBatch) {
    const auto events = store.events(1);
    REQUIRE(events.has_value());
    REQUIRE(events->size() >= seen);
    REQUIRE(events->size() % kBatch == 0);
    const auto runs = store.runs();
    REQUIRE(runs.has_value());
    seen = events->size();
    ++readings;
    int status = 0;
    if (seen == 0 && ::waitpid(writer, &status, WNOHANG) != 0) FAIL("the writer is gone");
  }
  CHECK(exit_status(writer) == 0);
  CHECK(readings > 1);
}

TEST_CASE("processes that make the database at the same moment all succeed") {
  constexpr int kProcesses = 8;
  for (int round = 0; round < 5; ++round) {
    const TempDir temp;
    const auto path = temp.path() / "state" / "workstream.db";
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      children.push_back(in_child([&] { return write_run(path, "r" + std::to_string(i), 20); }));
    }
    // A reader meets either no database or a whole one.
    std::size_t seen = 0;
    for (int tries = 0; seen < kProcesses && tries < 100000; ++tries) {
      auto early = RunStore::open(path, [](const RunRow&) { return true; });
      INFO((early ? "" : early.error().message));
      REQUIRE((early.has_value() || early.error().os_error == ENOENT));
      if (!early) continue;
      const auto runs = early->runs();
      INFO((runs ? "" : runs.error().message));
      REQUIRE(runs.has_value());
      seen = runs->size();
    }
    for (const pid_t child : children) CHECK(exit_status(child) == 0);
    RunStore store = test::store_at(path);
    const auto runs = store.runs();
    REQUIRE(runs.has_value());
    CHECK(runs->size() == kProcesses);
    for (const RunRow& run : *runs) CHECK(store.events(run.number)->size() == 20 * kBatch);
  }
}

TEST_CASE("what was acknowledged survives the death of the process") {
  for (const std::uint64_t last : {4U, 8U, 40U, 200U}) {
    const TempDir temp;
    const auto path = temp.path() / "workstream.db";
    const pid_t writer = in_child([&] {
      return write_run(path, "r1", 100, [&](std::uint64_t stored) {
        if (stored == last) ::raise(SIGKILL);
      });
    });
    CHECK(exit_status(writer) == 128 + SIGKILL);
    RunStore store = test::store_at(path, false);
    CHECK(store.events(1)->size() == last);
    CHECK(store.runs()->front().status == RunStatus::crashed);
    // The next run finds everything in order.
    CHECK(exit_status(in_child([&] { return write_run(path, "r2", 2); })) == 0);
    CHECK(test::sql(path, "PRAGMA integrity_check") == "ok\n");
  }
}

TEST_CASE("a user who may not write is told so") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  static_cast<void>(test::recorder_at(path));
  ::chmod(temp.path().c_str(), 0555);
  ::chmod(path.c_str(), 0444);
  const auto check_as_nobody = [&](const fs::path& database, const std::string& expected) {
    const pid_t child = in_child([&] {
      if (::geteuid() == 0 && ::setuid(65534) != 0) return 3;
      const auto recorder =
          SqliteRecorder::open(database, {}, test::some_context(), test::small_plan());
      if (recorder.has_value()) return 4;
      if (recorder.error().message == expected) return 0;
      fmt::print(stderr, "{}\n{}\n", recorder.error().message, expected);
      return 5;
    });
    CHECK(exit_status(child) == 0);
  };
  check_as_nobody(path, fmt::format("cannot write to '{}': it is read-only", path.string()));
  check_as_nobody(temp.path() / "other.db", fmt::format("cannot create '{}': Permission denied",
                                                        (temp.path() / "other.db").string()));
  check_as_nobody(temp.path() / "deeper" / "workstream.db",
                  fmt::format("cannot create the directory '{}': Permission denied",
                              (temp.path() / "deeper").string()));
  ::chmod(temp.path().c_str(), 0755);
}

}  // namespace ws
