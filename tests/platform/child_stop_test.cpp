// Ways to end a child before it ends itself; afterwards nothing of it may be left.
#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/child_fixture.h"
#include "platform/process_setup.h"
#include "support/catch.h"

using namespace std::chrono_literals;
using namespace ws;
using namespace ws::test;

TEST_CASE("stopping walks the ladder: one SIGTERM, then SIGKILL") {
  const NothingLeft nothing_left;
  ChildFixture children;

  SECTION("who listens gets exactly one SIGTERM") {
    RecordingListener seen(children.loop);
    ChildProcess child(children.host, children.spec({helper("term_counter")}), seen);
    bool is_stopped = false;
    seen.on_output = [&] {
      if (!is_stopped) child.stop(default_stop_ladder());
      is_stopped = true;
    };
    children.loop.run();
    CHECK(seen.output == "ready\nTERM=1 INT=0\n");
    CHECK(seen.end->code == 0);
  }
  SECTION("who does not is killed after the wait") {
    RecordingListener seen(children.loop);
    ChildProcess child(children.host, children.spec({helper("stubborn")}), seen);
    std::chrono::steady_clock::time_point asked;
    seen.on_output = [&] {
      asked = std::chrono::steady_clock::now();
      child.stop({{SIGTERM, 100ms}});
    };
    children.loop.run();
    CHECK(seen.end->is_signaled);
    CHECK(seen.end->code == SIGKILL);
    CHECK(std::chrono::steady_clock::now() - asked >= 100ms);
  }
}

TEST_CASE("what would outlast a stop does not") {
  const NothingLeft nothing_left;
  ChildFixture children;

  SECTION("a second stop kills at once") {
    RecordingListener seen(children.loop);
    ChildProcess child(children.host, children.spec({helper("stubborn")}), seen);
    const auto asked = std::chrono::steady_clock::now();
    seen.on_output = [&] {
      child.stop({{SIGTERM, 60s}});
      child.stop({{SIGTERM, 60s}});
    };
    children.loop.run();
    CHECK(seen.end->code == SIGKILL);
    CHECK(std::chrono::steady_clock::now() - asked < 30s);
  }
  SECTION("a stopped process dies too") {
    RecordingListener seen(children.loop);
    ChildProcess child(children.host, children.spec({helper("sleeper")}), seen);
    seen.on_output = [&] {
      ::kill(static_cast<pid_t>(seen.running->pid), SIGSTOP);
      siginfo_t stopped{};
      ::waitid(P_PID, static_cast<id_t>(seen.running->pid), &stopped, WSTOPPED);
      child.stop({{SIGTERM, 10s}});
    };
    const auto asked = std::chrono::steady_clock::now();
    children.loop.run();
    CHECK(seen.end->code == SIGTERM);
    CHECK(std::chrono::steady_clock::now() - asked < 5s);
  }
  SECTION("the whole group goes") {
    RecordingListener seen(children.loop);
    ChildProcess child(children.host, children.spec({helper("spawner"), "stay"}), seen);
    seen.on_output = [&] { child.stop({{SIGTERM, 10s}}); };
    children.loop.run();
    CHECK(seen.end->code == SIGTERM);
    CHECK(own_children().empty());
  }
}

TEST_CASE("a child that is destroyed while it runs is gone") {
  const NothingLeft nothing_left;
  ChildFixture children;
  RecordingListener seen(children.loop);
  {
    const ChildProcess child(children.host, children.spec({helper("spawner"), "stay"}), seen);
    seen.on_output = [&] { children.loop.stop(); };
    children.loop.run();
  }
  CHECK_FALSE(seen.end);
}

TEST_CASE("a child that is stopped before it was launched ends all the same") {
  const NothingLeft nothing_left;
  ChildFixture children;
  RecordingListener seen(children.loop);
  ChildProcess child(children.host, children.spec({helper("sleeper")}), seen);
  child.stop(default_stop_ladder());
  children.loop.run();
  REQUIRE(seen.end);
  CHECK(seen.running.has_value());
  CHECK(seen.end->code == SIGTERM);
}

TEST_CASE("children that are destroyed before or while they are launched leave nothing") {
  const NothingLeft nothing_left;
  ChildFixture children;
  RecordingListener seen(children.loop);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::unique_ptr<ChildProcess>> many;
    for (int i = 0; i < 5; ++i)
      many.push_back(
          std::make_unique<ChildProcess>(children.host, children.spec({helper("sleeper")}), seen));
    if (round % 2 == 0) continue;
    children.loop.post([&] { children.loop.stop(); });
    children.loop.run();
  }
  CHECK_FALSE(seen.end);
}

TEST_CASE("a child dies with a killed parent") {
  REQUIRE(prepare_this_process().has_value());
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t scheduler = ::fork();
  if (scheduler == 0) {
    ChildFixture children;
    RecordingListener seen(children.loop);
    // Two, so that one of them is launched by a thread.
    const ChildProcess first(children.host, children.spec({helper("stubborn")}), seen);
    const ChildProcess second(children.host, children.spec({helper("stubborn")}), seen);
    int told = 0;
    seen.on_output = [&] {
      if (++told < 2) return;
      for (const int pid : own_children())
        if (::write(ends[1], &pid, sizeof pid) < 0) ::_exit(1);
    };
    children.loop.run();
    ::_exit(1);
  }
  std::vector<int> pids(2);
  for (int& pid : pids)
    REQUIRE(::read(ends[0], &pid, sizeof pid) == static_cast<ssize_t>(sizeof pid));
  ::kill(scheduler, SIGKILL);
  ::waitpid(scheduler, nullptr, 0);
  for (const int pid : pids) {
    // We are the sub-reaper: they are ours now, and they are dead or about to be.
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}
