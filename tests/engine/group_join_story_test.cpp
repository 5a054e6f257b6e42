// Stories of joins: when a group is done, who wins, what becomes of the losers.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F37 row 1a: first success wins and the losers are really stopped") {
  const Mini plan = mini("a; b; c; (g: a b c) =first; after<-g");
  Story story(plan.plan());
  story.script("a", {.lasts = 1s, .outcome = Exited{1}});
  story.script("b", {.lasts = 2s});
  story.script("c", {.lasts = 60s, .dies_after = 1s});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "0s start c#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed: exit 1\n"
        "2s end b#1 exit 0\n"
        "2s decided g succeeded: 'b' succeeded\n"
        "2s stop c#1 not_needed\n"
        "3s end c#1 cancelled\n"
        "3s c cancelled: cancelled: its group is decided without it\n"
        "3s joined g succeeded\n"
        "3s start after#1\n"
        "4s end after#1 exit 0\n"
        "4s run succeeded, peak 3\n");
}

TEST_CASE("row 0a: with losers in the background dependents start at once and the run waits") {
  const Mini plan = mini("a; b; (g: a b) =any =background; after<-g");
  Story story(plan.plan());
  story.script("b", {.lasts = 9s, .outcome = Exited{1}});
  story.run();
  CHECK(story.state().node(plan["after"]).started == 1s);
  CHECK(story.state_of("b") == StepState::failed);
  CHECK(story.state().duration() == 9s);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("row 0b row 0g row 1b F45: a defaulted policy lets a race live with failures") {
  const Mini plan = mini("a; b; (g: a b) =any");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.lasts = 5s});
  story.run();
  CHECK(story.state_of("b") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("row 0g row 1b F45: an explicit fail-fast pre-empts a race") {
  const Mini plan = mini("a; b; (g: a b) =first =fail_fast");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.lasts = 5s});
  story.run();
  CHECK(story.state_of("b") == StepState::cancelled);
  CHECK(story.state().status() == RunStatus::failed);
}

TEST_CASE("F36 row 0c: any fails the moment success is impossible, and never hangs") {
  const Mini plan = mini("a; b; c; (g: a b c) =any:2; after<-g");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.lasts = 2s, .outcome = Exited{1}});
  story.script("c", {.lasts = 60s});
  story.run();
  CHECK(story.state().group(plan.plan().node(plan["w/g/end"]).group).ended == 2s);
  CHECK(story.state_of("c") == StepState::cancelled);
  CHECK(story.state_of("after") == StepState::skipped);
}

TEST_CASE("row 1c: first with continue, none succeeded: goes on with the errors") {
  const Mini plan = mini("a; b; (g: a b) =first =tolerate; after<-g");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("after") == StepState::succeeded);
}

TEST_CASE("F35 row 0d: an all-join whose last finisher failed ends") {
  const Mini plan = mini("a; b; (g: a b) =tolerate; after<-g");
  Story story(plan.plan());
  story.script("b", {.lasts = 5s, .outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("after") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("F38 row 1f: settled always succeeds and keeps every member's own end") {
  const Mini plan = mini("a; b; (g: a b) =settled; after<-g");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("after") == StepState::succeeded);
  CHECK(story.state_of("a") == StepState::failed);
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("F39: losers can be told to be cancelled or to run on, whatever the join") {
  for (const bool runs_on : {false, true}) {
    const Mini plan =
        mini(runs_on ? "a; b; (g: a b) =first =background" : "a; b; (g: a b) =any =losers");
    Story story(plan.plan());
    story.script("b", {.lasts = 3s});
    story.run();
    CHECK(story.state_of("b") == (runs_on ? StepState::succeeded : StepState::cancelled));
  }
}

TEST_CASE("B15: a race is won by the first verified member") {
  const Mini plan = mini("quick %1; slow %1; (g: quick slow) =first");
  Story story(plan.plan());
  story.script("quick", {.outcome = Exited{1}}, 1, 1);
  story.script("slow", {.lasts = 4s});
  story.run();
  CHECK(story.state_of("quick") == StepState::failed);
  CHECK(story.state_of("slow") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F28 row 3l: a group of one is valid under every join") {
  for (const char* join : {"=all", "=any", "=first", "=settled"}) {
    const Mini plan = mini(std::string("a; (g: a) ") + join);
    Story story(plan.plan());
    story.run();
    CHECK(story.state().status() == RunStatus::succeeded);
  }
}

TEST_CASE("a background member whose outer group has joined still runs its tests and retries") {
  const Mini plan = mini("a; b %1 *2; (in: a b) =any =background; (out: in)");
  Story story(plan.plan());
  story.script("b", {.lasts = 3s, .outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("b") == StepState::succeeded);
  CHECK(story.state().tests(plan["b"]).size() == 1);
}

TEST_CASE("a queued background member is cancelled with the group around it") {
  const Mini plan = mini("a; c; d; b; (in: a b) =any =background; (out: in c d)");
  Story story(plan.plan());
  story.options.max_workers = 2;
  story.script("c", {.lasts = 1500ms, .outcome = Exited{1}});
  story.script("d", {.lasts = 60s});
  story.run();
  CHECK(story.state_of("b") == StepState::cancelled);
  CHECK(story.state().duration() == 1500ms);
}
