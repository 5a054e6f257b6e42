#include "formats/step_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/action_reader.h"
#include "formats/check_reader.h"
#include "formats/coerce.h"
#include "formats/for_each_reader.h"
#include "formats/policy_reader.h"
#include "formats/shapes.h"
#include "formats/undo_reader.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Keys that live in the step itself; any other asks for StepDetails.
constexpr bool is_plain(Key key) {
  constexpr Key kPlain[] = {Key::id,          Key::command,  Key::args,     Key::tool,
                            Key::tasks,       Key::script,   Key::shell,    Key::wait,
                            Key::depends_on,  Key::timeout,  Key::priority, Key::on_failure,
                            Key::critical,    Key::ui_hints, Key::blocks,   Key::blocked_by,
                            Key::dependencies};
  for (const Key plain : kPlain) {
    if (plain == key) return true;
  }
  return false;
}

void read_stdin(const Field* field, StepDetails& details, const SourceSet& sources) {
  if (field == nullptr || !field->value.is_object()) return;
  const Fields fields(field->value, kStdinObject);
  details.stdin_file = read_text(fields.find(Key::file));
  if (const Field* text = fields.find(Key::text)) details.stdin_text = read_text(text);
  details.stdin_context = read_flag(fields.find(Key::context), false);
  if (const Field* json = fields.find(Key::json))
    details.stdin_json = json_text(json->value, sources);
}

// name → any value whose texts are templates.
void read_values(const Field* field, StepDetails& details, const SourceSet& sources) {
  if (field == nullptr || !field->value.is_object()) return;
  for (const Member& member : field->value.members()) {
    if (!is_annotation(member.key))
      details.values.emplace_back(std::string(member.key), json_text(member.value, sources));
  }
}

std::uint32_t slots_of(const Member& member) {
  if (is_annotation(member.key)) return 0;
  const std::int64_t slots = to_integer(member.value).value_or(0);
  return slots > 0 && slots <= 1'000'000 ? static_cast<std::uint32_t>(slots) : 0;
}

// A pool that is not declared, and one that will never have so many free slots.
void check_pools(const Field* field, Reading& reading) {
  if (field == nullptr) return;
  const auto& declared = reading.workstream.pools;
  for (const Member& member : field->value.members()) {
    const std::uint32_t slots = slots_of(member);
    if (slots == 0) continue;
    const auto pool = std::find_if(declared.begin(), declared.end(),
                                   [&](const auto& one) { return one.first == member.key; });
    if (pool == declared.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, limit] : declared) names.push_back(name);
      const auto near = nearest(member.key, names);
      reading.diagnostics.error(
          mistakes::unknown_pool, member.key_place,
          fmt::format("the pool '{}' is not declared", printable(member.key)),
          near ? fmt::format("did you mean '{}'?", *near)
               : fmt::format("write 'pools: {{{}: N}}' at the top of the workstream",
                             printable(member.key)));
    } else if (slots > pool->second) {
      reading.diagnostics.error(mistakes::contradiction, member.value.place(),
                                fmt::format("the pool '{}' has {}, and this step wants {} of it",
                                            member.key, counted(pool->second, "slot"), slots),
                                "it would wait for ever");
    }
  }
}

void read_details(const Fields& fields, StepDetails& details, Reading& reading) {
  const SourceSet& sources = reading.sources;
  details.name = read_text(fields.find(Key::name));
  details.description = read_text(fields.find(Key::description));
  details.env = read_environment(fields.find(Key::env), sources);
  const Field* directory = fields.find(Key::working_dir);
  details.working_dir = read_text(directory != nullptr ? directory : fields.find(Key::cwd));
  read_stdin(fields.find(Key::stdin_), details, sources);
  details.idle_timeout = read_duration(fields.find(Key::idle_timeout));
  Trying trying = read_trying(fields, reading);
  details.retry = std::move(trying.retry);
  details.breaker = std::move(trying.breaker);
  if (const Field* success = fields.find(Key::success)) details.success = read_success(success);
  details.acceptance_tests = read_all_checks(fields, reading);
  details.compensation = read_step_compensation(fields, reading);
  details.files_scope = read_scopes(fields.find(Key::files_scope));
  details.files_create = read_texts(fields.find(Key::files_create));
  details.tags = read_texts(fields.find(Key::tags));
  read_metadata(fields.find(Key::outputs), sources, details.outputs);
  read_values(fields.find(Key::values), details, sources);
  details.pools = read_pools(fields.find(Key::pools));
  check_pools(fields.find(Key::pools), reading);
  Condition when = read_condition(fields, sources);
  details.when = std::move(when.text);
  details.when_place = when.place;
  details.for_each = read_for_each(fields, reading);
  details.conflict_group = read_text(fields.find(Key::conflict_group));
  details.idempotency_key = read_text(fields.find(Key::idempotency_key));
  if (const Field* ttl = fields.find(Key::idempotency_ttl))
    details.idempotency_ttl = read_duration(ttl);
  details.parallel_ok = read_flag(fields.find(Key::parallel_ok), true);
  details.provides = read_names(fields.find(Key::provides));
  details.consumes = read_names(fields.find(Key::consumes));
  read_metadata(fields.find(Key::metadata), sources, details.metadata);
  if (const Field* inputs = fields.find(Key::inputs);
      inputs != nullptr && !fields.has(Key::workstream)) {
    reading.diagnostics.warning(mistakes::not_applicable, inputs->key_place,
                                "'inputs' of a step has no effect without 'workstream'",
                                "a step reads values from `env`, `stdin` and ${inputs.NAME}");
  }
}

}  // namespace

Step read_step(Value value, const StepDefaults& defaults, Reading& reading) {
  const Fields fields(value, kStepObject);
  Step step;
  step.id = read_id(fields.find(Key::id));
  step.place = place_of(fields.find(Key::id), fields.place());
  const Owner owner{"step", step.id};
  step.action = read_action(fields, defaults.action, reading);
  step.depends_on = read_dependencies(fields, reading);
  step.timeout = read_duration(fields.find(Key::timeout));
  if (step.timeout == Duration{} && fields.has(Key::wait)) {
    const Fields wait(fields.find(Key::wait)->value, kWaitObject);
    step.timeout = read_duration(wait.find(Key::timeout));
  }
  step.on_failure = read_on_failure(fields.find(Key::on_failure));
  step.priority = read_priority(fields.find(Key::priority)).value_or(defaults.priority);
  step.is_critical = read_flag(fields.find(Key::critical), true);
  note_deferred(fields, owner, reading);
  // What is secret in one step is secret in what the others say.
  for (std::string& name : read_texts(fields.find(Key::secrets))) {
    auto& all = reading.workstream.secrets;
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(std::move(name));
  }
  for (const Field& field : fields.all()) {
    if (is_plain(field.spec->key)) continue;
    read_details(fields, step.edit_details(), reading);
    break;
  }
  read_payload(fields, step, reading);
  return step;
}

void read_metadata(const Field* field, const SourceSet& sources,
                   std::vector<std::pair<std::string, std::string>>& out) {
  if (field == nullptr) return;
  for (const Member& member : field->value.members()) {
    if (is_annotation(member.key)) continue;
    out.emplace_back(std::string(member.key), plain_text(member.value, sources));
  }
}

std::vector<std::pair<std::string, std::uint32_t>> read_pools(const Field* field) {
  std::vector<std::pair<std::string, std::uint32_t>> out;
  if (field == nullptr) return out;
  for (const Member& member : field->value.members()) {
    if (const std::uint32_t slots = slots_of(member); slots > 0)
      out.emplace_back(std::string(member.key), slots);
  }
  return out;
}

}  // namespace ws
