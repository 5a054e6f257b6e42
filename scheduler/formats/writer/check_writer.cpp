#include "formats/writer/check_writer.h"

#include <span>

#include <fmt/format.h>

#include "formats/sentence.h"

namespace ws {
namespace {

NativeValue write_manual(const AcceptanceTest& test) {
  if (why_prose(test.text) == test.manual_reason) return NativeValue::text(test.text);
  NativeObject object;
  // A description may hold a placeholder too: then nothing of it was a command.
  const bool is_command = !placeholder_in(test.text).empty() &&
                          test.manual_reason.find("placeholder") != std::string::npos;
  object.text(is_command ? Key::command : Key::description, test.text);
  return std::move(object).take();
}

NativeValue write_check(const AcceptanceTest& test) {
  if (test.is_manual() && test.is_blocking) return write_manual(test);
  const bool is_line =
      !test.command.argv.empty() && Command::from_line(test.text) == test.command &&
      test.timeout == Duration::zero() && test.is_blocking && !why_prose(test.text);
  if (is_line) return NativeValue::text(test.text);
  NativeObject object;
  if (!test.is_manual()) object.put(Key::command, write_command(test.command));
  if (test.text != test.command.text()) object.text(Key::description, test.text);
  put_duration(object, Key::timeout, test.timeout);
  if (!test.is_blocking) object.flag(Key::blocking, false);
  return std::move(object).take();
}

// "artifact PATH (what it is)" is how it reads; the path alone says the first half.
NativeValue write_artifact(const AcceptanceTest& test) {
  const std::string head = fmt::format("artifact {}", test.artifact);
  std::string_view rest = test.text;
  if (rest == head || !rest.starts_with(head + " (") || !rest.ends_with(')'))
    return NativeValue::text(test.artifact);
  rest.remove_prefix(head.size() + 2);
  rest.remove_suffix(1);
  NativeObject object;
  object.text(Key::path, test.artifact);
  object.text(Key::description, rest);
  return std::move(object).take();
}

bool is_artifact(const AcceptanceTest& test) { return !test.artifact.empty(); }

// "UNIT" of "test gate UNIT: what is checked"; empty when it is no gate.
std::string_view gate_type(const AcceptanceTest& test) {
  constexpr std::string_view kHead = "test gate ";
  constexpr std::string_view kTypes[] = {"LINT", "UNIT", "INTEGRATION", "SECURITY"};
  if (is_artifact(test) || !test.text.starts_with(kHead)) return {};
  const std::string_view rest = std::string_view(test.text).substr(kHead.size());
  for (const std::string_view type : kTypes) {
    if (rest == type || (rest.starts_with(type) && rest.substr(type.size()).starts_with(": ")))
      return type;
  }
  return {};
}

NativeValue write_gate(const AcceptanceTest& test) {
  constexpr std::size_t kHead = 10;  // "test gate "
  const std::string_view type = gate_type(test);
  NativeObject object;
  object.text(Key::type, fmt::format("GATE_{}", type));
  if (!test.is_manual()) object.put(Key::command, write_command(test.command));
  const std::string_view rest = std::string_view(test.text).substr(kHead + type.size());
  if (!rest.empty()) object.text(Key::description, rest.substr(2));
  put_duration(object, Key::timeout, test.timeout);
  if (!test.is_blocking) object.flag(Key::blocking, false);
  return std::move(object).take();
}

using Tests = std::span<const AcceptanceTest>;

void put_tests(NativeObject& out, Key key, Tests tests) {
  NativeValue::List list;
  for (const AcceptanceTest& test : tests) {
    if (!is_artifact(test)) list.push_back(write_check(test));
  }
  if (!list.empty()) out.put(key, {std::move(list)});
}

}  // namespace

void put_checks(NativeObject& out, Key key, const std::vector<AcceptanceTest>& tests) {
  put_tests(out, key, tests);
}

void put_all_checks(NativeObject& out, const std::vector<AcceptanceTest>& tests,
                    std::string_view owner, Unwritten& unwritten) {
  std::size_t gates = tests.size();  // where the gates at the end begin
  while (gates > 0 && !gate_type(tests[gates - 1]).empty()) --gates;
  const Tests before = Tests(tests).first(gates);
  put_tests(out, Key::acceptance_tests, before);
  NativeValue::List artifacts;
  bool is_mixed = false;
  for (const AcceptanceTest& test : before) {
    if (!is_artifact(test)) {
      is_mixed = is_mixed || !artifacts.empty();
      continue;
    }
    artifacts.push_back(write_artifact(test));
    if (!test.is_blocking)
      unwritten.push_back(
          fmt::format("{}: a missing artifact '{}' now fails it", owner, test.artifact));
  }
  if (is_mixed)
    unwritten.push_back(
        fmt::format("{}: its artifacts are now looked at after all its tests", owner));
  if (!artifacts.empty()) out.put(Key::expected_artifacts, {std::move(artifacts)});
  NativeValue::List list;
  for (const AcceptanceTest& test : Tests(tests).subspan(gates)) list.push_back(write_gate(test));
  if (!list.empty()) out.put(Key::test_gates, {std::move(list)});
}

}  // namespace ws
