// `workstream retry`: the command line of an earlier run once more, keeping what it finished.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/masker.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/subcommand.h"
#include "platform/become.h"

namespace ws::cli {
namespace {

struct RetryOptions {
  std::string run;
  std::vector<std::string> steps;
  std::vector<std::string> downstream;
  bool is_failed = false;
  std::string state_dir;
};

struct OwnOption {
  std::string_view name;
  bool has_value = false;
};

// Of a run: what says which run it is and where it begins. This retry says that anew.
constexpr std::array<OwnOption, 11> kOfOneRun = {{{"--run-id", true},
                                                  {"--resume", false},
                                                  {"--resume-from", true},
                                                  {"--fresh-start", false},
                                                  {"--force", false},
                                                  {"--assume-previous-complete", false},
                                                  {"--resume-run", true},
                                                  {"--again", true},
                                                  {"--again-alone", false},
                                                  {"--again-failed", false},
                                                  {"--dry-run", false}}};

std::vector<std::string> without_own_options(const std::vector<std::string>& argv) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const std::string_view word = argv[i];
    const auto own = std::find_if(kOfOneRun.begin(), kOfOneRun.end(), [&](const OwnOption& one) {
      return word == one.name || (one.has_value && word.starts_with(std::string(one.name) + "="));
    });
    if (own == kOfOneRun.end()) {
      words.emplace_back(word);
    } else if (own->has_value && word == own->name) {
      ++i;
    }
  }
  return words;
}

// A workstream that was named says whose step is meant.
std::string qualified(const RetryOptions& options, const RunRow& run, const std::string& step) {
  const auto& ids = run.workstreams;
  const bool is_named = std::find(ids.begin(), ids.end(), options.run) != ids.end();
  return is_named && step.find('/') == step.npos ? options.run + "/" + step : step;
}

bool is_inner(const RunRow& run) {
  const auto& argv = run.context.argv;
  return std::find(argv.begin(), argv.end(), "--as") != argv.end();
}

Result<FoundRun> wanted_run(const RetryOptions& options) {
  auto found = find_run_in(StateLayout(options.state_dir), options.run);
  if (found.has_error() || !options.run.empty() || !is_inner(found->run)) return found;
  // The latest one that a person started.
  auto runs = found->store.runs();
  if (runs.has_error()) return runs.error();
  for (RunRow& run : *runs) {
    if (is_inner(run)) continue;
    found->run = std::move(run);
    break;
  }
  return found;
}

ExitCode retry(const RetryOptions& options) {
  if (!options.steps.empty() && !options.downstream.empty()) {
    complain("--step runs one step again and --downstream what follows it, too: give one of them");
    return ExitCode::bad_input;
  }
  if (options.is_failed && !(options.steps.empty() && options.downstream.empty())) {
    complain("--failed runs again what failed: it cannot go with --step or --downstream");
    return ExitCode::bad_input;
  }
  auto found = wanted_run(options);
  if (found.has_error()) {
    complain(found.error().message);
    return code_of(found.error());
  }
  const RunRow& run = found->run;
  if (is_inner(run)) {
    complain(fmt::format("run {} was started by a step of another run: retry that one", run.id));
    return ExitCode::refused;
  }
  if (run.status == RunStatus::running) {
    complain(fmt::format("run {} is still going on (process {}): wait for it, or stop it", run.id,
                         run.context.holder.pid));
    return ExitCode::refused;
  }
  const bool is_for_failed = options.steps.empty() && options.downstream.empty();
  const bool is_all_done =
      run.status == RunStatus::succeeded && is_for_failed && run.counts.accepted == 0;
  if (is_all_done) {
    return answer(fmt::format("nothing failed in run {}: --step ID runs one step again\n", run.id));
  }
  std::vector<std::string> words = without_own_options(run.context.argv);
  if (words.size() < 2) {
    complain(fmt::format("the command line of run {} is not known", run.id));
    return ExitCode::world_failed;
  }
  const bool is_masked = std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word.find(kMask) != std::string::npos;
  });
  if (is_masked) {
    complain(
        fmt::format("the command line of run {} held a secret, which is not kept: give it "
                    "again, with `workstream run … --resume`",
                    run.id));
    return ExitCode::refused;
  }
  // Behind "run": what stands behind "--" is no option.
  std::vector<std::string> added = {"--resume-run=" + run.id};
  if (is_for_failed) added.emplace_back("--again-failed");
  for (const std::string& step : options.steps)
    added.push_back("--again=" + qualified(options, run, step));
  if (!options.steps.empty()) added.emplace_back("--again-alone");
  for (const std::string& step : options.downstream)
    added.push_back("--again=" + qualified(options, run, step));
  words.insert(words.begin() + 2, added.begin(), added.end());
  complain(become_again(run.context.cwd, std::move(words)).message);
  return ExitCode::world_failed;
}

}  // namespace

SubcommandBody declare_retry(CLI::App& app) {
  auto options = std::make_shared<RetryOptions>();
  app.add_option("run", options->run,
                 "Run (its id or the beginning of it) or workstream, whose latest run is meant "
                 "(default: the latest run)")
      ->check(complaint_if_empty)
      ->type_name("RUN|WS-ID");
  app.add_flag("--failed", options->is_failed,
               "Run again what failed, was cancelled or was skipped for it (the default)");
  app.add_option("--step", options->steps,
                 "Run this step again (repeatable); what came after it and is done stays")
      ->check(complaint_if_empty)
      ->type_name("ID");
  app.add_option("--downstream", options->downstream,
                 "Run this step and everything that depends on it again (repeatable)")
      ->check(complaint_if_empty)
      ->type_name("ID");
  add_state_dir(app, options->state_dir);
  return [options] { return retry(*options); };
}

}  // namespace ws::cli
