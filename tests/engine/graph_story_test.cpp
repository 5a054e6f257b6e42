// Stories of what starts when: dependencies, slots, order, gaps, several workstreams.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F15 F16: a completion unblocks its dependents at once, without waves") {
  const Mini plan = mini("a; b; c<-a; d<-b");
  Story story(plan.plan());
  story.script("b", {.lasts = 5s});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "1s end a#1 exit 0\n"
        "1s start c#1\n"
        "2s end c#1 exit 0\n"
        "5s end b#1 exit 0\n"
        "5s start d#1\n"
        "6s end d#1 exit 0\n"
        "6s run succeeded, peak 2\n");
}

TEST_CASE("F18: the pool is never exceeded, and a long step does not hold the rest") {
  const Mini plan = mini("long; a; b; c");
  Story story(plan.plan());
  story.options.max_workers = 2;
  story.script("long", {.lasts = 10s});
  CHECK(story.run() ==
        "0s start long#1\n"
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s start c#1\n"
        "3s end c#1 exit 0\n"
        "10s end long#1 exit 0\n"
        "10s run succeeded, peak 2\n");
}

TEST_CASE("F23 F24: sequential is the same engine with one slot, in file order") {
  const Mini plan = mini("low; high !9; first<-low; last");
  Story sequential(plan.plan());
  sequential.options.is_sequential = true;
  sequential.run();
  CHECK(sequential.starts() == std::vector<std::string>{"low", "high", "first", "last"});
  CHECK(sequential.state().peak() == 1);

  Story one_worker(plan.plan());
  one_worker.options.max_workers = 1;
  one_worker.run();
  CHECK(one_worker.starts() == std::vector<std::string>{"high", "low", "first", "last"});
}

TEST_CASE("F32: ready steps start by priority, then longest remaining path, then file order") {
  const Mini plan = mini("plain; head; mid<-head; tail<-mid; urgent !5");
  Story story(plan.plan());
  story.options.max_workers = 1;
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"urgent", "head", "mid", "plain", "tail"});
}

TEST_CASE("F22: any two starts are at least the gap apart, fractions too") {
  const Mini plan = mini("a; b; c");
  Story story(plan.plan());
  story.options.start_gap = 1500ms;
  story.script("a", {.lasts = 10s});
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s500ms start b#1\n"
        "2s500ms end b#1 exit 0\n"
        "3s start c#1\n"
        "4s end c#1 exit 0\n"
        "10s end a#1 exit 0\n"
        "10s run succeeded, peak 2\n");
}

TEST_CASE("F06: a step without an action succeeds at once and holds no slot") {
  const Mini plan = mini("a; join<-a =nothing; b<-join; lonely =nothing");
  Story story(plan.plan());
  story.options.max_workers = 1;
  CHECK(story.run() ==
        "0s lonely noop\n"
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s join noop\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s run succeeded, peak 1\n");
}

TEST_CASE("a plan of nothing but steps without action ends at once") {
  const Mini plan = mini("a =nothing; b<-a =nothing");
  Story story(plan.plan());
  CHECK(story.run() == "0s a noop\n0s b noop\n0s run succeeded, peak 0\n");
}

TEST_CASE("F02: a workstream waits for the one it depends on, as a whole") {
  const Mini plan = mini("@ws-a; one; two; @ws-b <- ws-a; three; @ws-c; four");
  Story story(plan.plan());
  story.script("ws-a/two", {.lasts = 3s});
  CHECK(story.run() ==
        "0s start ws-a/one#1\n"
        "0s start ws-a/two#1\n"
        "0s start ws-c/four#1\n"
        "1s end ws-a/one#1 exit 0\n"
        "1s end ws-c/four#1 exit 0\n"
        "1s joined ws-c succeeded\n"
        "3s end ws-a/two#1 exit 0\n"
        "3s joined ws-a succeeded\n"
        "3s start ws-b/three#1\n"
        "4s end ws-b/three#1 exit 0\n"
        "4s joined ws-b succeeded\n"
        "4s run succeeded, peak 3\n");
}

TEST_CASE("a workstream's own limit holds inside the pool, and does not hold up others") {
  const Mini plan = mini("@ws-a &1; a1; a2; a3; @ws-b; b1; b2");
  Story story(plan.plan());
  CHECK(story.run() ==
        "0s start ws-a/a1#1\n"
        "0s start ws-b/b1#1\n"
        "0s start ws-b/b2#1\n"
        "1s end ws-a/a1#1 exit 0\n"
        "1s end ws-b/b1#1 exit 0\n"
        "1s end ws-b/b2#1 exit 0\n"
        "1s joined ws-b succeeded\n"
        "1s start ws-a/a2#1\n"
        "2s end ws-a/a2#1 exit 0\n"
        "2s start ws-a/a3#1\n"
        "3s end ws-a/a3#1 exit 0\n"
        "3s joined ws-a succeeded\n"
        "3s run succeeded, peak 3\n");
}

TEST_CASE("F34: steps whose files overlap run one after the other, in file order") {
  const Mini plan = mini("a ^src/; b ^src/x.py; c ^docs/");
  Story story(plan.plan());
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start c#1\n"
        "1s end a#1 exit 0\n"
        "1s end c#1 exit 0\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s run succeeded, peak 2\n");
}

TEST_CASE("an overlap only orders: the later step runs although the earlier one failed") {
  const Mini plan = mini("a ^src/; b ^src/x.py");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("a") == StepState::failed);
  CHECK(story.state_of("b") == StepState::succeeded);
}

TEST_CASE("a shared dependency runs exactly once") {
  const Mini plan = mini("base; x<-base; y<-base; z<-base x y");
  Story story(plan.plan());
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"base", "x", "y", "z"});
}

TEST_CASE("a dependency that fails within no time still blocks its dependent") {
  const Mini plan = mini("a; b<-a");
  Story story(plan.plan());
  story.script("a", {.lasts = 0s, .outcome = Exited{1}});
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"a"});
  CHECK(story.state_of("b") == StepState::skipped);
}
