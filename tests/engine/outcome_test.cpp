#include "engine/outcome.h"

#include <cerrno>

#include "engine/event.h"
#include "support/catch.h"

using namespace ws;
using namespace std::chrono_literals;

TEST_CASE("outcomes are told exactly: exit 255 and deaths by signal too") {
  CHECK(describe(Exited{0}) == "exit 0");
  CHECK(describe(Exited{255}) == "exit 255");
  CHECK(describe(Signaled{11, true}) == "killed by signal 11 (SIGSEGV), core dumped");
  CHECK(describe(Signaled{64, false}) == "killed by signal 64");
  CHECK(describe(TimedOut{90s}) == "timed out after 1m 30s");
  CHECK(describe(Cancelled{}) == "cancelled");
  CHECK(describe(Lost{"the scheduler was killed"}) == "lost: the scheduler was killed");
}

TEST_CASE("state and status names read back; unknown ones are refused") {
  for (int i = 0; i <= static_cast<int>(StepState::compensated); ++i) {
    const auto state = static_cast<StepState>(i);
    StepState read = StepState::waiting;
    REQUIRE(parse(name(state), read));
    CHECK(read == state);
  }
  for (int i = 0; i <= static_cast<int>(RunStatus::crashed); ++i) {
    const auto status = static_cast<RunStatus>(i);
    RunStatus read = RunStatus::running;
    REQUIRE(parse(name(status), read));
    CHECK(read == status);
  }
  StepState state = StepState::waiting;
  CHECK_FALSE(parse("exploded", state));
}

TEST_CASE("every fact has its own name") {
  CHECK(name(Fact(RunStarted{})) == "run_started");
  CHECK(name(Fact(RunFinished{})) == "run_finished");
  CHECK(name(StopWhy::hang_up) == "hang_up");
}

TEST_CASE("what is missing stays missing; what is short may come back") {
  for (const int lasting : {0, ENOENT, ENOTDIR, EACCES, ENOEXEC, E2BIG, ENAMETOOLONG}) {
    INFO(lasting);
    CHECK(cannot_start(Error("no", lasting)).is_lasting);
  }
  for (const int passing : {EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY, ENOSPC, EIO}) {
    INFO(passing);
    CHECK_FALSE(cannot_start(Error("not now", passing)).is_lasting);
  }
  CHECK(describe(cannot_start(Error("not now", EAGAIN))) == "could not start: not now");
}
