#include "formats/action_reader.h"

#include <fmt/format.h>

#include "base/text.h"
#include "formats/coerce.h"
#include "formats/prose.h"
#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

void note_runtime_value(const Field* field, Owner owner, Reading& reading) {
  if (field == nullptr) return;
  const auto look = [&](Value value) {
    const auto text = to_text(value);
    if (!text || text->find("${") == std::string_view::npos) return false;
    const auto expression = runtime_expression(*text);
    if (expression) note_deferred(std::string(*expression), *field, owner, reading);
    return expression.has_value();
  };
  if (look(field->value)) return;
  for (const Value element : field->value.items()) {
    if (look(element)) return;
  }
  for (const Member& member : field->value.members()) {
    if (look(member.value)) return;
  }
}

WaitAction read_wait(const Field& field) {
  WaitAction action;
  const Fields fields(field.value, kWaitObject);
  action.duration = read_duration(fields.find(Key::for_));
  action.until = read_text(fields.find(Key::until));
  action.event = read_text(fields.find(Key::event));
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

std::string join_lines(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + ": " + second;
}

void warn_manual(const AcceptanceTest& test, Reading& reading) {
  reading.diagnostics.warning(
      mistakes::manual_test, test.place,
      fmt::format("this acceptance test is not run: {}", test.manual_reason),
      "write a command; {\"command\": \"…\"} is always taken as one");
}

AcceptanceTest read_test_object(Value value, Reading& reading) {
  const Fields fields(value, kAcceptanceTestObject);
  AcceptanceTest test;
  test.place = value.place();
  const std::string name = read_text(fields.find(Key::name));
  const std::string label =
      name.empty() ? read_scalar(fields.find(Key::id), reading.sources) : name;
  const std::string description = read_text(fields.find(Key::description));
  test.timeout = read_duration(fields.find(Key::timeout));
  const Field* command = fields.find(Key::command);
  if (command == nullptr) {
    test.text = join_lines(label, description);
    test.manual_reason = "it has no 'command'";
    warn_manual(test, reading);
    return test;
  }
  test.place = command->value.place();
  const std::string line = read_text(command);
  if (const auto placeholder = placeholder_in(line); !placeholder.empty()) {
    test.text = line;
    test.manual_reason = fmt::format("'{}' is a placeholder", placeholder);
    warn_manual(test, reading);
    return test;
  }
  test.command = read_command(*command, nullptr, reading.sources);
  test.text = description.empty() ? test.command.text() : description;
  return test;
}

AcceptanceTest read_test(Value value, Reading& reading) {
  if (value.is_object()) return read_test_object(value, reading);
  AcceptanceTest test;
  test.place = value.place();
  test.text = std::string(to_text(value).value_or(""));
  if (auto reason = why_prose(test.text)) {
    test.manual_reason = std::move(*reason);
    warn_manual(test, reading);
    return test;
  }
  test.command = Command::from_line(test.text);
  return test;
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

Action read_action(const Fields& step, const Field* default_tool, Owner owner, Reading& reading) {
  const Field* tasks = step.find(Key::tasks);
  if (const Field* command = step.find(Key::command)) {
    note_runtime_value(command, owner, reading);
    note_runtime_value(step.find(Key::args), owner, reading);
    return CommandAction{read_command(*command, step.find(Key::args), reading.sources)};
  }
  if (const Field* script = step.find(Key::script)) {
    note_runtime_value(script, owner, reading);
    ScriptAction action{read_text(script), {}};
    if (const Field* shell = step.find(Key::shell))
      action.shell = read_command(*shell, nullptr, reading.sources);
    return action;
  }
  if (const Field* wait = step.find(Key::wait)) return read_wait(*wait);
  const Field* tool = step.find(Key::tool);
  if (tool == nullptr && tasks != nullptr) tool = default_tool;
  if (tool != nullptr) {
    note_runtime_value(tasks, owner, reading);
    return ToolAction{read_text(tool), tool->value.place(), read_texts(tasks)};
  }
  const Field* capability = step.find(Key::capability);
  if (capability != nullptr && asks_for_something(capability->value)) {
    note_deferred(std::string(capability->key), *capability, owner, reading);
    ManualAction action;
    for (const std::string& line : read_texts(tasks)) action.text += line + '\n';
    return action;
  }
  if (!read_texts(tasks).empty()) return manual_action(*tasks, reading);
  return NoAction{};
}

std::vector<AcceptanceTest> read_acceptance_tests(const Field* field, Reading& reading) {
  std::vector<AcceptanceTest> out;
  if (field == nullptr) return out;
  if (field->value.is_string()) out.push_back(read_test(field->value, reading));
  out.reserve(out.size() + field->value.size());
  for (const Value element : field->value.items()) {
    if (element.is_string() || element.is_object()) out.push_back(read_test(element, reading));
  }
  return out;
}

}  // namespace ws
