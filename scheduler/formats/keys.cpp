#include "formats/keys.h"

#include <array>

namespace ws {
namespace {

struct KeyName {
  Key key;
  std::string_view name;
};

// In the order of the enumeration (checked below).
constexpr std::array<KeyName, kKeyCount> kNames = {{
    {Key::none, ""},
    {Key::acceptance_tests, "acceptance_tests"},
    {Key::action, "action"},
    {Key::adaptive_scaling, "adaptive_scaling"},
    {Key::any, "any"},
    {Key::any_input, "any_input"},
    {Key::args, "args"},
    {Key::at_max, "at_max"},
    {Key::attempts, "attempts"},
    {Key::backoff, "backoff"},
    {Key::blocked_by, "blocked_by"},
    {Key::blocking, "blocking"},
    {Key::blocks, "blocks"},
    {Key::capability, "capability"},
    {Key::capability_payload, "capability_payload"},
    {Key::catch_, "catch"},
    {Key::ccpm_issue, "ccpm_issue"},
    {Key::check_file_changes, "check_file_changes"},
    {Key::checkpoint, "checkpoint"},
    {Key::checkpoint_interval, "checkpoint_interval"},
    {Key::circuit_breaker, "circuit_breaker"},
    {Key::cleanup_on_complete, "cleanup_on_complete"},
    {Key::collect_diagnostics, "collect_diagnostics"},
    {Key::command, "command"},
    {Key::compensation, "compensation"},
    {Key::compensation_actions, "compensation_actions"},
    {Key::condition, "condition"},
    {Key::conflict_group, "conflict_group"},
    {Key::consumes, "consumes"},
    {Key::context, "context"},
    {Key::cooldown, "cooldown"},
    {Key::count, "count"},
    {Key::critical, "critical"},
    {Key::custom_order, "custom_order"},
    {Key::cwd, "cwd"},
    {Key::default_, "default"},
    {Key::default_retries, "default_retries"},
    {Key::default_timeout, "default_timeout"},
    {Key::dependencies, "dependencies"},
    {Key::depends_on, "depends_on"},
    {Key::description, "description"},
    {Key::enabled, "enabled"},
    {Key::env, "env"},
    {Key::error_handling, "error_handling"},
    {Key::error_patterns, "error_patterns"},
    {Key::errors, "errors"},
    {Key::escalation_strategy, "escalation_strategy"},
    {Key::estimated_context_tokens, "estimated_context_tokens"},
    {Key::event, "event"},
    {Key::exclude, "exclude"},
    {Key::execute, "execute"},
    {Key::execution, "execution"},
    {Key::exit_codes, "exit_codes"},
    {Key::expected_artifacts, "expected_artifacts"},
    {Key::factor, "factor"},
    {Key::fail_fast, "fail_fast"},
    {Key::fail_if, "fail_if"},
    {Key::fail_on_output, "fail_on_output"},
    {Key::failure_pattern, "failure_pattern"},
    {Key::file, "file"},
    {Key::files, "files"},
    {Key::files_create, "files_create"},
    {Key::files_scope, "files_scope"},
    {Key::finally, "finally"},
    {Key::for_, "for"},
    {Key::for_each, "for_each"},
    {Key::from, "from"},
    {Key::gate, "gate"},
    {Key::glob, "glob"},
    {Key::globals, "globals"},
    {Key::groups, "groups"},
    {Key::hint, "hint"},
    {Key::id, "id"},
    {Key::idempotency_key, "idempotency_key"},
    {Key::idempotency_ttl, "idempotency_ttl"},
    {Key::idle_timeout, "idle_timeout"},
    {Key::include, "include"},
    {Key::initial, "initial"},
    {Key::initial_delay, "initial_delay"},
    {Key::inputs, "inputs"},
    {Key::install, "install"},
    {Key::interval, "interval"},
    {Key::jitter, "jitter"},
    {Key::join, "join"},
    {Key::json, "json"},
    {Key::key, "key"},
    {Key::kind, "kind"},
    {Key::lines, "lines"},
    {Key::location, "location"},
    {Key::log_level, "log_level"},
    {Key::losers, "losers"},
    {Key::max, "max"},
    {Key::max_attempts, "max_attempts"},
    {Key::max_concurrency, "max_concurrency"},
    {Key::max_cost_usd, "max_cost_usd"},
    {Key::max_delay, "max_delay"},
    {Key::max_error_repeats, "max_error_repeats"},
    {Key::max_phase_retries, "max_phase_retries"},
    {Key::max_retries, "max_retries"},
    {Key::max_rollback_retries, "max_rollback_retries"},
    {Key::max_workers, "max_workers"},
    {Key::member_timeout, "member_timeout"},
    {Key::message, "message"},
    {Key::message_template, "message_template"},
    {Key::metadata, "metadata"},
    {Key::mode, "mode"},
    {Key::name, "name"},
    {Key::no_change, "no_change"},
    {Key::notify, "notify"},
    {Key::observer, "observer"},
    {Key::of, "of"},
    {Key::on, "on"},
    {Key::on_circuit_open, "on_circuit_open"},
    {Key::on_compensation_failure, "on_compensation_failure"},
    {Key::on_exit, "on_exit"},
    {Key::on_failure, "on_failure"},
    {Key::on_first_failure, "on_first_failure"},
    {Key::on_item_failure, "on_item_failure"},
    {Key::on_output, "on_output"},
    {Key::on_recovery, "on_recovery"},
    {Key::on_resume, "on_resume"},
    {Key::on_retry, "on_retry"},
    {Key::on_rollback_complete, "on_rollback_complete"},
    {Key::on_rollback_failure, "on_rollback_failure"},
    {Key::on_rollback_start, "on_rollback_start"},
    {Key::on_step_failure, "on_step_failure"},
    {Key::openspec_change, "openspec_change"},
    {Key::oscillation_threshold, "oscillation_threshold"},
    {Key::outputs, "outputs"},
    {Key::parallel, "parallel"},
    {Key::parallel_ok, "parallel_ok"},
    {Key::parameters, "parameters"},
    {Key::partial_rollback, "partial_rollback"},
    {Key::path, "path"},
    {Key::pause_duration, "pause_duration"},
    {Key::per_phase, "per_phase"},
    {Key::per_step, "per_step"},
    {Key::phases, "phases"},
    {Key::plan_id, "plan_id"},
    {Key::pools, "pools"},
    {Key::pre_flight_checks, "pre_flight_checks"},
    {Key::priority, "priority"},
    {Key::program, "program"},
    {Key::prompt, "prompt"},
    {Key::provides, "provides"},
    {Key::rate_limit_delay, "rate_limit_delay"},
    {Key::refused, "refused"},
    {Key::repeat, "repeat"},
    {Key::require_output, "require_output"},
    {Key::required, "required"},
    {Key::result, "result"},
    {Key::resume, "resume"},
    {Key::resume_strategy, "resume_strategy"},
    {Key::retries, "retries"},
    {Key::retry, "retry"},
    {Key::retry_delay, "retry_delay"},
    {Key::rollback_on_failure, "rollback_on_failure"},
    {Key::rollback_order, "rollback_order"},
    {Key::rollback_strategy, "rollback_strategy"},
    {Key::rollback_timeout, "rollback_timeout"},
    {Key::saga, "saga"},
    {Key::script, "script"},
    {Key::secrets, "secrets"},
    {Key::shell, "shell"},
    {Key::state_transitions, "state_transitions"},
    {Key::states, "states"},
    {Key::stdin_, "stdin"},
    {Key::step_groups, "step_groups"},
    {Key::steps, "steps"},
    {Key::strategy, "strategy"},
    {Key::success, "success"},
    {Key::success_pattern, "success_pattern"},
    {Key::tags, "tags"},
    {Key::tasks, "tasks"},
    {Key::test_gates, "test_gates"},
    {Key::text, "text"},
    {Key::timeout, "timeout"},
    {Key::timeout_per_step, "timeout_per_step"},
    {Key::to, "to"},
    {Key::tool, "tool"},
    {Key::transitions, "transitions"},
    {Key::trigger, "trigger"},
    {Key::trigger_saga_rollback, "trigger_saga_rollback"},
    {Key::type, "type"},
    {Key::ui_hints, "ui_hints"},
    {Key::until, "until"},
    {Key::validate_state, "validate_state"},
    {Key::value, "value"},
    {Key::values, "values"},
    {Key::vars, "vars"},
    {Key::verify_dependencies, "verify_dependencies"},
    {Key::version, "version"},
    {Key::wait, "wait"},
    {Key::when, "when"},
    {Key::while_, "while"},
    {Key::worker_cap, "worker_cap"},
    {Key::working_dir, "working_dir"},
    {Key::workstream, "workstream"},
}};

consteval bool is_in_order() {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::size_t>(kNames[i].key) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

// Four characters and the length tell nearly all names apart; the rest is probing.
constexpr std::size_t kBuckets = 1024;

constexpr std::size_t bucket_of(std::string_view name) {
  const auto at = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(name[i]));
  };
  const std::size_t n = name.size();
  return (n * 131 + at(0) * 7 + at(n / 2) * 61 + at(n / 3) * 17 + at(n - 1) * 37) % kBuckets;
}

consteval std::array<std::uint8_t, kBuckets> make_table() {
  std::array<std::uint8_t, kBuckets> table{};
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    std::size_t bucket = bucket_of(kNames[i].name);
    while (table[bucket] != 0) bucket = (bucket + 1) % kBuckets;
    table[bucket] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr std::array<std::uint8_t, kBuckets> kTable = make_table();

}  // namespace

std::string_view name_of(Key key) { return kNames[static_cast<std::size_t>(key)].name; }

Key key_named(std::string_view name) {
  if (name.empty()) return Key::none;
  for (std::size_t bucket = bucket_of(name); kTable[bucket] != 0;
       bucket = (bucket + 1) % kBuckets) {
    const KeyName& entry = kNames[kTable[bucket]];
    if (entry.name == name) return entry.key;
  }
  return Key::none;
}

}  // namespace ws
