// Every system call of the store goes wrong in turn, and the process dies before each of them: no
// operation crashes or hangs, each says what is wrong, and what was committed is there afterwards.
#include <array>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "fault_points.h"
#include "fixtures.h"
#include "store/retention.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::Fault;
using test::FaultPlan;
using test::read_file;
using test::TempDir;
using test::with_fault;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBatch = 3;

// Shared with a process that dies.
struct Seen {
  std::size_t acknowledged = 0;  // events of the run "new"
  bool has_failed = false;
  bool is_message_missing = false;
};

struct Operation {
  const char* name;
  void (*prepare)(const fs::path& database);
  void (*body)(const fs::path& database, Seen& seen);
};

StoreOptions impatient() {
  StoreOptions options;
  options.busy_timeout = std::chrono::milliseconds(1);
  return options;
}

template <class T>
bool note(const Result<T>& result, Seen& seen) {
  if (result.has_value()) return true;
  seen.has_failed = true;
  seen.is_message_missing = seen.is_message_missing || result.error().message.size() < 10;
  return false;
}

void nothing(const fs::path& /*database*/) {}

void one_run(const fs::path& database) { test::record_whole_run(database, "old"); }

// As one that crashed leaves it: with a log that nobody moved into the database.
void one_crashed_run(const fs::path& database) {
  const pid_t child = ::fork();
  if (child == 0) {
    EventStream stream;
    test::add_whole_run(stream, "old");
    auto recorder = SqliteRecorder::open(database, {}, test::some_context(), test::small_plan());
    const bool is_done = recorder && (*recorder)->record(stream.all());
    ::_exit(is_done ? 0 : 1);
  }
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  REQUIRE(fs::file_size(database.string() + "-wal") > 0);
}

void older_version(const fs::path& database) {
  const fs::path source(WORKSTREAM_SOURCE_DIR);
  test::sql(database, read_file(source / "tests" / "store" / "schema_1.sql"));
}

void record(const fs::path& database, Seen& seen, const StoreOptions& options) {
  EventStream stream;
  test::add_whole_run(stream, "new");
  auto recorder = SqliteRecorder::open(database, options, test::some_context(), test::small_plan());
  if (!note(recorder, seen)) return;
  for (std::size_t i = 0; i < stream.all().size(); i += kBatch) {
    const auto batch = stream.all().subspan(i, kBatch);
    if (!note((*recorder)->record(batch), seen)) return;
    seen.acknowledged += batch.size();
  }
}
void record_fast(const fs::path& database, Seen& seen) { record(database, seen, impatient()); }
void record_durably(const fs::path& database, Seen& seen) {
  StoreOptions options = impatient();
  options.is_durable = true;
  record(database, seen, options);
}

void read(const fs::path& database, Seen& seen) {
  auto store = RunStore::open(
      database, [](const RunRow&) { return false; }, impatient());
  if (!note(store, seen)) return;
  note(store->runs(), seen);
  note(store->steps(1), seen);
  note(store->attempts(1), seen);
  note(store->events(1), seen);
}

void remove(const fs::path& database, Seen& seen) {
  auto retention = Retention::open(database, DatabaseAccess::write, impatient());
  if (!note(retention, seen)) return;
  if (!note(retention->prune_memory(), seen)) return;
  if (!note(retention->needs(), seen)) return;
  if (!note(retention->hide({1, "old", {"ws-a"}}), seen)) return;
  if (!note(retention->remove_rows(1), seen)) return;
  if (!note(retention->forget(1), seen)) return;
  note(retention->compact(), seen);
}

constexpr std::array kOperations = {Operation{"create", &nothing, &record_fast},
                                    Operation{"create durably", &nothing, &record_durably},
                                    Operation{"record", &one_run, &record_fast},
                                    Operation{"record durably", &one_run, &record_durably},
                                    Operation{"recover", &one_crashed_run, &record_fast},
                                    Operation{"upgrade", &older_version, &record_fast},
                                    Operation{"read", &one_run, &read},
                                    Operation{"read after a crash", &one_crashed_run, &read},
                                    Operation{"remove", &one_run, &remove}};

void check_old_run(RunStore& store, const Operation& operation) {
  const auto old = store.find("old");
  REQUIRE(old.has_value());
  if (operation.body == &remove) {
    // Whole or hidden whole.
    if (old->empty()) return;
  } else if (operation.prepare == &nothing || operation.prepare == &older_version) {
    return;
  }
  REQUIRE(old->size() == 1);
  CHECK(store.events(old->front().number)->size() == 12);
}

// What was there is there, what was acknowledged is there, and the next run finds all in order.
void check_afterwards(const fs::path& database, const Operation& operation, const Seen& seen) {
  auto recorder = SqliteRecorder::open(database, {}, test::some_context(), test::small_plan());
  INFO((recorder ? "" : recorder.error().message));
  REQUIRE(recorder.has_value());
  EventStream stream;
  test::add_whole_run(stream, "next");
  const auto recorded = (*recorder)->record(stream.all());
  INFO((recorded ? "" : recorded.error().message));
  REQUIRE(recorded.has_value());
  RunStore store = test::store_at(database, false);
  check_old_run(store, operation);
  std::size_t stored = 0;
  const auto found = store.find("new");
  REQUIRE(found.has_value());
  if (!found->empty()) stored = store.events(found->front().number)->size();
  // A turn that was refused, or not answered any more, may be there: but whole.
  CHECK(stored % kBatch == 0);
  CHECK(stored >= seen.acknowledged);
  CHECK(stored <= seen.acknowledged + kBatch);
  CHECK(test::sql(database, "PRAGMA integrity_check") == "ok\n");
  for (const auto& entry : fs::directory_iterator(database.parent_path()))
    CHECK(entry.path().filename().string().starts_with("workstream.db"));
}

// How many calls the operation makes; `visit` is called for each of them, with the fault there.
template <class Visit>
long for_each_call(FaultPlan plan, const Visit& visit) {
  for (plan.at = 0;; ++plan.at) {
    REQUIRE(plan.at < 5000);
    if (!visit(plan)) return plan.at;
  }
}

// What the operation finds, made once.
class Before {
 public:
  explicit Before(const Operation& operation) : operation_(operation) {
    if (operation.prepare == &nothing) return;
    fs::create_directory(temp_.path() / "state");
    operation.prepare(temp_.path() / "state" / "workstream.db");
  }

  // A copy below `directory`; answers the database's path.
  [[nodiscard]] fs::path copy_to(const fs::path& directory) const {
    if (operation_.prepare != &nothing)
      fs::copy(temp_.path() / "state", directory / "state", fs::copy_options::recursive);
    return directory / "state" / "workstream.db";
  }

 private:
  const Operation& operation_;
  TempDir temp_;
};

void sweep(const Operation& operation, const Before& before, const FaultPlan& first) {
  long failed = 0;
  const long calls = for_each_call(first, [&](const FaultPlan& plan) {
    INFO(operation.name << ": " << test::text_of(plan));
    const TempDir temp;
    const fs::path database = before.copy_to(temp.path());
    Seen seen;
    const bool has_struck = with_fault(plan, [&] { operation.body(database, seen); });
    INFO(test::struck_call());
    CHECK(!seen.is_message_missing);
    failed += seen.has_failed ? 1 : 0;
    check_afterwards(database, operation, seen);
    return has_struck;
  });
  UNSCOPED_INFO(test::text_of(first) << ": " << calls << " calls, " << failed << " failures told");
  CHECK(calls > 10);
  const bool is_harmless =
      first.errnum == EINTR || (first.fault == Fault::writes_half && operation.body == &read);
  if (!is_harmless) CHECK(failed > 0);
}

bool die_at(const Operation& operation, const FaultPlan& plan, const fs::path& database,
            Seen& shared) {
  const pid_t child = ::fork();
  if (child == 0) {
    with_fault(plan, [&] { operation.body(database, shared); });
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status) == test::kDied;
}

void check_each_call(const Operation& operation) {
  const Before before(operation);
  for (const int errnum : {EIO, ENOSPC, EACCES, EINTR})
    sweep(operation, before, {Fault::fails_once, errnum, 0});
  for (const int errnum : {EIO, ENOSPC, EACCES})
    sweep(operation, before, {Fault::fails_on, errnum, 0});
  for (const int errnum : {EIO, ENOSPC}) sweep(operation, before, {Fault::writes_half, errnum, 0});
}

void check_each_death(const Operation& operation) {
  const Before before(operation);
  auto* shared = static_cast<Seen*>(
      ::mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  REQUIRE(shared != MAP_FAILED);
  const long calls = for_each_call({Fault::dies, 0, 0}, [&](const FaultPlan& plan) {
    INFO(operation.name << ": " << test::text_of(plan));
    const TempDir temp;
    const fs::path database = before.copy_to(temp.path());
    *shared = {};
    const bool has_died = die_at(operation, plan, database, *shared);
    check_afterwards(database, operation, *shared);
    return has_died;
  });
  UNSCOPED_INFO("died before " << calls << " calls");
  CHECK(calls > 10);
  ::munmap(shared, sizeof(Seen));
}

}  // namespace

TEST_CASE("each system call of making the database fails in turn") {
  check_each_call(kOperations[0]);
}
TEST_CASE("each system call of making the database durably fails in turn") {
  check_each_call(kOperations[1]);
}
TEST_CASE("each system call of recording fails in turn") { check_each_call(kOperations[2]); }
TEST_CASE("each system call of recording durably fails in turn") {
  check_each_call(kOperations[3]);
}
TEST_CASE("each system call of recording after a crash fails in turn") {
  check_each_call(kOperations[4]);
}
TEST_CASE("each system call of upgrading fails in turn") { check_each_call(kOperations[5]); }
TEST_CASE("each system call of reading fails in turn") { check_each_call(kOperations[6]); }
TEST_CASE("each system call of reading after a crash fails in turn") {
  check_each_call(kOperations[7]);
}
TEST_CASE("each system call of removing a run fails in turn") { check_each_call(kOperations[8]); }
TEST_CASE("the process dies before each system call of making the database") {
  check_each_death(kOperations[0]);
}
TEST_CASE("the process dies before each system call of making the database durably") {
  check_each_death(kOperations[1]);
}
TEST_CASE("the process dies before each system call of recording") {
  check_each_death(kOperations[2]);
}
TEST_CASE("the process dies before each system call of recording durably") {
  check_each_death(kOperations[3]);
}
TEST_CASE("the process dies before each system call of recording after a crash") {
  check_each_death(kOperations[4]);
}
TEST_CASE("the process dies before each system call of upgrading") {
  check_each_death(kOperations[5]);
}
TEST_CASE("the process dies before each system call of reading") {
  check_each_death(kOperations[6]);
}
TEST_CASE("the process dies before each system call of reading after a crash") {
  check_each_death(kOperations[7]);
}
TEST_CASE("the process dies before each system call of removing a run") {
  check_each_death(kOperations[8]);
}

TEST_CASE(
    "a durable run syncs before each of its turns counts, and the directories of a new file") {
  const auto syncs_of = [](const fs::path& database, bool is_durable) {
    StoreOptions options;
    options.is_durable = is_durable;
    std::vector<long> at_turn;
    with_fault({Fault::fails_once, 0, -1}, [&] {
      EventStream stream;
      test::add_whole_run(stream, is_durable ? "durable" : "fast");
      const auto recorder =
          SqliteRecorder::open(database, options, test::some_context(), test::small_plan());
      at_turn.push_back(test::syncs_so_far());
      for (std::size_t i = 0; recorder && i < stream.all().size(); i += kBatch) {
        static_cast<void>((*recorder)->record(stream.all().subspan(i, kBatch)));
        at_turn.push_back(test::syncs_so_far());
      }
    });
    return at_turn;
  };
  const TempDir temp;
  const auto fast = syncs_of(temp.path() / "fast" / "workstream.db", false);
  CHECK(fast.back() == fast[1]);  // the log's header only
  const auto durable = syncs_of(temp.path() / "durable" / "workstream.db", true);
  REQUIRE(durable.size() == 5);
  for (std::size_t turn = 1; turn < durable.size(); ++turn)
    CHECK(durable[turn] > durable[turn - 1]);
  // Its own, the one above and so on to the root.
  const auto above = std::distance(temp.path().begin(), temp.path().end());
  CHECK(test::directory_syncs_so_far() >= above + 1);
}

}  // namespace ws
