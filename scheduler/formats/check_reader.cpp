#include "formats/check_reader.h"

#include <fmt/format.h>

#include "formats/action_reader.h"
#include "formats/coerce.h"
#include "formats/sentence.h"
#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

std::string join_lines(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + ": " + second;
}

void warn_manual(const AcceptanceTest& test, Reading& reading) {
  reading.diagnostics.warning(mistakes::manual_test, test.place,
                              fmt::format("this check is not run: {}", test.manual_reason),
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
  test.is_blocking = read_flag(fields.find(Key::blocking), true);
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

// {type, command, required, blocking}: a gate without a command is a person's, when it is required.
void add_gate(Value value, std::vector<AcceptanceTest>& out, Reading& reading) {
  if (!value.is_object()) return;
  const Fields fields(value, kTestGateObject);
  std::string type = read_text(fields.find(Key::type));
  if (type.empty()) return;
  constexpr std::string_view kPrefix = "GATE_";
  if (type.starts_with(kPrefix)) type.erase(0, kPrefix.size());
  const bool is_required = read_flag(fields.find(Key::required), true);
  AcceptanceTest test;
  test.text = join_lines("test gate " + type, read_text(fields.find(Key::description)));
  test.timeout = read_duration(fields.find(Key::timeout));
  test.is_blocking = read_flag(fields.find(Key::blocking), is_required);
  test.place = value.place();
  if (const Field* command = fields.find(Key::command)) {
    test.place = command->value.place();
    test.command = read_command(*command, nullptr, reading.sources);
  } else if (is_required) {
    test.manual_reason = "it has no 'command'";
    warn_manual(test, reading);
  } else {
    reading.diagnostics.warning(
        mistakes::not_applicable, test.place,
        fmt::format("the test gate {} is passed over: it has no 'command' and is not required",
                    type),
        "give it a 'command'");
    return;
  }
  out.push_back(std::move(test));
}

// A path, or {path, id, description}.
void add_artifact(Value value, std::vector<AcceptanceTest>& out, const SourceSet& sources) {
  AcceptanceTest test;
  test.place = value.place();
  if (value.is_object()) {
    const Fields fields(value, kArtifactObject);
    const std::string description = read_text(fields.find(Key::description));
    test.artifact = read_text(fields.find(Key::path));
    test.text = join_lines(read_scalar(fields.find(Key::id), sources), description);
  } else {
    test.artifact = std::string(to_text(value).value_or(""));
  }
  if (test.artifact.empty()) return;
  test.text = fmt::format("artifact {}{}", test.artifact,
                          test.text.empty() ? "" : fmt::format(" ({})", test.text));
  out.push_back(std::move(test));
}

}  // namespace

std::vector<AcceptanceTest> read_checks(const Field* field, Reading& reading) {
  std::vector<AcceptanceTest> out;
  if (field == nullptr) return out;
  if (field->value.is_string()) out.push_back(read_test(field->value, reading));
  out.reserve(out.size() + field->value.size());
  if (field->value.is_object()) return out;
  for (const Value element : field->value.items()) {
    if (element.is_string() || element.is_object()) out.push_back(read_test(element, reading));
  }
  return out;
}

std::vector<AcceptanceTest> read_all_checks(const Fields& fields, Reading& reading) {
  std::vector<AcceptanceTest> out = read_checks(fields.find(Key::acceptance_tests), reading);
  if (const Field* artifacts = fields.find(Key::expected_artifacts)) {
    for (const Value element : artifacts->value.items())
      add_artifact(element, out, reading.sources);
  }
  if (const Field* gates = fields.find(Key::test_gates)) {
    for (const Value element : gates->value.items()) add_gate(element, out, reading);
  }
  return out;
}

}  // namespace ws
