#include "formats/writer/undo_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/sentence.h"

namespace ws {
namespace {

constexpr std::string_view kProfilePrefix = "compensate:";

std::vector<std::string> lines_of(std::string_view script) {
  std::vector<std::string> lines;
  while (!script.empty()) {
    const std::size_t end = std::min(script.find('\n'), script.size());
    if (end > 0) lines.emplace_back(script.substr(0, end));
    script.remove_prefix(std::min(end + 1, script.size()));
  }
  return lines;
}

bool are_commands(const std::vector<std::string>& lines) {
  return lines.size() > 1 && std::none_of(lines.begin(), lines.end(), [](const std::string& line) {
           return why_prose(line).has_value();
         });
}

bool has_only_lines(const Compensation& one) {
  return one.parameters.empty() && one.timeout == Duration::zero() && one.retries == 0;
}

// The command of a script: the first line that fails ends it.
NativeValue script_command(const ScriptAction& action) {
  if (action.shell.argv.empty()) return NativeValue::text("set -e\n" + action.script);
  Command command = action.shell;
  command.argv.insert(command.argv.end(), {"-c", action.script});
  return write_command(command);
}

bool put_undo(NativeObject& out, const Compensation& one, std::string_view owner,
              Unwritten& unwritten) {
  if (const auto* command = std::get_if<CommandAction>(&one.action)) {
    out.put(Key::command, write_command(command->command));
    return true;
  }
  if (const auto* script = std::get_if<ScriptAction>(&one.action)) {
    out.put(Key::command, script_command(*script));
    return true;
  }
  if (const auto* tool = std::get_if<ToolAction>(&one.action);
      tool != nullptr && tool->tool.starts_with(kProfilePrefix)) {
    out.text(Key::action, std::string_view(tool->tool).substr(kProfilePrefix.size()));
    return true;
  }
  unwritten.push_back(fmt::format("{}: its compensation", owner));
  return false;
}

// What its text would be without a description.
std::string usual_text(const Compensation& one) {
  if (const auto* command = std::get_if<CommandAction>(&one.action)) return command->command.text();
  if (const auto* tool = std::get_if<ToolAction>(&one.action))
    return tool->tool.substr(std::min(kProfilePrefix.size(), tool->tool.size()));
  return "";
}

std::string_view word_of(ErrorAction action) {
  switch (action) {
    case ErrorAction::none:
      return "";
    case ErrorAction::fail_fast:
      return "fail_fast";
    case ErrorAction::log_and_continue:
      return "log_and_continue";
    case ErrorAction::skip_step:
      return "skip_step";
    case ErrorAction::escalate:
      return "escalate";
    case ErrorAction::pause_and_notify:
      return "pause_and_notify";
  }
  return "";
}

void put_hook(NativeObject& out, Key key, const ErrorHook& hook) {
  NativeObject object;
  object.text(Key::action, word_of(hook.action));
  object.text(Key::log_level, hook.log_level);
  object.texts(Key::notify, hook.notify);
  if (hook.collect_diagnostics) object.flag(Key::collect_diagnostics, true);
  object.text(Key::message, hook.message);
  put_duration(object, Key::pause_duration, hook.pause);
  if (hook.triggers_rollback) object.flag(Key::trigger_saga_rollback, *hook.triggers_rollback);
  out.object(key, std::move(object));
}

bool can_undo(const Workstream& workstream) {
  return !workstream.compensation_actions.empty() ||
         std::any_of(workstream.steps.begin(), workstream.steps.end(),
                     [](const Step& step) { return step.details().compensation.has_value(); });
}

void put_order(NativeObject& out, const SagaPolicy& policy) {
  switch (policy.order) {
    case RollbackOrder::reverse:
      return;
    case RollbackOrder::parallel:
      return out.text(Key::rollback_order, "parallel");
    case RollbackOrder::custom:
      if (policy.custom_order.empty()) return out.text(Key::rollback_order, "custom");
      return out.texts(Key::rollback_order, policy.custom_order);
  }
}

void put_strategy(NativeObject& out, const SagaPolicy& policy) {
  NativeObject object;
  switch (policy.on_compensation_failure) {
    case CompensationFailure::log_and_continue:
      break;
    case CompensationFailure::fail_fast:
      object.text(Key::on_compensation_failure, "fail_fast");
      break;
    case CompensationFailure::retry_later:
      object.text(Key::on_compensation_failure, "retry_later");
      break;
  }
  const std::uint32_t usual =
      policy.on_compensation_failure == CompensationFailure::retry_later ? 1 : 0;
  if (policy.max_rollback_retries != usual)
    object.count(Key::max_rollback_retries, policy.max_rollback_retries);
  put_duration(object, Key::rollback_timeout, policy.timeout);
  out.object(Key::rollback_strategy, std::move(object));
}

void put_actions(NativeObject& out, const Workstream& workstream, Unwritten& unwritten) {
  std::vector<std::string> lines;
  for (const Compensation& action : workstream.compensation_actions) {
    const auto* command = std::get_if<CommandAction>(&action.action);
    std::string line = command == nullptr ? "" : command->command.text();
    if (command != nullptr && Command::from_line(action.text) == command->command)
      line = action.text;
    if (command == nullptr || why_prose(line))
      unwritten.push_back(fmt::format("the compensation action '{}'", action.text));
    else
      lines.push_back(line);
  }
  out.texts(Key::compensation_actions, lines);
}

}  // namespace

void put_compensation(NativeObject& out, const Compensation& compensation, std::string_view owner,
                      Unwritten& unwritten) {
  if (!compensation.enabled) return;
  const auto* script = std::get_if<ScriptAction>(&compensation.action);
  if (script != nullptr && script->shell.argv.empty() && has_only_lines(compensation)) {
    if (const auto lines = lines_of(script->script); are_commands(lines))
      return out.texts(Key::compensation_actions, lines);
  }
  NativeObject object;
  if (!put_undo(object, compensation, owner, unwritten)) return;
  if (compensation.text != usual_text(compensation))
    object.text(Key::description, compensation.text);
  put_pairs(object, Key::parameters, compensation.parameters);
  put_duration(object, Key::timeout, compensation.timeout);
  if (compensation.retries > 0) object.count(Key::retries, compensation.retries);
  out.object(Key::compensation, std::move(object));
}

void put_saga(NativeObject& out, const Workstream& workstream, Unwritten& unwritten) {
  put_actions(out, workstream, unwritten);
  NativeObject saga;
  if (!workstream.saga) {
    if (!can_undo(workstream)) return;
    saga.flag(Key::enabled, false);
    return out.object(Key::saga, std::move(saga));
  }
  const SagaPolicy& policy = *workstream.saga;
  if (!can_undo(workstream) || !policy.rolls_back_on_failure) saga.flag(Key::enabled, true);
  if (!policy.rolls_back_on_failure) saga.flag(Key::rollback_on_failure, false);
  out.object(Key::saga, std::move(saga));
  put_order(out, policy);
  put_strategy(out, policy);
}

void put_resume(NativeObject& out, const std::optional<ResumePolicy>& policy) {
  if (!policy) return;
  NativeObject object;
  object.flag(Key::enabled, policy->is_enabled);
  if (policy->from == ResumePolicy::From::phase_start)
    object.text(Key::strategy, "from_phase_start");
  if (policy->from == ResumePolicy::From::beginning) object.text(Key::strategy, "from_beginning");
  if (policy->refuses_edits) {
    NativeObject checks;
    checks.flag(Key::check_file_changes, true);
    object.object(Key::on_resume, std::move(checks));
  }
  if (policy->cleans_up) object.flag(Key::cleanup_on_complete, true);
  out.object(Key::resume, std::move(object));
}

void put_error_handling(NativeObject& out, const ErrorHandling& handling) {
  NativeObject object;
  put_hook(object, Key::on_failure, handling.on_failure);
  put_hook(object, Key::on_step_failure, handling.on_step_failure);
  put_hook(object, Key::on_retry, handling.on_retry);
  put_hook(object, Key::on_recovery, handling.on_recovery);
  put_hook(object, Key::on_circuit_open, handling.on_circuit_open);
  put_hook(object, Key::on_rollback_start, handling.on_rollback_start);
  put_hook(object, Key::on_rollback_complete, handling.on_rollback_complete);
  put_hook(object, Key::on_rollback_failure, handling.on_rollback_failure);
  out.object(Key::error_handling, std::move(object));
}

}  // namespace ws
