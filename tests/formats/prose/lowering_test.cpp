// What statements become in the model.
#include "../loading.h"
#include "support/catch.h"

namespace ws::prose {
namespace {

using namespace std::chrono_literals;

test::Loading program(std::string text) {
  auto loaded = test::load("t.prose", std::move(text));
  INFO(loaded.text());
  CHECK(loaded.errors().empty());
  return loaded;
}

const Group& group(const test::Loading& loaded, std::string_view id) {
  for (const Group& one : loaded.only().groups) {
    if (one.id == id) return one;
  }
  FAIL("no group '" << id << "'");
  return loaded.only().groups.front();
}

std::string prompt_of(const test::Loading& loaded, std::string_view id) {
  return std::get<ToolAction>(loaded.step(id).action).prompt.at(0);
}

TEST_CASE("a session asks for a profile of its agent, of its model, or of any") {
  const auto loaded = program(
      "agent r:\n  model: opus\n  prompt: \"Be kind.\"\nlet a = session: r\n  prompt: \"Do.\"\n"
      "let b = session \"B\"\n  model: haiku\nlet c = session \"C\"\n");
  const auto& of_agent = std::get<ToolAction>(loaded.step("a").action);
  CHECK(of_agent.tool == "agent:r");
  CHECK(of_agent.general == std::vector<std::string>{"model:opus", "session"});
  CHECK(prompt_of(loaded, "a") == "Be kind.\n\nDo.");
  const auto& of_model = std::get<ToolAction>(loaded.step("b").action);
  CHECK(of_model.tool == "model:haiku");
  CHECK(of_model.general == std::vector<std::string>{"session"});
  CHECK(std::get<ToolAction>(loaded.step("c").action).tool == "session");
  const Environment& env = loaded.step("a").details().env;
  CHECK(env == Environment{{"WORKSTREAM_AGENT", "r"}, {"WORKSTREAM_MODEL", "opus"}});
}

TEST_CASE("the context follows the prompt, a name and its value at a time") {
  const auto loaded = program(
      "let a = session \"A\"\nsession \"B\"\n  context: { a, n: \"text\" }\nsession \"C {a}\"\n");
  CHECK(prompt_of(loaded, "session-1") == "B\n\nContext:\n\na:\n${steps.a.result}\n\nn:\ntext");
  CHECK(prompt_of(loaded, "session-2") == "C ${steps.a.result}");
}

TEST_CASE("what only looks like a template stays text") {
  const auto loaded = program("session \"$\\{steps.x.result} costs $5 \\{item\\}\"");
  CHECK(prompt_of(loaded, "session-1") == "$${steps.x.result} costs $5 {item}");
  const auto priced = program("let p = session \"A\"\nsession \"${p}\"\n");
  CHECK(prompt_of(priced, "session-1") == "${steps.p.error:-$}${steps.p.result}");
}

TEST_CASE("retry is a number of further attempts") {
  const auto loaded = program(
      "session \"A\"\n  retry: 3\n  backoff: exponential\nsession \"B\" (retry: 1, backoff: "
      "linear)\n"
      "session \"C\" (retry: 1)\n");
  const RetryPolicy& first = *loaded.step("session-1").details().retry;
  CHECK(first.attempts == 4);
  CHECK(first.backoff == Backoff::exponential);
  CHECK(first.initial_delay == 1s);
  CHECK(loaded.step("session-2").details().retry->backoff == Backoff::fixed);
  CHECK(loaded.step("session-3").details().retry->backoff == Backoff::none);
}

GroupRule rule_of(std::string_view modifiers) {
  const auto loaded =
      program("parallel " + std::string(modifiers) + ":\n  session \"A\"\n  session \"B\"\n");
  return group(loaded, "parallel-1").rule;
}

TEST_CASE("strategies and policies are points of the common space, in both dialects") {
  CHECK(rule_of("").join == Join::all);
  CHECK_FALSE(rule_of("").is_policy_explicit);
  for (const char* word : {"(first)", "(\"first\")", "(race)", "(\"race\")"}) {
    CHECK(rule_of(word).join == Join::first);
    CHECK_FALSE(rule_of(word).is_policy_explicit);
  }
  CHECK(rule_of("(any)").join_count == 1);
  CHECK(rule_of("(\"any\", count: 2)").join_count == 2);
  CHECK(rule_of("(count: 2, any)").join == Join::any);
  CHECK(rule_of("(regardless)").join == Join::settled);
  CHECK(rule_of("(\"settled\")").join == Join::settled);
  CHECK(preset_name(rule_of("(on-fail: continue)")) == "continue");
  CHECK(preset_name(rule_of("(on-fail: \"ignore\")")) == "ignore");
  CHECK(preset_name(rule_of("(on-fail: fail-fast)")) == "fail_fast");
  CHECK(rule_of("(first, on-fail: fail-fast)").is_policy_explicit);
}

TEST_CASE("missing results: null behind a race, told behind continue, left out behind ignore") {
  const std::string body =
      "  a = session \"A\"\n  b = session \"B\"\nsession \"C\"\n  context: a\n";
  CHECK(prompt_of(program("parallel (any):\n" + body), "session-1") ==
        "C\n\nContext:\n\na:\n${steps.a.result:-null}");
  CHECK(prompt_of(program("parallel (on-fail: continue):\n" + body), "session-1") ==
        "C\n\nContext:\n\na:\n${steps.a.result:-failed: "
        "${steps.parallel-1.aggregate.errors['a']:-no result}}");
  const auto ignored = program("parallel (on-fail: ignore):\n" + body);
  CHECK(prompt_of(ignored, "session-1") ==
        "C\n\nContext:\n${steps['session-1.context.a'].outputs.text:-}");
  CHECK(ignored.step("session-1.context.a").details().when == "${steps.a.state} == 'succeeded'");
}

TEST_CASE("regardless keeps a record of every member") {
  const auto loaded =
      program("let r = parallel (regardless):\n  a = session \"A\"\n  session \"B\"\n");
  const auto& values = loaded.step("r.records").details().values;
  REQUIRE(values.size() == 1);
  CHECK(values[0].first == "result");
  CHECK(values[0].second ==
        "[{\"name\": \"a\", \"status\": \"${steps.a.state}\", \"value\": \"${steps.a.result}\", "
        "\"error\": \"${steps.a.error}\"}, {\"name\": \"session-1\", \"status\": "
        "\"${steps.session-1.state}\", \"value\": \"${steps.session-1.result}\", \"error\": "
        "\"${steps.session-1.error}\"}]");
}

TEST_CASE("conditions are judged, and what a branch gave a name is read by whichever ran") {
  const auto loaded = program(
      "let a = session \"A\"\nif **{a} is long**:\n  a = session \"B\"\nelif **other**:\n"
      "  a = session \"C\"\nsession \"{a}\"\n");
  const Step& judge = loaded.step("if-1.judge");
  CHECK(std::get<ToolAction>(judge.action).tool == "judge");
  CHECK(std::get<ToolAction>(judge.action).prompt.at(0) == "${steps.a.result} is long");
  CHECK(judge.details().success.exit_codes == std::vector<int>{0, 1});
  CHECK(loaded.step("a-2").details().when == "${steps['if-1.judge'].exit_code} == 0");
  CHECK(loaded.step("if-1.judge-2").details().when == "${steps['if-1.judge'].exit_code} == 1");
  CHECK(prompt_of(loaded, "session-1") ==
        "${steps.a-2.result:-${steps.a-3.result:-${steps.a.result}}}");
}

TEST_CASE("a choice compares the printed label, and fails for one that is no option") {
  const auto loaded = program(
      "choice **which**:\n  option \"It's 1\":\n    session \"A\"\n  option \"2\":\n"
      "    session \"B\"\n");
  CHECK(prompt_of(loaded, "choice-1.judge") == "which\n\nOptions:\n- It's 1\n- 2");
  CHECK(loaded.step("session-1").details().when ==
        "${steps['choice-1.label'].outputs.chosen} == '=It\\'s 1'");
  CHECK(loaded.step("choice-1.no-option").details().when ==
        "${steps['choice-1.label'].outputs.chosen} not in ['=It\\'s 1', '=2']");
}

TEST_CASE("loops go round in a group, or are written out when a round needs the one before") {
  const auto plain = program("loop until **done** (max: 4):\n  session \"A\"\n");
  const RepeatPolicy& repeat = *group(plain, "loop-1").repeat;
  CHECK(repeat.max_rounds == 4);
  CHECK(repeat.until == "${steps['loop-1.judge'].exit_code} == 0");
  CHECK_FALSE(repeat.is_bound_an_error);
  const auto endless = program("loop until **done**:\n  session \"A\"\n");
  CHECK(group(endless, "loop-1").repeat->max_rounds == 1000);
  CHECK(group(endless, "loop-1").repeat->is_bound_an_error);
  const auto handed = program(
      "let d = session \"A\"\nloop until **good** (max: 3):\n  d = session \"{d}\"\nsession "
      "\"{d}\"\n");
  CHECK_FALSE(group(handed, "loop-1").repeat);
  CHECK(prompt_of(handed, "d-3") == "${steps.d-2.result}");
  CHECK(handed.step("d-3").details().when == "${steps['loop-1.judge'].exit_code} == 1");
  CHECK(prompt_of(handed, "session-1") ==
        "${steps.d-4.result:-${steps.d-3.result:-${steps.d-2.result}}}");
}

TEST_CASE("lists that only a run knows: one session is a step for each, more a group for each") {
  const auto fan = program("input l: \"list\"\nfor x, i in l:\n  session \"{i}: {x}\"\n");
  const StepDetails& details = fan.step("session-1").details();
  REQUIRE(details.for_each);
  CHECK(details.for_each->source == "${inputs.l}");
  CHECK(details.for_each->rule.execute == Execute::sequential);
  CHECK(prompt_of(fan, "session-1") == "${index}: ${item}");
  const auto more = program("input l: \"list\"\nfor x in l:\n  session \"{x}\"\n  session \"B\"\n");
  CHECK(more.deferred().empty());
  const Group& each = group(more, "for-1");
  REQUIRE(each.for_each);
  CHECK(each.for_each->source == "${inputs.l}");
  CHECK(each.members.size() == 1);
  CHECK(group(more, "for-1.item").result_from == "session-2");
  const auto gathers = program(
      "input l: \"list\"\nlet all = []\nfor x in l:\n  let r = session \"{x}\"\n"
      "  all = all + [r]\n");
  CHECK(gathers.deferred() == std::vector<std::string>{"list of workstream 't'"});
  const auto filter = program("input l: \"list\"\nlet k = l | filter:\n  session \"{item}\"\n");
  CHECK(filter.deferred().size() == 1);
}

TEST_CASE("try, catch and finally are handlers of a group; throw fails") {
  const auto loaded =
      program("try:\n  session \"A\"\ncatch as e:\n  session \"B\"\n    context: e\n  throw\n");
  const Group& made = group(loaded, "try-1");
  CHECK(made.catch_steps == std::vector<std::string>{"try-1.catch"});
  CHECK(prompt_of(loaded, "session-2") == "B\n\nContext:\n\ne:\n${error.message}");
  CHECK(std::get<CommandAction>(loaded.step("throw-1").action).command.argv.back() ==
        "${error.message}");
}

TEST_CASE("inputs, outputs and calls of other programs") {
  const auto loaded = program(
      "use \"./lib/research.prose\"\ninput topic: \"what\"\nlet r = research(about: topic)\n"
      "output found = r.findings\noutput both = [r.a, topic]\n");
  CHECK(loaded.only().id == "t");
  CHECK(loaded.only().notation == "prose");
  REQUIRE(loaded.only().inputs.size() == 1);
  CHECK_FALSE(loaded.only().inputs[0].default_json);
  const auto& call = std::get<CallAction>(loaded.step("r").action);
  CHECK(call.workstream == "research");
  CHECK(call.inputs.at(0).second == "\"${inputs.topic}\"");
  CHECK(call.tools.back() == "program:research");
  REQUIRE(loaded.only().outputs.size() == 2);
  CHECK(loaded.only().outputs[0].source == "${steps.r.outputs.findings}");
  CHECK(loaded.only().outputs[1].source == "${steps.both.outputs.value}");
}

TEST_CASE("programs that would grow without end are bounded") {
  std::string text = "let a0 = [\"x\"]\n";
  for (int i = 1; i < 60; ++i)
    text += "let a" + std::to_string(i) + " = [a" + std::to_string(i - 1) + ", a" +
            std::to_string(i - 1) + "]\n";
  CHECK(test::load("t.prose", text).has("limit-exceeded"));
  CHECK(test::load("t.prose", "repeat 4000000000:\n  session \"A\"\n").has("limit-exceeded"));
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "do:\n";
  deep += std::string(300, ' ') + "session \"A\"\n";
  CHECK(test::load("t.prose", deep).has("limit-exceeded"));
  std::string brackets = "let x = " + std::string(5000, '[');
  CHECK_FALSE(test::load("t.prose", brackets).errors().empty());
  std::string doubling = "block b0:\n  session \"A\"\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = std::to_string(i - 1);
    doubling += "block b" + std::to_string(i) + ":\n  do b" + before + "\n  do b" + before + "\n";
  }
  CHECK(test::load("t.prose", doubling + "do b39\n").has("limit-exceeded"));
}

}  // namespace
}  // namespace ws::prose
