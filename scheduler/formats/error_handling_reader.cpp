#include "formats/error_handling_reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

ErrorAction action_named(std::string_view word) {
  if (word == "fail_fast") return ErrorAction::fail_fast;
  if (word == "log_and_continue") return ErrorAction::log_and_continue;
  if (word == "skip_step") return ErrorAction::skip_step;
  if (word == "escalate") return ErrorAction::escalate;
  if (word == "pause_and_notify") return ErrorAction::pause_and_notify;
  return ErrorAction::none;
}

std::string level_named(std::string word) {
  for (char& c : word) c = to_lower(c);
  constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error", "critical"};
  const bool is_known =
      std::find(std::begin(kLevels), std::end(kLevels), word) != std::end(kLevels);
  return is_known ? word : "";
}

class HookReader {
 public:
  HookReader(const Fields& occasions, Reading& reading)
      : occasions_(occasions), reading_(reading) {}

  ErrorHook read(Key occasion) {
    ErrorHook hook;
    const Field* field = occasions_.find(occasion);
    if (field == nullptr || !field->value.is_object()) return hook;
    const Fields fields(field->value, kErrorHookObject);
    hook.log_level = level_named(read_text(fields.find(Key::log_level)));
    hook.notify = read_texts(fields.find(Key::notify));
    hook.collect_diagnostics = read_flag(fields.find(Key::collect_diagnostics), false);
    const Field* message = fields.find(Key::message);
    if (message == nullptr) message = fields.find(Key::message_template);
    hook.message = read_text(message);
    if (message != nullptr) hook.message_place = message->value.place();
    read_action(fields, occasion, hook);
    if (const Field* trigger = fields.find(Key::trigger_saga_rollback)) {
      hook.triggers_rollback = read_flag(trigger, false);
      if (occasion != Key::on_step_failure && occasion != Key::on_failure)
        no_effect(*trigger, "write it under 'on_failure'");
    }
    return hook;
  }

 private:
  void read_action(const Fields& fields, Key occasion, ErrorHook& hook) {
    const Field* action = fields.find(Key::action);
    const Field* pause = fields.find(Key::pause_duration);
    if (occasion == Key::on_failure || occasion == Key::on_circuit_open) {
      hook.action = action_named(read_text(action));
      hook.pause = read_duration(pause);
    } else if (action != nullptr) {
      no_effect(*action, "only 'on_failure' and 'on_circuit_open' have one");
    }
    const bool pauses = hook.action == ErrorAction::pause_and_notify;
    if (pause != nullptr && !pauses) no_effect(*pause, "only 'action: pause_and_notify' pauses");
    // Of a breaker check_pause() asks: it may have a cooldown to go by.
    if (pauses && hook.pause <= Duration::zero() && occasion == Key::on_failure) {
      reading_.diagnostics.warning(mistakes::not_applicable, action->value.place(),
                                   "'pause_and_notify' only notifies here",
                                   "to say how long the pause is, add 'pause_duration' beside it");
    }
  }

  void no_effect(const Field& field, std::string why) {
    reading_.diagnostics.warning(mistakes::not_applicable, field.key_place,
                                 fmt::format("'{}' has no effect here", field.key), std::move(why));
  }

  const Fields& occasions_;
  Reading& reading_;
};

class StateCheck {
 public:
  StateCheck(const std::vector<std::string>& states, Reading& reading)
      : states_(states.begin(), states.end()), reading_(reading) {}

  // `name` is "'from' of a transition".
  void check(Value value, std::string_view name) {
    if (!value.is_string() || states_.contains(value.as_string())) return;
    const std::vector<std::string_view> known(states_.begin(), states_.end());
    const auto near = known.size() <= 1000 ? nearest(value.as_string(), known) : std::nullopt;
    reading_.diagnostics.error(
        mistakes::contradiction, value.place(),
        fmt::format("{} is '{}', which is not one of 'states'", name, printable(value.as_string())),
        near ? fmt::format("did you mean '{}'?", *near) : "add it to 'states'");
  }

 private:
  std::unordered_set<std::string_view> states_;
  Reading& reading_;
};

}  // namespace

ErrorHandling read_error_handling(const Field* field, Reading& reading) {
  ErrorHandling out;
  if (field == nullptr || !field->value.is_object()) return out;
  const Fields fields(field->value, kErrorHandlingObject);
  HookReader hooks(fields, reading);
  out.on_failure = hooks.read(Key::on_failure);
  out.on_retry = hooks.read(Key::on_retry);
  out.on_recovery = hooks.read(Key::on_recovery);
  out.on_circuit_open = hooks.read(Key::on_circuit_open);
  out.on_step_failure = hooks.read(Key::on_step_failure);
  out.on_rollback_start = hooks.read(Key::on_rollback_start);
  out.on_rollback_complete = hooks.read(Key::on_rollback_complete);
  out.on_rollback_failure = hooks.read(Key::on_rollback_failure);
  return out;
}

std::optional<StateMachine> read_state_machine(const Field* field, Reading& reading) {
  if (field == nullptr || !field->value.is_object()) return std::nullopt;
  const Fields fields(field->value, kStateTransitionsObject);
  StateMachine out{read_text(fields.find(Key::initial)), read_texts(fields.find(Key::states))};
  if (!fields.has(Key::states)) return out;
  StateCheck states(out.states, reading);
  if (const Field* initial = fields.find(Key::initial)) states.check(initial->value, "'initial'");
  const Field* transitions = fields.find(Key::transitions);
  if (transitions == nullptr) return out;
  for (const Value element : transitions->value.items()) {
    if (!element.is_object()) continue;
    const Fields one(element, kTransitionObject);
    if (const Field* to = one.find(Key::to)) states.check(to->value, "'to' of a transition");
    const Field* from = one.find(Key::from);
    if (from == nullptr || read_text(from) == "*") continue;
    constexpr std::string_view kWhere = "'from' of a transition";
    states.check(from->value, kWhere);
    if (!from->value.is_array()) continue;
    for (const Value state : from->value.items()) {
      if (!state.is_string() || state.as_string() != "*") states.check(state, kWhere);
    }
  }
  return out;
}

}  // namespace ws
