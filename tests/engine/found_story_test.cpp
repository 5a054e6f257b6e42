// Stories that scripts/simulate found, each shrunk to what broke an invariant.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("what was undone in the very moment in which the rollback was given up is undone") {
  const Mini plan = mini("@w =saga:within=3s; s0 =undo:1; s3");
  Story story(plan.plan());
  story.options.max_workers = 1;
  story.script("s0", {.lasts = 500ms, .outcome = Exited{1}}, 1, AttemptKey::kCompensation);
  story.script("s0", {.lasts = 2500ms}, 2, AttemptKey::kCompensation);
  story.script("s3", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().status() == RunStatus::rolled_back);
}

TEST_CASE("a member that is cancelled although nobody failed or won is told why") {
  const Mini plan = mini("s0 =each:1 =any:2 =tolerate");
  Story story(plan.plan());
  CHECK(story.run() ==
        "0s decided s0 succeeded: it wants 2 successes of 1 item\n"
        "0s s0[0] cancelled: group 's0': it wants 2 successes of 1 item\n"
        "0s joined s0 succeeded\n"
        "0s run succeeded, peak 0\n");
}

TEST_CASE("items are looked for once, also when their group begins again in the same turn") {
  const Mini plan =
      mini("s0 =glob:*; (g0: s0) =first *2 =repeat:1 =while{steps.s0.state == 'succeeded'}");
  Story story(plan.plan());
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"s0"});
}

TEST_CASE("the probe of a breaker may be a `finally` step that is cancelled before its try") {
  const Mini plan = mini(
      "s2; s3; s4; s6; (g1: s2) =finally:g0; (g3: g1) =catch:s6 #repeats=2,cooldown=2s; "
      "(g0: s3 s4) *4:fixed:500ms");
  Story story(plan.plan());
  story.options.max_workers = 1;
  for (std::uint32_t i = 1; i < 5; ++i) story.script("s3", {.outcome = Exited{1}}, i);
  story.script("s4", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("s6") == StepState::succeeded);
}

TEST_CASE("what is in a loop without a round is skipped, whether it could have begun or not") {
  // In the second story `s` has ended before the loop is asked, in the first it has not.
  for (
      const std::string text :
      {"s; a; each =each:2 <- s; (g: a each) =while{steps.a.state == 'succeeded'}; z <- each; y<-g",
       "s; a; each =each:2 <- s; (g: a each) =while{steps.a.state == 'succeeded'} <- s; z <- each; "
       "y<-g",
       "s; a; b; each =each:2; (i: b) <- each; (h: i each) <- s; "
       "(g: a h) =while{steps.a.state == 'succeeded'} <- s; z <- each; y<-g"}) {
    const Mini plan = mini(text);
    Story story(plan.plan());
    INFO(text << "\n" << story.run());
    CHECK(story.state_of("each[0]") == StepState::skipped);
    CHECK(story.state().node(plan["w/each/end"]).state == StepState::skipped);
    CHECK(story.state().node(plan["w/g/end"]).state == StepState::succeeded);
    CHECK(story.state_of("z") == StepState::skipped);
    CHECK(story.state_of("y") == StepState::succeeded);
    CHECK(story.state().status() == RunStatus::succeeded);
  }
}
