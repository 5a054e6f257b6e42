// `workstream run`: options and refusals; run_session.cpp does the rest.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/cleanup.h"
#include "cli/console.h"
#include "cli/determinism.h"
#include "cli/failure.h"
#include "cli/input_values.h"
#include "cli/keeping.h"
#include "cli/load.h"
#include "cli/options.h"
#include "cli/programs.h"
#include "cli/project_store.h"
#include "cli/refusals.h"
#include "cli/run_id_claim.h"
#include "cli/run_session.h"
#include "cli/secret_values.h"
#include "cli/settings.h"
#include "cli/subcommand.h"
#include "cli/tool_search.h"
#include "engine/masked_fact.h"
#include "model/analysis.h"
#include "platform/machine.h"
#include "platform/open_file_limit.h"
#include "report/diagnostics_json.h"
#include "report/observers.h"
#include "store/run_id.h"

namespace ws::cli {
namespace {

struct RunFlags {
  LoadFlags load;
  LimitFlags limits;
  ToolFlags tools;
  RefusalWish refusal;
  VerdictWishes verdict;
  std::string run_id;
  std::string state_dir;
  std::string progress = "auto";
  EventWish events;
  std::string view = std::string(kNativeView);
  std::string notify_command;
  InputFlags inputs;
  ResumeFlags resume;
  std::vector<std::string> masked;  // names
  DeterminismFlags determinism;
  bool is_dry = false;
  bool is_durable = false;
  bool is_json = false;
  bool is_ascii = false;
  bool is_handing_on = false;
};

// For the loop, the store, a log and one step.
constexpr std::uint64_t kLeastOpenFiles = 24;

// What holds for the runs that this one starts, too.
std::vector<std::string> nested_options(const ToolFlags& flags,
                                        const std::vector<std::string>& masked) {
  std::vector<std::string> options;
  for (const std::string& name : masked) {
    options.emplace_back("--mask");
    options.push_back(name);
  }
  for (const std::string& directory : flags.directories) {
    options.emplace_back("--tools-dir");
    options.push_back(directory);
  }
  for (const auto& [name, profile] : flags.choices) {
    options.emplace_back("--tool");
    options.push_back(name + "=" + profile);
  }
  if (!flags.judge.empty()) {
    options.emplace_back("--judge");
    options.push_back(flags.judge);
  }
  return options;
}

Progress progress_of(const std::string& text) {
  if (text == "live") return Progress::live;
  if (text == "plain") return Progress::plain;
  return text == "none" || text == "json" ? Progress::none : Progress::automatic;
}

void print(const Diagnostics& diagnostics, const SourceSet& sources) {
  RenderOptions options;
  options.colour = style_for(Stream::err).colour;
  write(Stream::err, render(diagnostics, sources, options));
}

// The same complaints as warnings: a dry run shows what a run would refuse.
Diagnostics as_warnings(const Diagnostics& refused) {
  Diagnostics softened;
  for (Diagnostic item : refused.items()) {
    item.severity = Severity::warning;
    softened.add(std::move(item));
  }
  return softened;
}

// "nightly.2", "nightly.3", …: the first that is free.
Result<std::string> next_run_id(RunStore& store, const std::string& id) {
  for (std::size_t n = 2;; ++n) {
    std::string next = fmt::format("{}.{}", id, n);
    const auto same = store.find(next);
    if (same.has_error()) return same.error();
    const bool is_taken = !same->empty() && same->front().id == next;
    if (!is_taken && is_run_id(next)) {
      complain(fmt::format("run '{}' was interrupted: this one is '{}'", id, next));
      return {boost::system::in_place_value, std::move(next)};
    }
    if (!is_run_id(next)) return run_id_is_taken(id);
  }
}

// A free run id, or why the wished one cannot be.
Result<std::string> choose_run_id(const RunFlags& flags, std::uint64_t random) {
  if (flags.run_id.empty() && flags.determinism.is_deterministic)
    return numbered_run_id(StateLayout(flags.state_dir));
  if (flags.run_id.empty()) return make_run_id(wall_now(), static_cast<std::uint32_t>(random));
  if (!is_run_id(flags.run_id)) {
    return Error{fmt::format("--run-id '{}' is no run id: 1 to 64 letters, digits, '-', '_' and "
                             "'.', the first a letter "
                             "or digit",
                             printable(flags.run_id)),
                 kPersonsMistake};
  }
  auto store = open_store(StateLayout(flags.state_dir));
  if (store.has_error()) return store.error();
  if (store->has_value()) {
    const auto same = (*store)->find(flags.run_id);
    if (same.has_error()) return same.error();
    if (same->size() == 1 && same->front().id == flags.run_id) {
      // The same command after an interruption goes on, under the next name.
      const RunStatus status = same->front().status;
      if (status == RunStatus::crashed || status == RunStatus::cancelled)
        return next_run_id(**store, flags.run_id);
      return run_id_is_taken(flags.run_id);
    }
  }
  return flags.run_id;
}

std::string home_of(const Loaded& loaded) {
  if (loaded.targets.size() == 1) return loaded.targets.front();
  return loaded.workset->workstreams[loaded.plan->workstreams().front()].id;
}

// What keeps the run from starting, for people and, with --json, for programs.
ExitCode refuse(const RunFlags& flags, const Diagnostics& why, const SourceSet& sources,
                std::size_t files, ExitCode code) {
  print(why, sources);
  if (flags.is_json) (void)answer(diagnostics_json(why, sources, files));
  return code;
}

// The observers the files ask for, each once; those of the command line win.
std::vector<std::string> observers_of(const Plan& plan, const RunFlags& flags) {
  if (!flags.events.observers.empty()) return flags.events.observers;
  std::vector<std::string> names;
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string& name = plan.workset().workstreams[index].execution.observer;
    const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
    if (!name.empty() && is_new) names.push_back(name);
  }
  return names;
}

// Options that want what others leave out; empty: none.
std::string contradiction(const RunFlags& flags) {
  if (flags.is_json && flags.events.events == "-")
    return "--json and --events - both want standard output: give --events a file";
  if (flags.view != kNativeView && !flags.is_json)
    return "--view is a form of the result that --json prints: give --json too";
  if (flags.is_dry && (flags.resume.is_wished || !flags.resume.from.empty()))
    return "--dry-run shows the whole run: it goes on with no earlier one";
  return contradiction(flags.resume);
}

// Names for events that nobody is told.
bool are_names_unused(const EventWish& wish) {
  const auto& observers = wish.observers;
  return wish.names != kNativeNames && wish.events.empty() &&
         std::find(observers.begin(), observers.end(), "json") == observers.end();
}

// Once more, with what --assume-previous-complete takes as done left out of the plan.
std::optional<ExitCode> run_without_previous(const RunFlags& flags, const Plan& plan,
                                             const InputValues& inputs);

// Mistakes of `--mask` and `secrets:`. What is odd about them joins what is odd about the files.
Diagnostics settle_secrets(const RunFlags& flags, const ToolBook& tools, Loaded& loaded,
                           SessionWish& wish) {
  Diagnostics found;
  Secrets secrets =
      find_secrets(*loaded.plan, flags.masked, wish.inputs, own_environment(), tools, found);
  wish.shown_inputs = secrets.has_any() ? masked_inputs(wish.inputs, secrets) : wish.inputs;
  if (secrets.has_any()) wish.secrets = std::make_shared<Secrets>(std::move(secrets));
  // A run that another one started is masked by names that it may have no use for.
  const bool is_nested = !flags.load.as.empty();
  if (flags.load.is_strict && !is_nested) found.promote_warnings();
  if (found.has_errors() || is_nested) return found;
  for (const Diagnostic& item : found.items()) loaded.diagnostics.add(item);
  return {};
}

ExitCode run(const RunFlags& flags) {
  const Form form = form_of(flags.is_json);
  if (const std::string why = contradiction(flags); !why.empty())
    return fail(form, ExitCode::bad_input, why);
  if (const std::uint64_t files = open_file_limit().hard; files < kLeastOpenFiles)
    return fail(
        form, ExitCode::world_failed,
        fmt::format("cannot start the run: {} open files are too few (ulimit -Hn), {} are needed",
                    files, kLeastOpenFiles));
  // Before the files are read: a fork copies what there is.
  const std::unique_ptr<Keeper> keeper = flags.is_dry ? nullptr : start_keeper();
  LoadFlags wanted = flags.load;
  wanted.nested_options = nested_options(flags.tools, flags.masked);
  if (flags.is_durable) wanted.nested_options.emplace_back("--durable");
  if (flags.determinism.is_deterministic) wanted.nested_options.emplace_back("--deterministic");
  Loaded loaded = load(wanted);
  const SourceSet& sources = loaded.workset->sources;
  if (!loaded.plan) {
    return refuse(flags, loaded.diagnostics, sources, loaded.files, ExitCode::bad_input);
  }
  if (loaded.plan->workstreams().empty()) {
    print_diagnostics(loaded);
    write(Stream::out, "nothing to run: everything is assumed complete\n");
    return ExitCode::success;
  }
  const Tools tools = find_tools(flags.tools, files_of(*loaded.plan));
  Diagnostics wrong = tools.mistakes;
  report_unused_choices(*loaded.plan, flags.tools, wrong);
  if (wrong.has_errors()) {
    return refuse(flags, wrong, *tools.sources, loaded.files, ExitCode::bad_input);
  }
  SessionWish wish;
  wish.events = flags.events;
  wish.events.observers = observers_of(*loaded.plan, flags);
  if (are_names_unused(wish.events))
    return fail(form, ExitCode::bad_input,
                "--event-names names the events of --events FILE or --observer json: give one too");
  Diagnostics input_mistakes;
  wish.inputs = settle_inputs(*loaded.plan, flags.inputs, loaded.workset->sources, input_mistakes);
  if (input_mistakes.has_errors()) {
    return refuse(flags, input_mistakes, sources, loaded.files, ExitCode::bad_input);
  }
  if (const auto code = run_without_previous(flags, *loaded.plan, wish.inputs)) return *code;
  if (const Diagnostics wrong_names = settle_secrets(flags, tools.book, loaded, wish);
      wrong_names.has_errors())
    return refuse(flags, wrong_names, sources, loaded.files, ExitCode::bad_input);
  wish.settings = settle(*loaded.plan, analyse(*loaded.plan), flags.limits,
                         {usable_processors(), open_file_limit().hard}, loaded.diagnostics);
  if (wish.secrets) loaded.diagnostics = without_secrets(loaded.diagnostics, *wish.secrets);
  print_diagnostics(loaded);

  Diagnostics refused = refusals(*loaded.plan, tools, flags.refusal);
  find_programs(*loaded.plan, tools.book, *loaded.workset, refused);
  if (wish.secrets) refused = without_secrets(refused, *wish.secrets);
  if (flags.is_dry) {
    print(as_warnings(refused), sources);
  } else if (refused.has_errors()) {
    print(tools.broken, *tools.sources);  // a broken profile file may be the reason
    complain("refused before starting; nothing has run");
    return refuse(flags, refused, sources, loaded.files, ExitCode::refused);
  }

  wish.seed = seed_of(flags.determinism);
  auto run_id = choose_run_id(flags, wish.seed);
  if (run_id.has_error()) return fail(form, run_id.error());
  wish.run_id = std::move(*run_id);
  wish.layout = StateLayout(flags.state_dir);
  wish.resume = flags.resume;
  // A run inside a run goes on only when the one around it does.
  const EnvironmentList environment = own_environment();
  const bool is_around_resuming =
      std::any_of(environment.begin(), environment.end(),
                  [](const auto& variable) { return variable.first == kResumesVariable; });
  if (!flags.load.as.empty() && !is_around_resuming) wish.resume.is_fresh = true;
  wish.home = home_of(loaded);
  wish.files = files_of(*loaded.plan);
  wish.is_dry = flags.is_dry;
  wish.is_durable = flags.is_durable;
  wish.is_deterministic = flags.determinism.is_deterministic;
  wish.is_json = flags.is_json;
  wish.view = flags.view;
  wish.verdict = flags.verdict;
  wish.progress = progress_of(flags.progress);
  wish.is_screen_on_err = flags.is_json || flags.events.events == "-";
  wish.style = style_for(wish.is_screen_on_err ? Stream::err : Stream::out);
  wish.events.is_progress_json = flags.progress == "json";
  wish.events.progress_stream = wish.is_screen_on_err ? Stream::err : Stream::out;
  wish.notify_command = flags.notify_command;
  wish.style.ascii = wish.style.ascii || flags.is_ascii;
  wish.warnings = loaded.diagnostics.warning_count();
  wish.is_handing_on = flags.is_handing_on;
  wish.keeper = keeper.get();
  const ExitCode code = run_session(*loaded.plan, tools.book, wish);
  if (code != ExitCode::success || flags.is_dry || !wants_cleanup(*loaded.plan)) return code;
  if (const auto done = clean_up(wish.layout, wish.run_id); done.has_error())
    complain(in_context("the run was not cleaned up", done.error()).message);
  return code;
}

std::optional<ExitCode> run_without_previous(const RunFlags& flags, const Plan& plan,
                                             const InputValues& inputs) {
  if (!flags.resume.is_previous_assumed) return std::nullopt;
  const StateLayout layout(flags.state_dir);
  auto names = previous_to_assume(layout, plan, inputs, flags.resume);
  if (names.has_error()) return fail(form_of(flags.is_json), names.error());
  if (names->empty()) return std::nullopt;
  RunFlags without = flags;
  without.resume.is_previous_assumed = false;
  auto& assumed = without.load.assume_complete;
  assumed.insert(assumed.end(), names->begin(), names->end());
  return run(without);
}

}  // namespace

SubcommandBody declare_run(CLI::App& app) {
  auto flags = std::make_shared<RunFlags>();
  add_load_flags(app, flags->load);
  add_limit_flags(app, flags->limits);
  add_pairs(app, "--tool", flags->tools.choices, "Use another profile for a tool (repeatable)")
      ->type_name("NAME=PROFILE");
  add_tool_flags(app, flags->tools);
  add_judge_flag(app, flags->tools);
  app.add_option("--approve", flags->refusal.approved_gate, "The highest gate you approve")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--dry-run", flags->is_dry, "Go through everything without starting a process");
  app.add_flag("--durable", flags->is_durable,
               "Sync the run's record to disk before going on: it survives a loss of power, too");
  app.add_flag("--strict-acceptance", flags->verdict.is_strict_acceptance,
               "Exit 4 when a promised check is prose that nobody ran");
  app.add_flag("--fail-on-errors", flags->verdict.is_failing_on_errors,
               "Exit 1 also for failures that were declared acceptable");
  app.add_option("--run-id", flags->run_id, "Name of this run; made from the time when not given")
      ->check(complaint_if_empty)
      ->type_name("ID");
  add_determinism_flags(app, flags->determinism);
  add_state_dir(app, flags->state_dir);
  app.add_option("--progress", flags->progress, "auto, live, plain, json or none")
      ->check(CLI::IsMember({"auto", "live", "plain", "json", "none"}))
      ->type_name("HOW")
      ->capture_default_str();
  add_resume_flags(app, flags->resume);
  add_input_flags(app, flags->inputs);
  add_mask_flag(app, flags->masked);
  app.add_option("--events", flags->events.events,
                 "Write every event as a line of JSON; -: to stdout, with the screen on stderr")
      ->type_name("FILE|-");
  app.add_option("--observer", flags->events.observers,
                 "Also tell stderr: noop, log or json (repeatable)")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(CLI::IsMember(observer_names()));
  add_choice(app, "--event-names", flags->events.names, event_name_systems(),
             "Whose names the events of --events and --observer json have: native, kata, go, blok "
             "or workstream")
      ->capture_default_str();
  app.add_option("--notify-cmd", flags->notify_command,
                 "Run this with the event as JSON on stdin: on the occasions of error_handling, "
                 "else when a step fails and at the end")
      ->type_name("COMMAND");
  app.add_option("--as", flags->load.as, "Run the workstream of --ws-id under this id")
      ->type_name("ID");
  app.add_option("--beside", flags->load.beside, "Relative paths begin where this file is")
      ->type_name("FILE");
  app.add_flag("--hand-on", flags->is_handing_on,
               "Hand the workstream's outputs on through $WORKSTREAM_OUTPUT, as a step does");
  app.add_flag("--ascii", flags->is_ascii, "Use ASCII symbols only");
  app.add_flag("--json", flags->is_json,
               "Print the result as JSON on stdout (progress goes to stderr)");
  add_choice(app, "--view", flags->view, view_names(),
             "The form of that JSON: native, kata, go, blok or workstream")
      ->capture_default_str();
  return [flags] { return run(*flags); };
}

}  // namespace ws::cli
