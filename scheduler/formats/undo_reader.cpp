#include "formats/undo_reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/action_reader.h"
#include "formats/coerce.h"
#include "formats/sentence.h"
#include "formats/shapes.h"
#include "formats/value_text.h"
#include "model/mistakes.h"
#include "model/unreached.h"

namespace ws {
namespace {

void no_effect(const Field& field, std::string hint, Reading& reading) {
  reading.diagnostics.warning(mistakes::not_applicable, field.key_place,
                              fmt::format("'{}' has no effect here", field.key), std::move(hint));
}

std::optional<Compensation> read_compensation(const Field& field, Reading& reading) {
  if (!field.value.is_object()) return std::nullopt;
  const Fields fields(field.value, kCompensationObject);
  if (!read_flag(fields.find(Key::enabled), true)) return std::nullopt;
  Compensation out;
  out.place = field.key_place;
  out.timeout = read_duration(fields.find(Key::timeout));
  out.retries = read_count(fields.find(Key::retries), 0);
  if (const Field* command = fields.find(Key::command)) {
    out.action = CommandAction{read_command(*command, nullptr, reading.sources)};
    out.text = std::get<CommandAction>(out.action).command.text();
  } else if (const Field* action = fields.find(Key::action)) {
    out.text = read_text(action);
    out.action = ToolAction{"compensate:" + out.text, action->value.place(), {}};
  } else {
    no_effect(field, "it has neither a 'command' nor an 'action': nothing is undone", reading);
    return std::nullopt;
  }
  const std::string description = read_text(fields.find(Key::description));
  if (!description.empty()) out.text = description;
  if (const Field* parameters = fields.find(Key::parameters)) {
    for (const Member& member : parameters->value.members())
      out.parameters.emplace_back(std::string(member.key),
                                  plain_text(member.value, reading.sources));
  }
  return out;
}

// One list of lines as one command: the first that fails ends it.
std::optional<Compensation> joined(const std::vector<Compensation>& actions) {
  if (actions.empty()) return std::nullopt;
  Compensation out = actions.front();
  if (actions.size() == 1) return out;
  std::string script;
  out.text.clear();
  for (const Compensation& action : actions) {
    script += action.text + '\n';
    out.text += (out.text.empty() ? "" : "; ") + action.text;
  }
  out.action = ScriptAction{std::move(script), {}};
  return out;
}

bool can_undo(const Workstream& workstream) {
  return !workstream.compensation_actions.empty() ||
         std::any_of(workstream.steps.begin(), workstream.steps.end(),
                     [](const Step& step) { return step.details().compensation.has_value(); });
}

// Of steps that never run.
void warn_of_unused(const Workstream& workstream, Reading& reading) {
  const bool is_any =
      std::any_of(workstream.steps.begin(), workstream.steps.end(),
                  [](const Step& step) { return step.details().compensation.has_value(); });
  if (!is_any) return;
  for (const std::uint32_t index : unreached_steps(workstream)) {
    const Step& step = workstream.steps[index];
    if (!step.details().compensation) continue;
    reading.diagnostics.warning(
        mistakes::not_applicable, step.details().compensation->place,
        fmt::format("this compensation is never needed: step '{}' never runs", step.id),
        "its `when`, or that of something before or around it, is false");
  }
}

std::vector<std::string> read_order(const Field* list, Reading& reading) {
  std::unordered_set<std::string_view> steps;
  for (const Step& step : reading.workstream.steps) steps.insert(step.id);
  std::vector<std::string> out;
  std::unordered_set<std::string_view> named;
  if (list == nullptr) return out;
  for (const Value element : list->value.items()) {
    if (!element.is_string()) continue;
    const std::string_view id = element.as_string();
    if (!steps.contains(id)) {
      const std::vector<std::string_view> known(steps.begin(), steps.end());
      const auto near = known.size() <= 1000 ? nearest(id, known) : std::nullopt;
      reading.diagnostics.error(mistakes::unknown_member, element.place(),
                                fmt::format("'{}' names '{}', which is no step of this workstream",
                                            list->key, printable(id)),
                                near ? fmt::format("did you mean '{}'?", *near) : "");
    } else if (!named.insert(id).second) {
      reading.diagnostics.warning(mistakes::repeated_member, element.place(),
                                  fmt::format("'{}' names '{}' twice", list->key, id),
                                  "remove one of them");
    } else {
      out.emplace_back(id);
    }
  }
  return out;
}

void read_rollback_order(const Fields& fields, SagaPolicy& policy, Reading& reading) {
  const Field* order = fields.find(Key::rollback_order);
  const Field* custom = fields.find(Key::custom_order);
  if (order != nullptr && order->value.is_array()) {
    policy.order = RollbackOrder::custom;
    policy.custom_order = read_order(order, reading);
    if (custom != nullptr) no_effect(*custom, "'rollback_order' is a list itself", reading);
    return;
  }
  const std::string word = read_text(order);
  if (word == "parallel") policy.order = RollbackOrder::parallel;
  if (word == "custom") {
    policy.order = RollbackOrder::custom;
    policy.custom_order = read_order(custom, reading);
    if (custom == nullptr)
      no_effect(*order, "without 'custom_order: [ids]' the order is the reverse one", reading);
  } else if (custom != nullptr) {
    no_effect(*custom, "write 'rollback_order: custom'", reading);
  }
}

void read_strategy(const Field* field, SagaPolicy& policy) {
  if (field == nullptr || !field->value.is_object()) return;
  const Fields fields(field->value, kRollbackStrategyObject);
  const std::string word = read_text(fields.find(Key::on_compensation_failure));
  // What cannot be undone either ends the rollback, or leaves it partial.
  if (word == "fail_fast" || (word.empty() && !read_flag(fields.find(Key::partial_rollback), true)))
    policy.on_compensation_failure = CompensationFailure::fail_fast;
  if (word == "retry_later") policy.on_compensation_failure = CompensationFailure::retry_later;
  policy.max_rollback_retries =
      read_count(fields.find(Key::max_rollback_retries), word == "retry_later" ? 1 : 0);
  policy.timeout = read_duration(fields.find(Key::rollback_timeout));
}

}  // namespace

std::optional<Compensation> read_step_compensation(const Fields& step, Reading& reading) {
  if (const Field* block = step.find(Key::compensation)) return read_compensation(*block, reading);
  return joined(read_compensation_actions(step.find(Key::compensation_actions), reading));
}

std::vector<Compensation> read_compensation_actions(const Field* field, Reading& reading) {
  std::vector<Compensation> out;
  if (field == nullptr) return out;
  const auto add = [&](Value value) {
    if (!value.is_string()) return;
    std::string line(value.as_string());
    if (const auto reason = why_prose(line)) {
      reading.diagnostics.warning(mistakes::manual_test, value.place(),
                                  fmt::format("this compensation is not run: {}", *reason),
                                  "write a command");
      return;
    }
    Compensation action;
    action.text = line;
    action.place = value.place();
    action.action = CommandAction{Command::from_line(std::move(line))};
    out.push_back(std::move(action));
  };
  add(field->value);
  if (field->value.is_array()) {
    for (const Value element : field->value.items()) add(element);
  }
  return out;
}

void read_saga(const Fields& fields, Reading& reading) {
  Workstream& out = reading.workstream;
  const Field* block = fields.find(Key::saga);
  if (can_undo(out)) warn_of_unused(out, reading);
  SagaPolicy policy;
  read_rollback_order(fields, policy, reading);
  read_strategy(fields.find(Key::rollback_strategy), policy);
  if (block == nullptr || !block->value.is_object()) {
    if (can_undo(out)) out.saga = std::move(policy);
    return;
  }
  const Fields saga(block->value, kSagaObject);
  if (!read_flag(saga.find(Key::enabled), true)) return;
  if (const Field* strategy = saga.find(Key::strategy); read_text(strategy) == "choreography") {
    reading.diagnostics.warning(mistakes::not_applicable, strategy->value.place(),
                                "'strategy: choreography' is ignored: nothing tells the steps",
                                "'orchestration' is what happens");
  }
  policy.rolls_back_on_failure = read_flag(saga.find(Key::rollback_on_failure), true);
  // The saga is the run: its timeout is the run's.
  if (const Duration limit = read_duration(saga.find(Key::timeout)); limit > Duration{}) {
    Duration& run = out.execution.timeout;
    run = run == Duration{} ? limit : std::min(run, limit);
  }
  out.saga = std::move(policy);
}

}  // namespace ws
