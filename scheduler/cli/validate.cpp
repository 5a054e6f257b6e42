// `workstream validate`: every mistake of every file, at once.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/load.h"
#include "cli/refusals.h"
#include "cli/subcommand.h"
#include "cli/tool_search.h"
#include "report/diagnostics_json.h"

namespace ws::cli {
namespace {

struct ValidateOptions {
  LoadFlags load;
  bool is_json = false;
};

std::string counted_dependencies(std::size_t count) {
  return count == 1 ? "1 dependency" : fmt::format("{} dependencies", count);
}

ExitCode validate(const ValidateOptions& options) {
  Loaded loaded = load(options.load, MissingWorkstreams::warning_for_files);
  if (loaded.plan)
    warn_of_unknown_tools(*loaded.plan, find_tools({}, files_of(*loaded.plan)), loaded.diagnostics);
  if (options.load.is_strict) loaded.diagnostics.promote_warnings();
  const bool is_fine = !loaded.diagnostics.has_errors();
  if (options.is_json) {
    const ExitCode code =
        answer(diagnostics_json(loaded.diagnostics, loaded.workset->sources, loaded.files));
    return is_fine ? code : ExitCode::bad_input;
  }
  print_diagnostics(loaded);
  if (!is_fine) return ExitCode::bad_input;
  const Style style = style_for(Stream::out);
  return answer(fmt::format("{} {} in {}: {}, {}\n", style.symbol(Symbol::ok),
                            counted(loaded.plan->workstreams().size(), "workstream"),
                            counted(loaded.files, "file"),
                            counted(loaded.plan->step_count(), "step"),
                            counted_dependencies(loaded.plan->dependency_count())));
}

}  // namespace

SubcommandBody declare_validate(CLI::App& app) {
  auto options = std::make_shared<ValidateOptions>();
  add_load_flags(app, options->load);
  app.add_flag("--json", options->is_json, "Print {ok, bundles_checked, errors, warnings} as JSON");
  return [options] { return validate(*options); };
}

}  // namespace ws::cli
