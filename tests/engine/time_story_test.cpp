// Stories of time: limits of steps, tests and runs.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F49: a step over its limit is stopped and timed out, whatever code it leaves with") {
  const Mini plan = mini("a ~5s; b<-a");
  Story story(plan.plan());
  story.script("a", {.lasts = 100s, .outcome = Exited{0}, .dies_after = 2s});
  CHECK(story.run() ==
        "0s start a#1\n"
        "5s stop a#1 timeout\n"
        "7s end a#1 timed out after 5.00s\n"
        "7s a timed_out: timed out after 5.00s\n"
        "7s b skipped: dependency 'a' timed_out\n"
        "7s run failed, peak 1\n");
}

TEST_CASE("a step that ends at the very moment of its limit has ended by itself") {
  const Mini plan = mini("a ~5s");
  Story story(plan.plan());
  story.script("a", {.lasts = 5s});
  story.run();
  CHECK(story.state_of("a") == StepState::succeeded);
}

TEST_CASE("F50: step, then run option, then workstream, then tool") {
  Mini plan = mini("own ~1s; other");
  SECTION("the workstream's limit covers steps without their own") {
    plan.workset().workstreams[0].execution.timeout_per_step = 3s;
    Story story(plan.plan());
    story.script("own", {.lasts = 9s});
    story.script("other", {.lasts = 9s});
    CHECK(story.run() ==
          "0s start own#1\n"
          "0s start other#1\n"
          "1s stop own#1 timeout\n"
          "1s end own#1 timed out after 1.00s\n"
          "1s own timed_out: timed out after 1.00s\n"
          "3s stop other#1 timeout\n"
          "3s end other#1 timed out after 3.00s\n"
          "3s other timed_out: timed out after 3.00s\n"
          "3s run failed, peak 2\n");
  }
  SECTION("the command line stands in for the workstream's") {
    plan.workset().workstreams[0].execution.timeout_per_step = 3s;
    Story story(plan.plan());
    story.options.default_timeout = 2s;
    story.script("other", {.lasts = 9s});
    story.run();
    CHECK(story.state().node(plan["other"]).ended == Duration(2s));
  }
  SECTION("a tool's limit is the last resort") {
    plan.workset().workstreams[0].steps[1].action = ToolAction{"aider", {}, {}};
    Story story(plan.plan());
    story.options.tools["aider"].timeout = 4s;
    story.script("other", {.lasts = 9s});
    story.run();
    CHECK(story.state().node(plan["other"]).ended == Duration(4s));
  }
}

TEST_CASE("F52: the run's limit stops what runs and keeps the rest from starting") {
  const Mini plan = mini("a; b<-a; c");
  Story story(plan.plan());
  story.options.run_timeout = 10s;
  story.script("a", {.lasts = 60s, .dies_after = 1s});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start c#1\n"
        "1s end c#1 exit 0\n"
        "10s stop run run_timeout\n"
        "10s b cancelled: not started: the run's time limit was reached\n"
        "10s stop a#1 run_timeout\n"
        "11s end a#1 cancelled\n"
        "11s a cancelled: cancelled: the run's time limit was reached\n"
        "11s run timed_out, peak 2\n");
}

TEST_CASE("a limit is per attempt part: an acceptance test has its own") {
  Mini plan = mini("a ~10s %2");
  plan.workset().workstreams[0].steps[0].edit_details().acceptance_tests[1].timeout = 2s;
  Story story(plan.plan());
  story.script("a", {.lasts = 9s});
  story.script("a", {.lasts = 9s}, 1, 1);
  story.script("a", {.lasts = 9s}, 1, 2);
  CHECK(story.run() ==
        "0s start a#1\n"
        "9s end a#1 exit 0\n"
        "9s start a#1 test 1\n"
        "18s end a#1 test 1 exit 0\n"
        "18s start a#1 test 2\n"
        "20s stop a#1 test 2 timeout\n"
        "20s end a#1 test 2 timed out after 2.00s\n"
        "20s a timed_out: acceptance test 2 failed: timed out after 2.00s\n"
        "20s run failed, peak 1\n");
}
