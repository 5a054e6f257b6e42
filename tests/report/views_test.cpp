// The result in the forms of the other systems: each from one run in virtual time, with the field
// names, words and texts of FORMATS.md 2.3, 4.3, 5.3, 6.3.
#include "report/views/views.h"

#include "later_events.h"
#include "report/group_text.h"
#include "report/result_json.h"
#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/mini.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

struct Verdict {
  int exit_code = 0;
};

std::string native_result(const Story& story, Verdict verdict = {}) {
  ResultFacts facts;
  facts.exit_code = verdict.exit_code;
  facts.started = WallTime(1763806530s);
  facts.ended = WallTime(1763806530s + story.state().duration());
  return result_json(story.state(), facts);
}

Json seen(std::string_view view, const Story& story, Verdict verdict = {}) {
  const auto text = view_of(view, native_result(story, verdict));
  REQUIRE(text.has_value());
  return Json::parse(*text);
}

Scripted says(const std::string& json) { return {.lasts = 1s, .outputs = {{"out", json, ""}}}; }
Scripted fails(int code) { return {.lasts = 2s, .outcome = Exited{code}}; }

// Two that succeed, one that fails, one that runs out of time, one that nobody starts.
void script_chunks(Story& story) {
  story.script("one", says("{\"n\": 1}"));
  story.script("two", fails(3));
  story.script("three", says("[3]"));
  story.script("slow", {.lasts = 4s, .outcome = TimedOut{1500ms}});
}

constexpr const char* kChunks =
    "fetch; one; two; three; slow; (chunks: one two three slow) <- fetch ";

}  // namespace

TEST_CASE("every view of a group that tolerates failures") {
  const Mini plan = mini(std::string(kChunks) + "=tolerate");
  Story story(plan.plan());
  story.script("fetch", says("\"hi\""));
  script_chunks(story);
  story.run();
  for (const std::string& view : view_names()) {
    if (view == kNativeView) continue;
    const auto text = view_of(view, native_result(story));
    REQUIRE(text.has_value());
    check_golden("report/view_" + view + ".json", *text);
  }
}

TEST_CASE("kata's variables have exactly the members of the source document") {
  const Mini plan = mini(std::string(kChunks) + "=tolerate");
  Story story(plan.plan());
  script_chunks(story);
  story.run();
  const Json task = seen("kata", story);
  const Json& variables = task["variables"];
  CHECK(variables["parallel_results"] == Json::parse(R"({"one": {"n": 1}, "three": [3]})"));
  CHECK(variables["parallel_errors"] ==
        Json::parse(R"({"two": "exit 3", "slow": "timed out after 1.50s"})"));
  const Json& aggregated = variables["parallel_aggregated"];
  std::vector<std::string> keys;
  for (const auto& [key, value] : aggregated.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"results", "errors", "totalChildren", "successCount",
                                         "failureCount", "timestamp"});
  CHECK(aggregated["totalChildren"] == 4);
  CHECK(aggregated["successCount"] == 2);
  CHECK(aggregated["failureCount"] == 2);
  CHECK(aggregated["timestamp"] == 1763806535000);  // began after one second, took four
  CHECK(task["phases"][1]["startedAt"] == 1763806531000);
  CHECK(variables["fetch"] ==
        Json::parse(R"({"childTaskId": "w/fetch", "success": true, "output": null})"));
}

TEST_CASE("a failed group in every system's words, by policy") {
  struct Row {
    const char* policy;
    const char* failure_mode;
    bool is_success;
  };
  for (const Row row : {Row{"", "fail_all", false}, Row{"=drain", "fail_first", false},
                        Row{"=collect", "continue", true}, Row{"=tolerate", "continue", true},
                        Row{"=ignore", "continue", true}}) {
    CAPTURE(row.policy);
    const Mini plan = mini(std::string(kChunks) + row.policy);
    Story story(plan.plan());
    script_chunks(story);
    story.run();
    const Verdict verdict{row.is_success ? 0 : 1};
    const Json kata = seen("kata", story, verdict);
    CHECK(kata["state"] == (row.is_success ? "completed" : "failed"));
    CHECK(kata["phases"][1]["failureMode"] == row.failure_mode);
    const Json go = seen("go", story, verdict);
    CHECK(go["Error"].is_null() == row.is_success);
    const Json blok = seen("blok", story, verdict);
    CHECK(blok["success"] == row.is_success);
    CHECK(blok["data"].is_null() != row.is_success);
    CHECK(blok.contains("error") != row.is_success);
    const Json original = seen("workstream", story, verdict);
    CHECK(original["state"] == (row.is_success ? "succeeded" : "failed"));
  }
}

TEST_CASE("fail-fast: the others are cancelled, and blok's message is the first failure's") {
  const Mini plan = mini(std::string(kChunks));
  Story story(plan.plan());
  script_chunks(story);
  story.run();
  const Json blok = seen("blok", story, {1});
  CHECK(blok["data"].is_null());
  CHECK(blok["error"]["message"] == "Parallel execution failed: exit 3");
  CHECK(blok["error"]["execution_info"]["total"] == 4);
  CHECK(blok["error"]["execution_info"]["failed"] == 1);
  const Json go = seen("go", story, {1});
  CHECK(go["Error"] == "parallel execution failed: item 1: exit 3");
  CHECK(go["Errors"] == Json::parse(R"([{"Index": 1, "Item": "two", "Err": "exit 3"}])"));
  CHECK(go["Results"].size() == 2);
  const Json kata = seen("kata", story, {1});
  CHECK(kata["phases"][1]["children"][3]["state"] == "canceled");
  const Json original = seen("workstream", story, {1});
  CHECK(original["steps"][4]["state"] == "CANCELED");
}

TEST_CASE("blok: a node that ran out of time is told with its name and its limit") {
  const Mini plan = mini("slow; fast; (both: slow fast) =drain");
  Story story(plan.plan());
  story.script("slow", {.lasts = 1s, .outcome = TimedOut{1000ms}});
  story.run();
  const Json blok = seen("blok", story, {1});
  CHECK(blok["error"]["message"] == "Parallel execution failed: Node slow timed out after 1000ms");
}

TEST_CASE("go: errors of a fan-out are counted by kind, the items are values, lists are dense") {
  const Mini plan = mini("each =each:20 =drain");
  Story story(plan.plan());
  story.options.max_workers = 20;
  for (int item = 0; item < 15; ++item)
    story.script("each[" + std::to_string(item) + "]", fails(item % 5 == 0 ? 7 : 2));
  story.script("each[19]", says("\"last\""));
  story.run();
  const Json go = seen("go", story, {1});
  CHECK(go["Error"] ==
        "parallel execution failed: 15 items failed with 2 error types: 'exit 2' (12 items), "
        "'exit 7' (3 items)");
  REQUIRE(go["Errors"].size() == 15);
  CHECK(go["Errors"][5]["Index"] == 5);
  CHECK(go["Errors"][5].contains("Item"));
  CHECK(go["Results"] == Json::parse(R"([null, null, null, null, "last"])"));
}

TEST_CASE("go: a stop from outside is told as the context's") {
  const Mini plan = mini("a; b; (both: a b)");
  Story story(plan.plan());
  story.script("b", {.lasts = 60s});
  story.at(5s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  story.run();
  CHECK(seen("go", story, {130})["Error"] == "parallel execution cancelled: context canceled");
  CHECK(seen("kata", story, {130})["state"] == "canceled");
  CHECK(seen("blok", story, {130})["status"] == "cancelled");
  CHECK(seen("workstream", story, {130})["state"] == "canceled");
}

TEST_CASE("row F79: with --fail-on-errors an accepted failure fails every view") {
  const Mini plan = mini(std::string(kChunks) + "=tolerate");
  Story story(plan.plan());
  script_chunks(story);
  story.run();
  const Verdict strict{1};
  CHECK(seen("kata", story, strict)["state"] == "failed");
  CHECK(seen("go", story, strict)["Error"] ==
        "parallel execution failed: 2 items failed with 2 error types: 'exit 3' (1 item), "
        "'timed out after 1.50s' (1 item)");
  const Json blok = seen("blok", story, strict);
  CHECK(blok["success"] == false);
  CHECK(blok["error"]["message"] == "Parallel execution failed: exit 3");
  CHECK(blok["vars"]["chunks"]["results"].size() == 4);  // the container itself lived with it
  CHECK(seen("workstream", story, strict)["state"] == "failed");
}

TEST_CASE("row F117: the native result has both forms of a group's errors") {
  const Mini plan = mini(std::string(kChunks) + "=tolerate");
  Story story(plan.plan());
  script_chunks(story);
  story.run();
  const Json result = Json::parse(native_result(story));
  for (const Json& group : result["groups"]) {
    if (group["id"] != "chunks") continue;
    CHECK(group["errors"]["two"] == "exit 3");
    CHECK(group["error_list"][0] ==
          Json::parse(R"({"node": "two", "index": 1, "error": "exit 3"})"));
  }
}

TEST_CASE("without a group the whole workstream is the one group") {
  const Mini plan = mini("a; b; c <- b");
  Story story(plan.plan());
  story.script("a", says("1"));
  story.script("b", fails(2));
  story.run();
  const Json go = seen("go", story, {1});
  CHECK(go["Results"] == Json::parse("[1]"));
  CHECK(go["Errors"] == Json::parse(R"([{"Index": 1, "Item": "b", "Err": "exit 2"}])"));
  const Json kata = seen("kata", story, {1});
  CHECK(kata["variables"]["parallel_results"] == Json::parse(R"({"a": 1})"));
  CHECK(kata["variables"]["a"] ==
        Json::parse(R"({"childTaskId": "w/a", "success": true, "output": 1})"));
  CHECK(kata["phases"][2]["state"] == "pending");  // skipped: never entered
  const Json blok = seen("blok", story, {1});
  CHECK(blok["nodes"][2]["status"] == "skipped");
  CHECK(seen("workstream", story, {1})["steps"][2]["state"] == "SKIPPED");
}

TEST_CASE("groups in groups: values of inner groups are lists") {
  const Mini plan = mini("a; b; c; (inner: a b); (outer: inner c)");
  Story story(plan.plan());
  story.script("a", says("1"));
  story.script("c", says("3"));
  story.run();
  CHECK(seen("go", story)["Results"] == Json::parse("[[1, null], 3]"));
  CHECK(seen("blok", story)["vars"]["inner"]["results"] == Json::parse("[1, null]"));
  CHECK(seen("kata", story)["variables"]["parallel_results"] ==
        Json::parse(R"({"inner": [1, null], "c": 3})"));
}

TEST_CASE("several workstreams: a form for each behind the verdict of all") {
  Sample sample;
  sample.workstream("ws-good");
  sample.step("a");
  sample.workstream("ws-bad");
  sample.step("b");
  Story story(sample.plan());
  story.script("ws-bad", fails(1));
  story.script("ws-bad/b", fails(1));
  story.script("b", fails(1));
  story.otherwise = [](const std::string& step, std::uint32_t, std::uint32_t) {
    return step.find("bad") != std::string::npos ? fails(1) : Scripted{};
  };
  story.run();
  const Json blok = seen("blok", story, {1});
  CHECK(blok["success"] == false);
  REQUIRE(blok["workstreams"].size() == 2);
  CHECK(blok["workstreams"][0]["success"] == true);
  CHECK(blok["workstreams"][1]["success"] == false);
  const Json kata = seen("kata", story, {1});
  CHECK(kata["workstreams"][0]["state"] == "completed");
  CHECK(kata["workstreams"][1]["state"] == "failed");
  const Json original = seen("workstream", story, {1});
  CHECK(original["workstreams"][0]["workstream_state"] == "completed");
}

TEST_CASE("rolled back is a word of the original system") {
  Sample sample;
  add_later(sample);
  Plan& plan = sample.plan();
  const RunState state = replay(plan, later_events(plan));
  ResultFacts facts;
  facts.exit_code = 1;
  const auto text = view_of("workstream", result_json(state, facts));
  REQUIRE(text.has_value());
  const Json original = Json::parse(*text);
  CHECK(original["saga"] == "PARTIALLY_ROLLED_BACK");
  CHECK(original["checkpoint"]["metadata"]["retry_count"] == 2);
}

TEST_CASE("a rule is read back from the text the store keeps of it") {
  for (const Join join : {Join::all, Join::any, Join::first, Join::settled}) {
    for (const FailIf fail_if : {FailIf::any, FailIf::all, FailIf::none}) {
      for (const OnFirstFailure first : {OnFirstFailure::cancel, OnFirstFailure::drain}) {
        for (const Errors errors : {Errors::surface, Errors::drop}) {
          GroupRule rule;
          rule.join = join;
          rule.fail_if = fail_if;
          rule.on_first_failure = first;
          rule.errors = errors;
          rule.execute = errors == Errors::drop ? Execute::sequential : Execute::parallel;
          rule.max_workers = 3;
          rule.timeout = 5s;
          rule.is_policy_explicit = true;
          const std::string text = rule_text(rule);
          CAPTURE(text);
          const GroupRule read = rule_from_text(text + ", when 'x, sequential' == 'join: all'");
          CHECK(read.join == join);
          CHECK(read.fail_if == fail_if);
          CHECK(read.on_first_failure == first);
          CHECK(read.errors == errors);
          CHECK(read.execute == rule.execute);
        }
      }
    }
  }
  CHECK(rule_from_text("").fail_if == FailIf::any);
}

TEST_CASE("what is no view or no result is an error, not an exception") {
  CHECK(view_names() == std::vector<std::string>{"native", "kata", "go", "blok", "workstream"});
  CHECK(view_of("katta", "{}").error().message ==
        "there is no view 'katta': write native, kata, go, blok and workstream");
  CHECK(*view_of("native", "anything") == "anything");
  for (const char* text : {"", "{", "[]", "{}", R"({"workstreams": 1, "steps": [], "groups": []})",
                           R"({"workstreams": [{"id": 1}], "steps": [], "groups": []})"}) {
    for (const char* view : {"kata", "go", "blok", "workstream"})
      CHECK(view_of(view, text).has_error());
  }
}
