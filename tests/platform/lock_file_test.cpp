// A lock that dies with its process.
#include "platform/lock_file.h"

#include <atomic>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

namespace {

// What a taker gets: "taken", the holder's text, or the error.
std::string outcome_of(const std::string& path, std::string_view text) {
  const auto answer = LockFile::take(path, text);
  if (!answer) return answer.error().message;
  if (const auto* held = std::get_if<LockFile::Held>(&*answer)) return "held by " + held->text;
  return "taken";
}

}  // namespace

TEST_CASE("the second taker reads what the first one wrote") {
  const TempDir dir;
  const std::string path = dir.path() / "lock";
  {
    const auto first = LockFile::take(path, "pid 12, run-1");
    REQUIRE(first.has_value());
    REQUIRE(std::holds_alternative<LockFile>(*first));
    CHECK(outcome_of(path, "x") == "held by pid 12, run-1");
    REQUIRE(std::get<LockFile>(*first).write("short").has_value());
    CHECK(outcome_of(path, "x") == "held by short");
  }
  CHECK(outcome_of(path, "x") == "taken");
}

TEST_CASE("a lock knows when its name leads to another file") {
  const TempDir dir;
  const std::string path = dir.path() / "lock";
  const auto first = LockFile::take(path, "first");
  REQUIRE(first.has_value());
  const LockFile& lock = std::get<LockFile>(*first);
  CHECK(lock.is_at(path));
  REQUIRE(::unlink(path.c_str()) == 0);
  CHECK_FALSE(lock.is_at(path));
  const auto second = LockFile::take(path, "second");
  REQUIRE(second.has_value());
  REQUIRE(std::holds_alternative<LockFile>(*second));
  CHECK_FALSE(lock.is_at(path));
  CHECK(std::get<LockFile>(*second).is_at(path));
}

TEST_CASE("a killed holder leaves no lock") {
  const TempDir dir;
  const std::string path = dir.path() / "lock";
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto lock = LockFile::take(path, "the child");
    if (::write(ends[1], "x", 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(lock.has_value() ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(::read(ends[0], &byte, 1) == 1);
  CHECK(outcome_of(path, "us") == "held by the child");
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(outcome_of(path, "us") == "taken");
  CHECK(dir.read("lock") == "us");
}

TEST_CASE("a lock that cannot be opened says so") {
  CHECK(outcome_of("/no/such/dir/lock", "") ==
        "cannot take the lock: cannot write '/no/such/dir/lock': No such file or directory");
}

TEST_CASE("a lock that is a link is not followed") {
  const TempDir dir;
  const std::string precious = dir.write("precious", "keys");
  const std::string path = dir.path() / "lock";
  std::filesystem::create_symlink(precious, path);
  CHECK(outcome_of(path, "us") ==
        "cannot take the lock: cannot write '" + path +
            "': it is a symbolic link, and nothing in the state directory is reached through one");
  CHECK(dir.read("precious") == "keys");
}

TEST_CASE("who looks at a lock sees its holder, and takes it from nobody") {
  const TempDir dir;
  const std::string path = dir.path() / "lock";
  CHECK_FALSE(LockFile::held_by(path).has_value());
  CHECK_FALSE(std::filesystem::exists(path));
  {
    const auto lock = LockFile::take(path, "the holder");
    REQUIRE(lock.has_value());
    CHECK(LockFile::held_by(path) == "the holder");
    CHECK(outcome_of(path, "x") == "held by the holder");
  }
  CHECK_FALSE(LockFile::held_by(path).has_value());
  CHECK(dir.read("lock") == "the holder");
  CHECK(outcome_of(path, "x") == "taken");
}

TEST_CASE("who looks at a lock all the time keeps nobody from taking it") {
  const TempDir dir;
  const std::string path = dir.write("lock", "");
  std::atomic<bool> is_over = false;
  std::thread onlooker([&] {
    while (!is_over) (void)LockFile::held_by(path);
  });
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += outcome_of(path, "us") == "taken" ? 0 : 1;
  is_over = true;
  onlooker.join();
  CHECK(refused == 0);
}

TEST_CASE("what lies in a lock's place is not looked into") {
  const TempDir dir;
  const std::string path = dir.path() / "lock";
  std::filesystem::create_symlink(dir.write("precious", "keys"), path);
  CHECK_FALSE(LockFile::held_by(path).has_value());
  std::filesystem::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK_FALSE(LockFile::held_by(path).has_value());
}
