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

TEST_CASE("F38: more successes wanted than there are items: the reason counts, and blames nobody") {
  const Mini plan = mini("g =glob:*.c =any:5; after <- g");
  Story story(plan.plan());
  story.script("g", {.items = {"1", "2"}}, 1, AttemptKey::kExpansion);
  story.run();
  CHECK(story.state().node(plan["w/g/end"]).state == StepState::failed);
  CHECK(story.state().why(plan["w/g/end"]) == "it wants 5 successes of 2 items");
  CHECK(story.state_of("g[0]") == StepState::cancelled);
  CHECK(story.state().why(plan["g[0]"]) == "group 'g': it wants 5 successes of 2 items");
  CHECK(story.state().status() == RunStatus::failed);
}

TEST_CASE("F38: members that were skipped cannot win a race either, and nobody failed") {
  const Mini plan = mini("a; b ?{false}; c ?{false}; (g: a b c) =any:2; after <- g");
  Story story(plan.plan());
  story.run();
  CHECK(story.state().node(plan["w/g/end"]).state == StepState::failed);
  CHECK(story.state().why(plan["w/g/end"]) == "it wants 2 successes of 3 members; 2 gave none");
}

TEST_CASE("F38: the last member to settle may be the one that makes a race impossible") {
  const Mini plan = mini("a; b <- a ?{steps.a.state == 'failed'}; (g: a b) =any:2");
  Story story(plan.plan());
  story.run();
  CHECK(story.state().why(plan["w/g/end"]) == "it wants 2 successes of 2 members; 1 gave none");
}

TEST_CASE("F118: a group knows how many of its members ran at once, and how long it took") {
  const Mini plan =
      mini("a; b; c; d; w =wait:9s; (in: a b); (out: in c w) <- d; (never: e) ?{false}; e");
  Story story(plan.plan());
  story.options.max_workers = 9;
  story.script("d", {.lasts = 2s});
  story.script("b", {.lasts = 5s});
  story.script("w", {.lasts = 9s});
  story.run();
  const auto group = [&](const char* end) {
    return story.state().group(plan.plan().node(plan[end]).group);
  };
  CHECK(group("w/in/end").peak == 2);
  CHECK(group("w/out/end").peak == 3);  // a wait takes no slot
  CHECK(group("w/end").peak == 3);
  CHECK(group("w/never/end").peak == 0);
  CHECK(story.state().time_in(plan.plan().node(plan["w/in/end"]).group) == 5s);
  CHECK(story.state().time_in(plan.plan().node(plan["w/out/end"]).group) == 9s);
  CHECK(story.state().time_in(plan.plan().node(plan["w/never/end"]).group) == 0s);
}

TEST_CASE("F118: all rounds of a group count") {
  const Mini plan = mini("a; b; (g: a b) =sequential =drain *2:fixed:3s");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  const GroupId g = plan.plan().node(plan["w/g/end"]).group;
  CHECK(story.state().group(g).peak == 1);
  CHECK(story.state().time_in(g) == 7s);
}

TEST_CASE("row 0m: all is done when every member has ended, not when failures equal the active") {
  const Mini plan = mini("a; b; c; (g: a b c) =tolerate; after<-g");
  Story story(plan.plan());
  story.script("a", {.lasts = 1s, .outcome = Exited{1}});
  story.script("b", {.lasts = 2s, .outcome = Exited{1}});
  story.script("c", {.lasts = 5s});
  story.run();
  CHECK(story.state().node(plan["after"]).started == 5s);
}
