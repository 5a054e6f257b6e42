#include "formats/writer/step_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/writer/check_writer.h"
#include "formats/writer/policy_writer.h"
#include "formats/writer/undo_writer.h"

namespace ws {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

// Writes the action it is called with.
class ActionWriter {
 public:
  explicit ActionWriter(NativeObject& out) : out_(out) {}

  void operator()(const NoAction& /*nothing*/) {}
  void operator()(const ManualAction& manual) {
    out_.put(Key::tasks, NativeValue::texts(lines_of(manual.text)));
  }
  void operator()(const CommandAction& action) {
    out_.put(Key::command, write_command(action.command));
  }
  void operator()(const ScriptAction& action) {
    out_.text(Key::script, action.script);
    if (!action.shell.argv.empty()) out_.put(Key::shell, write_command(action.shell));
  }
  void operator()(const ToolAction& action) {
    std::vector<std::string> names{action.tool};
    names.insert(names.end(), action.general.begin(), action.general.end());
    out_.one_or_more(Key::tool, names);
    out_.texts(Key::tasks, action.prompt);
    put_duration(out_, Key::default_timeout, action.default_timeout);
  }
  void operator()(const WaitAction& action) {
    NativeObject wait;
    put_duration(wait, Key::for_, action.duration);
    wait.text(Key::until, action.until);
    wait.text(Key::event, action.event);
    out_.object(Key::wait, std::move(wait));
  }
  void operator()(const CallAction& action) {
    out_.put(Key::workstream,
             NativeValue::text(action.version.empty()
                                   ? action.workstream
                                   : fmt::format("{}@{}", action.workstream, action.version)));
    NativeObject inputs;
    for (const auto& [name, json] : action.inputs) inputs.put(name, write_json(json));
    out_.object(Key::inputs, std::move(inputs));
  }

 private:
  NativeObject& out_;
};

// Writes one step; what belongs together stands together.
class StepWriter {
 public:
  StepWriter(const Step& step, const Workstream& workstream, Unwritten& unwritten)
      : step_(step),
        details_(step.details()),
        workstream_(workstream),
        owner_(fmt::format("step '{}'", step.id)),
        unwritten_(unwritten) {}

  NativeValue write() && {
    out_.put(Key::id, NativeValue::text(step_.id));
    out_.text(Key::name, details_.name);
    out_.text(Key::description, details_.description);
    put_dependencies(out_, step_.depends_on);
    put_condition(out_, Key::when, details_.when);
    put_for_each();
    put_action(out_, step_.action);
    note_stand_ins();
    out_.text(Key::working_dir, details_.working_dir);
    put_pairs(out_, Key::env, details_.env);
    put_stdin();
    put_limits();
    put_success(out_, details_.success);
    put_all_checks(out_, details_.acceptance_tests, owner_, unwritten_);
    put_outputs();
    put_order();
    put_labels();
    put_deferred(out_, workstream_, owner_);
    return std::move(out_).take();
  }

 private:
  void put_for_each() {
    if (!details_.for_each) return;
    out_.put(Key::for_each, write_items(*details_.for_each));
    GroupRule rule = details_.for_each->rule;
    if (rule.losers == Losers::background)
      unwritten_.push_back(
          fmt::format("{}: items that are not needed any more are stopped", owner_));
    if (rule.timeout > Duration::zero())
      unwritten_.push_back(fmt::format("{}: the time limit of all its items together", owner_));
    rule.losers.reset();
    put_rule(out_, rule, Key::on_item_failure);
  }

  void note_stand_ins() {
    const auto* call = std::get_if<CallAction>(&step_.action);
    if (call != nullptr && !call->tools.empty())
      unwritten_.push_back(
          fmt::format("{}: tools that stand in for '{}'", owner_, call->workstream));
  }

  void put_stdin() {
    NativeObject stdin_of_step;
    stdin_of_step.text(Key::file, details_.stdin_file);
    if (details_.stdin_text) stdin_of_step.put(Key::text, NativeValue::text(*details_.stdin_text));
    if (details_.stdin_context) stdin_of_step.flag(Key::context, true);
    if (!details_.stdin_json.empty()) stdin_of_step.put(Key::json, write_json(details_.stdin_json));
    out_.object(Key::stdin_, std::move(stdin_of_step));
  }

  void put_limits() {
    put_duration(out_, Key::timeout, step_.timeout);
    put_duration(out_, Key::idle_timeout, details_.idle_timeout);
    put_retry(out_, details_.retry);
    put_breaker(out_, details_.breaker);
    if (step_.on_failure) out_.text(Key::on_failure, word_of(*step_.on_failure));
    if (!step_.is_critical) out_.flag(Key::critical, false);
    out_.text(Key::idempotency_key, details_.idempotency_key);
    if (!details_.idempotency_key.empty() &&
        details_.idempotency_ttl != StepDetails{}.idempotency_ttl)
      out_.put(Key::idempotency_ttl, write_duration(details_.idempotency_ttl));
    if (details_.compensation) put_compensation(out_, *details_.compensation, owner_, unwritten_);
  }

  void put_outputs() {
    NativeObject outputs;
    for (const auto& [name, source] : details_.outputs)
      outputs.put(name, NativeValue::text(source));
    out_.object(Key::outputs, std::move(outputs));
    NativeObject values;
    for (const auto& [name, json] : details_.values) values.put(name, write_json(json));
    out_.object(Key::values, std::move(values));
    out_.one_or_more(Key::provides, names_of(details_.provides));
    out_.one_or_more(Key::consumes, names_of(details_.consumes));
  }

  void put_order() {
    if (step_.priority != 0)
      out_.put(Key::priority, NativeValue::number(std::to_string(step_.priority)));
    put_scopes(out_, details_.files_scope);
    out_.texts(Key::files_create, details_.files_create);
    put_pools(out_, details_.pools);
    out_.text(Key::conflict_group, details_.conflict_group);
    if (!details_.parallel_ok) out_.flag(Key::parallel_ok, false);
  }

  void put_labels() {
    out_.texts(Key::tags, details_.tags);
    put_metadata(out_, details_.metadata);
  }

  const Step& step_;
  const StepDetails& details_;
  const Workstream& workstream_;
  std::string owner_;
  Unwritten& unwritten_;
  NativeObject out_;
};

}  // namespace

NativeValue write_items(const ForEach& each) {
  if (!each.text.empty()) {
    if (auto value = parse_native(each.text)) return std::move(*value);
  }
  const auto list_of = [](const std::vector<std::string>& elements) {
    NativeValue::List list;
    for (const std::string& element : elements) list.push_back(write_json(element));
    return NativeValue{std::move(list)};
  };
  NativeObject object;
  switch (each.kind) {
    case ForEach::Kind::none:
    case ForEach::Kind::list:
      return list_of(each.items);
    case ForEach::Kind::product:
      for (const auto& [name, values] : each.dimensions) object.put(name, list_of(values));
      if (!each.include.empty()) object.put(Key::include, list_of(each.include));
      if (!each.exclude.empty()) object.put(Key::exclude, list_of(each.exclude));
      break;
    case ForEach::Kind::glob:
      object.text(Key::glob, each.source);
      break;
    case ForEach::Kind::lines:
      object.text(Key::lines, each.source);
      break;
    case ForEach::Kind::from:
      object.text(Key::from, each.source);
      break;
  }
  return std::move(object).take();
}

void put_deferred(NativeObject& out, const Workstream& workstream, std::string_view owner) {
  for (const DeferredFeature& feature : workstream.deferred) {
    if (feature.owner != owner || !feature.message.empty() || out.has(feature.key)) continue;
    out.put(feature.key, write_json(feature.value));
  }
}

void put_action(NativeObject& out, const Action& action) { std::visit(ActionWriter(out), action); }

NativeValue write_step(const Step& step, const Workstream& workstream, Unwritten& unwritten) {
  return StepWriter(step, workstream, unwritten).write();
}

}  // namespace ws
