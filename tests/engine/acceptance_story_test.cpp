// Stories of acceptance tests: exit 0 of a command is not success.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE(
    "F66 row 4c: tests run in order after the command, before dependents, in the step's slot") {
  const Mini plan = mini("a %2; b<-a; c");
  Story story(plan.plan());
  story.options.max_workers = 1;
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s start a#1 test 1\n"
        "2s end a#1 test 1 exit 0\n"
        "2s start a#1 test 2\n"
        "3s end a#1 test 2 exit 0\n"
        "3s start b#1\n"
        "4s end b#1 exit 0\n"
        "4s start c#1\n"
        "5s end c#1 exit 0\n"
        "5s run succeeded, peak 1\n");
}

TEST_CASE("any test that is not zero fails the step; later tests do not run") {
  const Mini plan = mini("a %3; b<-a");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{4}}, 1, 2);
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s start a#1 test 1\n"
        "2s end a#1 test 1 exit 0\n"
        "2s start a#1 test 2\n"
        "3s end a#1 test 2 exit 4\n"
        "3s a failed: acceptance test 2 failed: exit 4\n"
        "3s b skipped: dependency 'a' failed\n"
        "3s run failed, peak 1\n");
  const auto tests = story.state().tests(plan["a"]);
  REQUIRE(tests.size() == 2);
  CHECK(tests[0].is_success);
  CHECK_FALSE(tests[1].is_success);
}

TEST_CASE("tests do not run after a command that failed") {
  const Mini plan = mini("a %1");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().tests(plan["a"]).empty());
}

TEST_CASE(
    "F67 row 4c: a workstream's own tests run after all of its steps, before the next workstream") {
  const Mini plan = mini("@ws-a %1; one; two; @ws-b <- ws-a; three");
  Story story(plan.plan());
  story.script("ws-a/two", {.lasts = 4s});
  CHECK(story.run() ==
        "0s start ws-a/one#1\n"
        "0s start ws-a/two#1\n"
        "1s end ws-a/one#1 exit 0\n"
        "4s end ws-a/two#1 exit 0\n"
        "4s start ws-a/acceptance#1 test 1\n"
        "5s end ws-a/acceptance#1 test 1 exit 0\n"
        "5s joined ws-a succeeded\n"
        "5s start ws-b/three#1\n"
        "6s end ws-b/three#1 exit 0\n"
        "6s joined ws-b succeeded\n"
        "6s run succeeded, peak 2\n");
}

TEST_CASE("a workstream whose tests fail has failed; tests of a failed workstream do not run") {
  const Mini plan = mini("@ws-a %1; one; @ws-b <- ws-a; two");
  SECTION("the test fails") {
    Story story(plan.plan());
    story.script("ws-a/acceptance", {.outcome = Exited{1}}, 1, 1);
    story.run();
    CHECK(story.state_of("ws-b/two") == StepState::skipped);
    CHECK(story.state().status() == RunStatus::failed);
  }
  SECTION("the step fails") {
    Story story(plan.plan());
    story.script("ws-a/one", {.outcome = Exited{1}});
    story.run();
    CHECK(story.state_of("ws-a/acceptance") == StepState::skipped);
  }
}

TEST_CASE("accepted failures do not keep a workstream's own tests from running") {
  const Mini plan = mini("@w %1; one; lint =noncritical");
  Story story(plan.plan());
  story.script("lint", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("acceptance") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("F68: prose is nobody's check: the step is unverified, its dependents run") {
  const Mini plan = mini("a =manualtest; b<-a %1 =manualtest; c =nothing =manualtest");
  Story story(plan.plan());
  CHECK(story.run() ==
        "0s c test 1 manual\n"
        "0s c unverified\n"
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s a test 1 manual\n"
        "1s a unverified\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s start b#1 test 1\n"
        "3s end b#1 test 1 exit 0\n"
        "3s b test 2 manual\n"
        "3s b unverified\n"
        "3s run succeeded, peak 1\n");
  CHECK(story.state().counts().unverified == 3);
}

TEST_CASE("the verdict of a prose test that comes first is kept") {
  const Mini plan = mini("check =nothing =manualtest %1");
  Story story(plan.plan());
  story.run();
  const auto tests = story.state().tests(plan["check"]);
  REQUIRE(tests.size() == 2);
  CHECK(tests[0].is_manual);
  CHECK(tests[1].is_success);
}

TEST_CASE("a step without a command may still have tests") {
  const Mini plan = mini("check =nothing %1");
  Story story(plan.plan());
  CHECK(story.run() ==
        "0s start check#1 test 1\n"
        "1s end check#1 test 1 exit 0\n"
        "1s run succeeded, peak 1\n");
  CHECK(story.state_of("check") == StepState::succeeded);
}
