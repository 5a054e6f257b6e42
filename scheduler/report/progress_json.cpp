#include "report/progress_json.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "engine/run_state.h"
#include "report/json_text.h"

namespace ws {
namespace {

// The mean time of the steps that ended times those to come, shared by the workers; null until one
// has ended.
Json remaining(const RunState& state, std::uint32_t done, std::uint32_t total) {
  if (done == 0) return nullptr;
  const std::uint32_t workers = std::max(state.header().max_workers, 1U);
  const Duration mean = state.busy() / done;
  const std::uint32_t to_come = total - std::min(done, total);
  return milliseconds_of(mean * to_come / std::min(workers, std::max(to_come, 1U)));
}

}  // namespace

ProgressJson::ProgressJson(TextSink sink) : sink_(std::move(sink)) {}

void ProgressJson::observe(const Event& event, const RunState& state) {
  const bool is_end = std::holds_alternative<RunFinished>(event.fact);
  const bool is_told = is_end || std::holds_alternative<StepFinished>(event.fact) ||
                       std::holds_alternative<StepSkipped>(event.fact) ||
                       std::holds_alternative<RunStarted>(event.fact);
  if (!is_told) return;
  const RunState::Counts& counts = state.step_counts();
  done_ = std::max(done_, counts.settled());
  total_ = std::max({total_, counts.total, done_});
  const double percent = total_ == 0 ? 100.0 : 100.0 * done_ / total_;
  percent_ = std::max(percent_, std::floor(percent * 10) / 10);
  const Json json{{"progress",
                   {{"done", done_},
                    {"total", total_},
                    {"percent", percent_},
                    {"succeeded", counts.succeeded},
                    {"failed", counts.failed},
                    {"skipped", counts.skipped},
                    {"cancelled", counts.cancelled},
                    {"running", counts.running},
                    {"elapsed_ms", milliseconds_of(event.at)},
                    {"remaining_ms", remaining(state, done_, total_)},
                    {"is_finished", is_end}}}};
  sink_(compact(json) + "\n");
}

}  // namespace ws
