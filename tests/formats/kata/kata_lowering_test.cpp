// What katas become: ids, dependencies, rules of groups, inputs of programs, conditions.
#include "kata_reading.h"
#include "model/datum.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::group_of;
using test::load_kata;
using test::names;
using test::step_of;
using Strings = std::vector<std::string>;
using namespace std::chrono_literals;

test::Loading load(const std::string& rest) { return load_kata("kata k v1\ninitial one\n" + rest); }

Datum input_of(const Step& step) {
  const auto value = parse_json(step.details().stdin_json);
  REQUIRE(value.has_value());
  return *value;
}

std::string text_at(const Datum& value, std::initializer_list<const char*> path) {
  const Datum* at = &value;
  for (const char* name : path) {
    at = at->find(name);
    if (at == nullptr) return "(none)";
  }
  return to_plain_text(*at);
}

TEST_CASE("a phase that runs one skill is a step, one after the other") {
  const auto loaded =
      load("phase one\nrun skill data.split\nnext two\nphase two\nrun skill x\ncomplete\n");
  INFO(loaded.text());
  const Workstream& ws = loaded.only();
  REQUIRE(ws.steps.size() == 2);
  const auto& tool = std::get<ToolAction>(ws.steps[0].action);
  CHECK(tool.tool == "skill:data.split");
  CHECK(tool.general == Strings{"skill"});
  CHECK(ws.steps[0].id == "one");
  CHECK(names(ws.steps[1].depends_on) == Strings{"one"});
  CHECK(ws.execution.timeout_per_step == 30s);
  REQUIRE(ws.outputs.size() == 1);
  CHECK(ws.outputs[0].name == "result");
  CHECK(ws.outputs[0].source == "${steps.two.result}");
  const Datum input = input_of(ws.steps[1]);
  CHECK(text_at(input, {"inputs"}) == "${inputs}");
  CHECK(text_at(input, {"phases", "one"}) == "${steps.one.result}");
}

TEST_CASE("several actions are a group in which each waits for the one before") {
  const auto loaded = load(
      "phase one\nrun skill a\nwait event go timeout 2.5\nspawn kata x v3 -> r\nrun skill "
      "a\nfail\n");
  INFO(loaded.text());
  const Workstream& ws = loaded.only();
  CHECK(names(group_of(ws, "one").members) ==
        Strings{"one.a", "one.go", "one.r", "one.a-2", "one.fail"});
  CHECK(names(step_of(ws, "one.fail").depends_on) == Strings{"one.a-2"});
  CHECK(step_of(ws, "one.go").timeout == 2500ms);
  CHECK(std::get<WaitAction>(step_of(ws, "one.go").action).event == "go");
  const auto& call = std::get<CallAction>(step_of(ws, "one.r").action);
  CHECK(call.workstream == "x");
  CHECK(call.version == "v3");
  CHECK(call.tools == Strings{"kata:x@v3", "kata"});
  const Datum input = input_of(step_of(ws, "one.a-2"));
  CHECK(text_at(input, {"r", "success"}) == "true");
  CHECK(text_at(input, {"r", "childTaskId"}) == "k/one.r");
  CHECK(text_at(input, {"r", "output"}) == "${steps['one.r'].result}");
  CHECK(text_at(input_of(step_of(ws, "one.a")), {"r"}) == "(none)");
}

GroupRule rule_of(const std::string& options, const std::string& join) {
  const auto loaded =
      load("phase one\nspawn parallel " + options +
           "\nspawn kata x v1 -> p\nspawn kata x v1 -> q\n" + join + "\ncomplete\n");
  INFO(loaded.text());
  return group_of(loaded.only(), "one.children").rule;
}

TEST_CASE("0a: first_completed cancels its losers, any_completed lets them run on") {
  CHECK(rule_of("", "join first_completed").join == Join::first);
  CHECK(rule_of("", "join first_completed").losers == Losers::cancel);
  const GroupRule any = rule_of("", "join any_completed");
  CHECK(any.join == Join::any);
  CHECK(any.join_count == 1);
  CHECK(any.losers == Losers::background);
}

TEST_CASE("0e, 0f: the failure modes of all_completed") {
  CHECK(preset_name(rule_of("", "")) == "fail_fast");
  CHECK(preset_name(rule_of("fail_on_any", "join all_completed")) == "fail_fast");
  CHECK(preset_name(rule_of("fail_on_first", "")) == "drain");
  CHECK(preset_name(rule_of("fail_continue", "")) == "continue");
  CHECK(rule_of("", "").join == Join::all);
}

TEST_CASE("0g: a written policy is honoured by a race, a defaulted one tolerates failures") {
  CHECK_FALSE(rule_of("", "join first_completed").is_policy_explicit);
  CHECK_FALSE(rule_of("timeout 5", "join any_completed").is_policy_explicit);
  const GroupRule written = rule_of("fail_on_any", "join first_completed");
  CHECK(written.is_policy_explicit);
  CHECK(written.on_first_failure == OnFirstFailure::cancel);
}

TEST_CASE("0c: a race that nobody can win fails, whatever it tolerates") {
  for (const char* join : {"join any_completed", "join first_completed"}) {
    CHECK(rule_of("fail_continue", join).fail_if == FailIf::any);
    CHECK(rule_of("fail_continue", join).on_first_failure == OnFirstFailure::drain);
  }
}

TEST_CASE("0h: the timeout is in milliseconds; a race that goes on at it has a check of its own") {
  CHECK(rule_of("timeout 1500", "").timeout == 1500ms);
  CHECK(rule_of("timeout 1500 fail_continue", "").fail_if == FailIf::none);
  const auto loaded = load(
      "phase one\nspawn parallel timeout 5 fail_continue\nspawn kata x v1 -> p\njoin "
      "first_completed\ncomplete\n");
  const Workstream& ws = loaded.only();
  CHECK(group_of(ws, "one.children").rule.fail_if == FailIf::none);
  CHECK(names(group_of(ws, "one").members) ==
        Strings{"one.children", "one.joined", "one.any-success"});
  CHECK(step_of(ws, "one.any-success.fail").details().when ==
        "steps['one.children'].aggregate.succeeded == 0 and "
        "steps['one.children'].aggregate.duration_ms < 5");
}

TEST_CASE("0i, 0k: results go by the binding, and the aggregate is kept with the exact keys") {
  const auto loaded = load(
      "phase one\nspawn parallel\nspawn kata w.x v1 -> p\nspawn kata w.x v1\nspawn kata w.x "
      "v1\njoin "
      "all_completed\nnext two\nphase two\nrun skill a\ncomplete\n");
  INFO(loaded.text());
  const Workstream& ws = loaded.only();
  CHECK(names(group_of(ws, "one.children").members) == Strings{"p", "x", "x-2"});
  const Step& joined = step_of(ws, "one.joined");
  CHECK(names(joined.depends_on) == Strings{"one.children?"});
  const auto& values = joined.details().values;
  REQUIRE(values.size() == 3);
  CHECK(values[0].first == "parallel_results");
  CHECK(values[1].first == "parallel_errors");
  CHECK(values[2].first == "parallel_aggregated");
  const auto record = parse_json(values[2].second);
  REQUIRE(record.has_value());
  Strings keys;
  for (const auto& [key, value] : std::get<Datum::Map>(record->value)) keys.push_back(key);
  CHECK(keys ==
        Strings{"results", "errors", "totalChildren", "successCount", "failureCount", "timestamp"});
  CHECK(text_at(input_of(step_of(ws, "two")), {"parallel_aggregated"}) ==
        "${steps['one.joined'].outputs.parallel_aggregated}");
  CHECK(names(step_of(ws, "two").depends_on) == Strings{"one"});
}

TEST_CASE("a binding that is used again has a scope of its own") {
  const auto loaded = load(
      "phase one\nspawn parallel\nspawn kata x v1 -> p\nnext two\nphase two\nspawn parallel\nspawn "
      "kata x "
      "v1 -> p\nspawn kata x v1 -> q\nnext q\nphase q\ncomplete\n");
  INFO(loaded.text());
  CHECK(names(group_of(loaded.only(), "one.children").members) == Strings{"p"});
  CHECK(names(group_of(loaded.only(), "two:children").members) == Strings{"two:p", "two:q"});
}

TEST_CASE("branches are conditional edges, tried in their order") {
  const auto loaded = load(
      "phase one\nrun skill a\nif level == high\nnext two\nelse if n > 3\nnext three\nelse\nnext "
      "two\n"
      "phase two\nnext end\nphase three\nnext end\nphase end\ncomplete\n");
  INFO(loaded.text());
  const Workstream& ws = loaded.only();
  const std::string level =
      "${steps.one.result.level:-${inputs.level:-${inputs.inputs.level:-null}}} in [\"high\"]";
  const std::string n = "${steps.one.result.n:-${inputs.n:-${inputs.inputs.n:-null}}}";
  CHECK(names(step_of(ws, "two").depends_on) == Strings{"one"});
  CHECK(step_of(ws, "three").details().when ==
        "(not (" + level + ") and (" + n + " != null and " + n + " > 3))");
  CHECK(names(step_of(ws, "end").depends_on) == Strings{"two?", "three?"});
  CHECK(step_of(ws, "end").details().when ==
        "steps.two.state in ['succeeded', 'unverified'] or steps.three.state in ['succeeded', "
        "'unverified']");
}

TEST_CASE("a branch without else fails when no condition holds") {
  const auto loaded = load("phase one\nif inputs.x == 1\nnext two\nphase two\ncomplete\n");
  const Step& step = step_of(loaded.only(), "one.no-branch");
  CHECK(step.details().when == "not (${inputs.x:-null} in [1])");
  CHECK(names(step.depends_on) == Strings{"one"});
}

// The condition of phase two, with `x` for a variable's path.
std::string condition(const std::string& text) {
  const auto loaded =
      load("phase one\nif " + text +
           "\nnext two\nelse\nnext three\nphase two\ncomplete\nphase three\ncomplete\n");
  INFO(loaded.text());
  REQUIRE(loaded.errors().empty());
  std::string when = step_of(loaded.only(), "two").details().when;
  const std::string path = "${inputs.x:-${inputs.inputs.x:-null}}";
  for (std::size_t at = when.find(path); at != std::string::npos; at = when.find(path))
    when.replace(at, path.size(), "x");
  return when;
}

TEST_CASE("conditions keep their meaning: strict kinds, false without a value") {
  CHECK(condition("x == high") == "x in [\"high\"]");
  CHECK(condition("x == very high risk") == "x in [\"very high risk\"]");
  CHECK(condition("x == \"a b\"") == "x in [\"a b\"]");
  CHECK(condition("x == 'a # b'") == "x in [\"a # b\"]");
  CHECK(condition("x == 5") == "x in [5]");
  CHECK(condition("x == -0.5") == "x in [-0.5]");
  CHECK(condition("x == 1e5") == "x in [\"1e5\"]");
  CHECK(condition("x == True") == "x in [\"True\"]");
  CHECK(condition("x != true") == "x not_in [true]");
  CHECK(condition("x == null") == "x in [null]");
  CHECK(condition("x == \"\"") == "x in [\"\", null]");
  CHECK(condition("x > 5") == "(x != null and x > 5)");
  CHECK(condition("x <= 007") == "(x != null and x <= 7)");
  CHECK(condition("x in [a, \"b c\", 3, null]") == "x in [\"a\", \"b c\", 3, null]");
  CHECK(condition("x not_in []") == "x not_in []");
  CHECK(condition("x contains a\"b") == "(x != null and x contains \"a\\\"b\")");
  CHECK(condition("x starts_with 2") == "(x != null and x starts_with \"2\")");
  CHECK(condition("x ends_with .pdf") == "(x != null and x ends_with \".pdf\")");
  CHECK(condition("x == 1 AND x == 2 OR x == 3") == "((x in [1] and x in [2]) or x in [3])");
  CHECK(condition("(x == 1 OR (x == 2)) AND x == 3") == "((x in [1] or x in [2]) and x in [3])");
  CHECK(condition("(x == 1 OR\n x == 2)\n and x == 3") == "((x in [1] or x in [2]) and x in [3])");
}

TEST_CASE("what is no condition") {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"x", "bad-condition 4:4"},
      {"", "bad-condition 4:3"},
      {"x ==", "bad-condition 4:8"},
      {"x==1", "bad-condition 4:4"},
      {"== 1", "bad-condition 4:4"},
      {"\"x\" == 1", "bad-condition 4:4"},
      {"x == 1 AND", "bad-condition 4:14"},
      {"AND x == 1", "bad-condition 4:4"},
      {"x == 1 && x == 2", "bad-condition 4:11"},
      {"not x == 1", "bad-condition 4:4"},
      {"(x == 1", "bad-condition 4:4"},
      {"x == 1)", "bad-condition 4:10"},
      {"x in a", "bad-condition 4:6"},
      {"x in [a", "bad-condition 4:9"},
      {"x > true", "bad-condition 4:6"},
      {"x + 1 > 2", "bad-condition 4:6"},
      {"x matches a", "bad-condition 4:6"},
      {"x == 1 == 2", "bad-condition 4:11"},
      {"x == \"a", "bad-condition 4:9"},
      {"a..b == 1", "bad-condition 4:4"},
      {"x == a # b", "syntax 4:11"},
  };
  for (const Case& one : cases) {
    const auto loaded = load(std::string("phase one\nif ") + one.text +
                             "\nnext two\nelse\nnext two\nphase two\ncomplete\n");
    INFO(one.text << "\n" << loaded.text());
    CHECK(loaded.found() == Strings{one.found});
  }
  const std::string deep = std::string(5000, '(') + "x == 1" + std::string(5000, ')');
  CHECK(load("phase one\nif " + deep + "\nnext two\nelse\nnext two\nphase two\ncomplete\n")
            .errors() == Strings{"limit-exceeded"});
}

TEST_CASE("names that only some phases can give") {
  const std::string before =
      "phase one\nspawn parallel\nspawn kata x v1 -> p\nnext two\nphase two\nspawn kata x v1 -> "
      "s\nif ";
  const std::string behind =
      "\nnext three\nelse\nnext three\nphase three\nspawn kata x v1 -> late\ncomplete\n";
  for (const char* good :
       {"p.n == 1", "s.output.n == 1", "s.success == true", "parallel_results.p.n == 1",
        "parallel_errors.p != null", "parallel_aggregated.successCount >= 1",
        "parallel_aggregated.results.p == 1", "anything.else == 1"}) {
    const auto loaded = load(before + good + behind);
    INFO(good << loaded.text());
    CHECK(loaded.errors().empty());
  }
  for (const char* bad : {"s.n == 1", "late.output == 1", "parallel_results.q == 1",
                          "parallel_result.p == 1", "parallel_aggregated.sucessCount == 1"}) {
    const auto loaded = load(before + bad + behind);
    INFO(bad << loaded.text());
    CHECK(loaded.found() == Strings{"bad-reference 9:4"});
  }
  CHECK(load("phase one\nif parallel_results.a == 1\nnext t\nelse\nnext t\nphase t\ncomplete\n")
            .errors() == Strings{"bad-reference"});
}

TEST_CASE("whichever phase ended the kata gives its result") {
  const auto loaded = load(
      "phase one\nrun skill a\nif x == 1\nnext two\nelse\nnext three\nphase two\nrun skill "
      "b\ncomplete\n"
      "phase three\ncomplete\n");
  const Workstream& ws = loaded.only();
  REQUIRE(ws.outputs.size() == 1);
  CHECK(ws.outputs[0].source == "${steps.two.result:-${steps.one.result:-null}}");
}

TEST_CASE("a kata with mistakes is known by name, so that others can call it") {
  const auto loaded = load("phase one\nnext nowhere\n");
  REQUIRE(loaded.workset.workstreams.size() == 1);
  CHECK(loaded.only().steps.empty());
  CHECK(loaded.only().version == "v1");
}

}  // namespace
}  // namespace ws
