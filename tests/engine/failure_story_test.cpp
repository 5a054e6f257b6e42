// Stories of failure: what is skipped and why, abort, continue, fail-fast, accepted failures.
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F47: what needed a failed step is skipped and names the cause; the rest goes on") {
  const Mini plan = mini("a; b<-a; c<-b; free; after<-free");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{3}});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start free#1\n"
        "1s end a#1 exit 3\n"
        "1s a failed: exit 3\n"
        "1s b skipped: dependency 'a' failed\n"
        "1s c skipped: dependency 'a' failed\n"
        "1s end free#1 exit 0\n"
        "1s start after#1\n"
        "2s end after#1 exit 0\n"
        "2s run failed, peak 2\n");
  CHECK(story.state().first_failure() == plan["a"]);
  CHECK(story.state().node(plan["c"]).cause == plan["a"]);
}

TEST_CASE("a step is skipped as soon as one dependency failed, not when all have settled") {
  const Mini plan = mini("quick; slow; both<-quick slow");
  Story story(plan.plan());
  story.script("quick", {.outcome = Exited{1}});
  story.script("slow", {.lasts = 9s});
  CHECK(story.run() ==
        "0s start quick#1\n"
        "0s start slow#1\n"
        "1s end quick#1 exit 1\n"
        "1s quick failed: exit 1\n"
        "1s both skipped: dependency 'quick' failed\n"
        "9s end slow#1 exit 0\n"
        "9s run failed, peak 2\n");
}

TEST_CASE("F46 4j: abort stops what runs and cancels what waits, naming the failed step") {
  const Mini plan = mini("bad =abort; long; later<-long; needs<-bad");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.script("long", {.lasts = 60s, .dies_after = 2s});
  CHECK(story.run() ==
        "0s start bad#1\n"
        "0s start long#1\n"
        "1s end bad#1 exit 1\n"
        "1s bad failed: exit 1\n"
        "1s needs skipped: dependency 'bad' failed\n"
        "1s stop run fail_fast\n"
        "1s later cancelled: not started: 'bad' failed\n"
        "1s stop long#1 fail_fast\n"
        "3s end long#1 cancelled\n"
        "3s long cancelled: cancelled: another step failed\n"
        "3s run failed, peak 2\n");
  CHECK(story.state().first_failure() == plan["bad"]);
}

TEST_CASE("what ended in the same turn as the failure that aborts has ended by itself") {
  const Mini plan = mini("a =abort; b; c %1");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "0s start c#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed: exit 1\n"
        "1s stop run fail_fast\n"
        "1s end b#1 exit 0\n"
        "1s end c#1 exit 0\n"
        "1s c cancelled: stopped before its acceptance tests ran\n"
        "1s run failed, peak 3\n");
  CHECK(story.state_of("b") == StepState::succeeded);
}

TEST_CASE("with --fail-fast every critical failure is an abort") {
  const Mini plan = mini("minor =noncritical; bad; waiting<-minor");
  Story story(plan.plan());
  story.options.is_fail_fast = true;
  story.script("minor", {.outcome = Exited{1}});
  story.script("bad", {.lasts = 2s, .outcome = Exited{1}});
  CHECK(story.run() ==
        "0s start minor#1\n"
        "0s start bad#1\n"
        "1s end minor#1 exit 1\n"
        "1s minor failed (accepted): exit 1\n"
        "1s waiting skipped: dependency 'minor' failed\n"
        "2s end bad#1 exit 1\n"
        "2s bad failed: exit 1\n"
        "2s stop run fail_fast\n"
        "2s run failed, peak 2\n");
}

TEST_CASE("4h: under `continue` dependents run, and the failure is accepted") {
  const Mini plan = mini("a =continue; b<-a");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed (accepted): exit 1\n"
        "1s start b#1\n"
        "2s end b#1 exit 0\n"
        "2s run completed_with_errors, peak 1\n");
}

TEST_CASE("the workstream's on_failure is the default of its steps") {
  const Mini plan = mini("@w =abort; bad; other");
  Story story(plan.plan());
  story.script("bad", {.outcome = Exited{1}});
  story.script("other", {.lasts = 5s});
  story.run();
  CHECK(story.state_of("other") == StepState::cancelled);
}

TEST_CASE("4i: a failure that is not critical never aborts; it skips its dependents") {
  const Mini plan = mini("lint =noncritical =abort; build; report<-lint =noncritical");
  Story story(plan.plan());
  story.script("lint", {.lasts = 500ms, .outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("build") == StepState::succeeded);
  CHECK(story.state_of("report") == StepState::skipped);
  CHECK(story.state().status() == RunStatus::completed_with_errors);
}

TEST_CASE(
    "a critical step that could not run makes the run fail, even behind an accepted failure") {
  const Mini plan = mini("lint =noncritical; publish<-lint");
  Story story(plan.plan());
  story.script("lint", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state().status() == RunStatus::failed);
}

TEST_CASE("on: failure runs only after a failure; on: done always") {
  const Mini plan = mini("a; repair<-a:failure; log<-a:done");
  SECTION("the step fails") {
    Story story(plan.plan());
    story.script("a", {.outcome = Exited{1}});
    story.run();
    CHECK(story.state_of("repair") == StepState::succeeded);
    CHECK(story.state_of("log") == StepState::succeeded);
    CHECK(story.state().status() == RunStatus::failed);
  }
  SECTION("the step succeeds: what waited for its failure is skipped, and that is no error") {
    Story story(plan.plan());
    CHECK(story.run() ==
          "0s start a#1\n"
          "1s end a#1 exit 0\n"
          "1s repair skipped: dependency 'a' succeeded\n"
          "1s start log#1\n"
          "2s end log#1 exit 0\n"
          "2s run succeeded, peak 1\n");
  }
}

TEST_CASE("a failed workstream skips the workstreams that need it, whole, with the step as cause") {
  const Mini plan = mini("@ws-a; bad; @ws-b <- ws-a; one; two<-one:done; @ws-c <- ws-b; three");
  Story story(plan.plan());
  story.script("ws-a/bad", {.outcome = Exited{1}});
  CHECK(story.run() ==
        "0s start ws-a/bad#1\n"
        "1s end ws-a/bad#1 exit 1\n"
        "1s ws-a/bad failed: exit 1\n"
        "1s joined ws-a failed\n"
        "1s ws-b/one skipped: dependency 'ws-a/bad' failed\n"
        "1s ws-b/two skipped: dependency 'ws-a/bad' failed\n"
        "1s joined ws-b skipped\n"
        "1s ws-c/three skipped: dependency 'ws-a/bad' failed\n"
        "1s joined ws-c skipped\n"
        "1s run failed, peak 1\n");
}

TEST_CASE("F102: dependents of failed, skipped and cancelled steps never stay waiting") {
  const Mini plan = mini("a; b<-a; c<-b:done; d<-c; e<-d:failure");
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("b") == StepState::skipped);
  CHECK(story.state_of("c") == StepState::succeeded);
  CHECK(story.state_of("d") == StepState::succeeded);
  CHECK(story.state_of("e") == StepState::skipped);
}

TEST_CASE("the limit still holds after a failure, sequential and parallel agree on the verdicts") {
  const Mini plan = mini("a; b; c<-a; d<-b; e<-c d");
  for (const bool is_sequential : {false, true}) {
    Story story(plan.plan());
    story.options.is_sequential = is_sequential;
    story.script("b", {.outcome = Exited{1}});
    story.run();
    CHECK(story.state_of("c") == StepState::succeeded);
    CHECK(story.state_of("d") == StepState::skipped);
    CHECK(story.state_of("e") == StepState::skipped);
    CHECK(story.state().status() == RunStatus::failed);
  }
}

TEST_CASE("a step that cannot be started has failed, with the reason") {
  const Mini plan = mini("a; b<-a");
  Story story(plan.plan());
  story.script("a", {.lasts = 0s, .outcome = SpawnFailed{"'nope' was not found in PATH (/bin)"}});
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s end a#1 could not start: 'nope' was not found in PATH (/bin)\n"
        "0s a failed: could not start: 'nope' was not found in PATH (/bin)\n"
        "0s b skipped: dependency 'a' failed\n"
        "0s run failed, peak 1\n");
}

TEST_CASE("F72: output can say that exit 0 was no success") {
  const Mini plan = mini("a; b");
  Story story(plan.plan());
  Scripted forbidden;
  forbidden.facts.forbidden_output = "line 3: 2 FAILED";
  story.script("a", forbidden);
  Scripted missing;
  missing.facts.missing_output = {"passed"};
  story.script("b", missing);
  story.run();
  CHECK(story.state().why(plan["a"]) == "its output says it failed: line 3: 2 FAILED");
  CHECK(story.state().why(plan["b"]) == "its output never matched 'passed'");
  CHECK(story.state().status() == RunStatus::failed);
}

TEST_CASE("a tool's success codes count for the steps that use it, unless they have their own") {
  Mini plan = mini("a; b; c");
  for (Step& step : plan.workset().workstreams[0].steps) step.action = ToolAction{"grep", {}, {}};
  plan.workset().workstreams[0].steps[1].edit_details().success.exit_codes = {2};
  plan.workset().workstreams[0].steps[2].edit_details().success.exit_codes = {0};
  Story story(plan.plan());
  story.options.tools["grep"].success.exit_codes = {0, 1};
  story.script("a", {.outcome = Exited{1}});
  story.script("b", {.outcome = Exited{1}});
  story.script("c", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("a") == StepState::succeeded);
  CHECK(story.state_of("b") == StepState::failed);
  CHECK(story.state_of("c") == StepState::failed);
}

TEST_CASE("only the success codes of a step are success") {
  Mini plan = mini("a; b");
  plan.workset().workstreams[0].steps[0].edit_details().success.exit_codes = {0, 3};
  Story story(plan.plan());
  story.script("a", {.outcome = Exited{3}});
  story.script("b", {.outcome = Signaled{9, false}});
  story.run();
  CHECK(story.state_of("a") == StepState::succeeded);
  CHECK(story.state().why(plan["b"]) == "killed by signal 9 (SIGKILL)");
}
