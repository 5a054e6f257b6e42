// Real children, one behaviour each; afterwards nothing of them may be left.
#include "platform/child_process.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "platform/child_fixture.h"
#include "platform/process_setup.h"
#include "platform/unique_fd.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace std::chrono_literals;
using namespace ws;
using namespace ws::test;

namespace {

// Construct before the fixture; checks after it.
class NothingLeft {
 public:
  NothingLeft() : before_(open_descriptors()) {}
  ~NothingLeft() {
    CHECK(own_children().empty());
    CHECK(open_descriptors() == before_);
  }
  NothingLeft(const NothingLeft&) = delete;
  NothingLeft& operator=(const NothingLeft&) = delete;

 private:
  std::size_t before_;
};

}  // namespace

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

TEST_CASE("a child inherits defaults and nothing else") {
  const NothingLeft nothing_left;
  ChildFixture children;
  const UniqueFd leaky(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::signal(SIGUSR1, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR2);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  const TempDir dir;
  ChildSpec spec = children.spec({helper("self_portrait")});
  spec.working_dir = dir.path().string();
  const RecordingListener seen = children.run(std::move(spec));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGUSR1, SIG_DFL);
  CHECK(seen.output ==
        "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nopen: 0\nleader: 1\ncwd: " +
            dir.path().string() + "\n");
}

TEST_CASE("the mask of the caller is as before") {
  ChildFixture children;
  sigset_t before;
  sigset_t after;
  ::sigprocmask(SIG_BLOCK, nullptr, &before);
  (void)children.run({helper("exit_with"), "0"});
  ::sigprocmask(SIG_BLOCK, nullptr, &after);
  for (int signal = 1; signal < 32; ++signal)
    CHECK(::sigismember(&before, signal) == ::sigismember(&after, signal));
}

TEST_CASE("stdin is /dev/null, a file or a text") {
  const NothingLeft nothing_left;
  ChildFixture children;
  CHECK(children.run({helper("stdin_reader")}).output == "0:\n");

  const TempDir dir;
  ChildSpec from_file = children.spec({helper("stdin_reader")});
  from_file.stdin_file = dir.write("in.txt", "hello").string();
  CHECK(children.run(std::move(from_file)).output == "5:hello\n");

  ChildSpec from_text = children.spec({helper("stdin_reader")});
  from_text.stdin_text = std::string(3'000'000, 'a') + "the end";
  CHECK(children.run(std::move(from_text)).output == "3000007:aaaaaaaaathe end\n");

  // A child that does not read a long text is no trouble.
  ChildSpec unread = children.spec({helper("exit_with"), "4"});
  unread.stdin_text = std::string(3'000'000, 'a');
  CHECK(children.run(std::move(unread)).end->code == 4);
}

TEST_CASE("a stdin file that cannot be read is said before anything starts") {
  const NothingLeft nothing_left;
  ChildFixture children;
  const TempDir dir;
  ChildSpec missing = children.spec({helper("stdin_reader")});
  missing.stdin_file = "/no/such/file";
  CHECK(children.run(std::move(missing)).failure ==
        "cannot open '/no/such/file' for stdin: No such file or directory");
  ChildSpec directory = children.spec({helper("stdin_reader")});
  directory.stdin_file = "/usr";
  CHECK(children.run(std::move(directory)).failure ==
        "cannot read '/usr' as stdin: it is a directory");
  // A FIFO without a writer does not stop us, and reads as empty.
  const std::string fifo = dir.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  ChildSpec from_fifo = children.spec({helper("stdin_reader")});
  from_fifo.stdin_file = fifo;
  CHECK(children.run(std::move(from_fifo)).output == "0:\n");
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
      child.stop({{SIGTERM, 60s}});
    };
    children.loop.run();
    CHECK(seen.end->code == SIGTERM);
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

TEST_CASE("failures to start say what and why") {
  const NothingLeft nothing_left;
  ChildFixture children;
  const TempDir dir;

  CHECK(children.run({"/no/such/program"}).failure ==
        "cannot execute '/no/such/program': No such file or directory");

  ChildSpec lost = children.spec({helper("exit_with"), "0"});
  lost.working_dir = "/no/such/dir";
  CHECK(children.run(std::move(lost)).failure ==
        "cannot enter the working directory '/no/such/dir': No such file or directory");

  const std::string script = dir.write("bad_interpreter", "#!/no/such/interpreter -x\n").string();
  ::chmod(script.c_str(), 0755);
  CHECK(children.run({script}).failure == "cannot execute '" + script +
                                              "': its interpreter '/no/such/interpreter' was not "
                                              "found");

  const std::string garbage = dir.write("garbage", std::string("\0\1\2\3", 4)).string();
  ::chmod(garbage.c_str(), 0755);
  CHECK(children.run({garbage}).failure ==
        "cannot execute '" + garbage + "': not a program for this machine");

  ChildSpec huge = children.spec({helper("exit_with"), std::string(200'000, 'x')});
  CHECK(children.run(std::move(huge)).failure.find("are too long") != std::string::npos);
}

TEST_CASE("a script without an interpreter line runs with /bin/sh, as from a shell") {
  ChildFixture children;
  const TempDir dir;
  const std::string script = dir.write("plain", "echo \"$0 $1\"\nexit 6\n").string();
  ::chmod(script.c_str(), 0755);
  const RecordingListener seen = children.run({script, "one"});
  CHECK(seen.output == script + " one\n");
  CHECK(seen.end->code == 6);
}

TEST_CASE("many children at once, none lost, none left") {
  const NothingLeft nothing_left;
  ChildFixture children;
  constexpr int kCount = 300;
  struct Counter final : ChildListener {
    void child_running(const ProcessStamp&) override { ++running; }
    void child_output(std::string_view) override {}
    void child_ended(const ChildEnd& end) override {
      sum += end.code;
      if (++ended == kCount) loop->stop();
    }
    void child_not_started(const Error&) override { ++failed; }
    EventLoop* loop = nullptr;
    int running = 0, ended = 0, failed = 0, sum = 0;
  } counter;
  counter.loop = &children.loop;
  std::vector<std::unique_ptr<ChildProcess>> all;
  for (int i = 0; i < kCount; ++i)
    all.push_back(std::make_unique<ChildProcess>(
        children.host, children.spec({helper("exit_with"), std::to_string(i % 2)}), counter));
  children.loop.run();
  CHECK(counter.running == kCount);
  CHECK(counter.failed == 0);
  CHECK(counter.sum == kCount / 2);
  all.clear();
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
