#include "formats/action_reader.h"

#include "formats/policy_reader.h"
#include "formats/schema.h"
#include "formats/shapes.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

WaitAction read_wait(const Field& field) {
  WaitAction action;
  const Fields fields(field.value, kWaitObject);
  action.duration = read_duration(fields.find(Key::for_));
  action.until = read_text(fields.find(Key::until));
  action.event = read_text(fields.find(Key::event));
  for (const Key key : {Key::until, Key::event}) {
    if (const Field* moment = fields.find(key)) action.place = moment->value.place();
  }
  return action;
}

// The tasks, and behind them what a capability's payload says.
std::vector<std::string> prompt(const Fields& step) {
  std::vector<std::string> lines = read_texts(step.find(Key::tasks));
  const Field* payload = step.find(Key::capability_payload);
  if (payload == nullptr || !payload->value.is_object()) return lines;
  const Fields fields(payload->value, kCapabilityPayloadObject);
  if (std::string text = read_text(fields.find(Key::prompt)); !text.empty())
    lines.push_back(std::move(text));
  return lines;
}

ToolAction read_tool(const Field& tool, const Fields& step) {
  ToolAction action{{}, tool.value.place(), prompt(step)};
  std::vector<std::string> names = read_texts(&tool);
  if (names.empty()) return action;
  action.tool = std::move(names.front());
  action.default_timeout = read_duration(step.find(Key::default_timeout));
  action.general.assign(std::make_move_iterator(names.begin() + 1),
                        std::make_move_iterator(names.end()));
  return action;
}

// "ID" or "ID@VERSION"; its inputs; and the tools that stand in for it where it is not loaded.
CallAction read_call(const Field& called, const Fields& step, Reading& reading) {
  CallAction action;
  action.place = called.value.place();
  const std::string name = read_text(&called);
  const std::size_t mark = name.rfind('@');
  action.workstream = name.substr(0, mark);
  if (mark != std::string::npos) action.version = name.substr(mark + 1);
  if (const Field* inputs = step.find(Key::inputs);
      inputs != nullptr && inputs->value.is_object()) {
    for (const Member& member : inputs->value.members()) {
      if (!is_annotation(member.key))
        action.inputs.emplace_back(std::string(member.key),
                                   json_text(member.value, reading.sources));
    }
  }
  return action;
}

ManualAction manual_action(const Field& tasks, Reading& reading) {
  ManualAction action;
  for (const std::string& line : read_texts(&tasks)) {
    if (!action.text.empty()) action.text += '\n';
    action.text += line;
  }
  reading.diagnostics.warning(mistakes::manual_step, tasks.key_place,
                              "'tasks' without a 'tool' are work for a person: nothing runs them",
                              "name a 'tool', or write a 'command'");
  return action;
}

}  // namespace

Command read_command(const Field& command, const Field* args, const SourceSet& sources) {
  std::vector<std::string> words = read_words(args, sources);
  if (command.value.is_array()) {
    std::vector<std::string> argv = read_words(&command, sources);
    argv.insert(argv.end(), std::make_move_iterator(words.begin()),
                std::make_move_iterator(words.end()));
    return Command::from_argv(std::move(argv));
  }
  if (args == nullptr) return Command::from_line(read_text(&command));
  words.insert(words.begin(), read_text(&command));
  return Command::from_argv(std::move(words));
}

Action read_action(const Fields& step, const ActionDefaults& defaults, Reading& reading) {
  const Field* tasks = step.find(Key::tasks);
  if (const Field* command = step.find(Key::command)) {
    return CommandAction{read_command(*command, step.find(Key::args), reading.sources),
                         command->value.place()};
  }
  if (const Field* script = step.find(Key::script)) {
    ScriptAction action{read_text(script), {}, script->value.place()};
    if (const Field* shell = step.find(Key::shell))
      action.shell = read_command(*shell, nullptr, reading.sources);
    return action;
  }
  if (const Field* wait = step.find(Key::wait)) return read_wait(*wait);
  if (const Field* called = step.find(Key::workstream)) return read_call(*called, step, reading);
  const Field* tool = step.find(Key::tool);
  if (tool == nullptr && tasks != nullptr) tool = defaults.tool;
  if (tool != nullptr) return read_tool(*tool, step);
  const Field* capability = step.find(Key::capability);
  if (capability == nullptr && tasks != nullptr) capability = defaults.capability;
  if (capability != nullptr && !read_text(capability).empty()) {
    return ToolAction{"capability:" + read_text(capability), capability->value.place(),
                      prompt(step)};
  }
  if (!read_texts(tasks).empty()) return manual_action(*tasks, reading);
  return NoAction{};
}

void read_payload(const Fields& step, Step& out, Reading& reading) {
  const Field* field = step.find(Key::capability_payload);
  if (field == nullptr || !field->value.is_object()) return;
  if (!std::holds_alternative<ToolAction>(out.action)) {
    reading.diagnostics.warning(mistakes::not_applicable, field->key_place,
                                "'capability_payload' has no effect without a tool or capability",
                                "name a 'tool' or a 'capability'");
    return;
  }
  const Fields payload(field->value, kCapabilityPayloadObject);
  if (out.timeout == Duration{}) out.timeout = read_duration(payload.find(Key::timeout));
  StepDetails& details = out.edit_details();
  if (const Field* retries = payload.find(Key::max_retries);
      retries != nullptr && !details.retry && read_count(retries, 0) > 0)
    details.retry = retries_of(read_count(retries, 0), {});
  if (details.files_scope.empty()) details.files_scope = read_scopes(payload.find(Key::files));
}

}  // namespace ws
