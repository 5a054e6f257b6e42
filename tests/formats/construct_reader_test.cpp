// Groups, phases, fan-out, conditions, inputs and checks, from their keys into the model.
#include <chrono>

#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

test::Loading group(const std::string& keys) {
  return load_yaml("id: ws-t\nsteps: [{id: a}, {id: b}, {id: c}]\nstep_groups:\n  - {id: g, " +
                   keys + "}\n");
}

test::Loading phase(const std::string& keys) {
  return load_yaml("id: ws-t\nphases:\n  - {id: p, steps: [{id: a}], " + keys + "}\n");
}

std::string when_of(const std::string& body) {
  const auto loaded = load_step(body);
  return loaded.step("a").details().when;
}

TEST_CASE("conditions keep their text and place") {
  const auto loaded = load_step("when: \"${steps.b.outputs.x} == true\"");
  CHECK(loaded.step("a").details().when == "${steps.b.outputs.x} == true");
  CHECK(loaded.workset.sources.line_column(loaded.step("a").details().when_place).column == 11);
  CHECK(when_of("when: false") == "false");
  CHECK(when_of("condition: x") == "x");
  CHECK(when_of("when: \"${env.CI == 'yes'}\"") == "false");
  const auto grouped = group("steps: [a], when: x");
  CHECK(grouped.only().groups.at(0).when == "x");
  CHECK(grouped.only().groups.at(0).when_place.is_known());
}

TEST_CASE("what a group repeats, retries and breaks") {
  const auto loaded = group(
      "steps: [a], retry: {attempts: 3}, circuit_breaker: {max_attempts: 2},\n"
      "    repeat: {until: \"steps.a.exit_code == 0\"}");
  INFO(loaded.text());
  CHECK(loaded.found().empty());
  const Group& made = loaded.only().groups.at(0);
  CHECK(made.retry->attempts == 3);
  CHECK(made.breaker->max_attempts == 2);
  CHECK(made.repeat->max_rounds == 1000);
  CHECK(made.repeat->until == "steps.a.exit_code == 0");
  CHECK(made.repeat->is_bound_an_error);
  const auto counted = group("steps: [a], repeat: {max: 4}");
  CHECK(counted.only().groups.at(0).repeat->max_rounds == 4);
  CHECK_FALSE(counted.only().groups.at(0).repeat->is_bound_an_error);
  CHECK(group("steps: [a], repeat: {}").errors() == Strings{"missing-key"});
  CHECK(group("steps: [a], repeat: {max: 0}").errors() == Strings{"out-of-range"});
}

TEST_CASE("joins that cannot be reached, and losers nobody has") {
  CHECK(group("steps: [a, b, c], join: {any: 3}").found().empty());
  CHECK(group("steps: [a, b, c], join: {any: 5}").found() == Strings{"contradiction 4:37"});
  CHECK(group("steps: [a, b, c], join: {any: 0}").errors() == Strings{"out-of-range"});
  CHECK(group("steps: [a], join: {count: 2}").errors() == Strings{"not-applicable", "missing-key"});
  CHECK(group("steps: [a], losers: cancel").found() == Strings{"?not-applicable 4:25"});
  CHECK(group("steps: [a], losers: cancel, join: first").found().empty());
  CHECK(group("catch: [a]").errors() == Strings{"missing-key"});
  CHECK(load_step("for_each: [1, 2]\njoin: {any: 3}").errors() == Strings{"contradiction"});
}

TEST_CASE("what a failed phase does") {
  const auto retried = phase("resume_strategy: {on_failure: retry_phase, max_phase_retries: 2}");
  CHECK(retried.only().groups.at(0).retry->attempts == 3);
  const auto restarted = phase("resume_strategy: {on_failure: restart_from_checkpoint}");
  CHECK(restarted.only().groups.at(0).retry->attempts == 0);  // not given
  const auto skipped = phase("resume_strategy: {on_failure: skip_phase}");
  CHECK(skipped.only().groups.at(0).on_phase_failure == OnFailure::carry_on);
  CHECK_FALSE(skipped.only().groups.at(0).retry);
  const auto own = phase("retry: {attempts: 5}, resume_strategy: {on_failure: retry_phase}");
  CHECK(own.only().groups.at(0).retry->attempts == 5);
  CHECK(phase("resume_strategy: {max_phase_retries: 2}").has("not-applicable"));
  const auto saved = phase("checkpoint: {enabled: true, include: [a]}");
  const std::vector<std::pair<std::string, std::string>> shown = {{"enabled", "true"},
                                                                  {"include", "[\"a\"]"}};
  CHECK(saved.only().groups.at(0).checkpoint == shown);
  CHECK(phase("acceptance_tests: [x -y]").errors() == Strings{"not-applicable"});
}

const ForEach& items_of(const test::Loading& loaded) {
  INFO(loaded.text());
  REQUIRE(loaded.step("a").details().for_each);
  return *loaded.step("a").details().for_each;
}

TEST_CASE("items of every kind") {
  const auto list = load_step("for_each: [a, 2, {x: 1}]\nmax_workers: 2\non_item_failure: drain");
  CHECK(items_of(list).kind == ForEach::Kind::list);
  CHECK(items_of(list).items == Strings{"\"a\"", "2", "{\"x\": 1}"});
  CHECK(items_of(list).rule.max_workers == 2);
  CHECK(items_of(list).rule.on_first_failure == OnFirstFailure::drain);
  CHECK(items_of(list).rule.is_policy_explicit);
  const auto product = load_step(
      "for_each: {os: [a, b], py: [3, 4], exclude: [{os: b, py: 3}], include: [{os: c, py: 5}]}");
  CHECK(product.found().empty());
  CHECK(items_of(product).kind == ForEach::Kind::product);
  REQUIRE(items_of(product).dimensions.size() == 2);
  CHECK(items_of(product).dimensions[1].first == "py");
  CHECK(items_of(product).dimensions[1].second == Strings{"3", "4"});
  CHECK(items_of(product).exclude == Strings{"{\"os\": \"b\", \"py\": 3}"});
  CHECK(items_of(product).include == Strings{"{\"os\": \"c\", \"py\": 5}"});
  const auto glob = load_step("for_each: {glob: \"*.md\"}");
  CHECK(items_of(glob).kind == ForEach::Kind::glob);
  CHECK(items_of(glob).source == "*.md");
  const auto lines = load_step("for_each: {lines: list.txt}");
  CHECK(items_of(lines).kind == ForEach::Kind::lines);
  for (const char* body :
       {"for_each: {from: \"${steps.b.outputs.l}\"}", "for_each: \"${steps.b.outputs.l}\""}) {
    const auto from = load_step(body);
    CHECK(items_of(from).kind == ForEach::Kind::from);
    CHECK(items_of(from).source == "${steps.b.outputs.l}");
  }
}

TEST_CASE("items with mistakes") {
  const auto found = [](const std::string& body) { return load_step(body).found(); };
  CHECK(found("for_each: 5") == Strings{"wrong-type 4:15"});
  CHECK(found("for_each: {os: []}") == Strings{"bad-value 4:20"});
  CHECK(found("for_each: {}") == Strings{"empty-group 4:15"});
  CHECK(found("for_each: {os: [a], exclude: [{os: b}]}") == Strings{"?unusual-value 4:40"});
  CHECK(found("for_each: {os: [a], exclude: [{so: a}]}") == Strings{"contradiction 4:36"});
  CHECK(found("for_each: {os: [a], exclude: [{}]}") == Strings{"contradiction 4:35"});
  CHECK(found("for_each: {os: [a], v: [1], include: [{os: b}]}") == Strings{"contradiction 4:43"});
  CHECK(found("for_each: {os: [a], include: [{os: b, v: 1}]}") == Strings{"contradiction 4:43"});
  CHECK(found("for_each: {os: [a, a]}") == Strings{"?unusual-value 4:24"});
  CHECK(found("max_workers: 2") == Strings{"not-applicable 4:5"});
  std::string wide = "for_each: {";
  for (const char* name : {"a", "b", "c", "d"}) {
    wide += std::string(name) + ": [0";
    for (int i = 1; i < 40; ++i) wide += "," + std::to_string(i);
    wide += "], ";
  }
  CHECK(found(wide + "}") == Strings{"limit-exceeded 4:5"});
}

TEST_CASE("inputs with defaults and without") {
  const auto loaded = load_yaml(
      "id: ws-t\nsteps: [{id: a}]\ninputs:\n  name: world\n  count: 3\n  given:\n"
      "  list: {default: [1, 2], description: numbers}\n  must: {description: say it}\n");
  INFO(loaded.text());
  CHECK(loaded.found().empty());
  const auto& inputs = loaded.only().inputs;
  REQUIRE(inputs.size() == 5);
  CHECK(inputs[0].default_json == "\"world\"");
  CHECK(inputs[1].default_json == "3");
  CHECK_FALSE(inputs[2].default_json);
  CHECK(inputs[3].default_json == "[1, 2]");
  CHECK(inputs[3].description == "numbers");
  CHECK_FALSE(inputs[4].default_json);
}

TEST_CASE("artifacts and gates stand behind the tests") {
  const auto loaded = load_step(
      "acceptance_tests: [test -s x]\nexpected_artifacts: [out.bin, {path: \"*.o\", id: O}]\n"
      "test_gates:\n  - {type: GATE_LINT, command: make lint, blocking: false, timeout: 1m}\n"
      "  - {type: UNIT}\n  - {type: SECURITY, required: false}\n");
  INFO(loaded.text());
  CHECK(loaded.found() == Strings{"?manual-test 8:9", "?not-applicable 9:9"});
  const auto& checks = loaded.step("a").details().acceptance_tests;
  REQUIRE(checks.size() == 5);
  CHECK(checks[1].artifact == "out.bin");
  CHECK(checks[2].text == "artifact *.o (O)");
  CHECK(checks[3].text == "test gate LINT");
  CHECK_FALSE(checks[3].is_blocking);
  CHECK(checks[3].timeout == 1min);
  CHECK(checks[4].is_manual());
  CHECK(checks[4].is_blocking);
}

TEST_CASE("pre-flight checks are tests before the steps") {
  const auto loaded = load_yaml(
      "id: ws-t\nsteps: [{id: a}]\npre_flight_checks: [test -d src, {command: git status}]\n"
      "expected_artifacts: [x]\n");
  CHECK(loaded.only().preflight_checks.size() == 2);
  CHECK(loaded.only().acceptance_tests.at(0).artifact == "x");
}

TEST_CASE("a capability is a tool profile of its own") {
  const auto loaded = load_step(
      "capability: linting\ntasks: [one]\n"
      "capability_payload: {prompt: two, timeout_ms: 5000, max_retries: 2, files: [src/]}");
  INFO(loaded.text());
  CHECK(loaded.found().empty());
  const Step& step = loaded.step("a");
  CHECK(std::get<ToolAction>(step.action).tool == "capability:linting");
  CHECK(std::get<ToolAction>(step.action).prompt == Strings{"one", "two"});
  CHECK(step.timeout == 5s);
  CHECK(step.details().retry->attempts == 3);
  CHECK(step.details().files_scope.at(0).pattern == "src/");
  CHECK(load_step("capability_payload: {prompt: x}").found() == Strings{"?not-applicable 4:5"});
  const auto named = load_step("tool: aider\ncapability: linting");
  CHECK(std::get<ToolAction>(named.step("a").action).tool == "aider");
}

TEST_CASE("contracts, limits and context") {
  const auto loaded = load_yaml(
      "id: ws-t\npools: {gpu: 2}\nsteps:\n"
      "  - {id: a, provides: [x, y], consumes: z, pools: {gpu: 2}, conflict_group: db,\n"
      "     parallel_ok: false, stdin: {context: true}, idle_timeout: 2m, outputs: {v: stdout}}\n"
      "execution: {observer: slog, adaptive_scaling: true}\n");
  INFO(loaded.text());
  CHECK(loaded.found().empty());
  const StepDetails& details = loaded.step("a").details();
  REQUIRE(details.provides.size() == 2);
  CHECK(details.provides[1].name == "y");
  CHECK(details.provides[1].place.is_known());
  CHECK(details.consumes.at(0).name == "z");
  CHECK(details.stdin_context);
  CHECK(details.idle_timeout == 2min);
  CHECK_FALSE(details.parallel_ok);
  CHECK(loaded.only().execution.observer == "log");
  CHECK(loaded.only().execution.adaptive_scaling);
  CHECK(load_step("pools: {gpu: 1}").errors() == Strings{"unknown-pool"});
  CHECK(load_step("outputs: {v: stdout, v: x}").errors() == Strings{"duplicate-key"});
}

}  // namespace
}  // namespace ws
