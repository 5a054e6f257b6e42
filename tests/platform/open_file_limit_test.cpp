// Our limit of open files, and that of children.
#include "platform/open_file_limit.h"

#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

#include "platform/child_fixture.h"
#include "platform/process_setup.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("the limit of open files is raised for us and kept for children") {
  const OpenFileLimit before = open_file_limit();
  REQUIRE(before.hard > 300);
  const rlimit lowered{300, before.hard};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);

  const OpenFileLimit was = raise_open_file_limit();
  CHECK(was.soft == 300);
  CHECK(was.hard == before.hard);
  CHECK(open_file_limit().soft == before.hard);
  {
    ChildFixture children;
    ChildSpec spec = children.spec({"/bin/sh", "-c", "ulimit -Sn"});
    spec.open_files = was;
    CHECK(children.run(std::move(spec)).output == "300\n");
  }
  const rlimit restored{before.soft, before.hard};
  ::setrlimit(RLIMIT_NOFILE, &restored);
}

TEST_CASE("a file at its size limit is an error code for us, not our death") {
  REQUIRE(prepare_this_process().has_value());
  struct sigaction now {};
  ::sigaction(SIGXFSZ, nullptr, &now);
  CHECK(now.sa_handler == SIG_IGN);
  ChildFixture children;
  const TempDir dir;
  ChildSpec spec = children.spec(
      {"/bin/sh", "-c", "ulimit -f 1; exec /bin/dd if=/dev/zero of=big bs=4096 count=4"});
  spec.working_dir = dir.path().string();
  const RecordingListener seen = children.run(std::move(spec));
  CHECK(seen.end->is_signaled);
  CHECK(seen.end->code == SIGXFSZ);
}
