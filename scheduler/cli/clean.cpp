// `workstream clean`: removes finished runs that nobody needs, with their logs.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/byte_size.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/crashed_runs.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/run_removal.h"
#include "cli/subcommand.h"
#include "platform/machine.h"
#include "report/json_text.h"
#include "report/run_reading.h"
#include "store/retention_choice.h"

namespace ws::cli {
namespace {

struct CleanOptions {
  std::optional<std::size_t> keep;
  std::optional<Duration> older_than;
  std::string workstream;
  std::string run;
  std::string state_dir;
  bool is_dry = false;
  bool is_json = false;
};

struct Gone {
  std::string id;
  std::string workstream;
  std::optional<RunStatus> status;  // empty: the rest of a run that an earlier clean began with
  std::optional<WallTime> started;
  Removed what;
};

struct Report {
  std::vector<Gone> gone;
  std::vector<std::pair<std::string, std::string>> kept;  // run, why
  std::vector<std::string> errors;
  std::uint64_t database_bytes = 0;
  bool is_dry = false;

  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t sum = database_bytes;
    for (const Gone& one : gone) sum += one.what.bytes;
    return sum;
  }
};

std::string text_of(const Report& report, const Style& style) {
  const std::string_view verb = report.is_dry ? "would remove" : "removed";
  const std::string_view became = report.is_dry ? "would be removed" : "removed";
  std::string out;
  for (const Gone& one : report.gone) {
    out += fmt::format(
        "{} run {} of {} ({}{}): {}\n", verb, style.clean(one.id), style.clean(one.workstream),
        one.status ? std::string(name(*one.status)) : std::string("begun by an earlier clean"),
        one.started ? ", " + iso_utc(*one.started) : "", format_byte_size(one.what.bytes));
  }
  for (const auto& [id, why] : report.kept)
    out += fmt::format("kept run {}: {}\n", style.clean(id), style.clean(why));
  out += fmt::format("{} {}, {} {}\n", counted(report.gone.size(), "run"), became,
                     format_byte_size(report.bytes()), report.is_dry ? "on disk" : "freed");
  return out;
}

Json json_of(const Report& report) {
  Json json;
  json["is_dry_run"] = report.is_dry;
  json["removed"] = Json::array();
  for (const Gone& one : report.gone) {
    json["removed"].push_back(
        {{"run_id", one.id},
         {"workstream", one.workstream},
         {"status", one.status ? Json(name(*one.status)) : Json(nullptr)},
         {"started", one.started ? Json(iso_utc(*one.started)) : Json(nullptr)},
         {"bytes", one.what.bytes},
         {"entries", one.what.entries}});
  }
  json["kept"] = Json::array();
  for (const auto& [id, why] : report.kept) json["kept"].push_back({{"run_id", id}, {"why", why}});
  json["database_bytes"] = report.database_bytes;
  json["freed_bytes"] = report.is_dry ? 0 : report.bytes();
  json["errors"] = report.errors;
  return json;
}

class Cleaning {
 public:
  Cleaning(const CleanOptions& options, Retention retention, std::vector<RunRow> runs)
      : options_(options),
        layout_(options.state_dir),
        retention_(std::move(retention)),
        runs_(std::move(runs)) {
    report_.is_dry = options.is_dry;
  }

  Result<Report> run(const RetentionWish& wish) {
    const std::int64_t newest = runs_.empty() ? 0 : runs_.front().number;
    const bool is_idle = std::none_of(runs_.begin(), runs_.end(), [](const RunRow& run) {
      return run.status == RunStatus::running;
    });
    const auto pending = retention_.pending();
    if (pending.has_error()) return pending.error();
    for (const HalfRemoved& half : *pending) finish(half);
    if (!options_.is_dry) {
      if (auto done = retention_.prune_memory(); done.has_error()) return done.error();
    }
    const auto needs = retention_.needs();
    if (needs.has_error()) return needs.error();
    RetentionChoice choice = choose_removals(std::move(runs_), *needs, wish);
    // Nobody would look after them once their run is forgotten.
    if (!options_.is_dry) end_leftovers_of(layout_, choice.removed, nullptr);
    for (const KeptRun& kept : choice.kept) report_.kept.emplace_back(kept.run.id, kept.why);
    for (const RunRow& run : choice.removed) remove(run, newest);
    if (!report_.gone.empty() && is_idle && !options_.is_dry) compact();
    return std::move(report_);
  }

 private:
  void take(Gone gone, const Result<std::variant<Removed, Left>>& answer) {
    if (answer.has_error()) {
      report_.errors.push_back(answer.error().message);
    } else if (const auto* left = std::get_if<Left>(&*answer)) {
      report_.kept.emplace_back(gone.id, left->why);
    } else {
      gone.what = std::get<Removed>(*answer);
      report_.gone.push_back(std::move(gone));
    }
  }

  Result<std::variant<Removed, Left>> measure(const HalfRemoved& run) const {
    auto size = measure_run(layout_, run);
    if (size.has_error()) return size.error();
    return std::variant<Removed, Left>(*size);
  }

  void finish(const HalfRemoved& half) {
    take({half.id, listed(half.workstreams), {}, {}, {}},
         options_.is_dry ? measure(half) : finish_removal(layout_, retention_, half));
  }

  void remove(const RunRow& run, std::int64_t newest) {
    const HalfRemoved whole{run.number, run.id, run.workstreams};
    take({run.id, run.workstream, run.status, run.started, {}},
         options_.is_dry ? measure(whole) : remove_run(layout_, retention_, whole, newest));
  }

  // The rows are gone either way: that the file stays as large is no failure.
  void compact() {
    const auto freed = retention_.compact();
    if (freed.has_value()) {
      report_.database_bytes = *freed;
    } else {
      complain(in_context("the database keeps its size", freed.error()).message);
    }
  }

  const CleanOptions& options_;
  StateLayout layout_;
  Retention retention_;
  std::vector<RunRow> runs_;
  Report report_;
};

ExitCode tell(const Report& report, const CleanOptions& options) {
  const ExitCode told = options.is_json ? answer(pretty(json_of(report)))
                                        : answer(text_of(report, style_for(Stream::out)));
  for (const std::string& error : report.errors) complain(error);
  return report.errors.empty() ? told : ExitCode::world_failed;
}

bool is_known(const std::vector<RunRow>& runs, const std::string& workstream) {
  return std::any_of(runs.begin(), runs.end(), [&](const RunRow& run) {
    return std::find(run.workstreams.begin(), run.workstreams.end(), workstream) !=
           run.workstreams.end();
  });
}

// The run that --run means; refused while it goes on.
Result<std::string> named_run(RunStore& store, const std::string& what) {
  auto run = find_run(store, what);
  if (run.has_error()) return run.error();
  if (run->id.starts_with(what)) return run->id;
  return Error{fmt::format("--run '{}' is no run: give its id or the beginning of it; `workstream "
                           "history` lists them",
                           printable(what)),
               kPersonsMistake};
}

ExitCode clean(const CleanOptions& options) {
  const Form form = form_of(options.is_json);
  if (!options.keep && !options.older_than && options.run.empty())
    return fail(
        form, ExitCode::bad_input,
        "clean what? `--keep N` (the newest of each workstream), `--older-than 30d` or `--run "
        "RUN`; with --dry-run it only shows what would go");
  const StateLayout layout(options.state_dir);
  auto store = open_store(layout);
  if (store.has_error()) return fail(form, store.error());
  if (!store->has_value()) {
    Report nothing;
    nothing.is_dry = options.is_dry;
    return tell(nothing, options);
  }
  RetentionWish wish{options.keep, {}, options.workstream, {}};
  if (options.older_than) {
    wish.before = wall_now() - std::chrono::duration_cast<WallTime::duration>(*options.older_than);
  }
  if (!options.run.empty()) {
    auto named = named_run(**store, options.run);
    if (named.has_error()) return fail(form, named.error());
    wish.runs = {*named};
  }
  auto runs = (*store)->runs();
  if (runs.has_error()) return fail(form, as_worlds(runs.error()));
  if (!options.workstream.empty() && !is_known(*runs, options.workstream))
    return fail(form, unknown_workstream(*runs, options.workstream));
  auto retention = Retention::open(
      layout.database(), options.is_dry ? DatabaseAccess::read_only : DatabaseAccess::write);
  if (retention.has_error()) return fail(form, as_worlds(retention.error()));
  auto report = Cleaning(options, std::move(*retention), std::move(*runs)).run(wish);
  if (report.has_error()) return fail(form, as_worlds(report.error()));
  const bool is_refused = !wish.runs.empty() && report->gone.empty() && !report->kept.empty();
  const ExitCode told = tell(*report, options);
  return told == ExitCode::success && is_refused ? ExitCode::refused : told;
}

}  // namespace

SubcommandBody declare_clean(CLI::App& app) {
  auto options = std::make_shared<CleanOptions>();
  add_count(app, "--keep", options->keep, {0, kMostCounted},
            "Keep the newest N runs of each workstream");
  add_duration(app, "--older-than", options->older_than,
               "Only runs that ended so long ago: 30d, 12h");
  app.add_option("--ws-id", options->workstream, "Only runs that held this workstream")
      ->check(complaint_if_empty)
      ->type_name("ID");
  app.add_option("--run", options->run, "Only this run: its id or the beginning of it")
      ->check(complaint_if_empty)
      ->type_name("RUN");
  app.add_flag("--dry-run", options->is_dry, "Show what would go, and remove nothing");
  add_state_dir(app, options->state_dir);
  app.add_flag("--json", options->is_json, "Print JSON");
  return [options] { return clean(*options); };
}

}  // namespace ws::cli
