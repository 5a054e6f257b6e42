// Stories of a store that refuses: nothing more starts, what runs may finish, and the run says so.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("what was not recorded does not start") {
  const Mini plan = mini("a; b<-a");
  Story story(plan.plan());
  story.recorder.fails_at = 0;
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s stop run store_failed\n"
        "0s b cancelled: not started: the run could not be recorded\n"
        "0s stop a#1 store_failed\n"
        "0s end a#1 cancelled\n"
        "0s a cancelled: cancelled: the run could not be recorded\n"
        "0s run failed, peak 1\n");
  CHECK(story.starts().empty());
  REQUIRE(story.engine().store_error().has_value());
  CHECK(story.engine().store_error()->message == "no space left on device");
}

TEST_CASE("what runs may finish when the store refuses later, at any call") {
  const Mini plan = mini("a; long; b<-a %1; c<-b; d<-long");
  for (std::size_t call = 0;; ++call) {
    Story story(plan.plan());
    story.recorder.fails_at = call;
    story.script("long", {.lasts = 7s});
    story.run();  // its invariants hold, and it ends
    if (!story.engine().store_error()) {
      CHECK(call > 5);
      break;
    }
    CHECK(story.state().running().empty());
    if (story.engine().state().status() == RunStatus::running) FAIL("the run has no end");
  }
}

TEST_CASE("a run that cannot be recorded says so once, and still keeps its time limit") {
  const Mini plan = mini("a; long; b<-a");
  Story story(plan.plan());
  story.options.run_timeout = 10s;
  story.recorder.fails_at = 2;
  story.script("long", {.lasts = 60s, .dies_after = 1s});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start long#1\n"
        "1s end a#1 exit 0\n"
        "1s start b#1\n"
        "1s stop run store_failed\n"
        "1s stop b#1 store_failed\n"
        "1s end b#1 cancelled\n"
        "1s b cancelled: cancelled: the run could not be recorded\n"
        "10s stop run run_timeout\n"
        "10s stop long#1 run_timeout\n"
        "11s end long#1 cancelled\n"
        "11s long cancelled: cancelled: the run's time limit was reached\n"
        "11s run failed, peak 2\n");
}
