// What a child is started with, and every way not to start it.
#include "platform/child_launch.h"

#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/child_fixture.h"
#include "platform/unique_fd.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

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
