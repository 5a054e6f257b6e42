// `workstream status`: the steps of one run, from the store, while it runs or afterwards.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/failure.h"
#include "cli/group_progress.h"
#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/stored_result.h"
#include "cli/subcommand.h"
#include "platform/machine.h"
#include "report/json_text.h"
#include "report/run_reading.h"
#include "report/views/views.h"

namespace ws::cli {
namespace {

struct StatusOptions {
  std::string what;
  std::string state_dir;
  std::string view = std::string(kNativeView);
  bool is_json = false;
  bool is_ascii = false;
};

// The last moment anybody recorded: for a run whose process is gone, time stopped there.
Duration last_known(const std::vector<StepRow>& steps) {
  Duration last{};
  for (const StepRow& step : steps) {
    last = std::max(
        {last, step.started.value_or(Duration::zero()), step.ended.value_or(Duration::zero())});
  }
  return last;
}

Duration elapsed_of(const RunRow& run, const std::vector<StepRow>& steps) {
  if (run.duration) return *run.duration;
  if (run.status == RunStatus::crashed) return last_known(steps);
  return running_for(run, last_known(steps));
}

// How long a step took, or has been running; nothing when nobody knows.
std::optional<Duration> elapsed_of(const StepRow& step, const RunRow& run, Duration run_elapsed) {
  if (!step.started || step.attempts == 0) return std::nullopt;
  if (step.ended) return *step.ended - *step.started;
  if (run.status == RunStatus::crashed) return std::nullopt;
  return run_elapsed - *step.started;
}

std::string name_of(const StepRow& step, const RunRow& run) {
  const std::string own = step.step.empty() ? std::string(kind_name(step.kind)) : step.step;
  const bool is_alone = run.workstreams.size() == 1 || own == step.workstream;
  return is_alone ? own : step.workstream + "/" + own;
}

// A run that crashed leaves steps that still say "running": nobody knows how they ended.
std::string_view state_name(StepState state, const RunRow& run) {
  const bool is_lost = run.status == RunStatus::crashed && state == StepState::running;
  return is_lost ? "lost" : name(state);
}

struct Details {
  std::vector<GroupRow> groups;  // with the state that people are told
  std::vector<OutputRow> outputs;
  std::vector<CompensationRow> compensations;
  std::vector<BreakerRow> breakers;
};

Result<Details> details_of(RunStore& store, std::int64_t run, const std::vector<StepRow>& steps) {
  Details details;
  auto groups = store.groups(run);
  if (groups.has_error()) return groups.error();
  auto outputs = store.outputs(run);
  if (outputs.has_error()) return outputs.error();
  auto compensations = store.compensations(run);
  if (compensations.has_error()) return compensations.error();
  auto breakers = store.breakers(run);
  if (breakers.has_error()) return breakers.error();
  const GroupProgress progress(*groups, steps);
  for (GroupRow& group : *groups) group.state = progress.state_of(group);
  details.groups = std::move(*groups);
  details.outputs = std::move(*outputs);
  details.compensations = std::move(*compensations);
  details.breakers = std::move(*breakers);
  return details;
}

// "attempt 2/3, next in 4.00s".
std::string attempts_text(const StepRow& step, Duration now) {
  if (step.attempts <= 1 && !step.retry_due) return {};
  std::string text = step.max_attempts > 1
                         ? fmt::format("attempt {}/{}", step.attempts, step.max_attempts)
                         : fmt::format("attempt {}", step.attempts);
  if (step.retry_due && *step.retry_due > now)
    text += ", next in " + format_duration(*step.retry_due - now);
  return text;
}

std::string node_name(const RunRow& run, const std::vector<StepRow>& steps, NodeId node) {
  for (const StepRow& step : steps) {
    if (step.node == node) return name_of(step, run);
  }
  return run.workstream;  // its end gate: the workstream's own
}

std::string groups_text(const RunRow& run, const Details& details, const Style& style) {
  std::string out;
  for (const GroupRow& group : details.groups) {
    if (group.role == GroupRole::workstream || group.role == GroupRole::body) continue;
    std::string line =
        fmt::format("{}: {}", group.name, state_name(group.decision.value_or(group.state), run));
    if (group.decision && !group.joined) line += ", some still run";
    if (group.role == GroupRole::fan_out) line += ", " + counted(group.members, "item");
    if (group.round > 1) line += fmt::format(", round {}", group.round);
    if (!group.rule.empty()) line += fmt::format(" ({})", group.rule);
    if (!group.why.empty()) line += ": " + group.why;
    out += "    " + style.clean(line) + "\n";
  }
  return out.empty() ? out : "  groups:\n" + out;
}

std::string trouble_text(const RunRow& run, const std::vector<StepRow>& steps,
                         const Details& details, const Style& style) {
  std::string out;
  if (run.paused_until && run.status == RunStatus::running)
    out += fmt::format("  paused: {}\n", style.clean(run.pause_why));
  if (run.workers) out += fmt::format("  at most {} at once now\n", counted(*run.workers, "step"));
  for (const BreakerRow& breaker : details.breakers) {
    if (breaker.is_open)
      out +=
          fmt::format("  circuit open: {}: {}\n", style.clean(node_name(run, steps, breaker.scope)),
                      style.clean(breaker.why));
  }
  if (run.rollback_steps)
    out += fmt::format("  rollback of {}:\n", counted(*run.rollback_steps, "step"));
  for (const CompensationRow& undone : details.compensations) {
    out += fmt::format("    {}: {}\n", style.clean(node_name(run, steps, undone.result.node)),
                       undone.result.is_success
                           ? std::string("rolled back")
                           : "not rolled back: " + style.clean(undone.result.why));
  }
  return out;
}

std::string text_of(const RunRow& run, const std::vector<StepRow>& steps, const Details& details,
                    const Style& style) {
  const Duration run_elapsed = elapsed_of(run, steps);
  std::size_t width = 4;
  for (const StepRow& step : steps) width = std::max(width, display_width(name_of(step, run)));
  width = std::min<std::size_t>(width, 60);

  std::string out = fmt::format("{} {}: {} ({})\n", style.clean(run.workstream), run.id,
                                name(run.status), format_duration(run_elapsed));
  if (run.workstreams.size() > 1) {
    out += fmt::format("  workstreams: {}\n", style.clean(listed(run.workstreams)));
  }
  out += fmt::format("  started {}, max_workers={}{}{}\n", iso_utc(run.started), run.max_workers,
                     run.is_sequential ? ", sequential" : "", run.is_dry ? ", dry run" : "");
  if (run.status == RunStatus::running)
    out += fmt::format("  {}\n", process_text(run.context.holder));
  if (run.status == RunStatus::crashed) {
    out += fmt::format("  its process {} is gone without an end\n", run.context.holder.pid);
  }
  for (const StepRow& step : steps) {
    const std::string shown = style.cut(name_of(step, run), width);
    const auto elapsed = elapsed_of(step, run, run_elapsed);
    std::string line = fmt::format(
        "  {} {}{}  {:<11}", style.paint(paint_of(step.state), style.symbol(symbol_of(step.state))),
        shown, std::string(width - std::min(width, display_width(shown)), ' '),
        state_name(step.state, run));
    if (elapsed) line += fmt::format(" {:>8}", format_duration(*elapsed));
    if (const std::string tries = attempts_text(step, run_elapsed); !tries.empty())
      line += "  " + tries;
    if (!step.why.empty()) line += "  " + style.clean(step.why);
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  out += groups_text(run, details, style) + trouble_text(run, steps, details, style);
  const RunState::Counts& counts = run.counts;
  out += fmt::format("  {} of {} done: {} succeeded", counts.settled(), counts.total,
                     counts.succeeded);
  if (counts.unverified > 0) out += fmt::format(" ({} unverified)", counts.unverified);
  if (counts.failed > 0) out += fmt::format(", {} failed", counts.failed);
  if (counts.skipped > 0) out += fmt::format(", {} skipped", counts.skipped);
  if (counts.cancelled > 0) out += fmt::format(", {} cancelled", counts.cancelled);
  if (counts.running > 0) {
    out += fmt::format(", {} {}", counts.running,
                       run.status == RunStatus::crashed ? "lost" : "running");
  }
  return out + "\n";
}

void add_details(Json& json, const RunRow& run, const std::vector<StepRow>& steps,
                 const Details& details) {
  json["groups"] = Json::array();
  for (const GroupRow& group : details.groups) {
    json["groups"].push_back(
        {{"id", group.name},
         {"workstream", group.workstream},
         {"role", name(group.role)},
         {"state", state_name(group.state, run)},
         {"decision", group.decision ? Json(name(*group.decision)) : Json(nullptr)},
         {"round", group.round},
         {"members", group.members},
         {"rule", group.rule},
         {"why", group.why}});
  }
  json["outputs"] = Json::array();
  for (const OutputRow& output : details.outputs) {
    Json value = Json::parse(output.value.json, nullptr, /*allow_exceptions=*/false);
    json["outputs"].push_back(
        {{"step", node_name(run, steps, output.node)},
         {"name", output.value.name},
         {"value", value.is_discarded() ? Json(nullptr) : std::move(value)},
         {"file", output.value.file.empty() ? Json(nullptr) : Json(output.value.file)}});
  }
  json["compensations"] = Json::array();
  for (const CompensationRow& undone : details.compensations) {
    json["compensations"].push_back({{"step", node_name(run, steps, undone.result.node)},
                                     {"is_success", undone.result.is_success},
                                     {"why", undone.result.why}});
  }
  json["rollback_steps"] = run.rollback_steps ? Json(*run.rollback_steps) : Json(nullptr);
  json["paused_until_ms"] =
      run.paused_until ? Json(milliseconds_of(*run.paused_until)) : Json(nullptr);
}

Json json_of(const RunRow& run, const std::vector<StepRow>& steps, const Details& details) {
  const Duration run_elapsed = elapsed_of(run, steps);
  Json json;
  json["run_id"] = run.id;
  json["workstream"] = run.workstream;
  json["workstreams"] = run.workstreams;
  json["status"] = name(run.status);
  json["started"] = iso_utc(run.started);
  json["ended"] = run.ended ? Json(iso_utc(*run.ended)) : Json(nullptr);
  json["duration_ms"] = milliseconds_of(run_elapsed);
  json["pid"] = run.context.holder.pid;
  json["totals"] = {{"total", run.counts.total},         {"completed", run.counts.succeeded},
                    {"failed", run.counts.failed},       {"skipped", run.counts.skipped},
                    {"cancelled", run.counts.cancelled}, {"unverified", run.counts.unverified},
                    {"running", run.counts.running}};
  json["steps"] = Json::array();
  for (const StepRow& step : steps) {
    Json item;
    item["id"] = step.step.empty() ? std::string(kind_name(step.kind)) : step.step;
    item["workstream"] = step.workstream;
    item["state"] = state_name(step.state, run);
    item["attempts"] = step.attempts;
    item["started_ms"] = step.started ? Json(milliseconds_of(*step.started)) : Json(nullptr);
    const auto elapsed = elapsed_of(step, run, run_elapsed);
    item["duration_ms"] = elapsed ? Json(milliseconds_of(*elapsed)) : Json(nullptr);
    item["why"] = step.why;
    item["max_attempts"] = step.max_attempts;
    if (step.retry_due) item["next_attempt_ms"] = milliseconds_of(*step.retry_due);
    if (step.item != PlanNode::kNoItem) item["index"] = step.item;
    json["steps"].push_back(std::move(item));
  }
  add_details(json, run, steps, details);
  return json;
}

// The result in another system's form: what its run printed, or what is known so far.
ExitCode show_view(RunStore& store, const RunRow& run, const StatusOptions& options) {
  const auto result = stored_result(store, run, StateLayout(options.state_dir));
  if (result.has_value()) return answer_as(options.view, *result);
  return fail(Form::json, result.error());
}

ExitCode show_status(const StatusOptions& options) {
  const Form form = form_of(options.is_json);
  if (options.view != kNativeView && !options.is_json)
    return fail(form, ExitCode::bad_input,
                "--view is a form of what --json prints: give --json too");
  auto found = find_run_in(StateLayout(options.state_dir), options.what);
  if (found.has_error()) return fail(form, found.error());
  if (options.view != kNativeView) return show_view(found->store, found->run, options);
  const auto steps = found->store.steps(found->run.number);
  if (steps.has_error()) return fail(form, steps.error());
  const auto details = details_of(found->store, found->run.number, *steps);
  if (details.has_error()) return fail(form, details.error());
  if (options.is_json) return answer(pretty(json_of(found->run, *steps, *details)));
  Style style = style_for(Stream::out);
  style.ascii = style.ascii || options.is_ascii;
  return answer(text_of(found->run, *steps, *details, style));
}

}  // namespace

SubcommandBody declare_status(CLI::App& app) {
  auto options = std::make_shared<StatusOptions>();
  app.add_option("what", options->what,
                 "A workstream (its latest run) or a run id; nothing: the latest run")
      ->check(complaint_if_empty)
      ->type_name("ID|RUN");
  add_state_dir(app, options->state_dir);
  app.add_flag("--json", options->is_json, "Print JSON");
  add_choice(app, "--view", options->view, view_names(),
             "Print that JSON as another system's result: kata, go, blok or workstream")
      ->capture_default_str();
  app.add_flag("--ascii", options->is_ascii, "Use ASCII symbols only");
  return [options] { return show_status(*options); };
}

}  // namespace ws::cli
