// Stories of failure policies, time limits, handlers and nesting of groups.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F40 row 0e row 3h: fail-fast, the default, cancels running and queued members") {
  const Mini plan = mini("bad; long; queued; (g: bad long queued); after<-g; free");
  Story story(plan.plan());
  story.options.max_workers = 2;
  story.script("bad", {.outcome = Exited{1}});
  story.script("long", {.lasts = 60s, .dies_after = 1s});
  CHECK(story.run() ==
        "0s start bad#1\n"
        "0s start long#1\n"
        "1s end bad#1 exit 1\n"
        "1s bad failed: exit 1\n"
        "1s decided g failed: 'bad' failed\n"
        "1s queued cancelled: group 'g': 'bad' failed\n"
        "1s stop long#1 group_failed\n"
        "1s start free#1\n"
        "2s end long#1 cancelled\n"
        "2s long cancelled: cancelled: its group failed\n"
        "2s end free#1 exit 0\n"
        "2s joined g failed\n"
        "2s after skipped: dependency 'bad' failed\n"
        "2s run failed, peak 2\n");
}

TEST_CASE("F41 row 0f: drain lets all finish, then fails with the first error as cause") {
  const Mini plan = mini("a; b; c; (g: a b c) =drain");
  Story story(plan.plan());
  story.script("b", {.lasts = 2s, .outcome = Exited{1}});
  story.script("c", {.lasts = 5s, .outcome = Exited{2}});
  story.run();
  CHECK(story.state().node(plan["w/g/end"]).cause == plan["b"]);
  CHECK(story.state().node(plan["w/g/end"]).ended == 5s);
  CHECK(story.state().status() == RunStatus::failed);
}

TEST_CASE("F42 row 1d row 3f: continue succeeds, with errors, and keeps what was done") {
  const Mini plan = mini("a; b; (g: a b) =tolerate; after<-g");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("after") == StepState::succeeded);
  CHECK(story.state_of("b") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("F43 row 1e: ignore succeeds and counts no error") {
  const Mini plan = mini("a; b; (g: a b) =ignore");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F44: collect-all fails only when all failed") {
  for (const bool all_fail : {false, true}) {
    const Mini plan = mini("a; b; (g: a b) =collect");
    Story story(plan.plan());
    story.script("a", {.outcome = Exited{1}});
    if (all_fail) story.script("b", {.outcome = Exited{1}});
    story.run();
    CHECK(story.state().status() ==
          (all_fail ? RunStatus::failed : RunStatus::completed_with_errors));
  }
}

TEST_CASE("row 3g: continue when all fail succeeds, with errors") {
  const Mini plan = mini("a; (g: a) =tolerate");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("F46: a member's own abort reaches beyond its group") {
  const Mini plan = mini("a =abort; b; (g: a b) =tolerate; free");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("free", {.lasts = 9s});
  story.run();
  CHECK(story.state_of("free") == StepState::cancelled);
}

TEST_CASE("F25 F47: one may depend on a member; the group's failure is not its") {
  const Mini plan = mini("a; b; (g: a b) =drain; x<-a; y<-b");
  Story story(plan.plan());
  story.script("b", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("x") == StepState::succeeded);
  CHECK(story.state_of("y") == StepState::skipped);
}

TEST_CASE("F26 row 3e: a sequential group runs in listed order, with its own policy") {
  const Mini plan = mini("a; b; c; (g: c a b) =sequential =tolerate");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"c", "a", "b"});
  CHECK(story.state().peak() == 1);
}

TEST_CASE("row 3a row 3b row 3j F20: a group's limit is a sliding window, and measured") {
  const Mini plan = mini("a; b; c; d; (g: a b c d) &2");
  Story story(plan.plan());
  story.script("a", {.lasts = 5s});
  story.run();
  CHECK(story.state().peak() == 2);
  CHECK(story.state().node(plan["c"]).started == 1s);
  CHECK(story.state().node(plan["d"]).started == 2s);
}

TEST_CASE("row 0l row 1h row 4a: more members than workers queue") {
  const Mini plan = mini("a; b; c; d; e; (g: a b c d e)");
  Story story(plan.plan());
  story.options.max_workers = 2;
  story.run();
  CHECK(story.state().peak() == 2);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F51 row 0h row 3d row 3k: a group's time limit stops the rest and fails") {
  const Mini plan = mini("a; b; (g: a b) ~3s; after<-g");
  Story story(plan.plan());
  story.script("b", {.lasts = 60s});
  story.run();
  CHECK(story.state_of("b") == StepState::timed_out);
  CHECK(story.state_of("after") == StepState::skipped);
  CHECK(story.state().node(plan["w/g/end"]).state == StepState::timed_out);
}

TEST_CASE("F51 row 0h: when nothing fails it, the time limit goes on with what is there") {
  const Mini plan = mini("a; b; (g: a b) ~3s =tolerate; after<-g");
  Story story(plan.plan());
  story.script("b", {.lasts = 60s});
  story.run();
  CHECK(story.state_of("b") == StepState::timed_out);
  CHECK(story.state_of("after") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("F51 F56: each round of a group has its whole time limit") {
  const Mini plan = mini("a; (g: a) ~5s *2");
  Story story(plan.plan());
  story.script("a", {.lasts = 4s, .outcome = Exited{1}}, 1);
  story.script("a", {.lasts = 4s}, 2);
  story.run();
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F52: the run's own limit cancels groups too") {
  const Mini plan = mini("a; b<-a; (g: a b) =settled");
  Story story(plan.plan());
  story.options.run_timeout = 2s;
  story.script("a", {.lasts = 60s});
  story.run();
  CHECK(story.state().status() == RunStatus::timed_out);
  CHECK(story.state_of("b") == StepState::cancelled);
}

TEST_CASE("F48: catch runs when the body failed, finally always") {
  for (const bool fails : {false, true}) {
    const Mini plan = mini("a; fix; tidy; (g: a) =catch:fix =finally:tidy; after<-g");
    Story story(plan.plan());
    if (fails) story.script("a", {.outcome = Exited{1}});
    story.run();
    CHECK(story.state_of("fix") == (fails ? StepState::succeeded : StepState::skipped));
    CHECK(story.state_of("tidy") == StepState::succeeded);
    CHECK(story.state_of("after") == StepState::succeeded);
    CHECK(story.state().status() == RunStatus::succeeded);
  }
}

TEST_CASE("F48: without a catch the failure stays one, after finally") {
  const Mini plan = mini("a; tidy; (g: a) =finally:tidy");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("tidy") == StepState::succeeded);
  CHECK(story.state().status() == RunStatus::failed);
}

TEST_CASE("F48: finally of what has begun outlives an abort elsewhere, and skips what it lost") {
  const Mini plan = mini("bad =abort; a; tidy; late<-a; (f: late); (g: a) =finally:tidy,f");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.script("a", {.lasts = 60s});
  story.run();
  CHECK(story.state_of("tidy") == StepState::succeeded);
  CHECK(story.state_of("late") == StepState::skipped);
}

TEST_CASE("F27: groups nest to any depth on one shared pool without deadlock") {
  const Mini plan = mini("a; b; c; d; (g1: a b); (g2: g1 c); (g3: g2 d); (g4: g3)");
  Story story(plan.plan());
  story.options.max_workers = 1;
  story.run();
  CHECK(story.state().status() == RunStatus::succeeded);
  CHECK(story.state().counts().succeeded == 4);
}

TEST_CASE("F27: an inner group that is cancelled does not begin another round") {
  const Mini plan = mini("a; b; c; (in: a b) =drain *3; (out: in c) =first");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.lasts = 60s});
  story.script("c", {.lasts = 2s});
  story.run();
  CHECK(story.state().status() == RunStatus::succeeded);
  CHECK(story.state().node(plan["a"]).attempts == 1);
}

TEST_CASE("F86: a phase waits for the phases before it, also where a member was settled early") {
  const Mini plan =
      mini("a; x; no<-x:failure; b; [one: a]; (in: b); [two: no in] =sequential <- one");
  Story story(plan.plan());
  story.script("a", {.lasts = 5s});
  story.run();
  CHECK(story.state().node(plan["b"]).started == 5s);
  CHECK(story.state().status() == RunStatus::succeeded);
}
