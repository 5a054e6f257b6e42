// Phase plans and descriptive files: what each section means, and every mistake with its place.
#include "formats/phase_plan/phase_plan_reader.h"

#include "formats/loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kFlat = R"({
  "id": "ws-flat", "phase_id": "PH-01", "title": "Flat", "tool": "claude-code", "gate": "acceptance_tests",
  "execution_profile": {"concurrency": 2, "retry_attempts": 1, "no_stop_mode": true},
  "file_scope": {"read_only": ["README.md"], "modify": ["src/*"], "create": ["out/*"], "forbidden_paths": [".git/*"]},
  "pre_flight_checks": [{"id": "sh", "description": "A shell", "command": "command -v sh"}],
  "execution_steps": [
    {"id": "one", "description": "First", "command": "echo 1"},
    {"id": "two", "description": "Second", "command": "echo 2 > out/x"}
  ],
  "acceptance_tests": [{"id": "x", "description": "It is there", "command": "test -e out/x"}],
  "expected_artifacts": [{"id": "x", "path": "out/*"}],
  "completion_gate": {"rules": ["All done"]}
})";

test::Loading nested(const std::string& steps, const std::string& more = "") {
  return test::load_yaml(
      "phase_identity: {phase_id: PH-1, workstream_id: ws-n, phase_type: integration}\n" + more +
      "execution_plan:\n  steps:\n" + steps);
}

TEST_CASE("the flat form: steps in the order of their list") {
  const auto loaded = test::load_json(kFlat);
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  const Workstream& phase = loaded.only();
  CHECK(phase.id == "ws-flat");
  CHECK(phase.notation == "phase plan");
  CHECK(phase.name == "Flat");
  REQUIRE(phase.steps.size() == 2);
  CHECK(phase.steps[0].depends_on.empty());
  REQUIRE(phase.steps[1].depends_on.size() == 1);
  CHECK(phase.steps[1].depends_on[0].name == "one");
  CHECK(phase.steps[1].depends_on[0].on == DependencyOn::done);  // no_stop_mode
  CHECK(phase.execution.max_workers == 2U);
  REQUIRE(phase.retry);
  CHECK(phase.retry->attempts == 2);
  REQUIRE(phase.preflight_checks.size() == 1);
  REQUIRE(phase.acceptance_tests.size() == 2);
  CHECK(phase.acceptance_tests[0].text == "x: It is there");
  CHECK(phase.acceptance_tests[1].artifact == "out/*");
  REQUIRE(phase.files_scope.size() == 2);  // who only reads may do so beside others
  CHECK(phase.files_scope[1].pattern == "out/*");
  CHECK(phase.files_create == Strings{"out/*"});
  CHECK(phase.gate == 1);
}

TEST_CASE("a failure ends a plan without no_stop_mode") {
  const auto loaded = nested("    - {id: a, command: echo 1}\n    - {id: b, command: echo 2}\n");
  CHECK(loaded.only().steps[1].depends_on[0].on == DependencyOn::success);
}

TEST_CASE("the nested form: its id, its dependencies, its checks") {
  const auto loaded = nested(
      "    - {id: a, command: echo a, timeout_seconds: 30, verification_command: test -e a}\n",
      "dag_and_dependencies: {depends_on: [PH-0], may_run_parallel_with: [PH-2], parallel_group: "
      "g}\n"
      "scope_and_modules: {file_scope: {modify: [src/a.py]}}\n"
      "execution_profile: {max_runtime_minutes: 60, concurrency: {max_parallel_steps: 1}, "
      "retry_policy: {default_max_attempts: 3}}\n"
      "pre_flight_checks: {checks: [{id: p, command: git status --porcelain, success_pattern: "
      "'^$', "
      "when: 'if_phase_type_in:[integration]'}, {id: q, command: ls, when: "
      "'if_phase_type_in:[migration]'}]}\n"
      "expected_artifacts: {docs: [{path: 'docs/${phase_id}.md', must_exist: false}], db: "
      "{migrations_applied: [x]}}\n"
      "acceptance_tests: {tests: [{id: t, command: {tool_id: pytest, args: [pytest -q]}, "
      "must_pass: false}]}\n");
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  const Workstream& phase = loaded.only();
  CHECK(phase.id == "ws-n");
  REQUIRE(phase.depends_on.size() == 1);
  CHECK(phase.depends_on[0].name == "PH-0");
  CHECK(phase.execution.timeout == std::chrono::minutes(60));
  CHECK(phase.retry->attempts == 3);
  CHECK(phase.steps[0].timeout == std::chrono::seconds(30));
  CHECK(phase.steps[0].details().acceptance_tests.size() == 1);
  REQUIRE(phase.preflight_checks.size() == 1);  // the other is of another kind of phase
  CHECK(phase.preflight_checks[0].command.through_shell);
  REQUIRE(phase.acceptance_tests.size() == 2);
  CHECK(phase.acceptance_tests[0].command.argv == Strings{"pytest", "-q"});
  CHECK_FALSE(phase.acceptance_tests[0].is_blocking);
  CHECK(phase.acceptance_tests[1].artifact == "docs/PH-1.md");
  CHECK_FALSE(phase.acceptance_tests[1].is_blocking);
}

TEST_CASE("what a step runs") {
  const auto loaded = nested(
      "    - {id: tool, tool_id: aider-edit, description: Edit it, inputs: {file: a.py}}\n"
      "    - {id: lines, tool_id: pytest, inputs: {commands: [echo 1, echo 2]}}\n"
      "    - {id: prose, description: Look at it}\n"
      "    - {id: sentence, command: 'Verify that all of it is right'}\n"
      "    - {id: windows, command: Test-Path a.txt}\n"
      "    - {id: person, command: echo, requires_human_confirmation: true}\n");
  const Workstream& phase = loaded.only();
  CHECK(std::get<ToolAction>(phase.steps[0].action).tool == "aider-edit");
  CHECK(std::get<ScriptAction>(phase.steps[1].action).script == "echo 1\necho 2\n");
  CHECK(std::holds_alternative<ManualAction>(phase.steps[2].action));
  CHECK(std::holds_alternative<ManualAction>(phase.steps[3].action));
  CHECK(std::get<CommandAction>(phase.steps[4].action).command.argv.front() == "pwsh");
  CHECK(phase.gate == 2);
  CHECK(loaded.found() == Strings{"?manual-step 6:12", "?manual-step 7:12"});
}

TEST_CASE("a descriptive file loads, and nothing of it runs by itself") {
  const auto loaded = test::load_json(R"({"id": "ws-next", "title": "Next",
    "dependencies": {"depends_on": ["ws-first"], "blocks": ["ws-last"]},
    "execution_steps": [
      {"step": 1, "action": "Look", "command": "gh project view <number>"},
      {"step": 2, "action": "Run it", "command": "rm -rf out"}],
    "acceptance_criteria": [{"criterion": "All is well", "pass_condition": "nobody complains"}],
    "risks": [], "deliverables": []})");
  CHECK(loaded.verdict == LoadVerdict::loaded);
  CHECK(loaded.found() == Strings{"?manual-step 4:7"});
  const Workstream& next = loaded.only();
  REQUIRE(next.steps.size() == 2);
  for (const Step& step : next.steps) CHECK(std::holds_alternative<ManualAction>(step.action));
  CHECK(next.steps[1].id == "step-2");
  CHECK(next.depends_on[0].name == "ws-first");
  CHECK(next.acceptance_tests[0].is_manual());
}

TEST_CASE("every mistake of a phase plan at once, each with its place") {
  const auto loaded = test::load_yaml(
      "phase_identity: {phase_id: [1], workstream_id: a/b}\n"
      "dag_and_dependencies: {depends_on: {a: 1}}\n"
      "execution_profile: {concurrency: 0, retry_attempts: many, no_stop_mode: maybe}\n"
      "file_scope: src\n"
      "expected_artifact: []\n"
      "pre_flight_checks: 3\n"
      "expected_artifacts: [{id: x}]\n"
      "execution_plan:\n"
      "  steps:\n"
      "    - {id: a/b, command: [echo], timeout_seconds: 0}\n"
      "    - {id: c, command: echo, success_pattern: '('}\n"
      "    - 3.5: x\n");
  CHECK(loaded.verdict == LoadVerdict::has_errors);
  test::Loading copy;
  const Strings errors = loaded.errors();
  CHECK(errors.size() >= 10);
  CHECK(loaded.has("bad-id"));
  CHECK(loaded.has("out-of-range"));
  CHECK(loaded.has("bad-pattern"));
  CHECK(loaded.has("missing-key"));
  CHECK(loaded.has("unknown-key"));
  for (const Diagnostic& item : loaded.diagnostics.items()) CHECK(item.place.is_known());
}

TEST_CASE("a phase plan without steps, and one without an id") {
  CHECK(test::load_yaml("phase_identity: {phase_id: a}\n").errors() == Strings{"missing-key"});
  CHECK(test::load_yaml(
            "phase_identity: {title: a}\nexecution_plan: {steps: [{id: a, command: ls}]}\n")
            .errors() == Strings{"missing-key"});
}

TEST_CASE("phases name each other by phase or by workstream") {
  Workset workset;
  Diagnostics diagnostics;
  const auto add = [&](const char* name, const char* text) {
    load_text(name, text, {}, workset, diagnostics);
  };
  add("a.yaml",
      "phase_identity: {phase_id: PH-1, workstream_id: ws-a}\nexecution_plan: {steps: [{id: a, "
      "command: ls}]}\n");
  add("b.yaml",
      "phase_identity: {phase_id: PH-2, workstream_id: ws-b}\ndag_and_dependencies: {depends_on: "
      "[PH-1]}\n"
      "execution_plan: {steps: [{id: a, command: ls}]}\n");
  resolve_phase_ids(workset);
  REQUIRE(workset.workstreams.size() == 2);
  CHECK(workset.workstreams[1].depends_on[0].name == "ws-a");
}

TEST_CASE("a plan that asks not to be run is refused at run") {
  const auto loaded =
      nested("    - {id: a, command: ls}\n", "execution_profile: {run_mode: plan_only}\n");
  CHECK(loaded.verdict == LoadVerdict::loaded);
  REQUIRE(loaded.only().deferred.size() == 1);
  CHECK_FALSE(loaded.only().deferred[0].message.empty());
}

}  // namespace
}  // namespace ws
