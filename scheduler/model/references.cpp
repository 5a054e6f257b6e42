#include "model/references.h"

#include <variant>

#include <fmt/format.h>

#include "model/error_hooks.h"
#include "model/invocation.h"
#include "model/mistakes.h"
#include "model/providers.h"
#include "model/reference_rules.h"
#include "model/reference_words.h"
#include "model/result_names.h"
#include "model/value_template.h"
#include "model/wall_moment.h"

namespace ws {
namespace {

// Every text and condition of a plan, in the order of its nodes.
class Walk {
 public:
  Walk(const Plan& plan, Diagnostics& diagnostics)
      : plan_(plan), rules_(plan, diagnostics), providers_(plan, diagnostics) {}

  void run() {
    for (std::size_t i = 0; i < plan_.node_count(); ++i) {
      const PlanNode& node = plan_.node(NodeId(i));
      if (node.kind == NodeKind::step && node.item == PlanNode::kNoItem)
        step(plan_.step_of(NodeId(i)), NodeId(i), node.workstream);
      if (node.kind == NodeKind::acceptance || node.kind == NodeKind::preflight)
        tests(at(NodeId(i), node.workstream), plan_.acceptance_tests(NodeId(i)));
    }
    for (const PlanGroup& group : plan_.groups()) this->group(group);
    rules_.answer_order();
    providers_.check(rules_.ancestry());
    check_result_names(plan_, rules_.diagnostics());
  }

 private:
  [[nodiscard]] const Workstream& workstream(std::uint32_t index) const {
    return plan_.workset().workstreams[index];
  }

  [[nodiscard]] Asking at(NodeId node, std::uint32_t index) const {
    Asking asking;
    asking.node = node;
    asking.workstream = index;
    asking.place = workstream(index).place;
    return asking;
  }

  void group(const PlanGroup& group) {
    switch (group.role) {
      case GroupRole::workstream:
        return whole(group);
      case GroupRole::group:
        return declared(group, workstream(group.workstream).groups[group.declared]);
      case GroupRole::body:
        return;
      case GroupRole::fan_out:
        return step(workstream(group.workstream).steps[group.step], group.begin, group.workstream);
    }
  }

  void whole(const PlanGroup& group) {
    const Workstream& of = workstream(group.workstream);
    Asking asking = at(group.begin, group.workstream);
    environment(asking, of.env);
    asking.node = group.end;
    for (const Compensation& action : of.compensation_actions) compensation(asking, action);
    asking.key = "outputs";
    for (const RunOutput& output : of.outputs) {
      if (output.place.is_known()) asking.place = output.place;
      rules_.check_output_source(asking, output.source);
    }
    asking.is_message = true;
    for (const NamedHook& named : kErrorHooks) {
      const ErrorHook& hook = of.error_handling.*named.hook;
      asking.key = named.occasion;
      asking.place = hook.message_place.is_known() ? hook.message_place : of.place;
      rules_.check_message(asking, hook.message);
    }
  }

  void declared(const PlanGroup& group, const Group& written) {
    Asking asking = at(group.begin, group.workstream);
    asking.group = &written;
    asking.place = written.when_place.is_known() ? written.when_place : written.place;
    condition(asking, "when", written.when);
    rules_.warn_if_never(asking, written.when);
    if (!written.repeat) return;
    // Both look at what the last round left.
    asking.node = group.end;
    asking.place = written.place;
    condition(asking, "until", written.repeat->until);
    condition(asking, "while", written.repeat->while_);
  }

  void step(const Step& step, NodeId node, std::uint32_t index) {
    Asking asking = at(node, index);
    asking.step = &step;
    asking.place = step.place;
    const StepDetails& details = step.details();
    if (details.for_each) {
      Asking from = asking;
      if (details.for_each->place.is_known()) from.place = details.for_each->place;
      for_each(from, *details.for_each);
    }
    Asking when = asking;
    if (details.when_place.is_known()) when.place = details.when_place;
    condition(when, "when", details.when);
    when.key = "when";
    rules_.warn_if_never(when, details.when);
    asking.has_item = details.for_each.has_value();
    action(asking, step.action);
    environment(asking, details.env);
    text(asking, "working_dir", details.working_dir);
    text(asking, "stdin", details.stdin_file);
    if (details.stdin_text) text(asking, "stdin", *details.stdin_text);
    values(asking, "stdin", details.stdin_json);
    for (const auto& made : details.values) values(asking, "outputs", made.second);
    text(asking, "idempotency_key", details.idempotency_key);
    tests(asking, details.acceptance_tests);
    if (details.compensation) compensation(asking, *details.compensation);
    providers_.add_consumer(step, node, index);
  }

  void for_each(Asking asking, const ForEach& from) {
    asking.key = "for_each";
    switch (from.kind) {
      case ForEach::Kind::from:
        return rules_.check_items(asking, from.source);
      case ForEach::Kind::glob:
      case ForEach::Kind::lines:
        return rules_.check_text(asking, from.source, Splice::plain);
      case ForEach::Kind::none:
      case ForEach::Kind::list:
      case ForEach::Kind::product:
        return;
    }
  }

  void action(Asking asking, const Action& action) {
    const auto stand_at = [&](const Place& place) {
      if (place.is_known()) asking.place = place;
    };
    if (const auto* command = std::get_if<CommandAction>(&action)) {
      stand_at(command->place);
      this->command(asking, "command", command->command);
    } else if (const auto* script = std::get_if<ScriptAction>(&action)) {
      stand_at(script->place);
      this->command(asking, "shell", script->shell);
      asking.key = "script";
      is_shell(script->shell) ? rules_.check_text(asking, script->script, Splice::shell)
                              : rules_.check_foreign_script(asking, script->script);
    } else if (const auto* tool = std::get_if<ToolAction>(&action)) {
      for (const std::string& task : tool->prompt) text(asking, "tasks", task);
    } else if (const auto* wait = std::get_if<WaitAction>(&action)) {
      stand_at(wait->place);
      this->wait(asking, *wait);
    }
  }

  void wait(Asking asking, const WaitAction& wait) {
    text(asking, "wait", wait.until);
    text(asking, "wait", wait.event);
    asking.key = "wait";
    const bool is_known_later =
        (wait.until + wait.event).find("${") != std::string::npos ||
        (asking.has_item && (wait.until + wait.event).find('{') != std::string::npos);
    if (is_known_later) return;
    if (!wait.until.empty() && !parse_wall_time(wait.until)) {
      rules_.bad(asking, mistakes::bad_value,
                 fmt::format("is until '{}', which is no time", shown(wait.until)),
                 "a time is 14:30, 14:30:15 or 2026-03-01T14:30:00Z");
    }
    if (!wait.event.empty() && !is_event_name(wait.event)) {
      rules_.bad(asking, mistakes::bad_value,
                 fmt::format("is for '{}', which no event can be called", shown(wait.event)),
                 "an event is named like a file: letters, digits, '-', '_', no '/'");
    }
  }

  void command(Asking asking, std::string_view key, const Command& command) {
    asking.key = key;
    for (const std::string& word : command.argv)
      rules_.check_text(asking, word, command.through_shell ? Splice::shell : Splice::plain);
  }

  void environment(const Asking& asking, const Environment& env) {
    for (const auto& variable : env) text(asking, "env", variable.second);
  }

  void tests(const Asking& asking, std::span<const AcceptanceTest> tests) {
    for (const AcceptanceTest& test : tests) {
      Asking of_test = asking;
      if (test.place.is_known()) of_test.place = test.place;
      command(of_test, "acceptance_tests", test.command);
      text(of_test, "acceptance_tests", test.artifact);
    }
  }

  void compensation(Asking asking, const Compensation& compensation) {
    if (compensation.place.is_known()) asking.place = compensation.place;
    asking.is_compensation = true;
    action(asking, compensation.action);
    for (const auto& parameter : compensation.parameters)
      text(asking, "parameters", parameter.second);
  }

  void text(Asking asking, std::string_view key, std::string_view text) {
    if (text.empty()) return;
    asking.key = key;
    rules_.check_text(asking, text, Splice::plain);
  }

  // The texts of a JSON text.
  void values(const Asking& asking, std::string_view key, std::string_view json) {
    if (json.empty()) return;
    const std::optional<Datum> value = parse_json(json);
    if (!value) return;
    visit_texts(*value, [&](const std::string& part) { text(asking, key, part); });
  }

  void condition(Asking asking, std::string_view key, std::string_view text) {
    if (text.empty()) return;
    asking.key = key;
    rules_.check_condition(asking, text);
  }

  const Plan& plan_;
  ReferenceRules rules_;
  Providers providers_;
};

}  // namespace

void check_references(const Plan& plan, Diagnostics& diagnostics) { Walk(plan, diagnostics).run(); }

}  // namespace ws
