// Real children, one behaviour each; afterwards nothing of them may be left.
#include "platform/child_process.h"

#include <chrono>
#include <csignal>
#include <thread>

#include "platform/child_fixture.h"
#include "support/catch.h"

using namespace std::chrono_literals;
using namespace ws;
using namespace ws::test;

TEST_CASE("exit codes are what the child said") {
  const NothingLeft nothing_left;
  ChildFixture children;
  for (const int code : {0, 1, 15, 255}) {
    const RecordingListener seen = children.run({helper("exit_with"), std::to_string(code)});
    REQUIRE(seen.end);
    CHECK_FALSE(seen.end->is_signaled);
    CHECK(seen.end->code == code);
    CHECK(seen.output.empty());
    REQUIRE(seen.running);
    CHECK(seen.end->max_rss_kib > 0);
  }
}

TEST_CASE("a signal is not an exit code") {
  const NothingLeft nothing_left;
  ChildFixture children;
  for (const int signal : {SIGTERM, SIGSEGV, SIGKILL}) {
    const RecordingListener seen = children.run({helper("crasher"), std::to_string(signal)});
    REQUIRE(seen.end);
    CHECK(seen.end->is_signaled);
    CHECK(seen.end->code == signal);
    CHECK_FALSE(seen.end->is_core_dumped);
  }
}

TEST_CASE("the stamp of a child is the one in /proc") {
  const NothingLeft nothing_left;
  ChildFixture children;
  for (int i = 0; i < 20; ++i) {
    RecordingListener listener(children.loop);
    const ChildProcess child(children.host, children.spec({helper("sleeper")}), listener);
    std::optional<ProcessStamp> from_proc;
    bool was_alive = false;
    listener.on_output = [&] {
      if (const auto stamp = stamp_of(listener.running->pid)) from_proc = *stamp;
      was_alive = is_same_process_alive(*listener.running);
      children.loop.stop();
    };
    children.loop.run();
    REQUIRE(from_proc);
    CHECK(*from_proc == *listener.running);
    CHECK(was_alive);
    CHECK_FALSE(is_same_process_alive({from_proc->pid, from_proc->start_ticks + 1}));
    std::this_thread::sleep_for(std::chrono::milliseconds(i % 7));
  }
}

TEST_CASE("stdout and stderr come in order") {
  ChildFixture children;
  const RecordingListener seen =
      children.run({"/bin/sh", "-c", "echo a; echo b >&2; echo c; echo d > /dev/stderr; echo e"});
  CHECK(seen.output == "a\nb\nc\nd\ne\n");
}

TEST_CASE("a flooder is never blocked and nothing is lost") {
  const NothingLeft nothing_left;
  ChildFixture children;
#ifdef NDEBUG
  constexpr std::size_t kFlood = 1024UL * 1024 * 1024;
#else
  constexpr std::size_t kFlood = 50UL * 1024 * 1024;
#endif
  for (const std::size_t bytes : {std::size_t{65536}, kFlood}) {
    const RecordingListener seen = children.run({helper("flooder"), std::to_string(bytes)});
    CHECK(seen.bytes_seen == bytes);
    CHECK(seen.end->code == 0);
  }
}

TEST_CASE("closing the pipe is not the end") {
  const NothingLeft nothing_left;
  ChildFixture children;
  const RecordingListener seen = children.run({helper("closer")});
  CHECK(seen.output == "before\n");
  CHECK(seen.end->code == 3);
}

TEST_CASE("what the leader leaves in its group is killed and reaped") {
  const NothingLeft nothing_left;
  ChildFixture children;
  const RecordingListener seen = children.run({helper("spawner"), "leave"});
  CHECK(seen.end->code == 7);
  CHECK(own_children().empty());
  CHECK_FALSE(exists(-static_cast<int>(seen.running->pid)));
}

TEST_CASE("a daemon that left the session is killed, and its pipe is not waited for") {
  const NothingLeft nothing_left;
  ChildFixture children;
  for (const bool is_bare : {false, true}) {
    std::vector<std::string> argv = {helper("daemoniser")};
    if (is_bare) argv.emplace_back("bare");
    const auto start = std::chrono::steady_clock::now();
    const RecordingListener seen = children.run(argv);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK(seen.end->code == 0);
    const int daemon = std::stoi(seen.output);
    CHECK_FALSE(exists(daemon));
    CHECK(own_children().empty());
  }
}

TEST_CASE("a daemon of a running child is let be until that child ends") {
  const NothingLeft nothing_left;
  ChildFixture children;
  RecordingListener first(children.loop);
  // The shell waits on; the daemon is an orphan from the start.
  ChildProcess owner(children.host,
                     children.spec({"/bin/sh", "-c", helper("daemoniser") + "; sleep 600"}), first);
  first.on_output = [&] { children.loop.stop(); };
  children.loop.run();
  first.on_output = nullptr;
  const int daemon = std::stoi(first.output);

  CHECK(children.run({helper("exit_with"), "0"}).end->code == 0);
  CHECK(exists(daemon));

  owner.kill();
  children.loop.run();
  CHECK(first.end->is_signaled);
  CHECK_FALSE(exists(daemon));
}

TEST_CASE("many children at once, none lost, none left") {
  const NothingLeft nothing_left;
  ChildFixture children;
  constexpr int kCount = 300;
  struct Counter final : ChildListener {
    void child_running(const ProcessStamp&) override { ++running; }
    void child_output(std::string_view text) override { bytes += text.size(); }
    void child_ended(const ChildEnd& end) override {
      sum += end.code;
      if (++ended == kCount) loop->stop();
    }
    void child_not_started(const Error&) override { ++failed; }
    EventLoop* loop = nullptr;
    int running = 0, ended = 0, failed = 0, sum = 0;
    std::size_t bytes = 0;
  } counter;
  counter.loop = &children.loop;
  std::vector<std::unique_ptr<ChildProcess>> all;
  for (int i = 0; i < kCount; ++i)
    all.push_back(std::make_unique<ChildProcess>(
        children.host,
        children.spec(i % 2 == 0 ? std::vector<std::string>{helper("exit_with"), "1"}
                                 : std::vector<std::string>{helper("flooder"), "1000"}),
        counter));
  children.loop.run();
  CHECK(counter.running == kCount);
  CHECK(counter.failed == 0);
  CHECK(counter.sum == kCount / 2);
  CHECK(counter.bytes == 1000UL * kCount / 2);
  all.clear();
}

TEST_CASE("stdout apart is all of stdout, and everything is still delivered") {
  const NothingLeft nothing_left;
  ChildFixture children;
  ChildSpec spec = children.spec({"/bin/sh", "-c", "echo out; echo err >&2; printf more"});
  spec.is_stdout_apart = true;
  const RecordingListener seen = children.run(std::move(spec));
  REQUIRE(seen.end);
  CHECK(seen.stdout_seen == "out\nmore");
  CHECK(seen.bytes_seen == 12);
  CHECK(seen.output.find("err\n") != std::string::npos);

  ChildSpec flood = children.spec({"/bin/sh", "-c", helper("flooder") + " 5000000; sleep 30 &"});
  flood.is_stdout_apart = true;
  const RecordingListener flooded = children.run(std::move(flood));
  REQUIRE(flooded.end);
  CHECK(flooded.stdout_seen.size() == 5000000);

  const RecordingListener plain = children.run({"/bin/sh", "-c", "echo out"});
  CHECK(plain.stdout_seen.empty());
}
