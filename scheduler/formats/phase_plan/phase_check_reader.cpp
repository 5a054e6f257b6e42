#include "formats/phase_plan/phase_check_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/coerce.h"
#include "model/mistakes.h"

namespace ws {
namespace {

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + ": " + second;
}

// What a check says of its output beside the exit code.
struct Expectation {
  std::string pattern;  // a regular expression; one line must match
  std::string text;     // must occur
  std::uint32_t exit_code = 0;
  [[nodiscard]] bool is_usual() const { return pattern.empty() && text.empty() && exit_code == 0; }
};

Expectation read_expectation(Value object, PhaseReading& reading) {
  Expectation out;
  for (const std::string_view key : {"success_pattern", "expected_pattern"}) {
    if (out.pattern.empty()) out.pattern = phase_text(object, key, reading);
  }
  out.text = phase_text(object, "expected_output", reading);
  out.exit_code = phase_count(object, "expected_exit_code", {0, 255}, reading).value_or(0);
  return out;
}

// A test passes with exit code 0: a shell looks at the rest, and shows the output all the same.
Command with_expectation(const Command& command, const Expectation& expected) {
  if (expected.is_usual()) return command;
  std::string script =
      fmt::format("out=$(exec 2>&1\n{}\n); code=$?; printf '%s\\n' \"$out\"; test $code -eq {}",
                  command.text(), expected.exit_code);
  if (!expected.pattern.empty())
    script +=
        fmt::format(" && printf '%s\\n' \"$out\" | grep -Pq -e {}", shell_quoted(expected.pattern));
  if (!expected.text.empty())
    script +=
        fmt::format(" && printf '%s\\n' \"$out\" | grep -Fq -e {}", shell_quoted(expected.text));
  return Command{{std::move(script)}, true};
}

void make_manual(AcceptanceTest& test, std::string reason, PhaseReading& reading) {
  test.manual_reason = std::move(reason);
  if (reading.is_descriptive) return;  // said once of the whole file
  reading.diagnostics.warning(mistakes::manual_test, test.place,
                              fmt::format("this check is not run: {}", test.manual_reason),
                              "write a command");
}

std::string label_of(Value object, PhaseReading& reading) {
  const std::string name = phase_text(object, "name", reading);
  return joined(name.empty() ? phase_text(object, "id", reading) : name,
                phase_text(object, "description", reading));
}

AcceptanceTest read_check(Value value, PhaseReading& reading) {
  if (!value.is_object()) {
    const auto text = to_scalar_text(value, reading.sources);
    if (!text) wrong_type(value, "a check", "a command or an object with 'command'", reading);
    return phase_check(text.value_or(""), "", value.place(), reading);
  }
  const std::string label = label_of(value, reading);
  const auto command = find_path(value, {"command"});
  AcceptanceTest test;
  test.place = value.place();
  test.text = label;
  if (command && command->is_object()) {
    test.place = command->place();
    if (auto line = tool_line(*command, reading)) {
      test.command = std::move(*line);
      if (test.text.empty()) test.text = test.command.text();
    } else {
      make_manual(test, "its 'command' has no 'args'", reading);
    }
  } else if (command && !to_scalar_text(*command, reading.sources)) {
    wrong_type(*command, "command", "text, or an object with 'tool_id' and 'args'", reading);
  } else if (command) {
    test = phase_check(filled(phase_text(value, "command", reading), reading), label,
                       command->place(), reading);
  } else {
    make_manual(test, "it has no 'command'", reading);
  }
  if (!test.is_manual())
    test.command = with_expectation(test.command, read_expectation(value, reading));
  test.timeout = phase_seconds(value, "timeout_seconds", reading);
  test.is_blocking =
      phase_flag(value, "must_pass", true, reading) && phase_flag(value, "required", true, reading);
  return test;
}

// `if_phase_type_in:[a, b]`; anything else is always.
bool is_asked(Value check, PhaseReading& reading) {
  const std::string when = phase_text(check, "when", reading);
  constexpr std::string_view kHead = "if_phase_type_in:";
  if (!when.starts_with(kHead)) return true;
  std::string_view list = std::string_view(when).substr(kHead.size());
  while (!list.empty()) {
    const std::size_t start = list.find_first_not_of("[], \t");
    if (start == std::string_view::npos) return false;
    const std::size_t end = std::min(list.find_first_of("[], \t", start), list.size());
    if (list.substr(start, end - start) == reading.phase_type) return true;
    list.remove_prefix(end);
  }
  return false;
}

void add_artifact(Value value, std::vector<AcceptanceTest>& out, PhaseReading& reading) {
  AcceptanceTest test;
  test.place = value.place();
  std::string label;
  if (value.is_object()) {
    test.artifact = phase_text(value, "path", reading);
    label = label_of(value, reading);
    test.is_blocking = phase_flag(value, "must_exist", true, reading);
    if (test.artifact.empty()) {
      reading.diagnostics.error(mistakes::missing_key, value.place(), "an artifact without 'path'",
                                "write the file or glob that must be there");
      return;
    }
  } else if (auto text = to_scalar_text(value, reading.sources)) {
    test.artifact = std::move(*text);
  } else {
    return wrong_type(value, "expected_artifacts", "a list of paths or objects with 'path'",
                      reading);
  }
  test.artifact = filled(std::move(test.artifact), reading);
  test.text =
      fmt::format("artifact {}{}", test.artifact, label.empty() ? "" : fmt::format(" ({})", label));
  out.push_back(std::move(test));
}

// A list, or lists by kind: patches, logs, docs. Of other kinds (db: …) nothing is known.
void add_artifacts(Value root, std::vector<AcceptanceTest>& out, PhaseReading& reading) {
  const auto artifacts = find_path(root, {"expected_artifacts"});
  if (!artifacts || reading.is_descriptive) return;
  if (artifacts->is_array()) {
    for (const Value element : artifacts->items()) add_artifact(element, out, reading);
  } else if (artifacts->is_object()) {
    for (const Member& kind : artifacts->members()) {
      if (!kind.value.is_array()) continue;
      for (const Value element : kind.value.items()) {
        if (element.is_object() && element.find("path")) add_artifact(element, out, reading);
      }
    }
  } else {
    wrong_type(*artifacts, "expected_artifacts", "a list", reading);
  }
}

// {criterion, pass_condition}, or a sentence.
void add_criteria(Value root, std::vector<AcceptanceTest>& out, PhaseReading& reading) {
  for (const Value element : phase_list(root, "acceptance_criteria", "", reading)) {
    AcceptanceTest test;
    test.place = element.place();
    test.text = element.is_object() ? joined(phase_text(element, "criterion", reading),
                                             phase_text(element, "pass_condition", reading))
                                    : to_scalar_text(element, reading.sources).value_or("");
    if (test.text.empty()) continue;
    make_manual(test, "it has no 'command'", reading);
    out.push_back(std::move(test));
  }
}

}  // namespace

AcceptanceTest phase_check(std::string line, std::string description, Place place,
                           PhaseReading& reading) {
  AcceptanceTest test;
  test.place = place;
  test.text = description.empty() ? line : std::move(description);
  if (reading.is_descriptive) {
    make_manual(test, "the file is written for people", reading);
  } else if (line.empty()) {
    make_manual(test, "it is empty", reading);
  } else if (auto reason = why_no_command(line)) {
    make_manual(test, std::move(*reason), reading);
  } else {
    test.command = phase_command(line);
  }
  return test;
}

std::vector<AcceptanceTest> read_preflight_checks(Value root, PhaseReading& reading) {
  std::vector<AcceptanceTest> out;
  if (reading.is_descriptive) return out;
  for (const Value element : phase_list(root, "pre_flight_checks", "checks", reading)) {
    if (!element.is_object() || is_asked(element, reading))
      out.push_back(read_check(element, reading));
  }
  return out;
}

std::vector<AcceptanceTest> read_phase_tests(Value root, PhaseReading& reading) {
  std::vector<AcceptanceTest> out;
  for (const Value element : phase_list(root, "acceptance_tests", "tests", reading))
    out.push_back(read_check(element, reading));
  add_criteria(root, out, reading);
  add_artifacts(root, out, reading);
  return out;
}

}  // namespace ws
