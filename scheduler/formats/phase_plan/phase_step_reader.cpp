#include "formats/phase_plan/phase_step_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/coerce.h"
#include "formats/phase_plan/phase_check_reader.h"
#include "formats/text_rules.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Shown, never acted on.
constexpr std::string_view kShown[] = {"operation_kind",   "pattern",          "pattern_ids",
                                       "execution_mode",   "success_criteria", "expected_output",
                                       "expected_outputs", "effort_hours",     "checkpoint"};

void add_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

class PhaseStepReader {
 public:
  PhaseStepReader(StepOrder order, PhaseReading& reading) : order_(order), reading_(reading) {}

  void read(Value value) {
    ++number_;
    Step step;
    step.place = value.place();
    if (value.is_object()) {
      read_object(value, step);
    } else if (auto text = to_scalar_text(value, reading_.sources)) {
      step.id = fmt::format("step-{}", number_);
      step.action = ManualAction{std::move(*text)};
    } else {
      return wrong_type(value, "a step", "an object with 'id' and 'command'", reading_);
    }
    follow_last(step);
    last_ = step.id;
    reading_.workstream.steps.push_back(std::move(step));
  }

 private:
  void read_object(Value value, Step& step) {
    read_id(value, step);
    StepDetails& details = step.edit_details();
    details.name = phase_text(value, "name", reading_);
    if (details.name.empty()) details.name = phase_text(value, "title", reading_);
    if (details.name.empty()) details.name = phase_text(value, "action", reading_);
    details.description = phase_text(value, "description", reading_);
    step.timeout = phase_seconds(value, "timeout_seconds", reading_);
    read_dependencies(value, step);
    for (const std::string_view key : kShown) {
      if (const auto shown = find_path(value, {key}))
        details.metadata.emplace_back(std::string(key), plain_text(*shown, reading_.sources));
    }
    read_action(value, step);
    if (reading_.is_descriptive) return;
    read_failure(value, step);
    read_checks(value, step);
  }

  void read_id(Value value, Step& step) {
    const auto id = find_path(value, {"id"});
    const auto number = find_path(value, {"step"});
    step.id = phase_text(value, "id", reading_);
    if (step.id.empty() && number)
      step.id = fmt::format("step-{}", phase_text(value, "step", reading_));
    if (step.id.empty()) step.id = fmt::format("step-{}", number_);
    if (id || number) step.place = (id ? *id : *number).place();
    if (auto mistake = check_text(TextRule::step_id, step.id)) {
      reading_.diagnostics.add({mistake->kind,
                                mistake->severity,
                                step.place,
                                fmt::format("'id' {}", mistake->message),
                                mistake->hint,
                                {},
                                {}});
    }
  }

  void read_dependencies(Value value, Step& step) {
    const auto list = find_path(value, {"depends_on"});
    if (!list) return;
    const auto add = [&](Value one) {
      if (const auto text = to_scalar_text(one, reading_.sources))
        step.depends_on.push_back({*text, DependencyOn::success, one.place()});
      else
        wrong_type(one, "depends_on", "a list of ids", reading_);
    };
    if (!list->is_array()) return add(*list);
    for (const Value element : list->items()) add(element);
  }

  // Each waits for the one before it in the list.
  void follow_last(Step& step) {
    if (last_.empty()) return;
    const bool is_known = std::any_of(step.depends_on.begin(), step.depends_on.end(),
                                      [&](const Dependency& one) { return one.name == last_; });
    if (is_known) return;
    const DependencyOn on =
        order_.goes_on_after_failure ? DependencyOn::done : DependencyOn::success;
    step.depends_on.push_back({last_, on, step.place});
  }

  void read_action(Value value, Step& step) {
    const auto command = find_path(value, {"command"});
    if (!reading_.is_descriptive) {
      if (command && command->is_object()) return read_tool_command(*command, step);
      const std::string line = filled(phase_text(value, "command", reading_), reading_);
      if (!line.empty() && !why_no_command(line)) {
        step.action = CommandAction{phase_command(line), command->place()};
        return;
      }
      if (line.empty() && take_commands(value, step)) return;
      if (const auto tool = find_path(value, {"tool_id"}); tool && line.empty()) {
        step.action =
            ToolAction{phase_text(value, "tool_id", reading_), tool->place(), prompt(value)};
        return;
      }
    }
    make_manual(value, step);
  }

  void read_tool_command(Value command, Step& step) {
    auto line = tool_line(command, reading_);
    if (line) {
      step.action = CommandAction{std::move(*line), command.place()};
    } else if (const auto tool = find_path(command, {"tool_id"})) {
      step.action = ToolAction{phase_text(command, "tool_id", reading_), tool->place(), {}};
    } else {
      reading_.diagnostics.error(mistakes::missing_key, command.place(),
                                 "a 'command' without 'tool_id' and 'args'",
                                 "write the command line as text");
    }
  }

  // inputs.commands: all of them, one after the other.
  bool take_commands(Value value, Step& step) {
    const auto inputs = find_path(value, {"inputs"});
    const auto commands = inputs ? find_path(*inputs, {"commands"}) : std::nullopt;
    if (!commands) return false;
    const std::vector<std::string> lines = phase_texts(*inputs, "commands", reading_);
    const bool are_commands =
        !lines.empty() && std::none_of(lines.begin(), lines.end(), [](const std::string& line) {
          return why_no_command(line).has_value();
        });
    if (!are_commands) return false;
    if (lines.size() == 1) {
      step.action =
          CommandAction{phase_command(filled(lines.front(), reading_)), commands->place()};
      return true;
    }
    std::string script;
    for (const std::string& line : lines)
      script += phase_command(filled(line, reading_)).text() + '\n';
    step.action = ScriptAction{std::move(script), {}, commands->place()};
    return true;
  }

  std::vector<std::string> prompt(Value value) {
    std::vector<std::string> lines;
    for (const std::string_view key : {"name", "description", "implementation", "template"}) {
      if (std::string text = phase_text(value, key, reading_); !text.empty())
        lines.push_back(filled(std::move(text), reading_));
    }
    if (const auto inputs = find_path(value, {"inputs"}))
      lines.push_back("Inputs: " + json_text(*inputs, reading_.sources));
    if (const auto outputs = find_path(value, {"expected_outputs"}))
      lines.push_back("Expected outputs: " + json_text(*outputs, reading_.sources));
    return lines;
  }

  void make_manual(Value value, Step& step) {
    std::string text;
    for (const std::string_view key :
         {"action", "description", "command", "method", "file", "code_change", "expected_change",
          "implementation", "template", "validation"}) {
      if (const auto part = find_path(value, {key}))
        add_line(text, plain_text(*part, reading_.sources));
    }
    if (text.empty()) text = step.details().name.empty() ? step.id : step.details().name;
    step.action = ManualAction{std::move(text)};
    if (reading_.is_descriptive) return;  // said once of the whole file
    reading_.diagnostics.warning(mistakes::manual_step, step.place,
                                 "this step is work for a person: nothing runs it",
                                 "give it a 'command' or a 'tool_id'");
  }

  void read_failure(Value value, Step& step) {
    const std::string word = phase_text(value, "failure_handling", reading_);
    if (word == "log_and_continue" || word == "continue") step.on_failure = OnFailure::carry_on;
    if (word == "abort" || word == "fail_fast") step.on_failure = OnFailure::abort;
    if (phase_flag(value, "requires_human_confirmation", false, reading_)) {
      constexpr std::uint32_t kApproved = 2;
      reading_.workstream.gate = std::max(reading_.workstream.gate, kApproved);
      reading_.workstream.gate_place = find_path(value, {"requires_human_confirmation"})->place();
    }
  }

  void read_checks(Value value, Step& step) {
    SuccessRule& success = step.edit_details().success;
    success.require_output = phase_texts(value, "success_pattern", reading_);
    success.fail_on_output = phase_texts(value, "failure_pattern", reading_);
    for (const std::string_view key : {"success_pattern", "failure_pattern"})
      check_patterns(value, key);
    if (const auto code = phase_count(value, "expected_exit_code", {0, 255}, reading_))
      success.exit_codes = {static_cast<int>(*code)};
    auto& tests = step.edit_details().acceptance_tests;
    if (const auto check = find_path(value, {"verification_command"})) {
      tests.push_back(
          phase_check(filled(phase_text(value, "verification_command", reading_), reading_), "",
                      check->place(), reading_));
    }
    for (const std::string& path : phase_texts(value, "artifacts", reading_)) {
      AcceptanceTest test;
      test.artifact = filled(path, reading_);
      test.text = "artifact " + test.artifact;
      test.place = find_path(value, {"artifacts"})->place();
      tests.push_back(std::move(test));
    }
  }

  void check_patterns(Value value, std::string_view key) {
    for (const std::string& pattern : phase_texts(value, key, reading_)) {
      if (auto mistake = check_text(TextRule::pattern, pattern)) {
        reading_.diagnostics.error(*mistake->kind, find_path(value, {key})->place(),
                                   fmt::format("'{}' {}", key, mistake->message), mistake->hint);
      }
    }
  }

  StepOrder order_;
  PhaseReading& reading_;
  std::size_t number_ = 0;
  std::string last_;  // id of the step before
};

}  // namespace

bool is_descriptive(std::span<const Value> steps) {
  return std::any_of(steps.begin(), steps.end(), [](Value step) {
    if (!step.is_object()) return step.is_string();
    return !step.find("id") && (step.find("action") || step.find("step"));
  });
}

void read_phase_steps(std::span<const Value> steps, StepOrder order, PhaseReading& reading) {
  PhaseStepReader reader(order, reading);
  reading.workstream.steps.reserve(steps.size());
  for (const Value step : steps) reader.read(step);
}

}  // namespace ws
