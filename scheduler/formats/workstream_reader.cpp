#include "formats/workstream_reader.h"

#include <charconv>

#include "formats/action_reader.h"
#include "formats/check_reader.h"
#include "formats/coerce.h"
#include "formats/error_handling_reader.h"
#include "formats/group_reader.h"
#include "formats/pause_check.h"
#include "formats/policy_reader.h"
#include "formats/reading.h"
#include "formats/resume_reader.h"
#include "formats/shapes.h"
#include "formats/step_reader.h"
#include "formats/undo_reader.h"
#include "formats/value_text.h"
#include "model/expression.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// A number, or a text that holds one ("gate-2"); any other text is a label.
void read_gate(const Field* field, Reading& reading) {
  if (field == nullptr) return;
  Workstream& out = reading.workstream;
  out.gate_place = field->value.place();
  if (to_integer(field->value)) {
    out.gate = read_count(field, out.gate);
    return;
  }
  const std::string text = read_text(field);
  const std::size_t digits = text.find_first_of("0123456789");
  std::uint32_t level = 0;
  if (digits != std::string::npos &&
      std::from_chars(text.data() + digits, text.data() + text.size(), level).ec == std::errc() &&
      level > 0)
    out.gate = level;
  out.metadata.emplace_back("gate", text);
}

void read_execution(const Field* field, Reading& reading) {
  if (field == nullptr || !field->value.is_object()) return;
  const Fields fields(field->value, kExecutionObject);
  Execution& out = reading.workstream.execution;
  if (const Field* parallel = fields.find(Key::parallel))
    out.parallel = to_boolean(parallel->value);
  const std::string mode = read_text(fields.find(Key::mode));
  if (!mode.empty()) out.parallel = mode == "parallel";
  if (const std::uint32_t workers = read_count(fields.find(Key::max_workers), 0); workers > 0)
    out.max_workers = workers;
  if (const std::uint32_t cap = read_count(fields.find(Key::worker_cap), 0); cap > 0)
    out.worker_cap = cap;
  out.timeout_per_step = read_duration(fields.find(Key::timeout_per_step));
  out.timeout = read_duration(fields.find(Key::timeout));
  out.rate_limit_delay = read_duration(fields.find(Key::rate_limit_delay));
  out.on_failure = read_on_failure(fields.find(Key::on_failure));
  if (const Field* flag = fields.find(Key::fail_fast)) {
    const std::optional<bool> is_fast = to_boolean(flag->value);
    if (is_fast) out.on_failure = *is_fast ? OnFailure::abort : OnFailure::skip_dependents;
  }
  out.adaptive_scaling = read_flag(fields.find(Key::adaptive_scaling), false);
  out.observer = read_text(fields.find(Key::observer));
  if (out.observer == "slog") out.observer = "log";
}

// Labels and trace links: shown, never acted on.
void read_labels(const Fields& fields, Reading& reading) {
  Workstream& out = reading.workstream;
  for (const Key key : {Key::openspec_change, Key::ccpm_issue, Key::kind, Key::capability}) {
    if (const Field* field = fields.find(key))
      out.metadata.emplace_back(std::string(name_of(key)), read_scalar(field, reading.sources));
  }
  read_metadata(fields.find(Key::metadata), reading.sources, out.metadata);
  out.tags = read_texts(fields.find(Key::tags));
  if (const Field* cost = fields.find(Key::max_cost_usd)) out.max_cost_usd = to_number(cost->value);
  if (const Field* tokens = fields.find(Key::estimated_context_tokens)) {
    const auto count = to_integer(tokens->value);
    if (count && *count >= 0) out.estimated_context_tokens = static_cast<std::uint64_t>(*count);
  }
}

void read_inputs(const Field* field, Reading& reading) {
  if (field == nullptr || !field->value.is_object()) return;
  for (const Member& member : field->value.members()) {
    if (is_annotation(member.key)) continue;
    Input input;
    input.name = std::string(member.key);
    input.place = member.key_place;
    if (member.value.is_object()) {
      const Fields fields(member.value, kInputObject);
      input.description = read_text(fields.find(Key::description));
      if (const Field* value = fields.find(Key::default_))
        input.default_json = json_text(value->value, reading.sources);
    } else if (!member.value.is_null()) {
      input.default_json = json_text(member.value, reading.sources);
    }
    reading.workstream.inputs.push_back(std::move(input));
  }
}

void read_run_outputs(const Field* field, Reading& reading) {
  if (field == nullptr || !field->value.is_object()) return;
  for (const Member& member : field->value.members()) {
    if (is_annotation(member.key)) continue;
    reading.workstream.outputs.push_back(
        {std::string(member.key), plain_text(member.value, reading.sources), member.value.place()});
  }
}

// Of a workstream that is its own step, `stdout` and keys are what its step hands on.
void give_outputs_to(Step& step, std::vector<RunOutput>& outputs) {
  for (RunOutput& output : outputs) {
    if (output.source.find("${") != std::string::npos) continue;
    step.edit_details().outputs.emplace_back(output.name, output.source);
    output.source = "${" + Reference{{"steps", step.id, "outputs", output.name}}.text() + "}";
  }
}

// What a run is refused for, in the file's own words.
void read_refused(const Field* field, Reading& reading) {
  if (field == nullptr) return;
  for (const Value element : field->value.items()) {
    if (!element.is_object()) continue;
    const Fields fields(element, kRefusedObject);
    DeferredFeature feature;
    feature.key = read_text(fields.find(Key::key));
    feature.owner = read_text(fields.find(Key::of));
    feature.place = element.place();
    if (const Field* value = fields.find(Key::value))
      feature.value = json_text(value->value, reading.sources);
    feature.message = read_text(fields.find(Key::message));
    feature.hint = read_text(fields.find(Key::hint));
    reading.workstream.deferred.push_back(std::move(feature));
  }
}

void read_top(const Fields& fields, Reading& reading) {
  Workstream& out = reading.workstream;
  out.id = read_id(fields.find(Key::id));
  out.place = place_of(fields.find(Key::id), fields.place());
  out.name = read_text(fields.find(Key::name));
  out.version = read_scalar(fields.find(Key::version), reading.sources);
  out.description = read_text(fields.find(Key::description));
  out.depends_on = read_dependencies(fields, reading);
  out.files_scope = read_scopes(fields.find(Key::files_scope));
  out.files_create = read_texts(fields.find(Key::files_create));
  out.env = read_environment(fields.find(Key::env), reading.sources);
  out.vars = read_environment(fields.find(Key::vars), reading.sources);
  out.secrets = read_texts(fields.find(Key::secrets));
  out.pools = read_pools(fields.find(Key::pools));
  read_run_outputs(fields.find(Key::outputs), reading);
  out.conflict_group = read_text(fields.find(Key::conflict_group));
  out.parallel_ok = read_flag(fields.find(Key::parallel_ok), true);
  Trying trying = read_trying(fields, reading);
  out.breaker = std::move(trying.breaker);
  out.retry = std::move(trying.retry);
  read_inputs(fields.find(Key::inputs), reading);
  out.takes_any_input = read_flag(fields.find(Key::any_input), false);
  out.preflight_checks = read_checks(fields.find(Key::pre_flight_checks), reading);
  out.compensation_actions =
      read_compensation_actions(fields.find(Key::compensation_actions), reading);
  out.error_handling = read_error_handling(fields.find(Key::error_handling), reading);
  out.state_machine = read_state_machine(fields.find(Key::state_transitions), reading);
  read_gate(fields.find(Key::gate), reading);
  read_execution(fields.find(Key::execution), reading);
  read_labels(fields, reading);
  note_deferred(fields, {"workstream", out.id}, reading);
  read_refused(fields.find(Key::refused), reading);
}

// Shape A: the workstream is its own one step.
void read_single_step(const Fields& fields, const StepDefaults& defaults, Reading& reading) {
  Workstream& out = reading.workstream;
  out.is_single_step = true;
  Step step;
  step.id = out.id;
  step.place = out.place;
  step.priority = defaults.priority;
  step.action = read_action(fields, {}, reading);
  std::vector<AcceptanceTest> checks = read_all_checks(fields, reading);
  if (!checks.empty()) step.edit_details().acceptance_tests = std::move(checks);
  read_payload(fields, step, reading);
  give_outputs_to(step, out.outputs);
  if (const Field* steps = fields.find(Key::steps);
      steps != nullptr && std::holds_alternative<NoAction>(step.action)) {
    reading.diagnostics.warning(mistakes::unusual_value, steps->key_place,
                                "'steps' is empty: there is nothing to run", "");
  }
  out.steps.push_back(std::move(step));
}

bool has_elements(const Field* field) { return field != nullptr && field->value.size() > 0; }

bool has_steps(const Fields& fields) {
  return has_elements(fields.find(Key::steps)) || has_elements(fields.find(Key::step_groups)) ||
         has_elements(fields.find(Key::groups)) || has_elements(fields.find(Key::phases));
}

// In the order of the file, so that inline steps keep their place.
void read_steps(const Fields& fields, const StepDefaults& defaults, Reading& reading) {
  Workstream& out = reading.workstream;
  for (const Field& field : fields.all()) {
    if (field.spec->key == Key::steps) {
      out.steps.reserve(out.steps.size() + field.value.size());
      for (const Value element : field.value.items()) {
        if (element.is_object()) out.steps.push_back(read_step(element, defaults, reading));
      }
    } else if (field.spec->key == Key::step_groups || field.spec->key == Key::groups) {
      read_groups(field, defaults, reading);
    } else if (field.spec->key == Key::phases) {
      read_phases(field, defaults, reading);
    }
  }
  out.acceptance_tests = read_all_checks(fields, reading);
  const Field* tasks = fields.find(Key::tasks);
  if (has_elements(tasks)) {
    reading.diagnostics.warning(mistakes::not_applicable, tasks->key_place,
                                "'tasks' beside steps are not run", "give them to a step");
  }
}

}  // namespace

Workstream read_workstream(Value value, std::string file, const SourceSet& sources,
                           Diagnostics& diagnostics) {
  Workstream out;
  out.file = std::move(file);
  Reading reading{sources, diagnostics, out};
  const Fields fields(value, kWorkstreamObject);
  read_top(fields, reading);
  const StepDefaults defaults{{fields.find(Key::tool), fields.find(Key::capability)},
                              read_priority(fields.find(Key::priority)).value_or(0)};
  if (has_steps(fields))
    read_steps(fields, defaults, reading);
  else
    read_single_step(fields, defaults, reading);
  read_saga(fields, reading);
  read_resume(fields, reading);
  check_pause(fields.find(Key::error_handling), reading);
  return out;
}

}  // namespace ws
