#include "report/result_json.h"

#include "report/json_text.h"
#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

ResultFacts facts(int exit_code) {
  ResultFacts result;
  result.exit_code = exit_code;
  result.started = WallTime(1763806530s);
  result.ended = WallTime(1763806711s + 250ms);
  return result;
}

}  // namespace

TEST_CASE("the result of the example") {
  Sample sample;
  add_example(sample);
  Story story(sample.plan());
  script_example(story);
  story.run();
  const std::string text = result_json(story.state(), facts(0));
  check_golden("report/result_example.json", text);
  const Json json = Json::parse(text);
  CHECK(json["concurrent_peak"] == 3);
  CHECK(json["sequential_estimate_ms"] == 518000);
  CHECK(json["time_saved_percent"] == 65);
}

TEST_CASE("the result of a troubled run") {
  Sample sample;
  add_troubled(sample);
  sample.workset.workstreams[0].metadata = {{"owner", "platform team"}};
  sample.workset.workstreams[0].tags = {"release"};
  LowerOptions options;
  options.assume_complete = {"fetch"};
  Story story(sample.plan(options));
  script_troubled(story);
  story.run();
  ResultFacts result = facts(1);
  result.errors = {"cannot write 'x': No space left on device"};
  check_golden("report/result_troubled.json", result_json(story.state(), result));
}

TEST_CASE("the first failure of a result is none that was accepted") {
  Sample sample;
  sample.workstream("ws-lenient");
  sample.step("flaky").is_critical = false;
  sample.step("real");
  const auto first_failure = [&](Outcome real) {
    Story story(sample.plan());
    story.script("flaky", {.lasts = 1s, .outcome = Exited{1}});
    story.script("real", {.lasts = 5s, .outcome = real});
    story.run();
    return Json::parse(result_json(story.state(), facts(0))).at("first_failure");
  };
  CHECK(first_failure(Exited{2}) == "ws-lenient/real");
  CHECK(first_failure(Exited{0}).is_null());
}

TEST_CASE("a dry run has passed no test") {
  Sample sample;
  add_example(sample);
  sample.workset.workstreams[0].acceptance_tests = {command_test("make check"),
                                                    manual_test("It reads well.")};
  Story story(sample.plan());
  story.options.is_dry = true;
  story.run();
  const Json json = Json::parse(result_json(story.state(), facts(0)));
  CHECK(json["is_dry_run"] == true);
  CHECK(json["acceptance_tests"] ==
        Json({{"passed", 0}, {"failed", 0}, {"manual", 0}, {"not_run", 5}}));
  for (const Json& step : json["steps"]) {
    for (const Json& test : step["acceptance_tests"]) CHECK(test["verdict"] == "NOT_RUN");
  }
}

TEST_CASE("a step's lost output is in the result") {
  Sample sample;
  sample.workstream("ws-full");
  sample.step("lost");
  sample.step("fine");
  Story story(sample.plan());
  Scripted lost{.lasts = 1s};
  lost.facts.log_error = "cannot write 'x': No space left on device";
  story.script("lost", lost);
  story.run();
  const Json json = Json::parse(result_json(story.state(), facts(0)));
  CHECK(json["steps"][0]["log_error"] == "cannot write 'x': No space left on device");
  CHECK(!json["steps"][1].contains("log_error"));
}

TEST_CASE("a result of text that is not UTF-8 is still JSON") {
  Sample sample;
  sample.workstream("ws-\xff");
  sample.step("caf\xe9\"\\");
  Story story(sample.plan());
  story.script("caf\xe9\"\\", {.lasts = 1s, .outcome = SpawnFailed{"\xc3\x28 \x01"}});
  story.run();
  ResultFacts result = facts(1);
  result.errors = {"\xf0\x28"};
  const Json json = Json::parse(result_json(story.state(), result));
  CHECK(json["steps"].size() == 1);
  CHECK(json["status"] == "failed");
}

TEST_CASE("a result without steps, and one of ten thousand") {
  Sample empty;
  empty.workstream("ws-empty");
  const Json none = Json::parse(result_json(RunState(empty.plan()), facts(0)));
  CHECK(none["steps"].empty());
  CHECK(none["totals"]["total"] == 0);

  Sample sample;
  add_layers(sample, 10000);
  Story story(sample.plan());
  story.options.max_workers = 100;
  story.run();
  const Json json = Json::parse(result_json(story.state(), facts(0)));
  REQUIRE(json["steps"].size() == 10000);
  CHECK(json["steps"][4711]["id"] == "step-04711");  // declaration order
}

TEST_CASE("a list at the end of an object") {
  JsonListWriter none(Json::object(), "items");
  CHECK(none.finish() == "{\n  \"items\": []\n}\n");
  JsonListWriter some(Json{{"last", {{"nested", Json::object()}}}}, "items");
  some.add(1);
  some.add(Json{{"a", nullptr}});
  CHECK(Json::parse(some.finish()) ==
        Json::parse(R"({"last": {"nested": {}}, "items": [1, {"a": null}]})"));
}
