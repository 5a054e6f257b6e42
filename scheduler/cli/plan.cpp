// `workstream plan`: what `run` would do with the same arguments.
#include <memory>

#include "cli/console.h"
#include "cli/load.h"
#include "cli/secret_values.h"
#include "cli/settings.h"
#include "cli/subcommand.h"
#include "cli/tool_search.h"
#include "model/analysis.h"
#include "platform/machine.h"
#include "platform/open_file_limit.h"
#include "report/diagnostics_json.h"
#include "report/plan_text.h"

namespace ws::cli {
namespace {

struct PlanOptions {
  LoadFlags load;
  LimitFlags limits;
  bool is_json = false;
  bool is_everything_shown = false;
};

ExitCode show_plan(const PlanOptions& options) {
  Loaded loaded = load(options.load);
  if (!loaded.plan) {
    print_diagnostics(loaded);
    if (options.is_json) {
      (void)answer(diagnostics_json(loaded.diagnostics, loaded.workset->sources, loaded.files));
    }
    return ExitCode::bad_input;
  }
  const PlanAnalysis analysis = analyse(*loaded.plan);
  const Settings settings =
      settle(*loaded.plan, analysis, options.limits, {usable_processors(), open_file_limit().hard},
             loaded.diagnostics);
  print_diagnostics(loaded);
  PlanSettings shown;
  shown.style = style_for(Stream::out);
  shown.show_all = options.is_everything_shown;
  shown.max_workers = settings.max_workers;
  shown.is_auto = settings.is_auto;
  shown.is_sequential = settings.is_sequential;
  shown.default_timeout = settings.default_timeout;
  shown.run_timeout = settings.run_timeout;
  shown.start_gap = settings.start_gap;
  for (const auto& [name, profile] : find_tools({}, files_of(*loaded.plan)).book) {
    if (profile.timeout > Duration::zero()) shown.tool_timeouts[name] = profile.timeout;
  }
  return answer(without_secrets(options.is_json ? plan_json(*loaded.plan, analysis, shown)
                                                : plan_text(*loaded.plan, analysis, shown),
                                *loaded.plan));
}

}  // namespace

SubcommandBody declare_plan(CLI::App& app) {
  auto options = std::make_shared<PlanOptions>();
  add_load_flags(app, options->load);
  add_limit_flags(app, options->limits);
  app.add_flag("--json", options->is_json, "Print JSON");
  app.add_flag("--all", options->is_everything_shown, "Show every wave and step, however many");
  return [options] { return show_plan(*options); };
}

}  // namespace ws::cli
