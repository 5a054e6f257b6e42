// The table of exit codes, row by row.
#include "cli/exit_code.h"

#include "support/catch.h"

using namespace ws;
using namespace ws::cli;

namespace {

int code(const VerdictFacts& facts, const VerdictWishes& wishes = {}) {
  return to_int(verdict(facts, wishes));
}

VerdictFacts run(RunStatus status, std::optional<StopWhy> stop = std::nullopt) {
  VerdictFacts facts;
  facts.status = status;
  facts.stop = stop;
  return facts;
}

VerdictFacts unverified(VerdictFacts facts) {
  facts.has_unverified = true;
  return facts;
}

VerdictFacts unstored(VerdictFacts facts) {
  facts.has_store_error = true;
  return facts;
}

constexpr VerdictWishes kStrict{.is_strict_acceptance = true, .is_failing_on_errors = false};
constexpr VerdictWishes kFailing{.is_strict_acceptance = false, .is_failing_on_errors = true};
constexpr VerdictWishes kBoth{.is_strict_acceptance = true, .is_failing_on_errors = true};

}  // namespace

TEST_CASE("the status of a run decides between 0 and 1") {
  CHECK(code(run(RunStatus::succeeded)) == 0);
  CHECK(code(run(RunStatus::completed_with_errors)) == 0);
  for (const RunStatus status :
       {RunStatus::running, RunStatus::failed, RunStatus::timed_out, RunStatus::cancelled,
        RunStatus::rolled_back, RunStatus::partially_rolled_back, RunStatus::crashed}) {
    CHECK(code(run(status)) == 1);
  }
}

TEST_CASE("accepted failures count when asked") {
  CHECK(code(run(RunStatus::completed_with_errors), kFailing) == 1);
  CHECK(code(run(RunStatus::succeeded), kFailing) == 0);
}

TEST_CASE("unverified steps count when asked, and only when nothing worse happened") {
  const VerdictFacts unchecked = unverified(run(RunStatus::succeeded));
  CHECK(code(unchecked) == 0);
  CHECK(code(unchecked, kFailing) == 0);
  CHECK(code(unchecked, kStrict) == 4);
  CHECK(code(run(RunStatus::succeeded), kStrict) == 0);
  CHECK(code(unverified(run(RunStatus::failed)), kStrict) == 1);
  CHECK(code(unverified(run(RunStatus::completed_with_errors)), kStrict) == 4);
  CHECK(code(unverified(run(RunStatus::completed_with_errors)), kBoth) == 1);
}

TEST_CASE("why it was stopped decides before the status") {
  const auto stopped = [](StopWhy why, RunStatus status = RunStatus::cancelled) {
    return code(run(status, why));
  };
  CHECK(stopped(StopWhy::interrupted) == 130);
  CHECK(stopped(StopWhy::terminated) == 143);
  CHECK(stopped(StopWhy::hang_up) == 143);
  CHECK(stopped(StopWhy::cancelled) == 143);
  CHECK(stopped(StopWhy::quit) == 131);
  CHECK(stopped(StopWhy::drained) == 75);
  CHECK(stopped(StopWhy::run_timeout, RunStatus::timed_out) == 124);
  CHECK(stopped(StopWhy::fail_fast, RunStatus::failed) == 1);
  CHECK(stopped(StopWhy::killed) == 1);
  CHECK(stopped(StopWhy::timeout) == 1);
}

TEST_CASE("an interrupted run never exits with 0, although every step may have succeeded") {
  for (const StopWhy why : {StopWhy::interrupted, StopWhy::terminated, StopWhy::hang_up,
                            StopWhy::quit, StopWhy::cancelled, StopWhy::run_timeout}) {
    CHECK(code(run(RunStatus::succeeded, why)) != 0);
  }
}

TEST_CASE("a store that failed weighs most") {
  CHECK(code(unstored(run(RunStatus::succeeded))) == 3);
  CHECK(code(unstored(run(RunStatus::failed))) == 3);
  CHECK(code(unstored(run(RunStatus::cancelled, StopWhy::interrupted))) == 3);
  CHECK(code(unstored(unverified(run(RunStatus::succeeded))), kBoth) == 3);
}

TEST_CASE("the numbers scripts depend on") {
  CHECK(to_int(ExitCode::success) == 0);
  CHECK(to_int(ExitCode::failed) == 1);
  CHECK(to_int(ExitCode::bad_input) == 2);
  CHECK(to_int(ExitCode::world_failed) == 3);
  CHECK(to_int(ExitCode::unverified) == 4);
  CHECK(to_int(ExitCode::refused) == 5);
  CHECK(to_int(ExitCode::run_timed_out) == 124);
  CHECK(to_int(ExitCode::stopped_resumable) == 75);
  CHECK(to_int(ExitCode::interrupted) == 130);
  CHECK(to_int(ExitCode::quit) == 131);
  CHECK(to_int(ExitCode::terminated) == 143);
}
