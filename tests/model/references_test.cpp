// What texts, conditions and promises of a plan may refer to.
#include "model/references.h"

#include <functional>

#include <fmt/format.h>

#include "model/mistakes.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/mini.h"

using namespace ws;

namespace {

struct Checked {
  Workset workset;
  Diagnostics diagnostics;
  std::optional<Plan> plan;
};

using Edit = std::function<void(Workstream&)>;

std::unique_ptr<Checked> check(const std::string& text, const Edit& edit) {
  auto out = std::make_unique<Checked>();
  out->workset = test::mini_workset(text);
  edit(out->workset.workstreams.back());
  out->plan = lower(out->workset, {}, out->diagnostics);
  return out;
}

// "kind: message | hint", one line each; empty: all is well.
std::string said(const std::string& text, const Edit& edit) {
  std::string out;
  const auto made = check(text, edit);
  for (const Diagnostic& item : made->diagnostics.items()) {
    out += fmt::format("{}: {}{}{}\n", item.kind->name, item.message,
                       item.hint.empty() ? "" : " | ", item.hint);
  }
  CHECK(made->plan.has_value() == (made->diagnostics.error_count() == 0));
  return out;
}

Edit line(std::size_t step, std::string text) {
  return [=](Workstream& w) { w.steps[step].action = CommandAction{Command::from_line(text)}; };
}

Edit when(std::size_t step, std::string text) {
  return [=](Workstream& w) { w.steps[step].edit_details().when = text; };
}

Edit both(Edit a, Edit b) {
  return [=](Workstream& w) {
    a(w);
    b(w);
  };
}

Edit outputs(std::size_t step, std::vector<std::string> names) {
  return [=](Workstream& w) {
    for (const std::string& name : names)
      w.steps[step].edit_details().outputs.emplace_back(name, "stdout");
  };
}

Edit items(std::size_t step) {
  return [=](Workstream& w) {
    ForEach& each = w.steps[step].edit_details().for_each.emplace();
    each.kind = ForEach::Kind::list;
    each.items = {"1", "2"};
  };
}

const std::string kC = "'command' of step 'c' ";

}  // namespace

TEST_CASE("sound references are silent") {
  const std::string chain = "a; b<-a; c<-b";
  for (const char* text :
       {"echo ${steps.a.outputs.x} ${steps.b.result}", "echo ${steps.a.state} ${steps.a.exit_code}",
        "echo ${step_id} ${workstream_id} ${attempt_number} ${max_attempts}",
        "echo ${HOME} ${item} {item} $${steps.nothing.state}"}) {
    INFO(text);
    CHECK(said(chain, line(2, text)).empty());
  }
  CHECK(said("a; b; (g: a b); c<-g", line(2, "echo ${steps.a.result} ${steps.g.results}")).empty());
  CHECK(said("a; b; (g: b)<-a; c<-g", line(1, "echo ${steps.a.result}")).empty());
  CHECK(said("a; b<-a", when(1, "steps.a.outputs.x == true and ${steps.a.state} == 'succeeded'"))
            .empty());
  CHECK(
      said("a; c<-a", both(items(1), line(1, "echo {item.x} ${steps.a.result} {index}"))).empty());
}

TEST_CASE("every unsound reference says what is wrong") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"echo ${steps.biuld.result}",
       "bad-reference: 'command' of step 'c' refers to an unknown step 'biuld' | did you mean "
       "'build'?\n"},
      {"echo ${steps.other.result}",
       "bad-reference: 'command' of step 'c' refers to step 'other', which it does not wait for | "
       "add 'other' to its depends_on\n"},
      {"echo ${steps.late.result}",
       "bad-reference: 'command' of step 'c' refers to step 'late', which it does not wait for | "
       "add 'late' to its depends_on\n"},
      {"echo ${steps.c.result}",
       "bad-reference: 'command' of step 'c' refers to the step itself | its results are known "
       "when "
       "it has ended\n"},
      {"echo ${steps.g.results}",
       "bad-reference: 'command' of step 'c' refers to 'g', which it is inside of | the results of "
       "a group are known when all its members have ended\n"},
      {"echo ${steps.build.output.x}",
       "bad-reference: 'command' of step 'c' refers to 'steps.build.output.x', but a step has "
       "outputs, result, state, exit_code and error | did you mean 'outputs'?\n"},
      {"echo ${steps.build.outputs}", ""},  // all of them
      {"echo ${steps.build}",
       "bad-reference: 'command' of step 'c' refers to 'steps.build', which is not a value | "
       "steps.ID.outputs.KEY, steps.ID.result, .state, .exit_code and .error are\n"},
      {"echo ${steps.build.outputs.versoin}",
       "unknown-output: 'command' of step 'c' refers to the output 'versoin' of step 'build', "
       "which "
       "declares version and log | did you mean 'version'?\n"},
      {"echo ${inputs.x}",
       "bad-reference: 'command' of step 'c' refers to an unknown input 'x' | declare it under "
       "'inputs' of workstream 'w'\n"},
      {"echo ${item.x}",
       "bad-reference: 'command' of step 'c' refers to 'item.x' outside a for_each\n"},
      {"echo ${error.message}",
       "bad-reference: 'command' of step 'c' refers to 'error.message' outside 'catch' and "
       "'finally' | only the steps that answer a failure are told about it\n"},
      {"echo ${step_output.x}",
       "bad-reference: 'command' of step 'c' refers to 'step_output' outside a compensation | "
       "${steps.ID.outputs.KEY} is the output of another step\n"},
      {"echo ${pause_duration}",
       "bad-reference: 'command' of step 'c' refers to 'pause_duration', which only the messages "
       "of "
       "error_handling know\n"},
      {"echo ${steps.build.result",
       "bad-expression: 'command' of step 'c' is wrong: this '${' is never closed | end it "
       "with '}'\n"},
      {"echo `echo ${steps.build.result}`",
       "bad-expression: 'command' of step 'c' is wrong at '${steps.build.result}': "
       "steps.build.result cannot be put safely into this shell text: it stands inside `…`; use "
       "$(…) | put it into a variable first: x=${…}, then \"$x\"\n"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(said("build; other; c<-build; (g: c); late<-g",
               both(outputs(0, {"version", "log"}), line(2, c.text))) == c.expected);
  }
}

TEST_CASE("every unsound condition says what is wrong") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"steps.a.state > ",
       "bad-condition: 'when' of step 'b' is wrong: a value was expected at its end\n"},
      {"'a' > true",
       "bad-condition: 'when' of step 'b' is wrong: '>' cannot compare text (\"a\") with a boolean "
       "(true)\n"},
      {"5",
       "bad-condition: 'when' of step 'b' is wrong: a condition is true or false, not a number "
       "(5)\n"},
      {"steps.a.state = 'x'",
       "bad-condition: 'when' of step 'b' is wrong: '=' means nothing here | did you mean "
       "'=='?\n"},
      {"main == 'main'",
       "bad-reference: 'when' of step 'b' refers to an unknown name 'main' | text stands in "
       "quotes\n"},
      {"stepps.a.state == 'x'",
       "bad-reference: 'when' of step 'b' refers to an unknown name 'stepps' | did you mean "
       "'steps'?\n"},
      {"env.CI == 'true'",
       "bad-reference: 'when' of step 'b' refers to 'env.CI', which only exists while a file is "
       "loaded | write '${env.CI}', in quotes: it is replaced by its text\n"},
      {"${steps.x.state:-'a'} == 'a'",
       "bad-reference: 'when' of step 'b' refers to an unknown step 'x'\n"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(said("a; b<-a", when(1, c.text)) == c.expected);
  }
  CHECK(said("a; b<-a", both(items(1), when(1, "item == 1"))) ==
        "bad-reference: 'when' of step 'b' refers to 'item' before there are items | it is asked "
        "once, for all items\n");
  CHECK(
      said("a; b; (g: b)", [](Workstream& w) { w.groups[0].when = "steps.a.state == 'failed'"; }) ==
      "bad-reference: 'when' of group 'g' refers to step 'a', which it does not wait for | add "
      "'a' to its depends_on\n");
  CHECK(said("a; b; (g: b)",
             [](Workstream& w) { w.groups[0].when = "steps.b.state == 'failed'"; }) != "");
  CHECK(said("b; (g: b)", [](Workstream& w) {
          w.groups[0].repeat.emplace().until = "steps.b.outputs.done == true";
        }).empty());
}

TEST_CASE("every text of a step and of a workstream is read") {
  const std::string bad = "${steps.zz.result}";
  const auto count = [&](const Edit& edit) {
    const auto made = check("a %1", edit);
    return made->diagnostics.error_count();
  };
  CHECK(count([&](Workstream& w) {
          w.steps[0].action = CommandAction{Command::from_argv({bad})};
        }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].action = ScriptAction{bad, {}}; }) == 1);
  CHECK(count([&](Workstream& w) {
          w.steps[0].action = ScriptAction{"print(${inputs.x})", Command::from_argv({"python3"})};
        }) == 1);
  CHECK(count([&](Workstream& w) {
          w.steps[0].action = ScriptAction{"print('${x} {item}')", Command::from_argv({"python3"})};
        }) == 0);
  CHECK(count([&](Workstream& w) {
          w.steps[0].action = ScriptAction{"", Command::from_argv({"python3", bad})};
        }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].action = ToolAction{"ai", {}, {"x", bad}}; }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].action = WaitAction{{}, bad, bad}; }) == 2);
  CHECK(count([&](Workstream& w) { w.steps[0].edit_details().env = {{"A", bad}}; }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].edit_details().working_dir = bad; }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].edit_details().stdin_file = bad; }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].edit_details().stdin_text = bad; }) == 1);
  CHECK(count([&](Workstream& w) { w.steps[0].edit_details().idempotency_key = bad; }) == 1);
  CHECK(count([&](Workstream& w) {
          w.steps[0].edit_details().acceptance_tests[0].command = Command::from_line(bad);
        }) == 1);
  CHECK(count([&](Workstream& w) {
          w.steps[0].edit_details().acceptance_tests[0].artifact = bad;
        }) == 1);
  CHECK(count([&](Workstream& w) {
          Compensation undo;
          undo.action = CommandAction{Command::from_line("rm ${step_output.x} " + bad)};
          undo.parameters = {{"p", bad}};
          w.steps[0].edit_details().compensation = std::move(undo);
        }) == 2);
  CHECK(count([&](Workstream& w) {
          ForEach& each = w.steps[0].edit_details().for_each.emplace();
          each.kind = ForEach::Kind::from;
          each.source = "steps.zz.outputs.list";
        }) == 1);
  CHECK(count([&](Workstream& w) { w.env = {{"A", bad}}; }) == 1);
  CHECK(count([&](Workstream& w) {
          w.compensation_actions.emplace_back().action = CommandAction{Command::from_line(bad)};
        }) == 1);
  CHECK(count([&](Workstream& w) { w.error_handling.on_retry.message = bad; }) == 1);
  CHECK(count([&](Workstream& w) {
          w.acceptance_tests.emplace_back().command = Command::from_line("test ${steps.a.result}");
        }) == 0);
  CHECK(count([&](Workstream& w) {
          w.preflight_checks.emplace_back().command = Command::from_line("test ${steps.a.result}");
        }) <= 1);
}

TEST_CASE("provides and consumes") {
  const auto provide = [](std::size_t step, std::string name) -> Edit {
    return [=](Workstream& w) {
      w.steps[step].edit_details().provides.push_back({name, {}, w.steps[step].place});
    };
  };
  const auto consume = [](std::size_t step, std::string name) -> Edit {
    return [=](Workstream& w) {
      w.steps[step].edit_details().consumes.push_back({name, {}, w.steps[step].place});
    };
  };
  CHECK(said("a; b; c<-b; d<-c a", both(provide(0, "schema"), consume(3, "schema"))).empty());
  CHECK(said("a; b<-a", both(provide(0, "schema"), consume(1, "shcema"))) ==
        "missing-provider: step 'b' consumes 'shcema', which nothing provides | did you mean "
        "'schema'?\n");
  CHECK(said("a; b<-a", consume(1, "schema")) ==
        "missing-provider: step 'b' consumes 'schema', which nothing provides | no step in the "
        "plan provides it\n");
  CHECK(
      said("a; b", both(provide(0, "schema"), consume(1, "schema"))) ==
      "missing-provider: step 'b' consumes 'schema' of step 'a', which it does not wait for | add "
      "'a' to its depends_on\n");
  CHECK(
      said("a; b", both(provide(0, "schema"), provide(1, "schema"))) ==
      "repeated-provider: step 'b' provides 'schema', which step 'a' provides already | give each "
      "result a name of its own\n");
}

TEST_CASE("a hundred thousand steps that each refer to another far away") {
  const std::size_t n = 100'000;
  Workset workset;
  Workstream& w = workset.workstreams.emplace_back();
  w.id = "w";
  for (std::size_t i = 0; i < n; ++i) {
    Step& step = w.steps.emplace_back();
    step.id = "s" + std::to_string(i);
    if (i > 0) step.depends_on.push_back({"s" + std::to_string(i - 1), {}, {}});
    const std::size_t target = i % 2 == 0 ? 0 : i > 1000 ? i - 1000 : 0;
    if (i == 0) continue;
    step.action =
        CommandAction{Command::from_argv({"echo", fmt::format("${{steps.s{}.result}}", target)})};
  }
  Diagnostics diagnostics;
  CHECK(lower(workset, {}, diagnostics).has_value());
  w.steps[500].action = CommandAction{Command::from_argv({"echo", "${steps.s99999.result}"})};
  CHECK_FALSE(lower(workset, {}, diagnostics).has_value());
  CHECK(diagnostics.error_count() == 1);
}

TEST_CASE("two results with one name are told when somebody sees both") {
  const Edit keys = both(outputs(0, {"b_c"}), outputs(1, {"c"}));
  CHECK(said("a; a_b; d<-a a_b", keys) ==
        "ambiguous-result: the output 'b_c' of step 'a' and the output 'c' of step 'a_b' are both "
        "WS_RESULT_A_B_C for what waits for them | give one of them another name, or read them as "
        "${steps.ID.outputs.KEY}\n");
  CHECK(said("a; a_b; d; (g: d)<-a a_b", keys).starts_with("ambiguous-result"));
  CHECK(said("a; a_b; c<-a; d<-a_b", keys).empty());
  CHECK(said("a-b; a_b; d<-a-b a_b", both(outputs(0, {"v"}), outputs(1, {"v"}))) ==
        "ambiguous-result: step 'a-b' and step 'a_b' are both WS_RESULT_A_B… for what waits for "
        "them | give one of them another name, or read them as ${steps.ID.outputs.KEY}\n");
  CHECK(said("a-b; a_b; c<-a-b; d<-a_b", {[](Workstream& /*w*/) {}}).empty());
}

TEST_CASE("items that are certain to be no list") {
  const auto from = [](std::string source) -> Edit {
    return [=](Workstream& w) {
      ForEach& each = w.steps[1].edit_details().for_each.emplace();
      each.kind = ForEach::Kind::from;
      each.source = source;
    };
  };
  for (const char* source : {"7", "'a b'", "true", "null", "steps.a.state", "1 == 1"}) {
    INFO(source);
    CHECK(said("a; b<-a", from(source)).starts_with("bad-items: 'for_each' of step 'b' gives "));
  }
  for (const char* source : {"[1, 2]", "steps.a.result", "${steps.a.outputs.x:-[]}", "[]"}) {
    INFO(source);
    CHECK(said("a; b<-a", from(source)).empty());
  }
}

TEST_CASE("what is known of a value before it is there") {
  for (const char* text : {"steps.a.state > 3", "${steps.a.state}", "attempt_number == 'x'",
                           "steps.a.state and true", "step_id in 5"}) {
    INFO(text);
    CHECK(said("a; b<-a", when(1, text)).starts_with("bad-condition"));
  }
  CHECK(said("a; b<-a", when(1, "steps.a.exit_code == null or steps.a.state > 'a'")).empty());
  CHECK(said("a; b; (g: a)", when(0, "1 > 2")) ==
        "unusual-value: 'when' of step 'a' is always false: the step never runs | compare with a "
        "value of the run, such as ${steps.ID.outputs.KEY}\n");
}
