// What a later version brings is named, and what asks for nothing is not.
#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

Strings of_step(const std::string& body) {
  const auto loaded = load_step(body);
  INFO(loaded.text());
  CHECK(loaded.verdict == LoadVerdict::loaded);
  return loaded.deferred();
}

Strings of_top(const std::string& keys) {
  const auto loaded = load_yaml("id: ws-t\nsteps: [{id: a}, {id: b}]\n" + keys);
  INFO(loaded.text());
  CHECK(loaded.verdict == LoadVerdict::loaded);
  return loaded.deferred();
}

TEST_CASE("a step's keys of a later version are named") {
  const char* const kAsking[] = {"retry: {attempts: 3}",
                                 "retry: {enabled: true, strategy: linear}",
                                 "retries: 2",
                                 "circuit_breaker: {max_attempts: 3}",
                                 "when: \"x == y\"",
                                 "when: false",
                                 "condition: \"x\"",
                                 "for_each: [1, 2]",
                                 "for_each: {glob: \"*.md\"}",
                                 "outputs: {v: stdout}",
                                 "inputs: {a: 1}",
                                 "pools: {gpu: 1}",
                                 "wait: {for: 10s}",
                                 "idle_timeout: 2m",
                                 "conflict_group: db",
                                 "parallel_ok: false",
                                 "test_gates: [{type: GATE_LINT}]",
                                 "expected_artifacts: [out.bin]",
                                 "compensation: {command: undo}",
                                 "compensation_actions: [undo]",
                                 "provides: [x]",
                                 "consumes: x",
                                 "error_handling: {on_failure: {action: escalate}}",
                                 "secrets: [TOKEN]",
                                 "capability: linting"};
  for (const char* body : kAsking) {
    const std::string key = std::string(body).substr(0, std::string(body).find(':'));
    INFO(body);
    CHECK(of_step(body) == Strings{key + " of step 'a'"});
  }
  CHECK(of_step("success: {files: [x], no_change: fail}") ==
        Strings{"files of step 'a'", "no_change of step 'a'"});
}

TEST_CASE("what asks for nothing is not deferred") {
  const char* const kQuiet[] = {"retry: {attempts: 1}",
                                "retry: {enabled: false, attempts: 5}",
                                "retries: 0",
                                "circuit_breaker: {enabled: false}",
                                "when: true",
                                "condition: null",
                                "for_each: []",
                                "outputs: {}",
                                "inputs: null",
                                "pools: {}",
                                "conflict_group: \"\"",
                                "parallel_ok: true",
                                "test_gates: []",
                                "expected_artifacts: []",
                                "compensation: {enabled: false, action: x}",
                                "compensation_actions: []",
                                "provides: []",
                                "secrets: []",
                                "capability: \"\"",
                                "success: {exit_codes: 0, files: [], no_change: ok}"};
  for (const char* body : kQuiet) {
    INFO(body);
    CHECK(of_step(body) == Strings{});
  }
}

TEST_CASE("a workstream's keys of a later version are named") {
  const char* const kAsking[] = {"step_groups: [{id: g, steps: [a]}]",
                                 "groups: [{id: g, steps: [a]}]",
                                 "phases: [{id: p, steps: [a]}]",
                                 "saga: {enabled: true, strategy: orchestration}",
                                 "rollback_order: reverse",
                                 "rollback_strategy: {max_rollback_retries: 2}",
                                 "resume: {enabled: true}",
                                 "state_transitions: {initial: pending}",
                                 "retry: {attempts: 2}",
                                 "circuit_breaker: {max_attempts: 3}",
                                 "inputs: {x: 1}",
                                 "outputs: {x: y}",
                                 "pools: {gpu: 2}",
                                 "secrets: [T]",
                                 "conflict_group: g",
                                 "parallel_ok: false",
                                 "pre_flight_checks: [x]",
                                 "expected_artifacts: [x]",
                                 "test_gates: [{type: UNIT}]",
                                 "compensation_actions: [x]",
                                 "error_handling: {on_retry: {message: again}}",
                                 "capability_payload: {files: [x]}"};
  for (const char* keys : kAsking) {
    const std::string key = std::string(keys).substr(0, std::string(keys).find(':'));
    INFO(keys);
    CHECK(of_top(keys) == Strings{key + " of workstream 'ws-t'"});
  }
  CHECK(of_top("execution: {observer: json}") == Strings{"observer of workstream 'ws-t'"});
}

TEST_CASE("labels, budgets and wishes are shown and not deferred") {
  CHECK(of_top("metadata: {priority: high}\ntags: [a]\nkind: docs\nopenspec_change: X\n"
               "ccpm_issue: 7\nmax_cost_usd: 2.5\nestimated_context_tokens: 1000\n"
               "execution: {adaptive_scaling: true, observer: noop, max_workers: 2}\n"
               "saga: {enabled: false}\nresume: {enabled: false}\n") == Strings{});
}

TEST_CASE("phases name what stands in them too") {
  CHECK(of_top("phases: [{id: p, steps: [a], checkpoint: {enabled: true},\n"
               "  resume_strategy: {on_failure: skip_phase}}]") ==
        Strings{"phases of workstream 'ws-t'", "checkpoint of phase 'p'",
                "resume_strategy of phase 'p'"});
}

TEST_CASE("values that exist only while a run goes on are deferred") {
  CHECK(of_step("command: echo ${steps.b.outputs.v}") ==
        Strings{"${steps.b.outputs.v} of step 'a'"});
  CHECK(of_step("command: [echo, \"${steps.b.outputs.v}\"]") ==
        Strings{"${steps.b.outputs.v} of step 'a'"});
  CHECK(of_step("env: {V: \"${inputs.v}\"}") == Strings{"${inputs.v} of step 'a'"});
  CHECK(of_step("command: echo ${HOME} ${x:-y}") == Strings{});
}

TEST_CASE("a deferred block keeps its text and place") {
  const auto loaded = load_step("retry: {attempts: 3, on_exit: [75]}");
  const DeferredFeature& feature = loaded.only().deferred.at(0);
  CHECK(feature.value == R"({"attempts": 3, "on_exit": [75]})");
  CHECK(loaded.workset.sources.line_column(feature.place).line == 4);
}

}  // namespace
}  // namespace ws
