// The printed schema and the loader say the same: good and broken files are given to both, the
// schema through python3's jsonschema.
#include "formats/json_schema.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "formats/value_text.h"
#include "loading.h"
#include "model/lower.h"
#include "model/mistakes.h"
#include "reading.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/temp_dir.h"

namespace ws {
namespace {

constexpr const char* kScript = R"py(
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(77)
schema = json.load(open(sys.argv[1]))
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
checker = kind(schema)
for path in sys.argv[2:]:
    errors = list(checker.iter_errors(json.load(open(path))))
    print("bad" if errors else "good")
)py";

// What a JSON Schema can say.
bool is_schema_mistake(std::string_view kind) {
  static const std::set<std::string_view> kKinds = {
      "wrong-type", "bad-value",        "out-of-range",  "missing-key",
      "bad-id",     "conflicting-keys", "not-applicable"};
  return kKinds.count(kind) > 0;
}

struct Case {
  std::string text;  // JSON
  bool is_good = true;
};

std::string run(const std::string& command, int& status) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");  // NOLINT: a test's own command line
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t count = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, count);
  status = pclose(pipe);
  return out;
}

// YAML bodies of one step; the loader decides which are good.
const char* const kBodies[] = {
    "command: make",
    "command: [sleep, 5]",
    "command: 5",
    "command: []",
    "command: \"\"",
    "timeout: 5m",
    "timeout: 0",
    "timeout: -1",
    "timeout: 5 minuts",
    "timeout: 1h 30m",
    "timeout: ${env.T:-5}",
    "timeout_ms: 500",
    "timeout_ms: 0",
    "timeout_ms: soon",
    "timeout: 1.5h",
    "depends_on: b",
    "depends_on: [b, {id: c, on: done}]",
    "depends_on: [{on: done}]",
    "depends_on: [{id: c, on: never}]",
    "dependencies: {depends_on: [b]}",
    "depends_on: 5",
    "env: {A: 1, B: true, C: x}",
    "env: {A: [1]}",
    "env: {A: null}",
    "env: {\"A=B\": x}",
    "stdin: {file: a}",
    "stdin: {}",
    "stdin: {file: a, text: b}",
    "stdin: {file: a, text: null}",
    "retry: {attempts: 3, backoff: exponential}",
    "retry: {attempts: 0}",
    "retry: {backoff: x}",
    "retry: {attempts: 1, max_attempts: 2}",
    "retries: 2",
    "retries: 2\nretry: {attempts: 2}",
    "command: a\ntool: b",
    "command: a\ntool: null",
    "shell: bash",
    "script: x\nshell: bash",
    "wait: {for: 10s}",
    "wait: {}",
    "wait: {for: 10s, event: x}",
    "when: true",
    "when: x",
    "when: x\ncondition: y",
    "priority: 5",
    "priority: critical",
    "priority: P0-CRITICAL",
    "priority: Px",
    "priority: soon",
    "priority: 1.5",
    "success: {exit_codes: [0, 255]}",
    "success: {exit_codes: 256}",
    "success: {exit_codes: []}",
    "acceptance_tests: [x, {command: y}]",
    "acceptance_tests: [5]",
    "acceptance_tests: x",
    "for_each: [1]",
    "for_each: {glob: x}",
    "for_each: 5",
    "pools: {gpu: 1, _x: a}",
    "pools: {gpu: 0}",
    "on_failure: continue",
    "on_failure: ignore",
    "critical: true",
    "critical: 1",
    "files_scope: [\"\"]",
    "tags: [a, b]",
    "test_gates: [{type: GATE_LINT}]",
    "test_gates: [{}]",
    "circuit_breaker: {cooldown_seconds: 5}",
    "circuit_breaker: {max_attempts: x}",
    "unknown: 5",
    "_x: [1]",
    "metadata: {a: {b: 1}}",
    "metadata: 5",
    "compensation: {action: a, parameters: {x: 1}}",
    "compensation: undo",
    "expected_artifacts: [a, {path: b}]",
    "capability_payload: {timeout_ms: 500}",
    "retries: 2.0",
    "retries: 2.5",
    "idle_timeout: null",
    "args: [a]",
    "command: a\nargs: [b, 2]",
    "for_each: []",
    "for_each: \"${steps.b.outputs.list}\"",
    "for_each: {os: [a, b], n: [1, 2], exclude: [{os: a}], include: [{os: c, n: 3}]}",
    "for_each: {os: []}",
    "for_each: {os: linux}",
    "for_each: {os: [a], exclude: 5}",
    "for_each: {os: [a], exclude: [5]}",
    "for_each: {os: [a], _note: x}",
    "for_each: {glob: \"\"}",
    "for_each: {glob: 5}",
    "for_each: {lines: items.txt}",
    "for_each: {from: \"${steps.b.outputs.list}\"}",
    "for_each: {from: [1]}",
    "for_each: true",
    "for_each: [1, 2]\njoin: {any: 1}\nmax_workers: 2\non_item_failure: drain\nexecute: sequential",
    "for_each: [1, 2]\njoin: never",
    "for_each: [1, 2]\non_first_failure: cancel\nfail_if: none\nerrors: drop",
    "for_each: [1, 2]\nfail_if: sometimes",
    "fail_if: none",
    "errors: drop",
    "on_failure: fail_fast",
    "for_each: [1, 2]\non_item_failure: abort",
    "join: all",
    "max_workers: 2",
    "on_item_failure: drain",
    "execute: sequential",
    "inputs: [a]",
    "stdin: {context: true}",
    "stdin: {context: 1}",
    "stdin: {context: true, text: x}",
    "test_gates: [{type: UNIT, command: make test, blocking: false}]",
    "test_gates: [{type: UNIT, required: maybe}]",
    "compensation: {}",
    "compensation: {command: a, action: b}",
    "compensation: {command: a}\ncompensation_actions: [b]",
    "compensation_actions: undo",
    "error_handling: {on_failure: {action: escalate}}",
    "provides: x",
    "consumes: [x, y]",
    "success: {files: [a], no_change: fail}",
    "success: {no_change: never}",
    "idempotency_key: \"deploy-${vars.V:-1}\"\nidempotency_ttl: 1h",
    "idempotency_key: k\nidempotency_ttl: 0",
    "idempotency_key: k\nidempotency_ttl: -5",
    "idempotency_key: \"\"",
    "idempotency_key: [k]",
    "idempotency_ttl: 1h",
    "when: false",
    "when: 5",
    "when: \"\"",
    "retry: {attempts: 2, backoff: linear, initial_delay: 1s, max_delay: 5s}",
    "retry: {on_exit: 75, on_output: x}",
    "retry: {on_exit: 256}",
    "circuit_breaker: {escalation_strategy: circuit_break}",
    "outputs: {a: stdout}",
    "outputs: {a: [1]}",
    "capability: linting\ncapability_payload: {prompt: 5}"};

// Whole files, JSON.
const char* const kFiles[] = {
    R"({"id": "ws-a", "steps": []})",
    R"({"id": "a/b", "steps": [{"id": "x"}]})",
    R"({"id": "Nightly Build", "steps": [{"id": "x"}]})",
    R"({"id": ".a", "steps": [{"id": ".x"}]})",
    R"({"id": "ws-a", "steps": [{"id": ".x"}, {"id": "workstream.db"}]})",
    R"({"id": "workstream.db-wal", "steps": [{"id": "x"}]})",
    R"({"id": "my-workstream.db", "steps": [{"id": "x"}]})",
    R"({"plan_id": "workstream.db", "version": "1", "globals": {}, "steps": []})",
    R"({"steps": [{"id": "x"}]})",
    R"({"id": "ws-a", "steps": [{"id": ".."}, {"id": " a"}]})",
    R"({"id": "ws-a", "steps": [{"id": "a\\b"}]})",
    R"({"id": "ws-a", "steps": [7]})",
    R"({"id": "ws-a", "command": "make", "steps": [{"id": "x"}]})",
    R"({"id": "ws-a", "gate": 0, "tasks": ["x"], "tool": "t"})",
    R"({"id": "ws-a", "gate": "review", "tasks": "x", "tool": "t"})",
    R"({"id": "ws-a", "tasks": [1], "tool": "t"})",
    R"({"id": "ws-a", "tool": "t", "execution": {"max_workers": "auto", "fail_fast": true}})",
    R"({"id": "ws-a", "tool": "t", "execution": {"max_workers": "many"}})",
    R"({"id": "ws-a", "tool": "t", "execution": {"max_workers": 0}})",
    R"({"id": "ws-a", "tool": "t", "execution": {"fail_fast": true, "on_failure": "continue"}})",
    R"({"id": "ws-a", "tool": "t", "execution": {"parallel": "${env.CI == 'true'}"}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"]}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g"}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": []}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "catch": []}]})",
    R"({"id": "ws-a", "phases": [{"id": "p", "steps": []}]})",
    R"({"id": "ws-a", "step_groups": [{"id": "g", "steps": [{"id": "h", "steps": []}]}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "on_first_failure": "cancel", "fail_if": "all", "errors": "drop"}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "on_first_failure": "stop"}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "fail_if": "some"}]})",
    R"({"id": "ws-a", "phases": [{"id": "p", "steps": [{"id": "x"}], "errors": "hide"}]})",
    R"({"id": "ws-a", "step_groups": [{"id": "g", "steps": [{"id": "y", "timeout": 0}]}]})",
    R"({"id": "ws-a", "step_groups": [{"id": "g", "steps": [{"id": "h", "steps": 5}]}]})",
    R"({"id": "ws-a", "step_groups": [{"id": "g", "steps": [{"id": "h", "steps": ["x"]}],
        "join": {"any": 2}}]})",
    R"({"id": "ws-a", "step_groups": [{"id": "g", "steps": ["x"], "join": {"any": 0}}]})",
    R"({"id": "ws-a", "phases": [{"id": "p", "steps": [{"id": "x"}], "checkpoint":
        {"enabled": true, "strategy": "sometimes"}}]})",
    R"([{"id": "ws-a", "tool": "t"}, {"id": "ws-b", "tool": "t"}])",
    R"([{"id": "ws-a", "tool": "t"}, 7])",
    R"([{"id": "ws-a", "tool": "t"}, {"tool": "t", "steps": [{"id": "a"}]}])",
    R"({"plan_id": "P", "version": "1", "globals": {}, "steps": []})",
    R"({"plan_id": "P", "version": "1", "steps": []})",
    R"({"plan_id": "P", "version": "1", "globals": {"max_concurrency": 0}, "steps": []})",
    R"({"plan_id": "P", "version": "1", "globals": {"default_timeout_sec": 5}, "steps":
        [{"id": "a", "name": "A", "command": "x", "args": [], "timeout_sec": null}]})",
    R"({"plan_id": "P", "version": "1", "globals": {}, "steps": [{"id": "a", "command": "x"}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "inputs": {"a": 1, "b": null, "c": {"default": [1]}, "d": [1], "_e": 5}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "inputs": {"a": {"description": 5}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "inputs": ["a"]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "rollback_order": ["x"]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "rollback_order": []})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "rollback_order": "custom", "custom_order": ["x"]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "rollback_order": "sideways"})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "custom_order": ["x"]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "saga": {"enabled": true, "strategy": "choreography", "timeout": 300}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "saga": {"strategy": "chaos"}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "rollback_strategy": {"on_compensation_failure": "retry_later", "max_rollback_retries": 3}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_failure": {"action": "escalate", "notify": ["me"], "log_level": "ERROR"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_failure": {"action": "shrug"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_retry": {"action": "shrug"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_circuit_open": {"action": "fail_fast"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_circuit_open": {"action": "pause_and_notify"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_retry": {"message": "a", "message_template": "b"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "error_handling": {"on_circuit_open": {"pause_duration": "soon"}}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "pre_flight_checks": ["test -d x", {"command": "true"}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "pre_flight_checks": [7]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "repeat": {"max": 3}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "repeat": {"until": "steps.x.exit_code == 0", "while": true, "max": 3}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "repeat": {}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "repeat": {"max": 0}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "repeat": {"max": null}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "when": "a", "condition": "b"}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "join": {"count": 2}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "catch": ["x"]}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "step_groups": [{"id": "g", "steps": ["x"], "circuit_breaker": {"max_attempts": 3}, "retry": {"attempts": 2}}]})",
    R"({"id": "ws-a", "phases": [{"id": "p", "steps": [{"id": "x"}], "acceptance_tests": ["true"]}]})",
    R"({"id": "ws-a", "phases": [{"id": "p", "steps": [{"id": "x"}], "resume_strategy": {"on_failure": "retry_phase", "max_phase_retries": 2}}]})",
    R"({"id": "ws-a", "phases": [{"id": "p", "steps": [{"id": "x"}], "resume_strategy": {"on_failure": "give_up"}}]})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "state_transitions": {"initial": "a", "states": ["a", "b"], "transitions": [{"from": "*", "to": "b"}]}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "state_transitions": {"states": "a"}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "execution": {"observer": "slog"}})",
    R"({"id": "ws-a", "steps": [{"id": "x"}], "execution": {"observer": "carrier pigeon"}})"};

Case judged(const test::Loading& loaded, std::string text) {
  Case out{std::move(text), true};
  for (const Diagnostic& item : loaded.diagnostics.items()) {
    if (item.severity == Severity::error && is_schema_mistake(item.kind->name)) out.is_good = false;
  }
  // An empty group is refused when the file is lowered.
  Diagnostics diagnostics;
  if (loaded.verdict == LoadVerdict::loaded) (void)lower(loaded.workset, {}, diagnostics);
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.kind == &mistakes::empty_group) out.is_good = false;
  }
  return out;
}

// The examples, the samples when they are there, and the broken files whose mistake a schema can
// see. Files that are no JSON or YAML, or no workstream of our own notation, are left
// out.
void add_files(const std::filesystem::path& directory, std::vector<Case>& out) {
  if (!std::filesystem::is_directory(directory)) return;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const auto extension = entry.path().extension();
    if (extension == ".json" || extension == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  const LoadOptions options = test::with_env({{"HOME", "/root"}, {"USER", "me"}});
  for (const auto& path : paths) {
    const std::string text = test::read_file(path);
    const auto loaded = test::load(path.filename().string(), text, options);
    if (loaded.workset.workstreams.empty()) continue;
    if (!loaded.workset.workstreams.front().notation.empty()) continue;
    const bool is_json = path.extension() == ".json";
    const auto document = is_json ? test::json(text) : test::yaml(text);
    if (!document.document) continue;
    if (loaded.workset.workstreams.front().notation == "phase plan") continue;
    out.push_back(judged(loaded, json_text(document.document->root(), document.sources)));
  }
}

std::vector<Case> cases() {
  std::vector<Case> out;
  const std::filesystem::path root = WORKSTREAM_SOURCE_DIR;
  add_files(root / "workstreams", out);
  add_files(root.parent_path() / "shared/samples/workstreams", out);
  REQUIRE(out.size() > 40);
  for (const char* body : kBodies) {
    const auto loaded = test::load_step(body);
    INFO(loaded.text());
    const SourceSet& sources = loaded.workset.sources;
    const auto document = test::yaml(std::string(sources.text(SourceId(std::size_t{0}))));
    REQUIRE(document.document);
    out.push_back(judged(loaded, json_text(document.document->root(), document.sources)));
  }
  for (const char* text : kFiles) out.push_back(judged(test::load_json(text), text));
  return out;
}

void compare(JsonSchemaDraft draft) {
  const test::TempDir directory;
  const auto schema = directory.write("schema.json", json_schema(draft));
  const auto script = directory.write("check.py", kScript);
  const std::vector<Case> all = cases();
  std::string command = fmt::format("/usr/bin/python3 {} {}", script.string(), schema.string());
  for (std::size_t i = 0; i < all.size(); ++i)
    command += " " + directory.write(fmt::format("{}.json", i), all[i].text).string();
  int status = 0;
  const std::string verdicts = run(command, status);
  if (status != 0) {
    if (status == 77 << 8 || !std::filesystem::exists("/usr/bin/python3")) {
      WARN("python3-jsonschema is not installed: the schema was not compared");
      return;
    }
    FAIL("the schema could not be checked: " << verdicts);
  }
  std::size_t at = 0;
  std::size_t good = 0;
  for (const Case& one : all) {
    const std::size_t end = verdicts.find('\n', at);
    INFO(one.text);
    CHECK(verdicts.substr(at, end - at) == (one.is_good ? "good" : "bad"));
    at = end + 1;
    good += one.is_good ? 1U : 0U;
  }
  CHECK(good > 40);
  CHECK(all.size() - good > 40);
}

TEST_CASE("schema and loader agree, draft 2020-12") { compare(JsonSchemaDraft::draft_2020_12); }
TEST_CASE("schema and loader agree, draft-07") { compare(JsonSchemaDraft::draft_07); }

TEST_CASE("the schema describes every key for editors") {
  const auto schema = nlohmann::json::parse(json_schema(JsonSchemaDraft::draft_2020_12));
  const auto& step = schema["$defs"]["step"]["properties"];
  CHECK(step["depends_on"]["description"] == "What must be done before.");
  CHECK(step.contains("acceptance_tests"));
  CHECK(schema["$defs"]["workstream"]["required"] == nlohmann::json::array({"id"}));
  for (const auto& [name, definition] : schema["$defs"].items()) {
    if (!definition.contains("properties")) continue;
    for (const auto& [key, value] : definition["properties"].items()) {
      INFO(name << "." << key);
      CHECK(value.contains("description"));
    }
  }
}

}  // namespace
}  // namespace ws
