// Stories of retries, breakers, pauses, waits, conditions, fan-outs, loops, pools and rollbacks.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F56 F57 F63 row 4n: a retry waits without its slot; others run meanwhile") {
  const Mini plan = mini("a *3:exponential:2s; b; c");
  Story story(plan.plan());
  story.options.max_workers = 1;
  story.script("a", {.outcome = Exited{1}}, 1);
  story.script("a", {.outcome = Exited{1}}, 2);
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 1\n"
        "1s retry a#2 at 3s: exit 1\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s start c#1\n"
        "3s end c#1 exit 0\n"
        "3s start a#2\n"
        "4s end a#2 exit 1\n"
        "4s retry a#3 at 8s: exit 1\n"
        "8s start a#3\n"
        "9s end a#3 exit 0\n"
        "9s run succeeded, peak 1\n");
}

TEST_CASE("F58: jitter comes from the run's seed") {
  const auto end = [](std::uint64_t seed) {
    const Mini plan = mini("a *2:fixed:10s:jitter");
    Story story(plan.plan());
    story.options.seed = seed;
    story.script("a", {.outcome = Exited{1}}, 1);
    story.run();
    return story.state().duration();
  };
  CHECK(end(1) == end(1));
  CHECK(end(1) != end(2));
}

TEST_CASE("F59 row 4g: what no pattern matches is not tried again") {
  const Mini plan = mini("a *3:filter; b *3:exit75");
  Story story(plan.plan());
  Scripted unmatched{.outcome = Exited{1}};
  unmatched.facts.is_retryable = false;
  story.script("a", unmatched);
  story.script("b", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().node(plan["a"]).attempts == 1);
  CHECK(story.state().node(plan["b"]).attempts == 1);
}

TEST_CASE("F60 row 4f: the same error again opens the circuit: no further try") {
  const Mini plan = mini("a *9 #repeats=2");
  Story story(plan.plan());
  for (std::uint32_t i = 1; i < 9; ++i)
    story.script("a", {.outcome = Exited{1}, .error_text = "same"}, i);
  story.run();
  CHECK(story.state().node(plan["a"]).attempts == 2);
  CHECK(story.state_of("a") == StepState::failed);
}

TEST_CASE("F61 row 4f: after the cooldown one probe; its success closes the circuit") {
  const Mini plan = mini("a *9 #repeats=2,cooldown=5s");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}, .error_text = "same"}, 1);
  story.script("a", {.outcome = Exited{1}, .error_text = "same"}, 2);
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 1\n"
        "1s retry a#2 at 1s: exit 1\n"
        "1s start a#2\n"
        "2s end a#2 exit 1\n"
        "2s breaker of a open until 7s: the same error 2 times in a row\n"
        "2s probe a#3 at 7s: the same error 2 times in a row\n"
        "7s start a#3\n"
        "8s end a#3 exit 0\n"
        "8s breaker of a closed\n"
        "8s run succeeded, peak 1\n");
}

TEST_CASE("F62: an error that comes back opens the circuit") {
  const Mini plan = mini("a *9 #returns=1");
  Story story(plan.plan());
  for (std::uint32_t i = 1; i < 9; ++i)
    story.script("a", {.outcome = Exited{i % 2 == 0 ? 1 : 2}}, i);
  story.run();
  CHECK(story.state().node(plan["a"]).attempts == 3);
}

TEST_CASE("F60: a workstream's open circuit fails the workstream and names the step") {
  const Mini plan = mini("@w #attempts=2,whole; a; b; c; long");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.outcome = Exited{2}});
  story.script("long", {.lasts = 60s});
  story.run();
  CHECK(story.state_of("long") == StepState::cancelled);
  CHECK(story.state().first_failure() == plan["b"]);
}

TEST_CASE("F92: each round of a phase is a new start for the retries of its steps") {
  const Mini plan = mini("a *2; [p: a] *2");
  Story story(plan.plan());
  for (std::uint32_t i = 1; i < 4; ++i) story.script("a", {.outcome = Exited{1}}, i);
  story.run();
  CHECK(story.state().node(plan["a"]).attempts == 4);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F92: what a phase's step needs from outside still counts in the next round") {
  const Mini plan = mini("slow; a; b<-slow:done; [p: a b] *2");
  Story story(plan.plan());
  story.script("slow", {.lasts = 9s});
  story.script("a", {.outcome = Exited{1}}, 1);
  story.run();
  CHECK(story.state().node(plan["b"]).started == 9s);
}

TEST_CASE("F55: a wait takes no slot") {
  const Mini plan = mini("w =wait:5s; a; b<-w");
  Story story(plan.plan());
  story.options.max_workers = 1;
  story.script("w", {.lasts = 5s});
  story.run();
  CHECK(story.state().node(plan["a"]).started == 0s);
  CHECK(story.state().node(plan["b"]).started == 5s);
}

TEST_CASE("F65: a loop that is not done after its last round fails, also when it was a race") {
  for (const char* join : {"=all", "=first"}) {
    const Mini plan = mini(std::string("a; b; (g: a b) =repeat:2 =until{1 == 2} ") + join);
    Story story(plan.plan());
    story.script("b", {.lasts = 2s});
    story.script("b", {.lasts = 2s}, 2);
    story.run();
    CHECK(story.state().node(plan["a"]).attempts == 2);
    CHECK(story.state().status() == RunStatus::failed);
  }
}

TEST_CASE("F65: a loop ends as soon as its condition says so") {
  const Mini plan = mini("a; (g: a) =repeat:9 =until{steps.a.outputs.x == 2}; after<-g");
  Story story(plan.plan());
  story.script("a", {.outputs = {{"x", "1", ""}}}, 1);
  story.script("a", {.outputs = {{"x", "2", ""}}}, 2);
  story.run();
  CHECK(story.state().node(plan["a"]).attempts == 2);
  CHECK(story.state().node(plan["after"]).started == 2s);
}

TEST_CASE("F83: a false condition skips the step, or the whole group, and that is no failure") {
  const Mini plan = mini("a ?{1 == 2}; b<-a; c; d; (g: c d) ?{1 == 2}; e<-g; free");
  Story story(plan.plan());
  story.run();
  for (const char* step : {"a", "b", "c", "d", "e"})
    CHECK(story.state_of(step) == StepState::skipped);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F83: a condition without a value fails the step") {
  const Mini plan = mini("a ?{steps.b.outputs.x == 1} <- b; b");
  Story story(plan.plan());
  story.run();
  CHECK(story.state_of("a") == StepState::failed);
}

TEST_CASE("F29 F30: an empty fan-out is a success; items are numbered in order") {
  const Mini plan = mini("none =each:0; some =each:3; after<-none some");
  Story story(plan.plan());
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"some[0]", "some[1]", "some[2]", "after"});
}

TEST_CASE("F30: items found by the run; a failed search fails the step") {
  for (const bool is_found : {true, false}) {
    const Mini plan = mini("a =glob:*; after<-a");
    Story story(plan.plan());
    story.script("a", {.outcome = Exited{is_found ? 0 : 1}, .items = {"1", "2"}}, 1,
                 AttemptKey::kExpansion);
    story.run();
    CHECK(story.state_of("after") == (is_found ? StepState::succeeded : StepState::skipped));
    CHECK(story.state().counts().succeeded == (is_found ? 3 : 0));
  }
}

TEST_CASE("F30: items of an earlier output; no list is a failure") {
  for (const char* value : {"[1,2]", "7"}) {
    const Mini plan = mini("a; b =from{steps.a.outputs.list} <- a");
    Story story(plan.plan());
    story.script("a", {.outputs = {{"list", value, ""}}});
    story.run();
    CHECK(story.state().status() == (value[0] == '[' ? RunStatus::succeeded : RunStatus::failed));
  }
}

TEST_CASE("F30: nothing is searched for after an abort, nor for a loser") {
  const Mini plan = mini("p; a =abort ?{steps.p.outputs.x == 1} <- p; b =glob:* <- p");
  Story story(plan.plan());
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"p"});
}

TEST_CASE("F31: three thousand items end in order and leave nothing behind") {
  const Mini plan = mini("a =each:3000 =tolerate");
  Story story(plan.plan());
  story.options.max_workers = 3000;
  story.run();
  CHECK(story.state().counts().succeeded == 3000);
}

TEST_CASE("F32: priority breaks ties among ready steps") {
  const Mini plan = mini("a; b !5; c !1");
  Story story(plan.plan());
  story.options.max_workers = 1;
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"b", "c", "a"});
}

TEST_CASE("F33: conflict groups exclude each other; alone runs alone") {
  const Mini plan = mini("a =conflict:x; b =conflict:x; c =alone; d");
  Story story(plan.plan());
  story.run();
  CHECK(story.state().status() == RunStatus::succeeded);
  CHECK(story.state().node(plan["b"]).started >= 1s);
}

TEST_CASE("F33: steps may name the conflict group that their workstream holds") {
  const Mini plan = mini("@one =conflict:x; a =conflict:x; b; @two =conflict:x; c; d");
  Story story(plan.plan());
  story.run();
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("a place passes on when the one that was woken for it is cancelled") {
  const Mini plan = mini("@w &1; x; @v &1; a =each:3; z");
  Story story(plan.plan());
  story.script("v/a[1]", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("v/z") == StepState::succeeded);
}

TEST_CASE("pause_and_notify keeps new attempts back for its time, waits included") {
  const Mini plan = mini("@w =pause:5s; bad; ok; after<-ok; w =wait:1s <- ok");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().node(plan["after"]).started == 6s);
  CHECK(story.state().node(plan["w/w"]).started == 6s);
}

TEST_CASE("F95 F96 F98 row 4m: completed steps are undone in reverse order") {
  const Mini plan = mini("@w =saga; a =undo; b =undo <- a; bad =undo <- b");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s start bad#1\n"
        "3s end bad#1 exit 1\n"
        "3s bad failed: exit 1\n"
        "3s rollback of 2\n"
        "3s start undo b#1\n"
        "4s end undo b#1 exit 0\n"
        "4s b undone\n"
        "4s start undo a#1\n"
        "5s end undo a#1 exit 0\n"
        "5s a undone\n"
        "5s run rolled_back, peak 1\n");
}

TEST_CASE("F96: parallel undoes waves, custom the listed order") {
  const auto undone = [](const std::string& saga) {
    const Mini plan = mini("@w " + saga + "; a =undo; b =undo; c =undo <- a b; bad <- c");
    Story story(plan.plan());
    story.script("bad", {.outcome = Exited{1}});
    story.run();
    return std::vector<std::string>(story.starts().begin() + 4, story.starts().end());
  };
  CHECK(undone("=saga:custom=a+c") == std::vector<std::string>{"a", "c", "b"});
  CHECK(undone("=saga:parallel").front() == "c");
}

TEST_CASE("F97: retries of a compensation; fail_fast, log_and_continue, retry_later") {
  struct Case {
    const char* saga;
    std::size_t starts;
    RunStatus status;
  };
  for (const Case& c : {Case{"=saga", 5, RunStatus::partially_rolled_back},
                        Case{"=saga:fail_fast", 4, RunStatus::partially_rolled_back},
                        Case{"=saga:retry_later=1", 6, RunStatus::rolled_back}}) {
    const Mini plan = mini(std::string("@w ") + c.saga + "; a =undo; b =undo:0 <- a; bad <- b");
    Story story(plan.plan());
    story.script("bad", {.outcome = Exited{1}});
    story.script("b", {.outcome = Exited{1}}, 1, AttemptKey::kCompensation);
    story.run();
    INFO(c.saga);
    CHECK(story.starts().size() == c.starts);
    CHECK(story.state().status() == c.status);
  }
}

TEST_CASE("F97 F52: the rollback's own time limit leaves the rest undone and says so") {
  const Mini plan = mini("@w =saga:within=2s; a =undo; b =undo <- a; bad <- b");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.script("b", {.lasts = 60s}, 1, AttemptKey::kCompensation);
  story.run();
  CHECK(story.state().status() == RunStatus::partially_rolled_back);
  CHECK(story.state().duration() == 5s);
}

TEST_CASE("F98: a rollback survives the first Ctrl-C; the second ends it") {
  for (const bool is_twice : {false, true}) {
    const Mini plan = mini("@w =saga; a =undo; bad <- a");
    Story story(plan.plan());
    story.script("bad", {.outcome = Exited{1}});
    story.script("a", {.lasts = 10s}, 1, AttemptKey::kCompensation);
    story.at(3s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
    if (is_twice) story.at(4s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
    story.run();
    CHECK(story.state().status() ==
          (is_twice ? RunStatus::partially_rolled_back : RunStatus::rolled_back));
  }
}

TEST_CASE("F98: what had failed before Ctrl-C is undone; a second one leaves it, and says so") {
  for (const bool is_twice : {false, true}) {
    const Mini plan = mini("@w =saga; a =undo; bad <- a; slow <- a");
    Story story(plan.plan());
    story.script("bad", {.outcome = Exited{1}});
    story.script("slow", {.lasts = 60s, .dies_after = 2s});
    story.at(3s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
    if (is_twice) story.at(4s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
    const std::string told = story.run();
    INFO(told);
    CHECK(story.state().status() ==
          (is_twice ? RunStatus::partially_rolled_back : RunStatus::rolled_back));
    CHECK(story.state().is_rolling_back());
    CHECK(story.starts().size() == (is_twice ? 3 : 4));
  }
}

TEST_CASE("F95: a run that was interrupted before anything failed undoes nothing") {
  const Mini plan = mini("@w =saga; a =undo; slow <- a; @v =saga; c =undo");
  Story story(plan.plan());
  story.script("w/slow", {.lasts = 60s, .dies_after = 1s});
  story.at(3s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  story.run();
  CHECK_FALSE(story.state().is_rolling_back());
  CHECK(story.state().status() == RunStatus::cancelled);
}

TEST_CASE("F99: a workstream's compensation actions close the rollback, one by one") {
  const Mini plan = mini("@w =saga =actions:2; a =undo; bad <- a");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.run();
  CHECK(story.starts() == std::vector<std::string>{"a", "bad", "a", "w", "w"});
}

TEST_CASE("a rollback that cannot be recorded ends") {
  for (std::size_t call = 0; call < 12; ++call) {
    const Mini plan = mini("@w =saga; a =undo; b =undo; bad <- a b");
    Story story(plan.plan());
    story.recorder.fails_at = call;
    story.script("bad", {.outcome = Exited{1}});
    story.run();
    CHECK(story.engine().is_finished());
  }
}

TEST_CASE("F56 F92: the delay of a retry that an earlier round cancelled starts nothing") {
  const Mini plan = mini("a *2:fixed:9s; b; (g: a b) *2");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}}, 1);
  story.script("a", {.outcome = Exited{1}}, 2);
  story.script("b", {.lasts = 2s, .outcome = Exited{1}}, 1);
  story.run();
  CHECK(story.state().node(plan["a"]).attempts == 3);
  CHECK(story.state().node(plan["a"]).ended == 13s);
}
