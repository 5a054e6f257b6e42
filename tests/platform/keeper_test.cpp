// The keeper's parts; what it does for a run is tested from outside (end_to_end/killed_test.py).
#include "platform/keeper.h"

#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "platform/child_fixture.h"
#include "platform/keeper_sweep.h"
#include "platform/process_setup.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("a mark is a whole word of the variable") {
  CHECK(has_mark("abc", "abc"));
  CHECK(has_mark("one:abc", "abc"));
  CHECK(has_mark("abc:two", "abc"));
  CHECK_FALSE(has_mark("abcd", "abc"));
  CHECK_FALSE(has_mark("xabc:abcx", "abc"));
  CHECK_FALSE(has_mark("", "abc"));
}

TEST_CASE("the board holds what was put there and not taken down") {
  using Kind = KeeperBoard::Kind;
  KeeperBoard board;
  CHECK(board.read().empty());
  const auto first = board.put({Kind::group_leader, {4194303, 123456789012}});
  const auto second = board.put({Kind::lone_process, {7, 0}});
  REQUIRE(board.read().size() == 2);
  CHECK(board.read()[0].kind == Kind::group_leader);
  CHECK(board.read()[0].stamp == ProcessStamp{4194303, 123456789012});
  CHECK(board.read()[1].kind == Kind::lone_process);
  CHECK(board.read()[1].stamp == ProcessStamp{7, 0});
  board.take_down(first);
  board.take_down(KeeperBoard::kNoSlot);
  REQUIRE(board.read().size() == 1);
  CHECK(board.read()[0].stamp.pid == 7);
  CHECK(board.put({Kind::group_leader, {8, 1}}) == first);
  board.take_down(second);
}

TEST_CASE("a full board takes no more and loses nothing") {
  KeeperBoard board;
  for (std::size_t i = 0; i < KeeperBoard::kCapacity; ++i)
    REQUIRE(board.put({KeeperBoard::Kind::group_leader, {static_cast<std::int64_t>(i + 1), 1}}) !=
            KeeperBoard::kNoSlot);
  CHECK(board.put({KeeperBoard::Kind::group_leader, {1, 1}}) == KeeperBoard::kNoSlot);
  CHECK(board.read().size() == KeeperBoard::kCapacity);
}

TEST_CASE("processes that stand alone leave room on the board for groups") {
  using Kind = KeeperBoard::Kind;
  KeeperBoard board;
  KeeperBoard::Slot last = KeeperBoard::kNoSlot;
  for (std::size_t i = 0; i < KeeperBoard::kMostLone; ++i)
    last = board.put({Kind::lone_process, {static_cast<std::int64_t>(i + 1), 1}});
  CHECK(last != KeeperBoard::kNoSlot);
  CHECK(board.put({Kind::lone_process, {1, 1}}) == KeeperBoard::kNoSlot);
  CHECK(board.put({Kind::group_leader, {1, 1}}) != KeeperBoard::kNoSlot);
  board.take_down(last);
  CHECK(board.put({Kind::lone_process, {1, 1}}) == last);
}

TEST_CASE("a keeper that is not needed leaves no process and no descriptor") {
  const NothingLeft nothing_left;
  const auto keeper = Keeper::start();
  REQUIRE(keeper.has_value());
  CHECK(own_children() == std::vector<int>{(*keeper)->pid()});
  CHECK((*keeper)->mark().size() == 16);
}

TEST_CASE("a keeper is known by its name and its program") {
  const auto keeper = Keeper::start();
  REQUIRE(keeper.has_value());
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_keeper((*keeper)->pid()) && std::chrono::steady_clock::now() < give_up)
    std::this_thread::yield();
  CHECK(is_keeper((*keeper)->pid()));
  CHECK_FALSE(is_keeper(::getpid()));
}

TEST_CASE("marks of runs around a run stay beside its own") {
  ::setenv(kRunMark, "outer", 1);
  const auto keeper = Keeper::start();
  ::unsetenv(kRunMark);
  REQUIRE(keeper.has_value());
  CHECK(has_mark((*keeper)->mark(), "outer"));
  CHECK((*keeper)->mark().size() == 22);
}

// Orphans of the dead scheduler come to us, the sub-reaper above it: those it left must be dead.
TEST_CASE("what a killed scheduler left in the groups of its children is ended without any mark") {
  REQUIRE(prepare_this_process().has_value());
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t scheduler = ::fork();
  if (scheduler == 0) {
    const auto keeper = Keeper::start();
    EventLoop loop;
    ChildHost host(loop, "TEST_MARK", {.keeper = keeper->get()});
    RecordingListener seen(loop);
    const EnvironmentBase nothing{EnvironmentList{}};
    const ChildProcess child(
        host,
        ChildSpec{
            helper("spawner"), {helper("spawner"), "stay"}, EnvironmentBlock(nothing), {}, {}, {}},
        seen);
    seen.on_output = [&] {
      const auto group = static_cast<pid_t>(seen.running->pid);
      if (::write(ends[1], &group, sizeof group) < 0) ::_exit(1);
    };
    loop.run();
    ::_exit(1);
  }
  pid_t group = 0;
  REQUIRE(::read(ends[0], &group, sizeof group) == static_cast<ssize_t>(sizeof group));
  ::kill(scheduler, SIGKILL);
  int reaped = 0;
  for (int status = 0; ::wait(&status) > 0; ++reaped) CHECK((WIFSIGNALED(status) || status == 0));
  CHECK(reaped >= 8);  // the scheduler, its keeper, and six of seven at least
  CHECK(::kill(-group, 0) < 0);
  ::close(ends[0]);
  ::close(ends[1]);
}
