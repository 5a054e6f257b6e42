#include "formats/step_reader.h"

#include "formats/action_reader.h"
#include "formats/coerce.h"
#include "formats/policy_reader.h"
#include "formats/shapes.h"
#include "formats/value_text.h"

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

std::string condition_text(const Fields& fields, const SourceSet& sources) {
  const Field* when = fields.find(Key::when);
  return read_scalar(when != nullptr ? when : fields.find(Key::condition), sources);
}

void read_stdin(const Field* field, StepDetails& details) {
  if (field == nullptr || !field->value.is_object()) return;
  const Fields fields(field->value, kStdinObject);
  details.stdin_file = read_text(fields.find(Key::file));
  if (const Field* text = fields.find(Key::text)) details.stdin_text = read_text(text);
}

void read_trying(const Fields& fields, StepDetails& details) {
  details.retry = read_retry(fields.find(Key::retry));
  if (const Field* retries = fields.find(Key::retries)) {
    const std::uint32_t count = read_count(retries, 0);
    if (count > 0) details.retry = retries_of(count, {});
  }
  details.breaker = read_breaker(fields.find(Key::circuit_breaker));
}

void note_runtime_values(const Fields& fields, Owner owner, Reading& reading) {
  const auto note = [&](const Field* field, Value value) {
    const auto text = to_text(value);
    if (!text) return;
    if (const auto expression = runtime_expression(*text))
      note_deferred(std::string(*expression), *field, owner, reading);
  };
  if (const Field* env = fields.find(Key::env)) {
    for (const Member& member : env->value.members()) note(env, member.value);
  }
  if (const Field* input = fields.find(Key::stdin_)) {
    for (const Member& member : input->value.members()) note(input, member.value);
  }
}

void read_details(const Fields& fields, StepDetails& details, Owner owner, Reading& reading) {
  const SourceSet& sources = reading.sources;
  details.name = read_text(fields.find(Key::name));
  details.description = read_text(fields.find(Key::description));
  details.env = read_environment(fields.find(Key::env), sources);
  const Field* directory = fields.find(Key::working_dir);
  details.working_dir = read_text(directory != nullptr ? directory : fields.find(Key::cwd));
  read_stdin(fields.find(Key::stdin_), details);
  note_runtime_values(fields, owner, reading);
  details.idle_timeout = read_duration(fields.find(Key::idle_timeout));
  read_trying(fields, details);
  if (const Field* success = fields.find(Key::success)) details.success = read_success(success);
  details.acceptance_tests = read_acceptance_tests(fields.find(Key::acceptance_tests), reading);
  details.compensation = read_compensation(fields.find(Key::compensation), sources);
  details.files_scope = read_scopes(fields.find(Key::files_scope));
  details.files_create = read_texts(fields.find(Key::files_create));
  details.tags = read_texts(fields.find(Key::tags));
  details.outputs = read_outputs(fields.find(Key::outputs), sources);
  details.pools = read_pools(fields.find(Key::pools));
  details.when = condition_text(fields, sources);
  details.conflict_group = read_text(fields.find(Key::conflict_group));
  details.parallel_ok = read_flag(fields.find(Key::parallel_ok), true);
  read_metadata(fields.find(Key::metadata), sources, details.metadata);
}

}  // namespace

Step read_step(Value value, const StepDefaults& defaults, Reading& reading) {
  const Fields fields(value, kStepObject);
  Step step;
  step.id = read_id(fields.find(Key::id));
  step.place = place_of(fields.find(Key::id), fields.place());
  const Owner owner{"step", step.id};
  step.action = read_action(fields, defaults.tool, owner, reading);
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
  if (const Field* success = fields.find(Key::success))
    note_deferred(Fields(success->value, kSuccessObject), owner, reading);
  for (const Field& field : fields.all()) {
    if (is_plain(field.spec->key)) continue;
    read_details(fields, step.edit_details(), owner, reading);
    break;
  }
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

std::vector<std::string> read_artifacts(const Field* field) {
  std::vector<std::string> out;
  if (field == nullptr) return out;
  for (const Value element : field->value.items()) {
    const auto path = element.is_object() ? element.find(name_of(Key::path)) : element;
    if (path && path->is_string()) out.emplace_back(path->as_string());
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> read_outputs(const Field* field,
                                                              const SourceSet& sources) {
  std::vector<std::pair<std::string, std::string>> out;
  read_metadata(field, sources, out);
  return out;
}

std::vector<std::pair<std::string, std::uint32_t>> read_pools(const Field* field) {
  std::vector<std::pair<std::string, std::uint32_t>> out;
  if (field == nullptr) return out;
  for (const Member& member : field->value.members()) {
    const auto slots = to_integer(member.value);
    if (slots && *slots > 0 && *slots <= 1'000'000 && !is_annotation(member.key))
      out.emplace_back(std::string(member.key), static_cast<std::uint32_t>(*slots));
  }
  return out;
}

}  // namespace ws
