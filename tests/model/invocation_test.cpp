// From a step to what an executor starts.
#include "model/invocation.h"

#include "support/catch.h"

using namespace ws;
using Words = std::vector<std::string>;

namespace {

Evaluated no_value(const Reference&) { return NoValue{"there is none"}; }

Workstream in_file(std::string file) {
  Workstream w;
  w.id = "w";
  w.file = std::move(file);
  return w;
}

Step tool_step(std::vector<std::string> tasks) {
  Step step;
  step.id = "s";
  step.action = ToolAction{"ai", {}, std::move(tasks)};
  return step;
}

ToolBook book_with(ToolProfile profile) {
  profile.name = "ai";
  return {{"ai", std::move(profile)}};
}

Invocation invoke(const Workstream& w, const Step& step, const ToolBook& book = {}) {
  return step_invocation(w, step, book, no_value).value();
}

}  // namespace

TEST_CASE("a command is taken as it is") {
  Step step;
  step.action = CommandAction{Command::from_argv({"awk", "{script}", "{prompt}"})};
  const Invocation made = invoke(in_file("w.json"), step);
  CHECK(made.argv == Words{"awk", "{script}", "{prompt}"});
  CHECK(made.path_words.empty());
  CHECK_FALSE(made.through_shell);
  CHECK_FALSE(made.is_nothing());
  CHECK(argv_with_paths(made, {"P", "S", "D"}) == made.argv);
  step.action = CommandAction{Command::from_line("a | b")};
  CHECK(invoke(in_file("w.json"), step).through_shell);
}

TEST_CASE("nothing, a person and a wait start no process") {
  Step step;
  CHECK(invoke(in_file("w.json"), step).is_nothing());
  step.action = ManualAction{"ask"};
  CHECK(invoke(in_file("w.json"), step).is_nothing());
  step.action = WaitAction{};
  CHECK(invoke(in_file("w.json"), step).is_nothing());
}

TEST_CASE("the environment: profile, then workstream, then step") {
  Workstream w = in_file("w.json");
  w.env = {{"A", "workstream"}, {"B", "workstream"}};
  Step step = tool_step({});
  step.edit_details().env = {{"B", "step"}};
  ToolProfile profile;
  profile.argv = {"ai"};
  profile.env = {{"A", "profile"}, {"C", "profile"}};
  const Invocation made = invoke(w, step, book_with(profile));
  CHECK(made.env == Environment{{"A", "profile"},
                                {"C", "profile"},
                                {"A", "workstream"},
                                {"B", "workstream"},
                                {"B", "step"}});
}

TEST_CASE("relative paths start at the workstream file") {
  Step step;
  step.edit_details().working_dir = "src/../lib";
  step.edit_details().stdin_file = "in.txt";
  CHECK(invoke(in_file("jobs/w.json"), step).working_dir == "jobs/lib");
  CHECK(invoke(in_file("jobs/w.json"), step).stdin_file == "jobs/in.txt");
  CHECK(invoke(in_file("w.json"), step).working_dir == "lib");
  step.edit_details().working_dir = "/srv";
  CHECK(invoke(in_file("jobs/w.json"), step).working_dir == "/srv");
  step.edit_details().working_dir = "";
  CHECK(invoke(in_file("jobs/w.json"), step).working_dir.empty());
}

TEST_CASE("scripts run by their shell, whatever their path holds") {
  Step step;
  step.action = ScriptAction{"echo hi\n", {}};
  Invocation made = invoke(in_file("w.json"), step);
  CHECK(made.script == "echo hi\n");
  CHECK(argv_with_paths(made, {"", "/x/script", ""}) == Words{"/bin/sh", "-e", "/x/script"});

  step.action = ScriptAction{"pass", Command::from_argv({"python3", "-u"})};
  CHECK(argv_with_paths(invoke(in_file("w.json"), step), {"", "/x/s", ""}) ==
        Words{"python3", "-u", "/x/s"});
  step.action = ScriptAction{"pass", Command::from_argv({"wrap", "--file={script}", "x"})};
  CHECK(argv_with_paths(invoke(in_file("w.json"), step), {"", "/x/s", ""}) ==
        Words{"wrap", "--file=/x/s", "x"});
  step.action = ScriptAction{"pass", Command::from_line("nice bash -e | tee log")};
  CHECK(argv_with_paths(invoke(in_file("w.json"), step), {"", "/x y/s", ""}) ==
        Words{"/bin/sh", "-c", "nice bash -e | tee log \"$0\"", "/x y/s"});
}

TEST_CASE("a tool's words hold the prompt and the files") {
  ToolProfile profile;
  profile.argv = {"ai",    "--message", "{prompt}", "{files}",      "--in={files}",
                  "--dir", "{workdir}", "-f",       "{prompt_file}"};
  Step step = tool_step({"do this", "then that"});
  step.edit_details().files_scope = {{"src/a b.py", {}}, {"lib/", {}}};
  step.edit_details().files_create = {"lib/", "new.py"};
  const Invocation made = invoke(in_file("w.json"), step, book_with(profile));
  CHECK(argv_with_paths(made, {"/r/prompt", "", "/r/work"}) ==
        Words{"ai", "--message", "do this\nthen that", "src/a b.py", "lib/", "new.py",
              "--in=src/a b.py lib/ new.py", "--dir", "/r/work", "-f", "/r/prompt"});
  CHECK(made.prompt == "do this\nthen that\n");
  CHECK_FALSE(made.stdin_text);
}

TEST_CASE("a prompt that speaks of placeholders is left alone") {
  ToolProfile profile;
  profile.argv = {"ai", "{prompt}", "{prompt_file}"};
  profile.stdin_template = "{prompt}";
  const Invocation made =
      invoke(in_file("w.json"), tool_step({"write {files} and {prompt_file}"}), book_with(profile));
  CHECK(argv_with_paths(made, {"/p", "/s", "/w"}) ==
        Words{"ai", "write {files} and {prompt_file}", "/p"});
  CHECK(made.stdin_text == "write {files} and {prompt_file}\n");
}

TEST_CASE("a tool may take its tasks as a script") {
  ToolProfile profile;
  profile.argv = {"sh", "{script}"};
  const Invocation made = invoke(in_file("w.json"), tool_step({"echo a"}), book_with(profile));
  CHECK(made.script == "echo a\n");
  CHECK(argv_with_paths(made, {"/p", "/s", ""}) == Words{"sh", "/s"});
}

TEST_CASE("files of the workstream stand in for a step's own") {
  ToolProfile profile;
  profile.argv = {"ai", "{files}"};
  Workstream w = in_file("w.json");
  w.files_scope = {{"src/", {}}};
  w.files_create = {"out.txt"};
  CHECK(invoke(w, tool_step({}), book_with(profile)).argv == Words{"ai", "src/", "out.txt"});
  CHECK(invoke(in_file("w.json"), tool_step({}), book_with(profile)).argv == Words{"ai"});
}

TEST_CASE("a step's own stdin wins over the profile's") {
  ToolProfile profile;
  profile.argv = {"ai"};
  profile.stdin_template = "{prompt}";
  Step step = tool_step({"x"});
  CHECK(invoke(in_file("w.json"), step, book_with(profile)).stdin_text == "x\n");
  step.edit_details().stdin_text = "mine";
  CHECK(invoke(in_file("w.json"), step, book_with(profile)).stdin_text == "mine");
  step.edit_details().stdin_text.reset();
  step.edit_details().stdin_file = "in";
  CHECK_FALSE(invoke(in_file("w.json"), step, book_with(profile)).stdin_text);
}

TEST_CASE("success: the step's codes, and the patterns of both") {
  ToolProfile profile;
  profile.argv = {"ai"};
  profile.success.exit_codes = {0, 3};
  profile.success.require_output = {"ok"};
  Step step = tool_step({});
  step.edit_details().success.fail_on_output = {"ERROR"};
  SuccessRule rule = invoke(in_file("w.json"), step, book_with(profile)).success;
  CHECK(rule.exit_codes == std::vector<int>{0, 3});
  CHECK(rule.require_output == Words{"ok"});
  CHECK(rule.fail_on_output == Words{"ERROR"});
  step.edit_details().success.exit_codes = {7};
  CHECK(invoke(in_file("w.json"), step, book_with(profile)).success.exit_codes ==
        std::vector<int>{7});
  step.edit_details().success.exit_codes = {0};  // said, not left out
  CHECK(invoke(in_file("w.json"), step, book_with(profile)).success.exit_codes ==
        std::vector<int>{0});
}

TEST_CASE("an unknown tool is an error with the nearest name") {
  Step step = tool_step({});
  std::get<ToolAction>(step.action).tool = "ia";
  const auto made = step_invocation(in_file("w.json"), step, book_with({}), no_value);
  REQUIRE(made.has_error());
  CHECK(made.error().message == "no tool profile is named 'ia' (did you mean 'ai'?)");
}

TEST_CASE("tests run where their step does") {
  Workstream w = in_file("jobs/w.json");
  w.env = {{"A", "1"}};
  Step step;
  step.edit_details().env = {{"B", "2"}};
  step.edit_details().working_dir = "src";
  step.edit_details().success.exit_codes = {7};
  AcceptanceTest test;
  test.command = Command::from_line("test -s out");
  const Invocation of_step = test_invocation(w, &step, test, no_value).value();
  CHECK(of_step.argv == Words{"test", "-s", "out"});
  CHECK(of_step.env == Environment{{"A", "1"}, {"B", "2"}});
  CHECK(of_step.working_dir == "jobs/src");
  CHECK(of_step.success.exit_codes.empty());
  CHECK(test_invocation(w, nullptr, test, no_value).value().env == Environment{{"A", "1"}});
  test.manual_reason = "prose";
  CHECK(test_invocation(w, &step, test, no_value).value().is_nothing());
}
