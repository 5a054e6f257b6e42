// What a person reads of runs in which a group, not a step, is what went wrong: each is run in
// virtual time and told.
#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/plain.h"
#include "report/result_json.h"
#include "report/rollback_text.h"
#include "report/run_reading.h"
#include "report/summary.h"
#include "sample.h"
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

// What the screen said, the closing text last.
struct Screen : Observer {
  std::string text;
  PlainReport report{PlainOptions{logs_that_say({})}, [this](std::string_view t) { text += t; }};
  void observe(const Event& event, const RunState& state) override { report.observe(event, state); }
};

// Told by an observer that sees the state at the end of each turn, as in a real run.
class Told : public Story {
 public:
  explicit Told(Plan& plan) : Story(plan) {}
  void observe(const Event& event, const RunState& state) override {
    screen.observe(event, state);
    Story::observe(event, state);
  }
  [[nodiscard]] bool says(std::string_view what) const {
    UNSCOPED_INFO(screen.text);
    return screen.text.find(what) != std::string::npos;
  }
  [[nodiscard]] Json result() const {
    ResultFacts facts;
    facts.read_log = logs_that_say({}).read_log;
    return Json::parse(result_json(state(), facts));
  }
  Screen screen;
};

const Json& group_of(const Json& result, std::string_view id) {
  for (const Json& group : result["groups"]) {
    if (group["id"] == id) return group;
  }
  throw std::runtime_error("no such group");
}

}  // namespace

TEST_CASE("fan-outs that found no list are failed steps, each with its reason") {
  const Mini plan = mini("a; b =glob:*.c; c =lines:f; d<-c; e<-b =glob:*.d");
  Told story(plan.plan());
  story.script("b", {.outcome = SpawnFailed{"no such directory"}}, 1, AttemptKey::kExpansion);
  story.script("c", {.outcome = SpawnFailed{"no such file"}}, 1, AttemptKey::kExpansion);
  story.run();
  CHECK(story.says("✗ 2 of 5 steps failed, 2 skipped\n"));
  CHECK(story.says("Failed steps, the first cause first:\n  ✗ [b] Failed: its items were not "));
  CHECK(story.says("\n  ✗ [c] Failed: its items were not found"));
  CHECK(story.says("group 'b' failed: e\n"));
  CHECK(story.says("✗ Workstream failed after 1.00s: fan-out 'b' failed: its items were not"));
  const Json result = story.result();
  CHECK(result["totals"]["failed"] == 2);
  CHECK(result["totals"]["total"] == 5);
  CHECK(result["first_failure"] == "w/b");
  CHECK(group_of(result, "b")["error"] == group_of(result, "b")["why"]);
}

TEST_CASE("a loop that is not done is no success of its steps, and is named as people know it") {
  const Mini plan = mini("a =outputs:n; (t: a) =repeat:2 =until{steps.a.outputs.n == 9}");
  Told story(plan.plan());
  story.otherwise = [](const std::string&, std::uint32_t, std::uint32_t) {
    return Scripted{.outputs = {{"n", "1", ""}}};
  };
  story.run();
  CHECK_FALSE(story.says("All steps complete"));
  CHECK_FALSE(story.says("Not finished"));
  CHECK_FALSE(story.says("the others"));
  CHECK(story.says("✓ [a] Complete (1.00s)\n"));
  CHECK(story.says("✗ 1 of 1 step complete, 1 group failed\n"));
  CHECK(story.says("Failed group:\n  ✗ [t] Failed"));
  CHECK(story.says("✗ Workstream failed after 2.00s: group 't' failed: its loop was not done"));
  const Json result = story.result();
  CHECK(result["first_failure"] == "w/t");
  CHECK(result["totals"]["failed_groups"] == 1);
  CHECK(group_of(result, "t")["error"] == "its loop was not done after 2 rounds");
}

TEST_CASE("a phase and its members' fan-out are called so") {
  const Mini plan = mini("a ?{false}; b ?{false}; [p: a b] =first");
  Told story(plan.plan());
  story.run();
  CHECK(story.says("phase 'p' failed: it wants 1 success of 2 members; 2 gave none"));
  CHECK(noun_of(plan.plan(), plan.plan().group(GroupId(0U)).end) == "workstream");
}

TEST_CASE("a race too small to be won says how many are left") {
  const Mini plan = mini("a ?{false}; b; (g: a b) =any:2");
  Told story(plan.plan());
  story.run();
  CHECK(story.says("it wants 2 successes of 2 members; 1 gave none"));
  CHECK_FALSE(story.says("'a member'"));
}

TEST_CASE("a group that fails through its finally step says so") {
  const Mini plan = mini("a; f; (g: a) =finally:f");
  Told story(plan.plan());
  story.script("f", {.outcome = Exited{3}});
  story.run();
  const Json group = group_of(story.result(), "g");
  CHECK(group["why"] == "'f' failed: exit 3");
  CHECK(group["error"] == "'f' failed: exit 3");
}

TEST_CASE("a failed group is categorised by what failed in it") {
  const Mini plan = mini("a; b; (in: a) =tolerate =all; (x: b); (g: x) =drain");
  Told story(plan.plan());
  story.script("b", {.outcome = Exited{7}});
  story.run();
  CHECK(group_of(story.result(), "g")["error_categories"][0]["error"] == "exit 7");
}

TEST_CASE("a group out of time stops what runs, and its limit is the one that is told") {
  const Mini plan = mini("a; b; (g: a b) =tolerate ~800ms");
  Told story(plan.plan());
  story.script("b", {.lasts = 60s, .dies_after = 5s});
  story.script("a", {.lasts = 100ms});
  story.run();
  CHECK(
      story.says("● [g] Timed out after 800ms; what still runs is cancelled, and the run goes on"));
  CHECK(story.says("✗ [b] Timed out (5.80s; limit 0.80s): its group's time limit was reached"));
  CHECK_FALSE(story.says("the others run on"));
}

TEST_CASE("an open breaker of a draining group says that the others are cancelled") {
  const Mini plan = mini("a; b; (g: a b) =drain #attempts=2,whole");
  Told story(plan.plan());
  story.script("b", {.lasts = 60s});
  story.otherwise = [](const std::string&, std::uint32_t, std::uint32_t) {
    return Scripted{.outcome = Exited{1}};
  };
  story.run();
  CHECK(story.says("; the others are cancelled"));
  CHECK_FALSE(story.says("the others may finish"));
}

TEST_CASE("a failure that a group accepted is told as accepted") {
  const Mini plan = mini("a; b; c; (g: a b) =ignore");
  Told story(plan.plan());
  story.script("a", {.outcome = Exited{4}});
  story.run();
  CHECK(story.says("● 2 of 3 steps complete, 1 failure accepted\n"));
  CHECK(story.says("Accepted failure:\n  ✗ [a] Failed (1.00s): exit 4 (accepted by group 'g')"));
  CHECK_FALSE(story.says("Failed step"));
  const Json result = story.result();
  CHECK(result["totals"]["failed"] == 1);
  CHECK(result["totals"]["ignored"] == 1);
  CHECK(result["totals"]["accepted"] == 0);
  CHECK(result["steps"][0]["state"] == "failed");
  CHECK(result["steps"][0]["accepted_by"] == "g");
}

TEST_CASE("what a group tolerates with its errors counts as failed and accepted") {
  const Mini plan = mini("a; b; (g: a b) =tolerate");
  Told story(plan.plan());
  story.script("a", {.outcome = Exited{4}});
  story.run();
  const Json totals = story.result()["totals"];
  CHECK((totals["failed"] == 1 && totals["accepted"] == 1 && totals["ignored"] == 0));
}

namespace {

// completed + failed + skipped + cancelled is the total; accepted and ignored are parts of failed.
bool adds_up(const Json& totals) {
  UNSCOPED_INFO(totals.dump());
  const auto of = [&](const char* key) { return totals[key].get<std::int64_t>(); };
  return of("completed") + of("failed") + of("skipped") + of("cancelled") == of("total") &&
         of("accepted") + of("ignored") <= of("failed") && of("timed_out") <= of("failed");
}

std::function<void(Engine&)> cancel(NodeId step) {
  return [step](Engine& engine) { engine.request_step_stop(step); };
}

}  // namespace

TEST_CASE("a step that a person cancelled is cancelled in every count, critical or not") {
  SECTION("one that the run can do without") {
    const char* words = GENERATE("a; c =noncritical", "a; c =continue");
    const Mini plan = mini(words);
    Told story(plan.plan());
    story.script("c", {.lasts = 9s});
    story.at(2s, cancel(plan["c"]));
    story.run();
    CHECK(story.says("1 of 2 steps complete, 1 cancelled\n"));
    CHECK(story.says("Cancelled by a person:\n"));
    CHECK(story.says("complete in 2.00s, with 1 step cancelled by a person\n"));
    const Json result = story.result();
    CHECK(adds_up(result["totals"]));
    CHECK(result["totals"]["cancelled"] == 1);
    CHECK(result["totals"]["failed"] == 0);
    CHECK(result["status"] == "completed_with_errors");
    CHECK(result["steps"][1]["by_a_person"] == true);
  }
  SECTION("a critical one") {
    const Mini plan = mini("a; c; d<-c");
    Told story(plan.plan());
    story.script("c", {.lasts = 9s});
    story.at(2s, cancel(plan["c"]));
    story.run();
    CHECK(story.says("1 of 3 steps complete, 1 skipped, 1 cancelled\n"));
    CHECK(story.says("Cancelled by a person:\n"));
    CHECK(story.says("Workstream failed after 2.00s: step 'c' was cancelled by a person"));
    const Json result = story.result();
    CHECK(adds_up(result["totals"]));
    CHECK(result["totals"]["cancelled"] == 1);
    CHECK(result["status"] == "failed");
  }
  SECTION("beside a failure that counts, and one that is accepted") {
    const Mini plan = mini("a; b =continue; c =continue");
    Told story(plan.plan());
    story.script("a", {.outcome = Exited{1}});
    story.script("b", {.outcome = Exited{1}});
    story.script("c", {.lasts = 9s});
    story.at(2s, cancel(plan["c"]));
    story.run();
    CHECK(story.says("✗ 1 of 3 steps failed, 1 cancelled, 1 failure accepted\n"));
    CHECK(adds_up(story.result()["totals"]));
  }
  SECTION("in a group that lives with it") {
    const Mini plan = mini("a; c; (g: a c) =tolerate");
    Told story(plan.plan());
    story.script("c", {.lasts = 9s});
    story.at(2s, cancel(plan["c"]));
    story.run();
    CHECK(adds_up(story.result()["totals"]));
    CHECK(story.says("1 of 2 steps complete, 1 cancelled"));
  }
}

TEST_CASE("the planned delay is shown, whatever time it took to tell") {
  Sample sample;
  sample.workstream("w");
  sample.step("a");
  Plan& plan = sample.plan();
  const RunState state(plan);
  Event event;
  event.at = 1s + 300us;
  event.fact = RetryScheduled{node_named(plan, "a"), 2, 1500ms, "exit 1", false};
  const auto news = news_of(event, state);
  REQUIRE(news);
  CHECK(news->text.find("trying again in 0.50s") != std::string::npos);
}

TEST_CASE("a rollback counts steps and actions, and names what caused it") {
  const Mini plan = mini("@w =saga:reverse =actions:1; a =undo; f<-a");
  Told story(plan.plan());
  story.script("f", {.outcome = Exited{1}});
  story.run();
  CHECK(story.says("Rolling back 1 step and 1 compensation action, because 'f' failed"));
}

TEST_CASE("a rollback that a time limit caused does not blame what the limit cancelled") {
  const Mini plan = mini("@w =saga:reverse; a =undo; f<-a");
  Told story(plan.plan());
  story.options.run_timeout = 5s;
  story.script("f", {.lasts = 60s});
  story.run();
  CHECK(story.says("Rolling back 1 step, because of the timeout of the whole run"));
  CHECK(story.says("rolled back after 6.00s: the timeout of the whole run"));
}

TEST_CASE("the first Ctrl-C in a rollback says that it goes on; the second leaves actions too") {
  const Mini plan = mini("@w =saga:reverse =actions:2; a =undo; b<-a =undo; f<-b");
  Told story(plan.plan());
  story.script("f", {.outcome = Exited{1}});
  story.script("b", {.lasts = 20s}, 1, AttemptKey::kCompensation);
  story.at(5s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  story.at(6s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  story.run();
  CHECK(story.says("The rollback goes on (interrupted); press Ctrl-C again to end it"));
  CHECK(
      story.says("Workstream partially rolled back after 6.00s: step 'f' failed: exit 1; "
                 "interrupted"));
  const RollbackReading reading = rollback_of(story.state());
  REQUIRE(reading.left.size() == 4);
  CHECK(reading.left[2].action == 1);
  CHECK(reading.left[3].action == 2);
}
