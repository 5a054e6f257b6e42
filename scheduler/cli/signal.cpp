// `workstream signal`: tells a run that an event happened for which some of its steps wait.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/failure.h"
#include "cli/live_run.h"
#include "cli/options.h"
#include "cli/subcommand.h"
#include "executors/waits.h"
#include "model/wall_moment.h"
#include "platform/machine.h"
#include "platform/private_files.h"
#include "report/json_text.h"
#include "report/run_reading.h"

namespace ws::cli {
namespace {

struct SignalOptions {
  std::string event;
  LiveRunWish which;
  bool is_json = false;
};

// Each workstream of a run looks for events in its own directory.
Result<std::vector<std::string>> write_event(const SignalOptions& options, const RunRow& run) {
  const StateLayout layout(options.which.state_dir);
  std::vector<std::string> files;
  for (const std::string& workstream : run.workstreams) {
    const auto directory = layout.run_dir(workstream, run.id) / kSignalsDirectory;
    if (auto made = make_directories_below(layout.state_dir().string(), directory.string());
        made.has_error())
      return made.error();
    files.push_back((directory / options.event).string());
    const std::string text = iso_utc(wall_now()) + "\n";
    if (auto written = write_private_file(files.back(), text); written.has_error())
      return written.error();
  }
  return {boost::system::in_place_value, std::move(files)};
}

ExitCode signal_run(const SignalOptions& options) {
  const Form form = form_of(options.is_json);
  if (options.event.empty())
    return fail(form, ExitCode::bad_input, "which event? `workstream signal EVENT`");
  if (!is_event_name(options.event))
    return fail(form, ExitCode::bad_input,
                fmt::format("'{}' cannot be the name of an event: it is the name of a file, so no "
                            "slash, no control character and no dot in front",
                            printable(options.event)));
  const auto live = live_runs(options.which);
  if (live.has_error()) return fail(form, code_of_refusal(live.error()), live.error().message);
  const RunRow* const run = &live->front();
  const auto files = write_event(options, *run);
  if (files.has_error()) return fail(form, files.error());
  if (options.is_json) {
    Json json;
    json["event"] = options.event;
    json["run_id"] = run->id;
    json["workstreams"] = run->workstreams;
    json["files"] = *files;
    return answer(pretty(json));
  }
  return answer(fmt::format("event '{}' sent to run {} ({})\n", printable(options.event), run->id,
                            printable(listed(run->workstreams))));
}

}  // namespace

SubcommandBody declare_signal(CLI::App& app) {
  auto options = std::make_shared<SignalOptions>();
  app.add_option("event", options->event, "What the steps wait for: `wait: {event: EVENT}`")
      ->type_name("EVENT");
  auto* run = app.add_option("--run", options->which.run,
                             "Run to tell: its id or the beginning of it (default: the newest that "
                             "is going on)");
  run->check(complaint_if_empty)->type_name("RUN");
  app.add_option("--ws-id", options->which.workstream, "The newest run of this workstream")
      ->check(complaint_if_empty)
      ->type_name("ID")
      ->excludes(run);
  add_state_dir(app, options->which.state_dir);
  app.add_flag("--json", options->is_json, "Print JSON");
  return [options] { return signal_run(*options); };
}

}  // namespace ws::cli
