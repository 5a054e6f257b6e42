// Retries, breakers, error handling, rollback and what contradicts itself in them.
#include <chrono>

#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

RetryPolicy retry(const std::string& body) {
  const auto loaded = load_step(body);
  INFO(loaded.text());
  REQUIRE(loaded.step("a").details().retry);
  return *loaded.step("a").details().retry;
}

test::Loading top(const std::string& keys) {
  return load_yaml("id: ws-t\nsteps: [{id: a, command: x}, {id: b, command: y}]\n" + keys);
}

std::optional<SagaPolicy> saga_of(const std::string& keys) {
  const auto loaded = top(keys);
  INFO(loaded.text());
  return loaded.only().saga;
}

TEST_CASE("the tries of every spelling are total tries") {
  CHECK(retry("retry: {attempts: 3}").attempts == 3);
  CHECK(retry("retry: {max_attempts: 4}").attempts == 4);
  CHECK(retry("retries: 2").attempts == 3);
  CHECK(retry("retries: 0").attempts == 1);
  CHECK(retry("retry: {enabled: true, strategy: linear}").attempts == 0);  // not given
  CHECK(retry("retry: {enabled: false, attempts: 9}").attempts == 1);
  const auto none = load_step("command: x\nname: y");
  CHECK_FALSE(none.step("a").details().retry);
}

TEST_CASE("a delay that does not say how it grows is fixed") {
  CHECK(retry("retry: {attempts: 2, initial_delay: 1s}").backoff == Backoff::fixed);
  CHECK(retry("retry: {attempts: 2}").backoff == Backoff::none);
  const RetryPolicy full = retry(
      "retry: {attempts: 3, backoff: exponential, initial_delay: 1s, max_delay: 60s, factor: 3,\n"
      "  jitter: true, on_exit: [75], on_output: [\"rate limit\"]}");
  CHECK(full.backoff == Backoff::exponential);
  CHECK(full.initial_delay == 1s);
  CHECK(full.max_delay == 60s);
  CHECK(full.factor == 3.0);
  CHECK(full.jitter);
  CHECK(full.on_exit == std::vector<int>{75});
  CHECK(full.on_output == Strings{"rate limit"});
}

TEST_CASE("delays that contradict each other") {
  const auto found = [](const std::string& body) { return load_step(body).found(); };
  CHECK(found("retry: {backoff: linear, initial_delay: 10s, max_delay: 5s}") ==
        Strings{"contradiction 4:61"});
  CHECK(found("retry: {attempts: 2, max_delay: 5s}") == Strings{"contradiction 4:26"});
  CHECK(found("retry: {backoff: fixed, initial_delay: 1s, max_delay: 5s}") ==
        Strings{"?not-applicable 4:48"});
  CHECK(found("retry: {attempts: 2, jitter: true}") == Strings{"?not-applicable 4:26"});
  CHECK(found("retry: {backoff: linear, initial_delay: 1s, factor: 2}") ==
        Strings{"?not-applicable 4:49"});
  CHECK(found("retry: {backoff: linear, initial_delay: 5s, max_delay: 5s, jitter: true}").empty());
  CHECK(found("retry: {max_delay: 5s, jitter: true}\n"
              "circuit_breaker: {escalation_strategy: linear_backoff}")
            .empty());
}

TEST_CASE("breakers") {
  const auto breaker = [](const std::string& block) {
    const auto loaded = load_step("circuit_breaker: {" + block + "}");
    INFO(loaded.text());
    REQUIRE(loaded.step("a").details().breaker);
    return *loaded.step("a").details().breaker;
  };
  const BreakerPolicy full = breaker(
      "max_attempts: 3, max_error_repeats: 2, oscillation_threshold: 4, cooldown_seconds: 30,\n"
      "  error_patterns: [x]");
  CHECK(full.max_attempts == 3);
  CHECK(full.max_error_repeats == 2);
  CHECK(full.oscillation_threshold == 4);
  CHECK(full.cooldown == 30s);
  CHECK(full.error_patterns == Strings{"x"});
  CHECK(full.per_step);
  CHECK_FALSE(breaker("per_phase: true").per_step);
  CHECK_FALSE(breaker("per_step: false").per_step);
  CHECK(breaker("escalation_strategy: circuit_break").max_error_repeats == 1);
  CHECK(breaker("enabled: false, max_attempts: 3").max_attempts == 0);
}

TEST_CASE("error handling, hook by hook") {
  const auto loaded =
      top("error_handling:\n"
          "  on_failure: {action: escalate, log_level: ERROR, notify: [me, you],\n"
          "    collect_diagnostics: true, message_template: \"${step_id} failed\"}\n"
          "  on_circuit_open: {action: pause_and_notify, pause_duration: 300}\n"
          "  on_step_failure: {trigger_saga_rollback: true}\n"
          "  on_recovery: {action: celebrate}\n");
  INFO(loaded.text());
  CHECK(loaded.found() == Strings{"?not-applicable 8:17"});
  const ErrorHandling& all = loaded.only().error_handling;
  CHECK(all.on_failure.action == ErrorAction::escalate);
  CHECK(all.on_failure.log_level == "error");
  CHECK(all.on_failure.notify == Strings{"me", "you"});
  CHECK(all.on_failure.collect_diagnostics);
  CHECK(all.on_failure.message == "${step_id} failed");
  CHECK(all.on_circuit_open.action == ErrorAction::pause_and_notify);
  CHECK(all.on_circuit_open.pause == 300s);
  CHECK(all.on_step_failure.triggers_rollback == true);
  CHECK_FALSE(all.on_failure.triggers_rollback);
  CHECK(all.on_recovery.action == ErrorAction::none);
  CHECK(load_step("error_handling: {on_failure: {action: escalate}}").errors() ==
        Strings{"not-applicable"});
}

TEST_CASE("what has no effect on an occasion is named") {
  const auto found = [](const std::string& hooks) {
    return top("error_handling: {" + hooks + "}\n").found();
  };
  CHECK(found("on_circuit_open: {action: fail_fast}") == Strings{"bad-value 3:44"});
  CHECK(found("on_failure: {action: shrug}") == Strings{"bad-value 3:39"});
  CHECK(found("on_failure: {action: pause_and_notify, pause_duration: 1}").empty());
  CHECK(found("on_failure: {action: pause_and_notify}") == Strings{"?not-applicable 3:39"});
  CHECK(found("on_circuit_open: {action: pause_and_notify}") == Strings{"?not-applicable 3:44"});
  CHECK(found("on_failure: {action: fail_fast, pause_duration: 1}") ==
        Strings{"?not-applicable 3:50"});
  CHECK(found("on_retry: {pause_duration: 1}") == Strings{"?not-applicable 3:29"});
  CHECK(found("on_failure: {trigger_saga_rollback: true}").empty());
  CHECK(found("on_retry: {trigger_saga_rollback: true}") == Strings{"?not-applicable 3:29"});
  CHECK(found("on_step_failure: {trigger_saga_rollback: true}").empty());
}

TEST_CASE("a compensation of a step that never runs is never needed") {
  const auto found = [](const std::string& steps) {
    return load_yaml("id: ws-t\nsteps:\n" + steps).found();
  };
  const std::string undo = "command: x, compensation: {command: y}}\n";
  const auto of = [&](const std::string& when) {
    return found("  - {id: a, when: \"" + when + "\", " + undo).size();
  };
  CHECK(of("false") == 1);
  CHECK(of("1 == 2") == 1);
  CHECK(of("not true") == 1);
  CHECK(of("'a' in ['b']") == 1);
  CHECK(of("2 == 2") == 0);
  CHECK(of("${steps.b.outputs.x:-'1'} == '2'") == 0);
  CHECK(of("${steps.b.outputs.x} == 1 and false") == 0);  // a value is asked for
  const std::string skipped = "  - {id: a, when: false, command: x}\n";
  CHECK(found(skipped + "  - {id: b, depends_on: a, " + undo).size() == 1);
  CHECK(found(skipped + "  - {id: b, depends_on: [{id: a, on: failure}], " + undo).size() == 1);
  CHECK(found(skipped + "  - {id: b, depends_on: [{id: a, on: done}], " + undo).empty());
  CHECK(found(skipped +
              "  - {id: b, depends_on: [{id: a, on: done}], command: x}\n"
              "  - {id: c, depends_on: b, " +
              undo)
            .empty());
}

TEST_CASE("states must be in the list of states") {
  const auto good =
      top("state_transitions: {initial: a, states: [a, b, c],\n"
          "  transitions: [{from: \"*\", to: b}, {from: [a, b], to: c, trigger: x}]}\n");
  INFO(good.text());
  CHECK(good.found().empty());
  CHECK(good.only().state_machine->initial == "a");
  CHECK(good.only().state_machine->states == Strings{"a", "b", "c"});
  const auto bad =
      top("state_transitions: {initial: z, states: [a],\n"
          "  transitions: [{from: [a, y], to: x}]}\n");
  CHECK(bad.errors() == Strings{"contradiction", "contradiction", "contradiction"});
}

TEST_CASE("a compensation by command or by name") {
  const auto loaded = load_step(
      "command: create\ncompensation: {command: drop --all, timeout: 30s, retries: 3,\n"
      "  parameters: {b: \"${step_output.id}\", a: 1}}");
  INFO(loaded.text());
  CHECK(loaded.found().empty());
  const Compensation& undo = *loaded.step("a").details().compensation;
  CHECK(std::get<CommandAction>(undo.action).command.argv == Strings{"drop", "--all"});
  CHECK(undo.timeout == 30s);
  CHECK(undo.retries == 3);
  const std::vector<std::pair<std::string, std::string>> parameters = {{"b", "${step_output.id}"},
                                                                       {"a", "1"}};
  CHECK(undo.parameters == parameters);
  CHECK(loaded.only().saga);  // the defaults
  const auto named = load_step("compensation: {action: delete_branch}");
  CHECK(std::get<ToolAction>(named.step("a").details().compensation->action).tool ==
        "compensate:delete_branch");
  const auto off = load_step("compensation: {enabled: false, command: x}");
  CHECK_FALSE(off.step("a").details().compensation);
  CHECK_FALSE(off.only().saga);
  CHECK(load_step("compensation: {timeout: 5}").found() == Strings{"?not-applicable 4:5"});
}

TEST_CASE("several compensation actions of a step are one script") {
  const auto loaded = load_step("compensation_actions: [rm -f a, rm -f b]");
  const Compensation& undo = *loaded.step("a").details().compensation;
  CHECK(std::get<ScriptAction>(undo.action).script == "rm -f a\nrm -f b\n");
  const auto prose = load_step("compensation_actions: [Tell the team about it]");
  CHECK(prose.found() == Strings{"?manual-test 4:28"});
  CHECK_FALSE(prose.step("a").details().compensation);
}

TEST_CASE("the saga, its order and its strategy") {
  const auto loaded = top(
      "saga: {enabled: true, strategy: choreography, rollback_on_failure: false, timeout: 600}\n"
      "rollback_order: [b, a]\n"
      "rollback_strategy: {on_compensation_failure: retry_later, rollback_timeout: 300}\n"
      "execution: {timeout: 1h}\n");
  INFO(loaded.text());
  CHECK(loaded.found() == Strings{"?not-applicable 3:33"});
  const SagaPolicy& policy = *loaded.only().saga;
  CHECK_FALSE(policy.rolls_back_on_failure);
  CHECK(policy.order == RollbackOrder::custom);
  CHECK(policy.custom_order == Strings{"b", "a"});
  CHECK(policy.on_compensation_failure == CompensationFailure::retry_later);
  CHECK(policy.max_rollback_retries == 1);
  CHECK(policy.timeout == 300s);
  CHECK(loaded.only().execution.timeout == 600s);
  const auto custom = top("saga: {}\nrollback_order: custom\ncustom_order: [b]\n");
  CHECK(custom.only().saga->custom_order == Strings{"b"});
  CHECK(saga_of("saga: {}\nrollback_order: parallel\n")->order == RollbackOrder::parallel);
  CHECK(top("saga: {}\nrollback_order: [c, b, b]\n").found() ==
        Strings{"unknown-member 4:18", "?repeated-member 4:24"});
  CHECK(top("saga: {}\nrollback_order: custom\n").has("not-applicable"));
  CHECK_FALSE(saga_of("saga: {enabled: false}\ncompensation_actions: [x -y]\n"));
  CHECK(saga_of("compensation_actions: [x -y]\n"));
  CHECK_FALSE(saga_of("rollback_order: reverse\n"));
}

TEST_CASE("a compensation that is never needed") {
  const auto found = [](const std::string& steps) {
    return load_yaml("id: ws-t\nsteps:\n" + steps).found();
  };
  const std::string undone = "compensation: {command: undo}}\n";
  CHECK(found("  - {id: a, when: false, " + undone) == Strings{"?not-applicable 3:26"});
  CHECK(found("  - {id: a, when: false}\n  - {id: b, depends_on: a, " + undone) ==
        Strings{"?not-applicable 4:28"});
  CHECK(found("  - {id: a, when: true, " + undone).empty());
  CHECK(found("  - {id: a, when: false}\n  - {id: b, " + undone).empty());
  CHECK(found("  - {id: a, " + undone + "step_groups: [{id: g, steps: [a], when: false}]\n") ==
        Strings{"?not-applicable 3:13"});
}

}  // namespace
}  // namespace ws
