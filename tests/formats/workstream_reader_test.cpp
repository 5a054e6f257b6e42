#include <chrono>

#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using test::load_json;
using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

TEST_CASE("a workstream without steps is its own one step") {
  const auto loaded = load_json(R"({
    "_comment_x": 1, "doc_id": "D", "x-mine": true,
    "id": "ws-a", "openspec_change": "OS-1", "ccpm_issue": 17, "gate": 2,
    "files_scope": ["src/a.py"], "files_create": [], "tasks": ["Do", "it"], "tool": "aider",
    "acceptance_tests": ["pytest -q"], "depends_on": ["ws-b"], "priority": "high",
    "metadata": {"owner": "me", "_comment": "x", "tags": ["a"]}})");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  const Workstream& ws = loaded.only();
  CHECK(ws.is_single_step);
  REQUIRE(ws.steps.size() == 1);
  const Step& step = ws.steps[0];
  CHECK(step.id == "ws-a");
  CHECK(step.priority == 10);
  const auto& tool = std::get<ToolAction>(step.action);
  CHECK(tool.tool == "aider");
  CHECK(tool.prompt == Strings{"Do", "it"});
  REQUIRE(step.details().acceptance_tests.size() == 1);
  CHECK(ws.acceptance_tests.empty());
  CHECK(ws.gate == 2);
  CHECK(ws.files_scope.at(0).pattern == "src/a.py");
  CHECK(ws.depends_on.at(0).name == "ws-b");
  const std::vector<std::pair<std::string, std::string>> shown = {
      {"openspec_change", "OS-1"}, {"ccpm_issue", "17"}, {"owner", "me"}, {"tags", "[\"a\"]"}};
  CHECK(ws.metadata == shown);
}

TEST_CASE("tasks without a tool are a person's work") {
  const auto loaded = load_yaml("id: ws-a\ntasks: [Read, Sign]\n");
  CHECK(loaded.verdict == LoadVerdict::loaded);
  CHECK(loaded.has("manual-step"));
  CHECK(std::get<ManualAction>(loaded.step("ws-a").action).text == "Read\nSign");
}

TEST_CASE("a step takes its workstream's tool and priority when it has none") {
  const auto loaded = load_yaml(
      "id: ws-a\ntool: aider\npriority: P1-HIGH\nsteps:\n"
      "  - {id: a, tasks: [x]}\n  - {id: b, tool: codex, tasks: [y], priority: -3}\n  - {id: c}\n");
  CHECK(std::get<ToolAction>(loaded.step("a").action).tool == "aider");
  CHECK(std::get<ToolAction>(loaded.step("b").action).tool == "codex");
  CHECK(std::holds_alternative<NoAction>(loaded.step("c").action));
  CHECK(loaded.step("a").priority == 10);
  CHECK(loaded.step("b").priority == -3);
}

TEST_CASE("commands: a list is argv, a line goes to the shell when it must") {
  const auto command = [](const std::string& body) {
    const auto loaded = load_step(body);
    return std::get<CommandAction>(loaded.step("a").action).command;
  };
  CHECK(command("command: [sleep, 5]").argv == Strings{"sleep", "5"});
  CHECK(command("command: [echo, \"a b\", true, 1.50]").argv ==
        Strings{"echo", "a b", "true", "1.50"});
  CHECK(command("command: make -j2").argv == Strings{"make", "-j2"});
  CHECK_FALSE(command("command: make -j2").through_shell);
  CHECK(command("command: make | tee log").through_shell);
  CHECK(command("command: make\nargs: [-j, 2]").argv == Strings{"make", "-j", "2"});
}

TEST_CASE("scripts, waits and nothing") {
  const auto script = load_step("script: |\n  echo hi\nshell: [bash, -e]");
  const auto& action = std::get<ScriptAction>(script.step("a").action);
  CHECK(action.script == "echo hi\n");
  CHECK(action.shell.argv == Strings{"bash", "-e"});
  const auto wait = load_step("wait: {event: go, timeout: 5m}");
  CHECK(std::get<WaitAction>(wait.step("a").action).event == "go");
  CHECK(wait.step("a").timeout == 5min);
  const auto pause = load_step("wait: {for: 1.5}");
  CHECK(std::get<WaitAction>(pause.step("a").action).duration == 1500ms);
  const auto nothing = load_step("");
  CHECK(std::holds_alternative<NoAction>(nothing.step("a").action));
}

TEST_CASE("dependencies in every spelling") {
  const auto names = [](const std::string& body) {
    Strings out;
    const auto loaded = load_step(body);
    for (const Dependency& on : loaded.step("a").depends_on) out.push_back(on.name);
    return out;
  };
  CHECK(names("depends_on: b") == Strings{"b"});
  CHECK(names("depends_on: [b, {id: c, on: done}]") == Strings{"b", "c"});
  CHECK(names("dependencies: [b]") == Strings{"b"});
  CHECK(names("dependencies: {depends_on: [b], blocks: [z], blocked_by: y}") == Strings{"b"});
  CHECK(names("depends_on: null") == Strings{});
  const auto loaded = load_step("depends_on: [{id: b, on: failure}, {id: c}, {id: d, on: done}]");
  const auto& list = loaded.step("a").depends_on;
  REQUIRE(list.size() == 3);
  CHECK(list[0].on == DependencyOn::failure);
  CHECK(list[1].on == DependencyOn::success);
  CHECK(list[2].on == DependencyOn::done);
  CHECK(list[0].place.is_known());
  CHECK(load_step("blocked_by: [z]").found() == Strings{"?not-applicable 4:5"});
}

TEST_CASE("durations in every unit") {
  const auto timeout = [](const std::string& body) {
    const auto loaded = load_step(body);
    INFO(loaded.text());
    CHECK(loaded.diagnostics.items().empty());
    return loaded.step("a").timeout;
  };
  CHECK(timeout("timeout: 90") == 90s);
  CHECK(timeout("timeout: 0.25") == 250ms);
  CHECK(timeout("timeout: 1h30m") == 90min);
  CHECK(timeout("timeout: 5 minutes") == 5min);
  CHECK(timeout("timeout_ms: 1500") == 1500ms);
  CHECK(timeout("timeout_ms: 2s") == 2s);
  CHECK(timeout("timeout_sec: 3") == 3s);
  CHECK(timeout("timeout_seconds: 3") == 3s);
}

TEST_CASE("the execution block") {
  const auto loaded = load_yaml(
      "id: ws-a\nsteps: [{id: a}]\n"
      "execution: {parallel: false, max_workers: 4, worker_cap: 9, timeout_per_step: 5m,\n"
      "  timeout: 1h, rate_limit_delay: 0.5, on_failure: continue}\n");
  const Execution& wish = loaded.only().execution;
  CHECK(wish.parallel == false);
  CHECK(wish.max_workers == 4U);
  CHECK(wish.worker_cap == 9U);
  CHECK(wish.timeout_per_step == 5min);
  CHECK(wish.timeout == 1h);
  CHECK(wish.rate_limit_delay == 500ms);
  CHECK(wish.on_failure == OnFailure::carry_on);
}

TEST_CASE("fail_fast has three states, and auto is no number") {
  const auto execution = [](const std::string& block) {
    const auto loaded = load_yaml("id: ws-a\nsteps: [{id: a}]\nexecution: {" + block + "}\n");
    return loaded.only().execution;
  };
  CHECK(execution("fail_fast: true").on_failure == OnFailure::abort);
  CHECK(execution("fail_fast: false").on_failure == OnFailure::skip_dependents);
  CHECK_FALSE(execution("max_workers: auto").on_failure);
  CHECK_FALSE(execution("max_workers: auto").max_workers);
  CHECK(execution("mode: sequential").parallel == false);
  CHECK(execution("on_failure: fail_fast").on_failure == OnFailure::abort);
}

TEST_CASE("a step's other keys") {
  const auto loaded = load_step(
      "name: Build\ndescription: builds\ncommand: make\nworking_dir: src\n"
      "env: {CC: clang, N: 3, V: 1.10, F: true}\nstdin: {text: \"\"}\non_failure: abort\n"
      "critical: false\ntags: [x]\nfiles_scope: src/\nfiles_create: [out]\n"
      "success: {exit_codes: [0, 3], require_output: ok, fail_on_output: [bad]}\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  const Step& step = loaded.step("a");
  const StepDetails& details = step.details();
  CHECK(details.name == "Build");
  CHECK(details.working_dir == "src");
  const Environment env = {{"CC", "clang"}, {"N", "3"}, {"V", "1.10"}, {"F", "true"}};
  CHECK(details.env == env);
  CHECK(details.stdin_text == "");
  CHECK(step.on_failure == OnFailure::abort);
  CHECK_FALSE(step.is_critical);
  CHECK(details.files_scope.at(0).pattern == "src/");
  CHECK(details.success.exit_codes == std::vector<int>{0, 3});
  const auto said = load_step("success: {exit_codes: 0}");
  CHECK(said.step("a").details().success.exit_codes == std::vector<int>{0});
  const auto left_out = load_step("success: {require_output: ok}");
  CHECK(left_out.step("a").details().success.exit_codes.empty());
  CHECK(details.success.require_output == Strings{"ok"});
  CHECK(details.success.fail_on_output == Strings{"bad"});
  CHECK(loaded.only().deferred.empty());
}

TEST_CASE("a plain step costs no details") {
  const auto loaded = load_step("command: make\ndepends_on: [b]\ntimeout: 5");
  CHECK(loaded.step("a").details_if_any == nullptr);
}

TEST_CASE("acceptance tests: strings, objects, lists, prose") {
  const auto loaded = load_step(
      "acceptance_tests:\n  - test -s x\n  - {command: [pytest, -q], timeout: 2m}\n"
      "  - {id: T1, description: all fine, command: make check | cat}\n  - The page looks nice\n"
      "  - {id: T2, description: looked at}\n  - {command: Verify it}\n"
      "  - {command: pytest finds <number> tests}\n");
  const auto& tests = loaded.step("a").details().acceptance_tests;
  REQUIRE(tests.size() == 7);
  CHECK(tests[0].command.argv == Strings{"test", "-s", "x"});
  CHECK(tests[1].command.argv == Strings{"pytest", "-q"});
  CHECK(tests[1].timeout == 2min);
  CHECK(tests[2].text == "all fine");
  CHECK(tests[2].command.through_shell);
  CHECK(tests[3].is_manual());
  CHECK(tests[4].text == "T2: looked at");
  CHECK(tests[4].is_manual());
  CHECK_FALSE(tests[5].is_manual());  // `command` says that it is one
  CHECK(tests[6].is_manual());        // but a placeholder is never given to a shell
  CHECK(loaded.found() == Strings{"?manual-test 8:9", "?manual-test 9:9", "?manual-test 11:19"});
}

TEST_CASE("groups and phases with inline steps keep the file's order") {
  const auto loaded = load_yaml(
      "id: ws-a\nphases:\n  - {id: p1, name: One, steps: [{id: a}, {id: g, steps: [{id: b}, a]}]}\n"
      "  - {id: p2, depends_on: [p1], steps: [a]}\nsteps: [{id: c}]\n"
      "step_groups:\n  - {id: race, steps: [a, c], join: {any: 2}, on_failure: ignore,\n"
      "     losers: background, max_workers: 2, timeout: 5m, execute: sequential,\n"
      "     catch: [{id: d}], finally: [c]}\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  const Workstream& ws = loaded.only();
  Strings ids;
  for (const Step& step : ws.steps) ids.push_back(step.id);
  CHECK(ids == Strings{"a", "b", "c", "d"});
  REQUIRE(ws.groups.size() == 4);
  CHECK(ws.groups[0].id == "g");
  CHECK(ws.groups[1].id == "p1");
  CHECK(ws.groups[1].is_phase);
  CHECK(ws.groups[1].members.at(1).name == "g");
  CHECK(ws.groups[2].depends_on.at(0).name == "p1");
  const Group& race = ws.groups[3];
  CHECK(race.rule.join == Join::any);
  CHECK(race.rule.join_count == 2);
  CHECK(race.rule.fail_if == FailIf::none);
  CHECK(race.rule.errors == Errors::drop);
  CHECK(race.rule.is_policy_explicit);
  CHECK(race.rule.losers == Losers::background);
  CHECK(race.rule.execute == Execute::sequential);
  CHECK(race.rule.timeout == 5min);
  CHECK(race.catch_steps == Strings{"d"});
  CHECK(race.finally_steps == Strings{"c"});
}

TEST_CASE("a gate may be text") {
  const auto gate = [](const std::string& text) {
    const auto loaded = load_yaml("id: ws-a\nsteps: [{id: a}]\ngate: " + text + "\n");
    return loaded.only().gate;
  };
  CHECK(gate("3") == 3);
  CHECK(gate("\"2\"") == 2);
  CHECK(gate("GATE-4") == 4);
  CHECK(gate("review") == 1);
}

TEST_CASE("a list of workstreams, and one that is no object") {
  const auto loaded = load_json(
      R"([{"id": "ws-a", "steps": [{"id": "x"}]}, 7, {"id": "ws-b", "tasks": [], "tool": "t"}])");
  CHECK(loaded.workset.workstreams.size() == 2);
  CHECK(loaded.errors() == Strings{"wrong-type"});
}

TEST_CASE("a workstream with mistakes is kept for the checks across steps") {
  const auto loaded = load_step("timeout: never");
  CHECK(loaded.verdict == LoadVerdict::has_errors);
  CHECK(loaded.workset.workstreams.size() == 1);
}

TEST_CASE("a breaker counts per step unless the file says otherwise; tries not given are 0") {
  const auto scope = [](const std::string& keys) {
    const auto loaded = load_step("circuit_breaker: {max_error_repeats: 2" + keys + "}");
    const BreakerPolicy& policy = loaded.only().steps[0].details().breaker.value();
    return std::pair(policy.per_step, policy.per_phase);
  };
  CHECK(scope("") == std::pair(true, false));
  CHECK(scope(", per_phase: true") == std::pair(false, true));
  CHECK(scope(", per_phase: true, per_step: true") == std::pair(true, true));
  CHECK(scope(", per_step: false") == std::pair(false, false));

  const auto given = load_step("retry: {attempts: 4}");
  CHECK(given.only().steps[0].details().retry->attempts == 4);
  const auto open = load_step("retry: {backoff: fixed}");
  CHECK(open.only().steps[0].details().retry->attempts == 0);
}

}  // namespace
}  // namespace ws
