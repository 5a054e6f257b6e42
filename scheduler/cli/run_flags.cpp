#include "cli/run_flags.h"

#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/secret_values.h"
#include "report/observers.h"

namespace ws::cli {
namespace {

void add_all_tool_flags(CLI::App& app, ToolFlags& flags) {
  add_pairs(app, "--tool", flags.choices, "Use another profile for a tool (repeatable)")
      ->type_name("NAME=PROFILE");
  add_tool_flags(app, flags);
  add_judge_flag(app, flags);
}

void add_verdict_flags(CLI::App& app, VerdictWishes& wishes) {
  app.add_flag("--strict-acceptance", wishes.is_strict_acceptance,
               "Exit 4 when a promised check is prose that nobody ran");
  app.add_flag("--fail-on-errors", wishes.is_failing_on_errors,
               "Exit 1 also for failures that were declared acceptable");
}

void add_event_flags(CLI::App& app, RunFlags& flags) {
  app.add_option("--events", flags.events.events,
                 "Write every event as a line of JSON; -: to stdout, with the screen on stderr")
      ->type_name("FILE|-");
  app.add_option("--observer", flags.events.observers,
                 "Also tell stderr: noop, log or json (repeatable)")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(CLI::IsMember(observer_names()));
  add_choice(app, "--event-names", flags.events.names, event_name_systems(),
             "Whose names the events of --events and --observer json have: native, kata, go, blok "
             "or workstream")
      ->capture_default_str();
  app.add_option("--notify-cmd", flags.notify_command,
                 "Run this with the event as JSON on stdin: on the occasions of error_handling, "
                 "else when a step fails and at the end")
      ->type_name("COMMAND");
}

// What a run that starts another one tells it.
void add_nesting_flags(CLI::App& app, RunFlags& flags) {
  app.add_option("--as", flags.load.as, "Run the workstream of --ws-id under this id")
      ->type_name("ID");
  app.add_option("--beside", flags.load.beside, "Relative paths begin where this file is")
      ->type_name("FILE");
  app.add_flag("--hand-on", flags.is_handing_on,
               "Hand the workstream's outputs on through $WORKSTREAM_OUTPUT, as a step does");
}

void add_result_flags(CLI::App& app, RunFlags& flags) {
  app.add_flag("--ascii", flags.is_ascii, "Use ASCII symbols only");
  app.add_flag("--json", flags.is_json,
               "Print the result as JSON on stdout (progress goes to stderr)");
  add_choice(app, "--view", flags.view, view_names(),
             "The form of that JSON: native, kata, go, blok or workstream")
      ->capture_default_str();
}

}  // namespace

// In the order of --help.
void add_run_flags(CLI::App& app, RunFlags& flags) {
  add_load_flags(app, flags.load);
  add_limit_flags(app, flags.limits);
  add_log_limit(app, flags.limits.log_limit);
  add_all_tool_flags(app, flags.tools);
  app.add_option("--approve", flags.refusal.approved_gate, "The highest gate you approve")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--dry-run", flags.is_dry, "Go through everything without starting a process");
  app.add_flag("--durable", flags.is_durable,
               "Sync the run's record to disk before going on: it survives a loss of power, too");
  app.add_flag(
      "--no-checkpoint", flags.is_recording_optional,
      "Go on when the run cannot be recorded any more (a full disk): nobody can resume it");
  add_verdict_flags(app, flags.verdict);
  app.add_option("--run-id", flags.run_id, "Name of this run; made from the time when not given")
      ->check(complaint_if_empty)
      ->type_name("ID");
  add_determinism_flags(app, flags.determinism);
  add_state_dir(app, flags.state_dir);
  app.add_option("--progress", flags.progress, "auto, live, plain, json or none")
      ->check(CLI::IsMember({"auto", "live", "plain", "json", "none"}))
      ->type_name("HOW")
      ->capture_default_str();
  add_resume_flags(app, flags.resume);
  add_input_flags(app, flags.inputs);
  add_mask_flag(app, flags.masked);
  add_event_flags(app, flags);
  add_nesting_flags(app, flags);
  add_result_flags(app, flags);
}

std::string contradiction(const RunFlags& flags) {
  if (flags.is_json && flags.events.events == "-")
    return "--json and --events - both want standard output: give --events a file";
  if (flags.view != kNativeView && !flags.is_json)
    return "--view is a form of the result that --json prints: give --json too";
  if (flags.is_dry && (flags.resume.is_wished || !flags.resume.from.empty()))
    return "--dry-run shows the whole run: it goes on with no earlier one";
  return contradiction(flags.resume);
}

}  // namespace ws::cli
