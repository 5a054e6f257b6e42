// The result in the words of the original workstream system: states of steps, runs and
// workstreams, the saga, a progress snapshot and the checkpoint (FORMATS.md 6.3).
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "report/views/view_forms.h"

namespace ws {
namespace {

constexpr double kMillisecondsPerSecond = 1000.0;

std::string_view step_word(std::string_view state) {
  if (is_success_word(state)) return "SUCCESS";
  if (is_failure_word(state)) return "FAILED";
  if (is_running_word(state)) return "running";
  if (state == "skipped") return "SKIPPED";
  return state == "cancelled" ? "CANCELED" : "pending";
}

// A run whose process is gone waits for somebody to look at it.
std::string_view run_word(const Json& result) {
  const std::string status = text_of(result, "status");
  if (status == "running") return "running";
  if (status == "crashed") return "quarantined";
  if (status == "cancelled") return "canceled";
  return result.at("exit_code") == 0 ? "succeeded" : "failed";
}

std::string_view workstream_word(const ResultReading& reading, const std::string& workstream) {
  const std::string status = text_of(reading.result(), "status");
  const Json* all = reading.whole(workstream);
  if (status == "running" && all != nullptr) {
    const std::string state = text_of(*all, "state");
    if (is_running_word(state)) return "executing";
    if (!is_success_word(state) && !is_failure_word(state))
      return state == "ready" ? "ready" : "planned";
  }
  if (status == "cancelled") return "cancelled";
  if (status == "running") return "completed";
  return reading.has_succeeded(workstream) ? "completed" : "failed";
}

Json saga_word(const Json& result) {
  const std::string status = text_of(result, "status");
  if (status == "rolled_back") return "ROLLED_BACK";
  if (status == "partially_rolled_back") return "PARTIALLY_ROLLED_BACK";
  return nullptr;
}

double seconds(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / kMillisecondsPerSecond;
}

Json or_null(std::string text) { return text.empty() ? Json() : Json(std::move(text)); }

Json step_form(const Json& step) {
  const std::string state = text_of(step, "state");
  return Json{{"id", step.at("id")},
              {"workstream", step.at("workstream")},
              {"state", step_word(state)},
              {"attempts", step.at("attempts")},
              {"duration_seconds", seconds(number_of(step, "duration_ms"))},
              {"error", is_success_word(state) ? Json() : or_null(text_of(step, "why"))},
              {"compensated", state == "compensated"}};
}

struct Progress {
  std::int64_t total = 0, completed = 0, failed = 0, pending = 0, tries_again = 0;
  std::int64_t ended = 0;
  std::int64_t worked = 0;  // milliseconds, all that ended
};

Progress progress_of(const std::vector<const Json*>& steps) {
  Progress progress;
  for (const Json* step : steps) {
    const std::string state = text_of(*step, "state");
    ++progress.total;
    progress.tries_again += std::max<std::int64_t>(number_of(*step, "attempts") - 1, 0);
    if (is_success_word(state)) ++progress.completed;
    if (is_failure_word(state)) ++progress.failed;
    if (is_success_word(state) || is_failure_word(state)) {
      ++progress.ended;
      progress.worked += number_of(*step, "duration_ms");
    } else if (state != "skipped" && state != "cancelled") {
      ++progress.pending;
    }
  }
  return progress;
}

// Remaining: the mean time of a step that ended, for each that has yet to.
Json progress_json(const Progress& progress, std::int64_t elapsed) {
  const std::int64_t settled = progress.total - progress.pending;
  const std::int64_t tenths = progress.total == 0 ? 1000 : settled * 1000 / progress.total;
  Json remaining = nullptr;
  if (progress.ended > 0) remaining = seconds(progress.worked / progress.ended * progress.pending);
  if (progress.pending == 0) remaining = 0.0;
  return Json{{"total", progress.total},
              {"completed", progress.completed},
              {"failed", progress.failed},
              {"pending", progress.pending},
              {"completion_percent", static_cast<double>(tenths) / 10.0},
              {"elapsed", seconds(elapsed)},
              {"estimated_remaining", std::move(remaining)}};
}

// "x (changed)" → {file, status}; nothing hashes files here.
Json file_change(const std::string& told, std::string_view status) {
  std::string file = told;
  for (const std::string_view word : {"changed", "deleted"}) {
    const std::string tail = fmt::format(" ({})", word);
    if (!file.ends_with(tail)) continue;
    file.resize(file.size() - tail.size());
    status = word;
    break;
  }
  return Json{{"file", std::move(file)}, {"hash", nullptr}, {"status", status}};
}

Json file_changes(const std::vector<const Json*>& steps) {
  Json changes = Json::array();
  constexpr std::array<std::pair<const char*, std::string_view>, 2> kLists = {
      std::pair("undeclared_files", "created"), std::pair("uncreated_files", "missing")};
  for (const Json* step : steps) {
    for (const auto& [key, status] : kLists) {
      for (const Json& file : step->value(key, Json::array()))
        changes.push_back(file_change(file.get<std::string>(), status));
    }
  }
  return changes;
}

// The step that started last; null before any.
const Json* latest_step(const std::vector<const Json*>& steps) {
  const Json* latest = nullptr;
  for (const Json* step : steps) {
    if (number_of(*step, "attempts") == 0) continue;
    if (latest == nullptr || number_of(*step, "started_ms") >= number_of(*latest, "started_ms"))
      latest = step;
  }
  return latest;
}

// Phases that are completed, in file order, and the last that was entered.
std::pair<Json, Json> phases_of(const ResultReading& reading, const std::string& workstream) {
  std::pair<Json, Json> found{Json::array(), nullptr};
  for (const Json* group : reading.groups(workstream)) {
    if (!group->contains("is_phase")) continue;
    if (is_success_word(text_of(*group, "state"))) found.first.push_back(group->at("id"));
    const auto started = group->find("started_ms");
    if (started != group->end() && !started->is_null()) found.second = group->at("id");
  }
  return found;
}

Json checkpoint_of(const ResultReading& reading, const std::string& workstream,
                   const std::vector<const Json*>& steps, const Progress& progress) {
  const Json& result = reading.result();
  const Json* latest = latest_step(steps);
  auto [completed_phases, phase] = phases_of(reading, workstream);
  Json completed = Json::array();
  Json last_error = nullptr;
  for (const Json* step : steps) {
    const std::string state = text_of(*step, "state");
    if (is_success_word(state)) completed.push_back(step->at("id"));
    if (is_failure_word(state)) last_error = text_of(*step, "why");
  }
  return Json{{"checkpoint_id", fmt::format("{}/{}", text_of(result, "run_id"), workstream)},
              {"timestamp", result.at("ended_at")},
              {"phase", std::move(phase)},
              {"step", latest == nullptr ? Json() : latest->at("id")},
              {"state", workstream_word(reading, workstream)},
              {"completed_phases", std::move(completed_phases)},
              {"completed_steps", std::move(completed)},
              {"file_changes", file_changes(steps)},
              {"metrics",
               {{"duration_so_far", seconds(number_of(result, "duration_ms"))},
                {"steps_completed", progress.completed},
                {"steps_total", progress.total}}},
              {"metadata", {{"retry_count", progress.tries_again}, {"last_error", last_error}}}};
}

Json workstream_form(const ResultReading& reading, const std::string& workstream) {
  const Json& result = reading.result();
  const std::vector<const Json*>& steps = reading.steps(workstream);
  const Progress progress = progress_of(steps);
  Json form{{"run_id", result.at("run_id")},
            {"workstream_id", workstream},
            {"state", run_word(result)},
            {"workstream_state", workstream_word(reading, workstream)},
            {"saga", saga_word(result)},
            {"exit_code", result.at("exit_code")},
            {"started_at", result.at("started_at")},
            {"ended_at", result.at("ended_at")},
            {"error", or_null(reading.error_of(workstream))}};
  form["progress"] = progress_json(progress, number_of(result, "duration_ms"));
  form["checkpoint"] = checkpoint_of(reading, workstream, steps, progress);
  form["steps"] = Json::array();
  for (const Json* step : steps) form["steps"].push_back(step_form(*step));
  return form;
}

}  // namespace

Json workstream_view(const ResultReading& reading) {
  const Json& result = reading.result();
  const Json verdict{{"run_id", result.at("run_id")},
                     {"state", run_word(result)},
                     {"saga", saga_word(result)},
                     {"exit_code", result.at("exit_code")}};
  return each_workstream(reading, verdict, [&](const std::string& workstream) {
    return workstream_form(reading, workstream);
  });
}

}  // namespace ws
