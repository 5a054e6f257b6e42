#include "formats/action_reader.h"
#include "formats/coerce.h"
#include "formats/policy_reader.h"
#include "formats/reading.h"
#include "formats/shapes.h"
#include "formats/step_reader.h"
#include "formats/workstream_reader.h"

// The plan form: like a workstream, but nothing is left out, and its defaults differ.

namespace ws {
namespace {

constexpr std::uint32_t kDefaultConcurrency = 1;
constexpr Duration kDefaultTimeout = std::chrono::seconds(1800);

struct PlanDefaults {
  std::uint32_t retries = 0;
};

Command plan_command(const Fields& fields, const SourceSet& sources) {
  Command command = read_command(*fields.find(Key::command), fields.find(Key::args), sources);
  if (!read_flag(fields.find(Key::shell), false)) {
    // Without `args` it is still a program and not a line.
    if (!fields.has(Key::args))
      command = Command::from_argv({read_text(fields.find(Key::command))});
    return command;
  }
  std::string line = read_text(fields.find(Key::command));
  for (const std::string& word : read_words(fields.find(Key::args), sources)) line += ' ' + word;
  return Command{{std::move(line)}, true};
}

void read_plan_details(const Fields& fields, const PlanDefaults& defaults, StepDetails& details,
                       const SourceSet& sources) {
  details.name = read_text(fields.find(Key::name));
  details.description = read_text(fields.find(Key::description));
  details.env = read_environment(fields.find(Key::env), sources);
  details.working_dir = read_text(fields.find(Key::cwd));
  if (details.working_dir == ".") details.working_dir.clear();
  const std::uint32_t retries = read_count(fields.find(Key::retries), defaults.retries);
  if (retries > 0)
    details.retry = retries_of(retries, read_duration(fields.find(Key::retry_delay)));
  Condition when = read_condition(fields, sources);
  details.when = std::move(when.text);
  details.when_place = when.place;
  details.provides = read_names(fields.find(Key::provides));
  details.consumes = read_names(fields.find(Key::consumes));
  details.tags = read_texts(fields.find(Key::tags));
  read_metadata(fields.find(Key::metadata), sources, details.metadata);
}

Step read_plan_step(Value value, const PlanDefaults& defaults, Reading& reading) {
  const Fields fields(value, kPlanStepObject);
  Step step;
  step.id = read_id(fields.find(Key::id));
  step.place = place_of(fields.find(Key::id), fields.place());
  if (const Field* command = fields.find(Key::command))
    step.action = CommandAction{plan_command(fields, reading.sources), command->value.place()};
  step.depends_on = read_dependencies(fields, reading);
  step.timeout = read_duration(fields.find(Key::timeout));
  step.on_failure = read_on_failure(fields.find(Key::on_failure)).value_or(OnFailure::abort);
  step.is_critical = read_flag(fields.find(Key::critical), true);
  read_plan_details(fields, defaults, step.edit_details(), reading.sources);
  return step;
}

}  // namespace

Workstream read_plan(Value value, std::string file, const SourceSet& sources,
                     Diagnostics& diagnostics) {
  Workstream out;
  out.file = std::move(file);
  Reading reading{sources, diagnostics, out};
  const Fields fields(value, kPlanObject);
  out.id = read_id(fields.find(Key::plan_id));
  out.place = place_of(fields.find(Key::plan_id), fields.place());
  out.name = read_text(fields.find(Key::name));
  out.version = read_scalar(fields.find(Key::version), sources);
  out.description = read_text(fields.find(Key::description));
  out.tags = read_texts(fields.find(Key::tags));
  read_metadata(fields.find(Key::metadata), sources, out.metadata);
  out.execution.max_workers = kDefaultConcurrency;
  out.execution.timeout_per_step = kDefaultTimeout;
  PlanDefaults defaults;
  if (const Field* globals = fields.find(Key::globals)) {
    const Fields inner(globals->value, kPlanGlobalsObject);
    out.execution.max_workers = read_count(inner.find(Key::max_concurrency), kDefaultConcurrency);
    if (inner.has(Key::default_timeout))
      out.execution.timeout_per_step = read_duration(inner.find(Key::default_timeout));
    defaults.retries = read_count(inner.find(Key::default_retries), 0);
    out.env = read_environment(inner.find(Key::env), sources);
  }
  if (const Field* steps = fields.find(Key::steps)) {
    out.steps.reserve(steps->value.size());
    for (const Value element : steps->value.items()) {
      if (element.is_object()) out.steps.push_back(read_plan_step(element, defaults, reading));
    }
  }
  return out;
}

}  // namespace ws
