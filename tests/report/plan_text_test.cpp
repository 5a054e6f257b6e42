#include "report/plan_text.h"

#include <algorithm>

#include "report/json_text.h"
#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

void add_rich(Sample& sample) {
  Workstream& workstream = sample.workstream("ws-rich");
  workstream.version = "2.0.0";
  workstream.description = "Everything a plan can show.";
  sample.step("build").action = CommandAction{Command::from_argv({"make", "-j2", "all targets"})};
  workstream.steps[0].timeout = 90s;
  workstream.steps[0].edit_details().files_scope = {{"src/", {}}};
  workstream.steps[0].edit_details().acceptance_tests = {command_test("test -s a.out"),
                                                         manual_test("It looks nice.")};
  sample.step("format").action = ScriptAction{"set -e\nclang-format -i src/*.c\n", {}};
  workstream.steps[1].edit_details().files_scope = {{"src/main.c", {}}};
  sample.step("review").action = ToolAction{"aider", {}, {"Review", "Fix", "Explain"}};
  workstream.steps[2].depends_on = {{"build", DependencyOn::success, {}}};
  workstream.steps[2].priority = 5;
  workstream.steps[2].is_critical = false;
  sample.step("pause", {"review"}).action = WaitAction{10s, "", ""};
  sample.step("sign", {"pause"}).action = ManualAction{"Sign the release\nin ink."};
  sample.step("mark").action = NoAction{};
  workstream.acceptance_tests = {command_test("make check")};
  workstream.deferred = {{"circuit_breaker", "step 'review'", {}},
                         {"resume", "workstream 'ws-rich'", {}}};
}

PlanSettings settings() {
  PlanSettings result;
  result.max_workers = 4;
  result.is_auto = true;
  result.default_timeout = 5min;
  result.start_gap = 500ms;
  return result;
}

}  // namespace

TEST_CASE("a plan with everything in it") {
  Sample sample;
  add_rich(sample);
  Plan& plan = sample.plan();
  const PlanAnalysis analysis = analyse(plan);
  check_golden("report/plan_rich.txt", plan_text(plan, analysis, settings()));
  check_golden("report/plan_rich.json", plan_json(plan, analysis, settings()));
  PlanSettings narrow = settings();
  narrow.columns = 40;
  narrow.style.ascii = true;
  narrow.is_sequential = true;
  check_golden("report/plan_narrow.txt", plan_text(plan, analysis, narrow));
}

TEST_CASE("a step's limit is its own, the command line's, its workstream's or its tool's") {
  Sample sample;
  sample.workstream("ws-a").execution.timeout_per_step = 10min;
  sample.step("own").timeout = 90s;
  sample.step("plain");
  sample.step("tool").action = ToolAction{"aider", {}, {"Review"}};
  sample.workstream("ws-b");
  sample.workset.workstreams[1].execution.max_workers = 2;
  sample.step("tool").action = ToolAction{"aider", {}, {"Review"}};
  sample.step("free");
  sample.workstream("ws-c").execution.parallel = false;
  sample.step("mark").action = NoAction{};
  Plan& plan = sample.plan();
  PlanSettings given;
  given.max_workers = 4;
  given.run_timeout = 1h;
  given.tool_timeouts = {{"aider", 30min}};
  const auto limits = [&] {
    std::vector<std::string> found;
    const Json shown = Json::parse(plan_json(plan, analyse(plan), given));
    for (const Json& step : shown["steps"])
      found.push_back(step.value("id", "") + " " +
                      (step.contains("timeout_ms") ? step["timeout_ms"].dump() : "-"));
    std::sort(found.begin(), found.end());
    return found;
  };
  CHECK(limits() == std::vector<std::string>{"free null", "mark -", "own 90000", "plain 600000",
                                             "tool 1800000", "tool 600000"});
  const std::string text = plan_text(plan, analyse(plan), given);
  check_golden("report/plan_limits.txt", text);
  const Json json = Json::parse(plan_json(plan, analyse(plan), given));
  CHECK(json["workstreams"][0]["timeout_per_step_ms"] == 600000);
  CHECK(json["workstreams"][1]["timeout_per_step_ms"].is_null());
  CHECK(json["workstreams"][1]["max_workers"] == 2);
  CHECK(json["workstreams"][2]["is_sequential"] == true);

  given.default_timeout = 5min;
  CHECK(limits() == std::vector<std::string>{"free 300000", "mark -", "own 90000", "plain 300000",
                                             "tool 300000", "tool 300000"});
  CHECK(plan_text(plan, analyse(plan), given)
            .find("  Timeouts:       5m for steps without their own (command line), run 1h\n") !=
        std::string::npos);
}

TEST_CASE("a plan of several workstreams, one assumed complete") {
  Sample sample;
  sample.workstream("ws-a");
  sample.step("one");
  sample.workstream("ws-b").depends_on = {{"ws-a", DependencyOn::success, {}},
                                          {"ws-old", DependencyOn::success, {}}};
  sample.step("two");
  LowerOptions options;
  options.assume_complete = {"ws-old"};
  Plan& plan = sample.plan(options);
  check_golden("report/plan_several.txt", plan_text(plan, analyse(plan), settings()));
}

TEST_CASE("a plan of ten thousand steps is bounded unless all is asked for") {
  Sample sample;
  add_layers(sample, 10000);
  Plan& plan = sample.plan();
  const PlanAnalysis analysis = analyse(plan);
  PlanSettings all = settings();
  const std::string bounded = plan_text(plan, analysis, all);
  CHECK(std::count(bounded.begin(), bounded.end(), '\n') < 800);
  CHECK(bounded.find("… and 80 more\n") != std::string::npos);
  CHECK(bounded.find("… and 70 more waves\n") != std::string::npos);
  CHECK(bounded.find("(80 more)") != std::string::npos);
  all.show_all = true;
  const std::string text = plan_text(plan, analysis, all);
  CHECK(std::count(text.begin(), text.end(), '\n') > 10000);
  CHECK(Json::parse(plan_json(plan, analysis, all))["steps"].size() == 10000);
}

TEST_CASE("a plan of nothing") {
  Sample sample;
  sample.workstream("ws-empty");
  Plan& plan = sample.plan();
  check_golden("report/plan_empty.txt", plan_text(plan, analyse(plan), PlanSettings{}));
  CHECK(Json::parse(plan_json(plan, analyse(plan), {}))["steps"].empty());

  Sample single;
  single.workstream("ws-empty").is_single_step = true;
  single.step("ws-empty").action = NoAction{};
  const std::string text = plan_text(single.plan(), analyse(single.plan()), PlanSettings{});
  CHECK(text.starts_with("Plan of ws-empty: 0 steps, 0 dependencies\n\n  nothing to run\n"));
}
