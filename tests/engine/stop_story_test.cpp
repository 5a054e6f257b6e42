// Stories of stopping: one Ctrl-C asks, a second kills, nothing starts after it.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {
void interrupt(Engine& engine) { engine.request_stop(StopWhy::interrupted); }
}  // namespace

TEST_CASE("F100: the first interrupt stops starting and asks what runs to end") {
  const Mini plan = mini("a; b<-a; c");
  Story story(plan.plan());
  story.script("a", {.lasts = 60s, .dies_after = 2s});
  story.at(3s, interrupt);
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start c#1\n"
        "1s end c#1 exit 0\n"
        "3s stop run interrupted\n"
        "3s b cancelled: not started: interrupted\n"
        "3s stop a#1 interrupted\n"
        "5s end a#1 cancelled\n"
        "5s a cancelled: cancelled: interrupted\n"
        "5s run cancelled, peak 2\n");
}

TEST_CASE("the second interrupt kills") {
  const Mini plan = mini("a");
  Story story(plan.plan());
  story.script("a", {.lasts = 600s, .dies_after = 500s});
  story.at(3s, interrupt);
  story.at(4s, interrupt);
  CHECK(story.run() ==
        "0s start a#1\n"
        "3s stop run interrupted\n"
        "3s stop a#1 interrupted\n"
        "4s stop run killed\n"
        "4s end a#1 cancelled\n"
        "4s a cancelled: cancelled: interrupted\n"
        "4s run cancelled, peak 1\n");
  CHECK(story.state().stop() == StopWhy::interrupted);
}

TEST_CASE(
    "an interrupt between the command and its tests leaves the step cancelled, not succeeded") {
  const Mini plan = mini("a %1");
  Story story(plan.plan());
  story.at(1s, interrupt);
  story.run();
  CHECK(story.state_of("a") == StepState::cancelled);
  CHECK(story.state().status() == RunStatus::cancelled);
}

TEST_CASE("a step that fails during a stop does not start another stop") {
  const Mini plan = mini("a =abort; b");
  Story story(plan.plan());
  story.script("a", {.lasts = 3s, .outcome = Exited{1}});
  story.script("b", {.lasts = 60s, .dies_after = 5s});
  story.at(3s, interrupt);
  story.run();
  CHECK(story.state().stop() == StopWhy::interrupted);
  CHECK(story.state().status() == RunStatus::cancelled);
}

TEST_CASE("an interrupt during an abort counts as the interrupt it is, and does not signal twice") {
  const Mini plan = mini("bad =abort; b");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.script("b", {.lasts = 60s, .dies_after = 5s});
  story.at(2s, interrupt);
  CHECK(story.run() ==
        "0s start bad#1\n"
        "0s start b#1\n"
        "1s end bad#1 exit 1\n"
        "1s bad failed: exit 1\n"
        "1s stop run fail_fast\n"
        "1s stop b#1 fail_fast\n"
        "2s stop run interrupted\n"
        "6s end b#1 cancelled\n"
        "6s b cancelled: cancelled: another step failed\n"
        "6s run cancelled, peak 2\n");
  CHECK(story.state().stop() == StopWhy::interrupted);
}

TEST_CASE("a stop while the start gap holds steps back starts none of them") {
  const Mini plan = mini("a; b; c");
  Story story(plan.plan());
  story.options.start_gap = 10s;
  story.at(5s, interrupt);
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"a"});
}

TEST_CASE("terminated and hung up are told apart from interrupted") {
  const Mini plan = mini("a");
  for (const StopWhy why : {StopWhy::terminated, StopWhy::hang_up}) {
    Story story(plan.plan());
    story.script("a", {.lasts = 60s});
    story.at(1s, [why](Engine& engine) { engine.request_stop(why); });
    story.run();
    CHECK(story.state().stop() == why);
    CHECK(story.state().status() == RunStatus::cancelled);
  }
}
