// The disk fills up at the n-th write, for every n: what was acknowledged stays, what was refused
// is not there, and the file stays sound.
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include <sqlite3.h>

#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::TempDir;

namespace {

// SQLite reads and writes through a table of system calls that can be replaced.
struct Faults {
  static inline long writes_left = -1;  // -1: no limit
  static inline bool is_once = false;   // only one write fails
  static bool fails() {
    if (writes_left < 0) return false;
    if (writes_left > 0) {
      --writes_left;
      return false;
    }
    if (is_once) writes_left = -1;
    errno = ENOSPC;
    return true;
  }
  static ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
    return fails() ? -1 : ::pwrite(file, data, size, offset);
  }
  static ssize_t write(int file, const void* data, size_t size) {
    return fails() ? -1 : ::write(file, data, size);
  }

  Faults() {
    replace("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(&Faults::pwrite));
    replace("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(&Faults::pwrite));
    replace("write", reinterpret_cast<sqlite3_syscall_ptr>(&Faults::write));
  }
  ~Faults() {
    writes_left = -1;
    for (const char* name : {"pwrite", "pwrite64", "write"}) replace(name, nullptr);
  }
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  static void replace(const char* name, sqlite3_syscall_ptr function) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    vfs->xSetSystemCall(vfs, name, function);
  }
};

struct Verdict {
  bool is_opened = false;
  std::size_t acknowledged = 0;  // events
  std::size_t refusals = 0;
};

constexpr std::size_t kBatch = 3;

// Records a whole run in batches of three; a refused batch is tried once more.
Verdict record_run(const std::filesystem::path& path, const EventStream& stream) {
  Verdict verdict;
  const auto recorder = SqliteRecorder::open(path, {}, test::some_context(), test::small_plan());
  verdict.is_opened = recorder.has_value();
  if (!recorder) {
    CHECK(!recorder.error().message.empty());
    return verdict;
  }
  for (std::size_t i = 0; i < stream.all().size(); i += kBatch) {
    const auto batch = stream.all().subspan(i, kBatch);
    auto done = (*recorder)->record(batch);
    if (done.has_error()) {
      ++verdict.refusals;
      CHECK(done.error().os_error == ENOSPC);
      done = (*recorder)->record(batch);
    }
    if (done.has_error()) {
      ++verdict.refusals;
      break;
    }
    verdict.acknowledged += batch.size();
  }
  return verdict;
}

void check_sound(const std::filesystem::path& path, const Verdict& verdict) {
  if (!verdict.is_opened) return;
  auto store = RunStore::open(path, [](const RunRow&) { return false; });
  REQUIRE(store.has_value());
  const auto events = store->events(1);
  REQUIRE(events.has_value());
  CHECK(events->size() == verdict.acknowledged);
  CHECK(test::sql(path, "PRAGMA integrity_check") == "ok\n");
}

}  // namespace

TEST_CASE("a disk that is full from the n-th write on loses nothing that was acknowledged") {
  EventStream stream;
  test::add_whole_run(stream, "r1");
  std::size_t refused = 0;
  for (long n = 0;; ++n) {
    REQUIRE(n < 2000);
    const TempDir temp;
    Verdict verdict;
    {
      const Faults faults;
      Faults::is_once = false;
      Faults::writes_left = n;
      verdict = record_run(temp.path() / "workstream.db", stream);
    }
    check_sound(temp.path() / "workstream.db", verdict);
    if (verdict.refusals > 0) ++refused;
    if (verdict.acknowledged == stream.all().size()) break;
  }
  CHECK(refused > 5);
}

TEST_CASE("a single write that fails is made good by trying again") {
  EventStream stream;
  test::add_whole_run(stream, "r1");
  std::size_t refused = 0;
  for (long n = 0;; ++n) {
    REQUIRE(n < 2000);
    const TempDir temp;
    Verdict verdict;
    bool has_failed = false;
    {
      const Faults faults;
      Faults::is_once = true;
      Faults::writes_left = n;
      verdict = record_run(temp.path() / "workstream.db", stream);
      has_failed = Faults::writes_left < 0;
    }
    check_sound(temp.path() / "workstream.db", verdict);
    if (verdict.is_opened) CHECK(verdict.acknowledged == stream.all().size());
    if (verdict.refusals > 0) ++refused;
    if (!has_failed) break;
  }
  CHECK(refused > 5);
}

}  // namespace ws
