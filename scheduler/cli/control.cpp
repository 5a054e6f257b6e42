// `workstream pause`, `resume`, `drain`, `cancel` and `workers`: a wish to a run that goes on, said
// at its socket; they return when the run has taken it.
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/control_message.h"
#include "cli/failure.h"
#include "cli/live_run.h"
#include "cli/options.h"
#include "cli/subcommand.h"
#include "platform/control_socket.h"
#include "platform/machine.h"
#include "platform/process_environment.h"
#include "report/json_text.h"
#include "report/run_reading.h"

namespace ws::cli {
namespace {

// A loop that does not answer in this time stands still, or its disk does.
constexpr auto kPatience = std::chrono::seconds(2);

struct ControlOptions {
  LiveRunWish which;
  ControlRequest request;
  std::optional<Duration> length;
  std::optional<std::uint32_t> workers;
  bool is_json = false;
};

// What a person can do about a run that is not going on.
std::string instead_of(const ControlOptions& options) {
  if (options.request.verb != ControlVerb::resume) return {};
  return "; only a paused run that goes on can be resumed: `workstream run` goes on with an "
         "interrupted one";
}

Result<RunRow> wanted_run(const ControlOptions& options) {
  auto live = live_runs(options.which);
  if (live.has_error()) {
    Error error = live.error();
    if (error.os_error == kNobodyListens) error.message += instead_of(options);
    return error;
  }
  const std::vector<RunRow> runs = outer_runs(*live);
  if (runs.empty()) return live->front();
  const bool is_whole_cancel =
      options.request.verb == ControlVerb::cancel && options.which.run.empty();
  if (is_whole_cancel && runs.size() > 1) {
    std::vector<std::string> ids;
    for (const RunRow& run : runs) ids.push_back(run.id);
    return Error{fmt::format("several runs are going on: say which one to cancel: {}",
                             printable(listed(ids))),
                 kPersonsMistake};
  }
  return runs.front();
}

bool stands_still(pid_t pid) {
  const std::string stat = read_process_file(pid, "stat", 4096);
  const std::size_t end = stat.rfind(')');
  return end != std::string::npos && stat.substr(end).starts_with(") T");
}

// A signal waits for a process that stands still; a wish does not.
std::string instead_when_still(const ControlRequest& request, std::int64_t pid) {
  if (request.verb != ControlVerb::cancel || !request.step.empty()) return ", then say it again";
  return fmt::format("; `kill {}` before that ends it as soon as it does", pid);
}

// Said after "run ID ".
Error explained(const Error& error, const RunRow& run, const ControlRequest& request) {
  const auto pid = run.context.holder.pid;
  const std::string who = process_text(run.context.holder);
  switch (error.os_error) {
    case ENOENT:
    case ECONNREFUSED:
    case ECONNRESET:
      return {fmt::format("does not listen: it ends just now, or could not open its socket "
                          "({})",
                          who),
              kNobodyListens};
    case EACCES:
    case EPERM:
      return {fmt::format("belongs to somebody else ({})", who), kNobodyListens};
    case ETIMEDOUT:
      if (is_holder_here(run.context.holder) && stands_still(static_cast<pid_t>(pid)))
        return {fmt::format("stands still (Ctrl-Z) and has not heard this wish, which is taken "
                            "back: `kill -CONT {}` lets it go on{}",
                            pid, instead_when_still(request, pid)),
                kNobodyListens};
      return {fmt::format("did not answer within 2 s ({}): the wish is taken back", who),
              ETIMEDOUT};
    case EINPROGRESS:
      return {fmt::format("has heard this wish, but did not answer within 2 s ({}): it may "
                          "follow it yet; `workstream status {}` shows it",
                          who, run.id),
              ETIMEDOUT};
    default:
      return error;
  }
}

Result<ControlAnswer> ask(const ControlOptions& options, const RunRow& run) {
  const StateLayout layout(options.which.state_dir);
  const auto text = ask_at(layout.run_dir(run.workstream, run.id).string(), kControlSocket,
                           text_of(options.request), kPatience);
  if (text.has_error()) return explained(text.error(), run, options.request);
  auto answer = read_answer(*text);
  if (!answer) return Error{"gave an answer that only another version can read", kNobodyListens};
  return {boost::system::in_place_value, std::move(*answer)};
}

ExitCode speak(ControlOptions& options) {
  const Form form = form_of(options.is_json);
  if (options.request.verb == ControlVerb::workers && !options.workers)
    return fail(form, ExitCode::bad_input, "how many? `workstream workers N`");
  if (options.length) options.request.length = *options.length;
  if (options.workers) {
    const bool is_auto = *options.workers == kAutoWorkers;
    options.request.workers = is_auto ? usable_processors() : *options.workers;
  }
  if (text_of(options.request).size() > ControlSocket::kLongestMessage)
    return fail(form, ExitCode::bad_input, "no step has so long a name");
  const auto run = wanted_run(options);
  if (run.has_error()) return fail(form, code_of_refusal(run.error()), run.error().message);
  const auto answer = ask(options, *run);
  if (answer.has_error()) {
    const bool is_nobody = answer.error().os_error == kNobodyListens;
    return fail(form, is_nobody ? ExitCode::refused : ExitCode::world_failed,
                fmt::format("run {} {}", run->id, answer.error().message));
  }
  if (!answer->is_taken)
    return fail(form, ExitCode::refused, fmt::format("run {} refuses: {}", run->id, answer->text));
  if (options.is_json) {
    Json json;
    json["run_id"] = run->id;
    json["workstream"] = run->workstream;
    json["wish"] = name(options.request.verb);
    json["taken"] = answer->is_taken;
    json["running"] = answer->running;
    json["message"] = answer->text;
    return cli::answer(pretty(json));
  }
  return cli::answer(
      fmt::format("run {} ({}) {}\n", run->id, printable(run->workstream), answer->text));
}

void add_flags(CLI::App& app, ControlOptions& options, ControlVerb verb) {
  options.request.verb = verb;
  auto* run = app.add_option("run", options.which.run,
                             "A run: its id or the beginning of it, or a workstream (default: the "
                             "newest that is going on)");
  run->check(complaint_if_empty)->type_name("RUN");
  app.add_option("--ws-id", options.which.workstream, "The newest run of this workstream")
      ->check(complaint_if_empty)
      ->type_name("ID")
      ->excludes(run);
  add_state_dir(app, options.which.state_dir);
  app.add_flag("--json", options.is_json, "Print JSON");
}

std::shared_ptr<ControlOptions> declare(CLI::App& app, ControlVerb verb) {
  auto options = std::make_shared<ControlOptions>();
  add_flags(app, *options, verb);
  return options;
}

SubcommandBody body_of(std::shared_ptr<ControlOptions> options) {
  return [options = std::move(options)] { return speak(*options); };
}

}  // namespace

SubcommandBody declare_pause(CLI::App& app) {
  auto options = declare(app, ControlVerb::pause);
  add_duration(app, "--for", options->length, "Go on by itself after that time");
  return body_of(std::move(options));
}

SubcommandBody declare_resume(CLI::App& app) { return body_of(declare(app, ControlVerb::resume)); }

SubcommandBody declare_drain(CLI::App& app) { return body_of(declare(app, ControlVerb::drain)); }

SubcommandBody declare_cancel(CLI::App& app) {
  auto options = declare(app, ControlVerb::cancel);
  app.add_option("--step", options->request.step, "Only this step; it counts as failed")
      ->check(complaint_if_empty)
      ->type_name("ID");
  app.add_flag("--kill", options->request.is_kill, "Do not ask, kill");
  return body_of(std::move(options));
}

SubcommandBody declare_workers(CLI::App& app) {
  auto options = std::make_shared<ControlOptions>();
  add_workers(app, "number", options->workers, "How many steps may run at once; auto: processors");
  add_flags(app, *options, ControlVerb::workers);
  return body_of(std::move(options));
}

}  // namespace ws::cli
