// What a person asks of a run that goes on: pause, resume, drain, cancel one step, other workers.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

void hold(Engine& engine) { engine.request_pause(Duration::zero(), "by hand"); }
void resume(Engine& engine) { engine.request_resume(); }
void drain(Engine& engine) { engine.request_drain("by hand"); }

std::function<void(Engine&)> end_step(NodeId step) {
  return [step](Engine& engine) { engine.request_step_stop(step); };
}

}  // namespace

TEST_CASE("F101: a pause starts nothing, what runs goes on with its tests, and resume goes on") {
  const Mini plan = mini("a %1; b<-a; c");
  Story story(plan.plan());
  story.script("a", {.lasts = 3s});
  story.at(1s, hold);
  story.at(60s, resume);
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start c#1\n"
        "1s end c#1 exit 0\n"
        "1s paused: by hand\n"
        "3s end a#1 exit 0\n"
        "3s start a#1 test 1\n"
        "4s end a#1 test 1 exit 0\n"
        "1m resumed\n"
        "1m start b#1\n"
        "1m1s end b#1 exit 0\n"
        "1m1s run succeeded, peak 2\n");
}

TEST_CASE("F101: a pause for a time ends by itself, and the newest wish holds") {
  const Mini plan = mini("a; b<-a");
  SECTION("by itself") {
    Story story(plan.plan());
    story.at(0s, [](Engine& engine) { engine.request_pause(30s, "by hand"); });
    story.run();
    CHECK(story.state().duration() == 31s);
  }
  SECTION("a later one without an end is not ended by the timer of the first") {
    Story story(plan.plan());
    story.at(0s, [](Engine& engine) { engine.request_pause(30s, "by hand"); });
    story.at(10s, hold);
    story.at(100s, resume);
    story.run();
    CHECK(story.state().duration() == 101s);
  }
  SECTION("a shorter one") {
    Story story(plan.plan());
    story.at(0s, hold);
    story.at(10s, [](Engine& engine) { engine.request_pause(5s, "by hand"); });
    story.run();
    CHECK(story.state().duration() == 16s);
  }
}

TEST_CASE("a pause does not stretch time limits, retries wait for its end") {
  const Mini plan = mini("a *2:fixed:2s; b ~5s");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.lasts = 600s});
  story.at(1s, hold);
  story.at(20s, resume);
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "1s end a#1 exit 1\n"
        "1s retry a#2 at 3s: exit 1\n"
        "1s paused: by hand\n"
        "5s stop b#1 timeout\n"
        "5s end b#1 timed out after 5.00s\n"
        "5s b timed_out: timed out after 5.00s\n"
        "20s resumed\n"
        "20s start a#2\n"
        "21s end a#2 exit 0\n"
        "21s run failed, peak 2\n");
}

TEST_CASE("a drained run lets what runs finish, starts nothing more, and can be carried on with") {
  const Mini plan = mini("a %1; b<-a; c *3:fixed:1s; (g: d e); d; e");
  Story story(plan.plan());
  story.options.max_workers = 2;
  story.script("a", {.lasts = 5s});
  story.script("c", {.lasts = 3s, .outcome = Exited{1}});
  story.at(2s, drain);
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start c#1\n"
        "2s draining: by hand\n"
        "3s end c#1 exit 1\n"
        "3s retry c#2 at 4s: exit 1\n"
        "5s end a#1 exit 0\n"
        "5s start a#1 test 1\n"
        "6s end a#1 test 1 exit 0\n"
        "6s stop run drained\n"
        "6s b cancelled: not started: the run was drained\n"
        "6s c cancelled: not tried again: the run was drained\n"
        "6s d cancelled: not started: the run was drained\n"
        "6s e cancelled: not started: the run was drained\n"
        "6s joined g cancelled\n"
        "6s run cancelled, peak 2\n");
  CHECK(story.state_of("a") == StepState::succeeded);
  CHECK(story.state().stop() == StopWhy::drained);
}

TEST_CASE("a drain that finds nothing left to do is no stop, and can be taken back") {
  const Mini plan = mini("a; b<-a");
  SECTION("everything was done") {
    Story story(plan.plan());
    story.script("b", {.lasts = 5s});
    story.at(2s, drain);
    story.run();
    CHECK(story.state().status() == RunStatus::succeeded);
    CHECK_FALSE(story.state().stop().has_value());
  }
  SECTION("taken back") {
    Story story(plan.plan());
    story.script("a", {.lasts = 5s});
    story.at(2s, drain);
    story.at(3s, resume);
    story.run();
    CHECK(story.state().status() == RunStatus::succeeded);
  }
  SECTION("nothing runs: at once") {
    Story story(plan.plan());
    story.at(0s, hold);
    story.at(9s, drain);
    story.run();
    CHECK(story.state().duration() == 9s);
    CHECK(story.state().stop() == StopWhy::drained);
  }
  SECTION("an interrupt during it asks first") {
    Story story(plan.plan());
    story.script("a", {.lasts = 600s, .dies_after = 2s});
    story.at(1s, drain);
    story.at(3s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
    story.run();
    CHECK(story.state().duration() == 5s);
    CHECK(story.state().stop() == StopWhy::interrupted);
  }
}

TEST_CASE("a drain and an abort, whichever comes first, come to an end") {
  const Mini plan = mini("bad =abort; a; (g: a) =finally:z; z");
  for (const Duration when : {500ms, 1500ms}) {
    INFO(when.count());
    Story story(plan.plan());
    story.script("bad", {.outcome = Exited{1}});
    story.script("a", {.lasts = 60s, .dies_after = 3s});
    story.at(when, drain);
    story.run();
    CHECK(story.state().status() == RunStatus::failed);
    // A drain that came before keeps even the last steps from starting.
    CHECK(story.state_of("z") == (when == 500ms ? StepState::cancelled : StepState::succeeded));
  }
}

TEST_CASE("B19: a step that a person cancels has failed for the others, and is not tried again") {
  const Mini plan = mini("a *3:fixed:1s; b<-a; c<-a:failure; d");
  Story story(plan.plan());
  story.script("a", {.lasts = 600s, .dies_after = 2s});
  story.script("d", {.lasts = 20s});
  story.at(5s, end_step(plan["a"]));
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start d#1\n"
        "5s stop a#1 step_cancelled\n"
        "7s end a#1 cancelled\n"
        "7s a cancelled: cancelled by a person\n"
        "7s b skipped: dependency 'a' cancelled\n"
        "7s start c#1\n"
        "8s end c#1 exit 0\n"
        "20s end d#1 exit 0\n"
        "20s run failed, peak 2\n");
}

TEST_CASE("B19: cancelling follows the failure policy of the step") {
  const auto run = [](const char* text, StepState wanted, RunStatus status) {
    const Mini plan = mini(text);
    Story story(plan.plan());
    story.script("a", {.lasts = 600s});
    story.script("d", {.lasts = 20s});
    story.at(5s, end_step(plan["a"]));
    story.run();
    CHECK(story.state_of("a") == StepState::cancelled);
    CHECK(story.state_of("d") == wanted);
    CHECK(story.state().status() == status);
  };
  run("a =abort; d", StepState::cancelled, RunStatus::failed);
  run("a =continue; d<-a", StepState::succeeded, RunStatus::completed_with_errors);
  run("a =noncritical; d", StepState::succeeded, RunStatus::completed_with_errors);
  run("a; d; (g: a d) =fail_fast", StepState::cancelled, RunStatus::failed);
  run("a; d; (g: a d) =any:1", StepState::succeeded, RunStatus::succeeded);
}

TEST_CASE("B19: a step that waits, backs off or is tested can be cancelled") {
  const Mini plan = mini("a *3:fixed:600s; b %1; c<-a; d<-b; (g: e); e<-b");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.lasts = 600s, .dies_after = 300s}, 1, 1);
  story.at(2s, end_step(plan["a"]));
  story.at(3s, end_step(plan["e"]));
  story.at(4s, end_step(plan["b"]));
  story.at(5s, end_step(plan["b"]));  // the second kills
  story.run();
  CHECK(story.state().duration() == 5s);
  for (const char* step : {"a", "b", "e"}) CHECK(story.state_of(step) == StepState::cancelled);
  for (const char* step : {"c", "d"}) CHECK(story.state_of(step) == StepState::skipped);
}

TEST_CASE("B19: what follows a step that was cancelled before its workstream began still runs") {
  const Mini plan = mini("@v; a; @w <- v; s; (g: s); after <- g:failure; plain; x <- s:failure");
  Story story(plan.plan());
  story.at(0s, end_step(plan["w/s"]));
  story.run();
  for (const char* step : {"w/after", "w/plain", "w/x"})
    CHECK(story.state_of(step) == StepState::succeeded);
}

TEST_CASE("B19: a step that timed out while it was being cancelled is not tried again") {
  const Mini plan = mini("a *3:fixed:1s ~5s");
  Story story(plan.plan());
  story.script("a", {.lasts = 600s, .dies_after = 10s});
  story.at(6s, end_step(plan["a"]));
  story.run();
  CHECK(story.starts().size() == 1);
  CHECK(story.state_of("a") == StepState::timed_out);
}

TEST_CASE("B19: other workers while it runs") {
  const Mini plan = mini("a; b; c; d; e; f");
  Story story(plan.plan());
  story.options.max_workers = 1;
  for (const char* step : {"a", "b", "c", "d", "e", "f"}) story.script(step, {.lasts = 10s});
  story.at(1s, [](Engine& engine) { engine.request_workers(3, "by hand"); });
  story.at(12s, [](Engine& engine) { engine.request_workers(1, "by hand"); });
  story.run();
  CHECK(story.state().peak() == 3);
  // 0: a; 1: b and c too; 10: d; 11: e and f take the places; from 12 on nobody waits.
  CHECK(story.state().duration() == 21s);
}
