// `workstream history`: the runs of this project, newest first.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/project_store.h"
#include "cli/subcommand.h"
#include "report/json_text.h"
#include "report/run_reading.h"

namespace ws::cli {
namespace {

constexpr std::size_t kUsualLimit = 20;

struct HistoryOptions {
  std::string workstream;
  std::string status;
  std::optional<std::size_t> limit;  // empty: kUsualLimit; 0: all
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
  const Form form = form_of(options.is_json);
  RunFilter filter{options.workstream, std::nullopt, options.limit.value_or(kUsualLimit)};
  if (!options.status.empty()) {
    RunStatus status = RunStatus::running;
    if (!parse(options.status, status)) {
      return fail(form, ExitCode::bad_input,
                  fmt::format("'{}' is no status: write running, succeeded, completed_with_errors, "
                              "failed, timed_out, cancelled, rolled_back, partially_rolled_back or "
                              "crashed",
                              printable(options.status)));
    }
    filter.status = status;
  }
  auto store = open_store(StateLayout(options.state_dir));
  if (store.has_error()) return fail(form, store.error());
  if (!store->has_value() && !options.workstream.empty())
    return fail(form, nothing_ran_yet(StateLayout(options.state_dir)));
  std::vector<RunRow> runs;
  if (store->has_value()) {
    auto found = (*store)->runs(filter);
    if (found.has_error()) return fail(form, found.error());
    runs = std::move(*found);
    if (runs.empty() && !options.workstream.empty()) {
      if (const auto why = reason_if_unknown(**store, options.workstream); !why.message.empty())
        return fail(form, why);
    }
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
      ->check(complaint_if_empty)
      ->type_name("ID");
  app.add_option("--status", options->status, "Only runs with this status (failed, crashed, …)")
      ->check(complaint_if_empty)
      ->type_name("STATUS");
  add_count(app, "--limit", options->limit, {0, kMostCounted}, "At most so many; 0: all")
      ->default_str(std::to_string(kUsualLimit));
  add_state_dir(app, options->state_dir);
  app.add_flag("--json", options->is_json, "Print JSON");
  return [options] { return show_history(*options); };
}

}  // namespace ws::cli
