// `workstream history`: the runs of this project, newest first.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/project_store.h"
#include "cli/subcommand.h"
#include "report/json_text.h"
#include "report/run_reading.h"

namespace ws::cli {
namespace {

struct HistoryOptions {
  std::string workstream;
  std::string status;
  std::size_t limit = 20;
  std::string state_dir;
  bool is_json = false;
};

std::string text_of(const std::vector<RunRow>& runs, const Style& style) {
  std::string out;
  for (const RunRow& run : runs) {
    const RunState::Counts& counts = run.counts;
    out += fmt::format(
        "{}  {:<21}  {:>9}  {:>4}/{:<4} {}{}\n", run.id, name(run.status),
        run.duration ? format_duration(*run.duration) : std::string("-"), counts.succeeded,
        counts.total, style.clean(run.workstream),
        run.workstreams.size() > 1 ? fmt::format(" and {} more", run.workstreams.size() - 1) : "");
  }
  return out;
}

Json json_of(const std::vector<RunRow>& runs) {
  Json list = Json::array();
  for (const RunRow& run : runs) {
    Json item;
    item["run_id"] = run.id;
    item["workstream"] = run.workstream;
    item["workstreams"] = run.workstreams;
    item["status"] = name(run.status);
    item["started"] = iso_utc(run.started);
    item["ended"] = run.ended ? Json(iso_utc(*run.ended)) : Json(nullptr);
    item["duration_ms"] = run.duration ? Json(milliseconds_of(*run.duration)) : Json(nullptr);
    item["is_dry_run"] = run.is_dry;
    item["totals"] = {{"total", run.counts.total},
                      {"completed", run.counts.succeeded},
                      {"failed", run.counts.failed},
                      {"skipped", run.counts.skipped},
                      {"cancelled", run.counts.cancelled}};
    list.push_back(std::move(item));
  }
  return list;
}

ExitCode show_history(const HistoryOptions& options) {
  RunFilter filter{options.workstream, std::nullopt, options.limit};
  if (!options.status.empty()) {
    RunStatus status = RunStatus::running;
    if (!parse(options.status, status)) {
      complain(fmt::format(
          "'{}' is no status: write running, succeeded, completed_with_errors, failed, timed_out, "
          "cancelled, rolled_back, partially_rolled_back or crashed",
          printable(options.status)));
      return ExitCode::bad_input;
    }
    filter.status = status;
  }
  auto store = open_store(StateLayout(options.state_dir));
  if (store.has_error()) {
    complain(store.error().message);
    return ExitCode::world_failed;
  }
  std::vector<RunRow> runs;
  if (store->has_value()) {
    auto found = (*store)->runs(filter);
    if (found.has_error()) {
      complain(found.error().message);
      return ExitCode::world_failed;
    }
    runs = std::move(*found);
  }
  if (options.is_json) return answer(pretty(json_of(runs)));
  if (runs.empty()) {
    return answer(
        fmt::format("no such run in {}\n", StateLayout(options.state_dir).database().string()));
  }
  return answer(text_of(runs, style_for(Stream::out)));
}

}  // namespace

SubcommandBody declare_history(CLI::App& app) {
  auto options = std::make_shared<HistoryOptions>();
  app.add_option("workstream", options->workstream, "Only runs that held this workstream")
      ->type_name("ID");
  app.add_option("--status", options->status, "Only runs with this status (failed, crashed, …)")
      ->type_name("STATUS");
  app.add_option("--limit", options->limit, "At most so many; 0: all")
      ->type_name("N")
      ->capture_default_str();
  add_state_dir(app, options->state_dir);
  app.add_flag("--json", options->is_json, "Print JSON");
  return [options] { return show_history(*options); };
}

}  // namespace ws::cli
