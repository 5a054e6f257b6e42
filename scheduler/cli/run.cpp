// `workstream run`: from the options (run_flags.h) to what a run needs, or why it is refused;
// run_session.cpp does the rest.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/cleanup.h"
#include "cli/console.h"
#include "cli/determinism.h"
#include "cli/failure.h"
#include "cli/input_values.h"
#include "cli/keeping.h"
#include "cli/load.h"
#include "cli/programs.h"
#include "cli/project_store.h"
#include "cli/refusals.h"
#include "cli/run_flags.h"
#include "cli/run_naming.h"
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

namespace ws::cli {
namespace {

// For the loop, the store, a log and one step.
constexpr std::uint64_t kLeastOpenFiles = 24;

// What holds for the runs that this one starts, too.
std::vector<std::string> nested_options(const RunFlags& flags) {
  std::vector<std::string> options;
  for (const std::string& name : flags.masked) {
    options.emplace_back("--mask");
    options.push_back(name);
  }
  for (const std::string& directory : flags.tools.directories) {
    options.emplace_back("--tools-dir");
    options.push_back(directory);
  }
  for (const auto& [name, profile] : flags.tools.choices) {
    options.emplace_back("--tool");
    options.push_back(name + "=" + profile);
  }
  if (!flags.tools.judge.empty()) {
    options.emplace_back("--judge");
    options.push_back(flags.tools.judge);
  }
  if (flags.is_durable) options.emplace_back("--durable");
  if (flags.is_recording_optional) options.emplace_back("--no-checkpoint");
  if (flags.determinism.is_deterministic) options.emplace_back("--deterministic");
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

// What the command line and the machine say before any file is read.
std::optional<ExitCode> refuse_before_reading(const RunFlags& flags) {
  const Form form = form_of(flags.is_json);
  if (const std::string why = contradiction(flags); !why.empty())
    return fail(form, ExitCode::bad_input, why);
  if (const std::uint64_t files = open_file_limit().hard; files < kLeastOpenFiles)
    return fail(
        form, ExitCode::world_failed,
        fmt::format("cannot start the run: {} open files are too few (ulimit -Hn), {} are needed",
                    files, kLeastOpenFiles));
  return std::nullopt;
}

// No plan, or one without a workstream.
std::optional<ExitCode> answer_without_plan(const RunFlags& flags, const Loaded& loaded) {
  if (!loaded.plan) {
    return refuse(flags, loaded.diagnostics, loaded.workset->sources, loaded.files,
                  ExitCode::bad_input);
  }
  if (!loaded.plan->workstreams().empty()) return std::nullopt;
  print_diagnostics(loaded);
  write(Stream::out, "nothing to run: everything is assumed complete\n");
  return ExitCode::success;
}

std::optional<ExitCode> refuse_tools(const RunFlags& flags, const Loaded& loaded,
                                     const Tools& tools) {
  Diagnostics wrong = tools.mistakes;
  report_unused_choices(*loaded.plan, flags.tools, wrong);
  if (!wrong.has_errors()) return std::nullopt;
  return refuse(flags, wrong, *tools.sources, loaded.files, ExitCode::bad_input);
}

// Who is told of the events, and the values of the inputs.
std::optional<ExitCode> settle_events_and_inputs(const RunFlags& flags, const Loaded& loaded,
                                                 SessionWish& wish) {
  wish.events = flags.events;
  wish.events.observers = observers_of(*loaded.plan, flags);
  if (are_names_unused(wish.events))
    return fail(form_of(flags.is_json), ExitCode::bad_input,
                "--event-names names the events of --events FILE or --observer json: give one too");
  SourceSet& sources = loaded.workset->sources;
  Diagnostics mistakes;
  wish.inputs = settle_inputs(*loaded.plan, flags.inputs, sources, mistakes);
  if (!mistakes.has_errors()) return std::nullopt;
  return refuse(flags, mistakes, sources, loaded.files, ExitCode::bad_input);
}

// What the plan asks for and this machine, or this command line, does not give. A dry run only says
// so.
std::optional<ExitCode> refuse_plan(const RunFlags& flags, const Loaded& loaded, const Tools& tools,
                                    const SessionWish& wish) {
  const SourceSet& sources = loaded.workset->sources;
  Diagnostics refused = refusals(*loaded.plan, tools, flags.refusal);
  find_programs(*loaded.plan, tools.book, *loaded.workset, refused);
  if (wish.secrets) refused = without_secrets(refused, *wish.secrets);
  if (flags.is_dry) {
    print(as_warnings(refused), sources);
    return std::nullopt;
  }
  if (!refused.has_errors()) return std::nullopt;
  print(tools.broken, *tools.sources);  // a broken profile file may be the reason
  complain("refused before starting; nothing has run");
  return refuse(flags, refused, sources, loaded.files, ExitCode::refused);
}

std::optional<ExitCode> settle_name(const RunFlags& flags, SessionWish& wish) {
  wish.seed = seed_of(flags.determinism);
  auto run_id = choose_run_id(flags, wish.seed);
  if (run_id.has_error()) return fail(form_of(flags.is_json), run_id.error());
  wish.run_id = std::move(*run_id);
  return std::nullopt;
}

// A run inside a run goes on only when the one around it does.
bool begins_afresh_inside(const RunFlags& flags) {
  if (flags.load.as.empty()) return false;
  const EnvironmentList environment = own_environment();
  return std::none_of(environment.begin(), environment.end(),
                      [](const auto& variable) { return variable.first == kResumesVariable; });
}

void settle_screen(const RunFlags& flags, SessionWish& wish) {
  wish.progress = progress_of(flags.progress);
  wish.is_screen_on_err = flags.is_json || flags.events.events == "-";
  wish.style = style_for(wish.is_screen_on_err ? Stream::err : Stream::out);
  wish.style.ascii = wish.style.ascii || flags.is_ascii;
  wish.events.is_progress_json = flags.progress == "json";
  wish.events.progress_stream = wish.is_screen_on_err ? Stream::err : Stream::out;
}

// What needs no more than to be handed on.
void settle_rest(const RunFlags& flags, const Loaded& loaded, SessionWish& wish) {
  wish.layout = StateLayout(flags.state_dir);
  wish.resume = flags.resume;
  wish.resume.is_any_place = !flags.load.as.empty();
  if (begins_afresh_inside(flags)) wish.resume.is_fresh = true;
  wish.home = home_of(loaded);
  wish.files = files_of(*loaded.plan);
  wish.is_dry = flags.is_dry;
  wish.is_durable = flags.is_durable;
  wish.is_recording_optional = flags.is_recording_optional;
  wish.is_deterministic = flags.determinism.is_deterministic;
  wish.is_json = flags.is_json;
  wish.view = flags.view;
  wish.verdict = flags.verdict;
  wish.notify_command = flags.notify_command;
  wish.warnings = loaded.diagnostics.warning_count();
  wish.is_handing_on = flags.is_handing_on;
}

ExitCode run(const RunFlags& flags) {
  if (const auto code = refuse_before_reading(flags)) return *code;
  // Before the files are read: a fork copies what there is.
  const std::unique_ptr<Keeper> keeper = flags.is_dry ? nullptr : start_keeper();
  LoadFlags wanted = flags.load;
  wanted.nested_options = nested_options(flags);
  hand_on_log_limit(flags.limits.log_limit, wanted.nested_options);
  Loaded loaded = load(wanted);
  if (const auto code = answer_without_plan(flags, loaded)) return *code;
  const Tools tools = find_tools(flags.tools, files_of(*loaded.plan));
  if (const auto code = refuse_tools(flags, loaded, tools)) return *code;
  SessionWish wish;
  if (const auto code = settle_events_and_inputs(flags, loaded, wish)) return *code;
  if (const auto code = run_without_previous(flags, *loaded.plan, wish.inputs)) return *code;
  if (const Diagnostics wrong = settle_secrets(flags, tools.book, loaded, wish); wrong.has_errors())
    return refuse(flags, wrong, loaded.workset->sources, loaded.files, ExitCode::bad_input);
  wish.settings = settle(*loaded.plan, analyse(*loaded.plan), flags.limits,
                         {usable_processors(), open_file_limit().hard}, loaded.diagnostics);
  if (wish.secrets) loaded.diagnostics = without_secrets(loaded.diagnostics, *wish.secrets);
  print_diagnostics(loaded);
  if (const auto code = refuse_plan(flags, loaded, tools, wish)) return *code;
  if (const auto code = settle_name(flags, wish)) return *code;
  settle_screen(flags, wish);
  settle_rest(flags, loaded, wish);
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
  add_run_flags(app, *flags);
  return [flags] { return run(*flags); };
}

}  // namespace ws::cli
