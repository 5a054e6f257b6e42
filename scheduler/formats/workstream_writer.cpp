#include "formats/workstream_writer.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "formats/schema.h"
#include "formats/substitution.h"
#include "formats/writer/check_writer.h"
#include "formats/writer/group_writer.h"
#include "formats/writer/policy_writer.h"
#include "formats/writer/step_writer.h"
#include "formats/writer/undo_writer.h"
#include "model/expression.h"

namespace ws {
namespace {

// A default that is an object, null or beside a description needs the long form.
NativeValue write_input(const Input& input, Unwritten& unwritten) {
  NativeObject object;
  object.text(Key::description, input.description);
  if (!input.default_json) {
    return object.is_empty() ? NativeValue{} : std::move(object).take();
  }
  NativeValue value = write_json(*input.default_json);
  if (value == NativeValue{}) {
    unwritten.push_back(
        fmt::format("input '{}': null as its default; it must be given", input.name));
    return object.is_empty() ? NativeValue{} : std::move(object).take();
  }
  const bool is_map = std::holds_alternative<NativeValue::Map>(value.value);
  if (object.is_empty() && !is_map) return value;
  object.put(Key::default_, std::move(value));
  return std::move(object).take();
}

// Names that readers pass over: `_x`, `x-y`.
bool is_readable(std::string_view what, std::string_view name, Unwritten& unwritten) {
  if (!is_annotation(name)) return true;
  unwritten.push_back(fmt::format("{} '{}': names like this are comments", what, name));
  return false;
}

std::string reference_to(const Step& step, const std::string& output) {
  return "${" + Reference{{"steps", step.id, "outputs", output}}.text() + "}";
}

class WorkstreamWriter {
 public:
  WorkstreamWriter(const Workstream& workstream, Unwritten& unwritten)
      : workstream_(workstream),
        owner_(fmt::format("workstream '{}'", workstream.id)),
        unwritten_(unwritten) {}

  NativeValue write() && {
    put_head();
    put_execution();
    put_pairs(out_, Key::env, workstream_.env);
    put_pairs(out_, Key::vars, workstream_.vars);
    put_inputs();
    out_.texts(Key::secrets, workstream_.secrets);
    put_dependencies(out_, workstream_.depends_on);
    put_scopes(out_, workstream_.files_scope);
    out_.texts(Key::files_create, workstream_.files_create);
    put_pools(out_, workstream_.pools);
    out_.text(Key::conflict_group, workstream_.conflict_group);
    if (!workstream_.parallel_ok) out_.flag(Key::parallel_ok, false);
    if (workstream_.gate != 1) out_.count(Key::gate, workstream_.gate);
    put_retry(out_, workstream_.retry);
    put_breaker(out_, workstream_.breaker);
    put_error_handling(out_, workstream_.error_handling);
    put_saga(out_, workstream_, unwritten_);
    put_resume(out_, workstream_.resume);
    put_states();
    put_checks(out_, Key::pre_flight_checks, workstream_.preflight_checks);
    if (workstream_.is_single_step && workstream_.steps.size() == 1)
      put_single_step(workstream_.steps.front());
    else
      put_steps();
    put_outputs();
    put_deferred(out_, workstream_, owner_);
    put_refused();
    return std::move(out_).take();
  }

 private:
  void put_head() {
    out_.put(Key::id, NativeValue::text(workstream_.id));
    out_.text(Key::name, workstream_.name);
    out_.text(Key::version, workstream_.version);
    out_.text(Key::description, workstream_.description);
    out_.texts(Key::tags, workstream_.tags);
    put_labels();
    if (workstream_.max_cost_usd)
      out_.put(Key::max_cost_usd,
               NativeValue::number(fmt::format("{}", *workstream_.max_cost_usd)));
    if (workstream_.estimated_context_tokens)
      out_.count(Key::estimated_context_tokens, *workstream_.estimated_context_tokens);
  }

  // Trace links have keys of their own, which come first when they are read.
  void put_labels() {
    std::vector<std::pair<std::string, std::string>> rest = workstream_.metadata;
    for (const Key key : {Key::openspec_change, Key::ccpm_issue, Key::kind}) {
      if (rest.empty() || rest.front().first != name_of(key)) continue;
      out_.text(key, rest.front().second);
      rest.erase(rest.begin());
    }
    put_metadata(out_, rest);
  }

  void put_execution() {
    const Execution& from = workstream_.execution;
    NativeObject object;
    if (from.parallel) object.flag(Key::parallel, *from.parallel);
    if (from.max_workers) object.count(Key::max_workers, *from.max_workers);
    if (from.worker_cap) object.count(Key::worker_cap, *from.worker_cap);
    put_duration(object, Key::timeout_per_step, from.timeout_per_step);
    put_duration(object, Key::timeout, from.timeout);
    put_duration(object, Key::rate_limit_delay, from.rate_limit_delay);
    if (from.on_failure)
      object.text(Key::on_failure, *from.on_failure == OnFailure::abort
                                       ? std::string_view("fail_fast")
                                       : word_of(*from.on_failure));
    if (from.adaptive_scaling) object.flag(Key::adaptive_scaling, true);
    object.text(Key::observer, from.observer);
    out_.object(Key::execution, std::move(object));
  }

  void put_inputs() {
    NativeObject object;
    for (const Input& input : workstream_.inputs) {
      if (is_readable("input", input.name, unwritten_))
        object.put(input.name, write_input(input, unwritten_));
    }
    out_.object(Key::inputs, std::move(object));
    if (workstream_.takes_any_input) out_.flag(Key::any_input, true);
  }

  void put_states() {
    if (!workstream_.state_machine) return;
    NativeObject object;
    object.text(Key::initial, workstream_.state_machine->initial);
    object.texts(Key::states, workstream_.state_machine->states);
    out_.put(Key::state_transitions, std::move(object).take());
  }

  // Shape A: the workstream is its own step, whose limits are the payload's.
  void put_single_step(const Step& step) {
    if (step.priority != 0)
      out_.put(Key::priority, NativeValue::number(std::to_string(step.priority)));
    put_action(out_, step.action);
    // An id alone, without ws-, does not make a workstream of a file (formats/shape_of_file.h).
    if (std::holds_alternative<NoAction>(step.action) && !workstream_.id.starts_with("ws-"))
      out_.put(Key::steps, {NativeValue::List{}});
    const StepDetails& details = step.details();
    NativeObject payload;
    std::vector<std::string> files;
    for (const ScopePattern& scope : details.files_scope) files.push_back(scope.pattern);
    payload.texts(Key::files, files);
    put_duration(payload, Key::timeout, step.timeout);
    if (details.retry && details.retry->attempts > 1)
      payload.count(Key::max_retries, details.retry->attempts - 1);
    out_.object(Key::capability_payload, std::move(payload));
    put_all_checks(out_, details.acceptance_tests, owner_, unwritten_);
  }

  void put_steps() {
    NativeValue::List steps;
    steps.reserve(workstream_.steps.size());
    for (const Step& step : workstream_.steps)
      steps.push_back(write_step(step, workstream_, unwritten_));
    out_.put(Key::steps, {std::move(steps)});
    put_groups(out_, workstream_, unwritten_);
    put_all_checks(out_, workstream_.acceptance_tests, owner_, unwritten_);
  }

  void put_outputs() {
    NativeObject object;
    for (const RunOutput& output : workstream_.outputs) {
      if (is_readable("output", output.name, unwritten_))
        object.put(output.name, NativeValue::text(source_of(output)));
    }
    out_.object(Key::outputs, std::move(object));
  }

  // What another notation has and nobody can run.
  void put_refused() {
    NativeValue::List list;
    for (const DeferredFeature& feature : workstream_.deferred) {
      if (feature.message.empty()) continue;
      NativeObject object;
      object.text(Key::key, feature.key);
      object.text(Key::of, feature.owner);
      if (!feature.value.empty()) object.put(Key::value, write_json(feature.value));
      object.text(Key::message, feature.message);
      object.text(Key::hint, feature.hint);
      list.push_back(std::move(object).take());
    }
    if (!list.empty()) out_.put(Key::refused, {std::move(list)});
  }

  // Of a workstream that is its own step, `stdout` and keys are what its step hands on.
  [[nodiscard]] std::string source_of(const RunOutput& output) const {
    if (!workstream_.is_single_step || workstream_.steps.size() != 1) return output.source;
    const Step& step = workstream_.steps.front();
    for (const auto& [name, source] : step.details().outputs) {
      if (name == output.name && output.source == reference_to(step, name)) return source;
    }
    return output.source;
  }

  const Workstream& workstream_;
  std::string owner_;
  Unwritten& unwritten_;
  NativeObject out_;
};

// Texts are written so that they are read as they are: what looks like an expression of the file is
// none any more.
void escape(NativeValue& value) {
  if (auto* text = std::get_if<std::string>(&value.value)) {
    if (text->find("${") != std::string::npos) *text = escape_expressions(*text);
  } else if (auto* list = std::get_if<NativeValue::List>(&value.value)) {
    for (NativeValue& element : *list) escape(element);
  } else if (auto* map = std::get_if<NativeValue::Map>(&value.value)) {
    for (auto& [key, member] : *map) escape(member);
  }
}

std::string id_of(const NativeValue& element, std::size_t index) {
  if (const auto* map = std::get_if<NativeValue::Map>(&element.value)) {
    for (const auto& [key, member] : *map) {
      const auto* id = std::get_if<std::string>(&member.value);
      if (key == name_of(Key::id) && id != nullptr) return *id;
    }
  }
  return std::to_string(index);
}

void rewrite_all(NativeValue& value, const std::string& path, const TextRewriter& rewrite) {
  const auto inside = [&](const std::string& name) {
    return path.empty() ? name : path + "." + name;
  };
  if (auto* text = std::get_if<std::string>(&value.value)) {
    *text = rewrite(path, std::move(*text));
  } else if (const auto* number = std::get_if<NativeValue::Number>(&value.value)) {
    std::string written = rewrite(path, number->text);
    if (written != number->text) value.value = std::move(written);
  } else if (auto* list = std::get_if<NativeValue::List>(&value.value)) {
    for (std::size_t i = 0; i < list->size(); ++i)
      rewrite_all((*list)[i], inside(id_of((*list)[i], i)), rewrite);
  } else if (auto* map = std::get_if<NativeValue::Map>(&value.value)) {
    for (auto& [key, member] : *map) rewrite_all(member, inside(key), rewrite);
  }
}

}  // namespace

NativeText write_workstreams(std::span<const Workstream* const> workstreams,
                             NativeNotation notation, const TextRewriter& rewrite) {
  NativeText out;
  NativeValue::List list;
  for (const Workstream* workstream : workstreams)
    list.push_back(WorkstreamWriter(*workstream, out.unwritten).write());
  NativeValue root;
  if (list.size() == 1)
    root = std::move(list.front());
  else
    root = {std::move(list)};
  escape(root);
  if (rewrite) rewrite_all(root, "", rewrite);
  out.text = notation == NativeNotation::json ? to_json_text(root) : to_yaml_text(root);
  return out;
}

}  // namespace ws
