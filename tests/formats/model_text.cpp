#include "model_text.h"

#include <fmt/format.h>

#include "model/datum.h"

namespace ws::test {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class ModelText {
 public:
  void line(std::string_view name, const std::string& text) {
    out_ += fmt::format("{}={}\n", name, text);
  }
  void line(std::string_view name, Duration value) { line(name, format_exact(value)); }
  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void line(std::string_view name, T value) {
    if constexpr (std::is_enum_v<T>)
      line(name, std::to_string(static_cast<int>(value)));
    else
      line(name, fmt::format("{}", value));
  }
  template <class T>
  void line(std::string_view name, const std::optional<T>& value) {
    if (value)
      line(name, *value);
    else
      line(name, std::string("none"));
  }
  void line(std::string_view name, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) line(name, text);
  }
  void line(std::string_view name, const std::vector<int>& numbers) {
    for (const int number : numbers) line(name, number);
  }
  void line(std::string_view name, const std::vector<Dependency>& all) {
    for (const Dependency& one : all)
      line(name, fmt::format("{} on {}", one.name, static_cast<int>(one.on)));
  }
  void line(std::string_view name, const std::vector<ScopePattern>& all) {
    for (const ScopePattern& one : all) line(name, one.pattern);
  }
  void line(std::string_view name, const Pairs& pairs) {
    for (const auto& [key, value] : pairs) line(name, key + " -> " + value);
  }
  void json(std::string_view name, const std::string& text) {
    const auto datum = parse_json(text);
    line(name, datum ? to_json(*datum) : "not JSON: " + text);
  }
  void json(std::string_view name, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) json(name, text);
  }
  void line(std::string_view name,
            const std::vector<std::pair<std::string, std::uint32_t>>& pairs) {
    for (const auto& [key, value] : pairs) line(name, fmt::format("{} -> {}", key, value));
  }
  void line(std::string_view name, const Command& command) {
    line(name,
         fmt::format("{}{}", command.through_shell ? "shell " : "words ", command.argv.size()));
    line(name, command.argv);
  }

  void rule(const GroupRule& rule) {
    line("join", rule.join);
    if (rule.join == Join::any) line("count", rule.join_count);
    line("first", rule.on_first_failure);
    line("fail_if", rule.fail_if);
    line("errors", rule.errors);
    line("losers", rule.losers ? static_cast<int>(*rule.losers) : -1);
    line("execute", rule.execute);
    line("max_workers", rule.max_workers);
    line("group timeout", rule.timeout);
    line("explicit", rule.is_policy_explicit);
  }

  void retry(const std::optional<RetryPolicy>& retry) {
    if (!retry) return;
    line("attempts", retry->attempts);
    line("backoff", retry->backoff);
    line("initial", retry->initial_delay);
    line("max", retry->max_delay);
    line("factor", retry->factor);
    line("jitter", retry->jitter);
    line("on_exit", retry->on_exit);
    line("on_output", retry->on_output);
  }

  void breaker(const std::optional<BreakerPolicy>& breaker) {
    if (!breaker) return;
    line("max_attempts", breaker->max_attempts);
    line("repeats", breaker->max_error_repeats);
    line("oscillation", breaker->oscillation_threshold);
    line("per_step", breaker->per_step);
    line("per_phase", breaker->per_phase);
    line("cooldown", breaker->cooldown);
    line("patterns", breaker->error_patterns);
    line("escalation", breaker->escalation_strategy);
  }

  void tests(std::string_view name, const std::vector<AcceptanceTest>& tests) {
    for (const AcceptanceTest& test : tests) {
      line(name, test.text);
      line("command", test.command);
      line("manual", test.manual_reason);
      line("timeout", test.timeout);
      line("artifact", test.artifact);
      line("blocking", test.is_blocking);
    }
  }

  void action(const Action& action) {
    line("action", action.index());
    if (const auto* one = std::get_if<ManualAction>(&action)) line("manual", one->text);
    if (const auto* one = std::get_if<CommandAction>(&action)) line("command", one->command);
    if (const auto* one = std::get_if<ScriptAction>(&action)) {
      line("script", one->script);
      line("shell", one->shell);
    }
    if (const auto* one = std::get_if<ToolAction>(&action)) {
      line("tool", one->tool);
      line("prompt", one->prompt);
      line("general", one->general);
    }
    if (const auto* one = std::get_if<WaitAction>(&action)) {
      line("for", one->duration);
      line("until", one->until);
      line("event", one->event);
    }
    if (const auto* one = std::get_if<CallAction>(&action)) {
      line("call", one->workstream + "@" + one->version);
      for (const auto& [name, json_of] : one->inputs) json(name, json_of);
    }
  }

  void compensation(const Compensation& one) {
    action(one.action);
    line("parameters", one.parameters);
    line("timeout", one.timeout);
    line("retries", one.retries);
    line("enabled", one.enabled);
    line("text", one.text);
  }

  void step(const Step& step) {
    out_ += "step\n";
    line("id", step.id);
    action(step.action);
    line("depends_on", step.depends_on);
    line("timeout", step.timeout);
    line("on_failure", step.on_failure);
    line("priority", step.priority);
    line("critical", step.is_critical);
    const StepDetails& details = step.details();
    line("name", details.name);
    line("description", details.description);
    line("env", details.env);
    line("dir", details.working_dir);
    line("stdin", details.stdin_file);
    line("stdin text", details.stdin_text.value_or("none"));
    line("stdin context", details.stdin_context);
    if (!details.stdin_json.empty()) json("stdin json", details.stdin_json);
    line("idle", details.idle_timeout);
    retry(details.retry);
    breaker(details.breaker);
    line("exit_codes", details.success.exit_codes);
    line("require", details.success.require_output);
    line("fail_on", details.success.fail_on_output);
    line("files", details.success.files);
    line("no_change", details.success.no_change);
    tests("test", details.acceptance_tests);
    if (details.compensation) compensation(*details.compensation);
    line("scope", details.files_scope);
    line("create", details.files_create);
    line("tags", details.tags);
    line("outputs", details.outputs);
    for (const auto& [name, text] : details.values) json(name, text);
    line("pools", details.pools);
    line("when", details.when);
    if (details.for_each) items(*details.for_each);
    line("conflict", details.conflict_group);
    line("key", details.idempotency_key);
    line("ttl", details.idempotency_ttl);
    line("provides", details.provides);
    line("consumes", details.consumes);
    line("metadata", details.metadata);
    line("parallel_ok", details.parallel_ok);
  }

  void items(const ForEach& each) {
    line("each", each.kind);
    json("item", each.items);
    for (const auto& [name, values] : each.dimensions) json(name, values);
    json("include", each.include);
    json("exclude", each.exclude);
    line("source", each.source);
    rule(each.rule);
  }

  void group(const Group& group) {
    out_ += "group\n";
    line("id", group.id);
    line("name", group.name);
    line("description", group.description);
    line("members", group.members);
    line("depends_on", group.depends_on);
    rule(group.rule);
    line("member_timeout", group.member_timeout);
    retry(group.retry);
    breaker(group.breaker);
    line("result", group.result_from);
    line("catch", group.catch_steps);
    line("finally", group.finally_steps);
    line("when", group.when);
    if (group.repeat) {
      line("rounds", group.repeat->max_rounds);
      line("until", group.repeat->until);
      line("while", group.repeat->while_);
      line("bound", group.repeat->is_bound_an_error);
    }
    if (group.for_each) items(*group.for_each);
    line("phase", group.is_phase);
    line("on_phase_failure", group.on_phase_failure);
    line("checkpoint", group.checkpoint);
  }

  void hook(std::string_view name, const ErrorHook& hook) {
    line(name, hook.action);
    line("level", hook.log_level);
    line("notify", hook.notify);
    line("diagnostics", hook.collect_diagnostics);
    line("message", hook.message);
    line("pause", hook.pause);
    line("rollback", hook.triggers_rollback);
  }

  void hooks(const ErrorHandling& handling) {
    hook("on_failure", handling.on_failure);
    hook("on_retry", handling.on_retry);
    hook("on_recovery", handling.on_recovery);
    hook("on_circuit_open", handling.on_circuit_open);
    hook("on_step_failure", handling.on_step_failure);
    hook("on_rollback_start", handling.on_rollback_start);
    hook("on_rollback_complete", handling.on_rollback_complete);
    hook("on_rollback_failure", handling.on_rollback_failure);
  }

  void saga(const SagaPolicy& saga) {
    line("saga", saga.rolls_back_on_failure);
    line("order", saga.order);
    line("custom", saga.custom_order);
    line("on failure", saga.on_compensation_failure);
    line("retries", saga.max_rollback_retries);
    line("timeout", saga.timeout);
  }

  void top(const Workstream& of) {
    line("id", of.id);
    line("name", of.name);
    line("version", of.version);
    line("description", of.description);
    line("depends_on", of.depends_on);
    line("parallel", of.execution.parallel);
    line("workers", of.execution.max_workers);
    line("cap", of.execution.worker_cap);
    line("per step", of.execution.timeout_per_step);
    line("timeout", of.execution.timeout);
    line("delay", of.execution.rate_limit_delay);
    line("on_failure", of.execution.on_failure);
    line("adaptive", of.execution.adaptive_scaling);
    line("observer", of.execution.observer);
    tests("test", of.acceptance_tests);
    tests("preflight", of.preflight_checks);
    line("scope", of.files_scope);
    line("create", of.files_create);
    line("env", of.env);
    line("secrets", of.secrets);
    line("tags", of.tags);
    line("vars", of.vars);
    line("pools", of.pools);
    for (const RunOutput& output : of.outputs) line(output.name, output.source);
    for (const Input& input : of.inputs) {
      line("input", input.name + " " + input.description);
      if (input.default_json) json("default", *input.default_json);
    }
    line("any input", of.takes_any_input);
    for (const Compensation& one : of.compensation_actions) compensation(one);
    if (of.saga) saga(*of.saga);
    hooks(of.error_handling);
    if (of.state_machine) {
      line("initial", of.state_machine->initial);
      line("states", of.state_machine->states);
    }
    line("conflict", of.conflict_group);
    line("parallel_ok", of.parallel_ok);
    line("gate", of.gate);
    breaker(of.breaker);
    retry(of.retry);
    line("cost", of.max_cost_usd);
    line("tokens", of.estimated_context_tokens);
    line("metadata", of.metadata);
    for (const DeferredFeature& feature : of.deferred) {
      line("deferred", fmt::format("{} of {} ({}, {})", feature.key, feature.owner, feature.message,
                                   feature.hint));
      json("value", feature.value);
    }
    line("single", of.is_single_step);
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace

std::string model_text(const Workstream& workstream) {
  ModelText text;
  text.top(workstream);
  for (const Step& step : workstream.steps) text.step(step);
  for (const Group& group : workstream.groups) text.group(group);
  return std::move(text).take();
}

}  // namespace ws::test
