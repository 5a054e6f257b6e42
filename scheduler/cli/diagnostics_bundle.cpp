#include "cli/diagnostics_bundle.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/files.h"
#include "platform/private_files.h"
#include "report/drawing.h"
#include "report/graph_text.h"
#include "report/json_text.h"
#include "report/occasions.h"
#include "report/run_reading.h"
#include "report/step_lines.h"
#include "report/tail.h"

namespace ws::cli {
namespace {

constexpr std::size_t kLogLines = 200;
constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kMostDrawn = 1'000'000;  // nodes in all graphs: many may fail in a large run

// Names and sizes of what lies in the directory, not in those inside.
std::string listing(const std::string& directory) {
  std::vector<std::string> lines;
  std::error_code failure;
  for (auto at = std::filesystem::directory_iterator(directory, failure);
       !failure && at != std::filesystem::directory_iterator(); at.increment(failure)) {
    std::error_code unknown;
    const bool is_dir = at->is_directory(unknown);
    const std::uintmax_t size = is_dir ? 0 : at->file_size(unknown);
    lines.push_back(fmt::format("{:>12} {}{}", unknown || is_dir ? 0 : size,
                                printable(at->path().filename().string()), is_dir ? "/" : ""));
    if (lines.size() == kMostFiles) break;
  }
  std::sort(lines.begin(), lines.end(),
            [](const std::string& a, const std::string& b) { return a.substr(13) < b.substr(13); });
  std::string text = fmt::format("{}\n", directory);
  for (const std::string& line : lines) text += line + "\n";
  if (lines.size() == kMostFiles) text += "(and more)\n";
  return text;
}

std::string environment_names(const std::vector<std::string>& inherited, const Plan& plan,
                              NodeId node) {
  std::set<std::string> names(inherited.begin(), inherited.end());
  for (const auto& [name, value] : plan.workstream_of(node).env) names.insert(name);
  if (const Step* step = plan.step_if_any(node)) {
    for (const auto& [name, value] : step->details().env) names.insert(name);
  }
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return text;
}

std::string result_text(const RunState& state, NodeId node) {
  const NodeRecord& record = state.node(node);
  Json json{{"step", state.plan().full_name(node)}, {"state", name(record.state)},
            {"attempts", record.attempts},          {"why", reason_of(state, node)},
            {"outcome", outcome_of(state, node)},   {"log", log_of(state, node)}};
  json["ended_attempts"] = Json::array();
  for (const AttemptFinished& attempt : state.attempts(node)) {
    json["ended_attempts"].push_back({{"attempt", attempt.key.attempt},
                                      {"test", attempt.key.part},
                                      {"outcome", describe(attempt.outcome)},
                                      {"why", attempt.why},
                                      {"duration_ms", milliseconds_of(attempt.duration)},
                                      {"log", attempt.facts.log}});
  }
  return pretty(json);
}

}  // namespace

DiagnosticsBundle::DiagnosticsBundle(DiagnosticsOptions options) : options_(std::move(options)) {}

void DiagnosticsBundle::observe(const Event& event, const RunState& state) {
  if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    if (started->key.part == 0) commands_[started->key.node] = started->command;
    return;
  }
  const auto* finished = std::get_if<StepFinished>(&event.fact);
  if (finished == nullptr) return;
  for (const Notice& notice : notices_of(event, state)) {
    if (!notice.hook->collect_diagnostics) continue;
    write(finished->node, state);
    break;
  }
  commands_.erase(finished->node);
}

void DiagnosticsBundle::write(NodeId node, const RunState& state) {
  const Plan& plan = state.plan();
  const std::string directory = join_path(join_path(options_.run_dir(node), "diagnostics"),
                                          std::string(plan.short_name(node)));
  std::string log;
  for (const std::string& line : read_tail(log_of(state, node), kLogLines)) log += line + "\n";
  const Step* step = plan.step_if_any(node);
  std::string working_dir = options_.start_dir;
  if (step != nullptr && !step->details().working_dir.empty()) {
    working_dir =
        join_path(join_path(options_.start_dir, directory_of(plan.workstream_of(node).file)),
                  step->details().working_dir);
  }
  Result<void> done = make_directories_below(options_.run_dir(node), directory);
  const auto add = [&](std::string_view name, const std::string& text) {
    if (done) done = write_private_file(join_path(directory, name), text);
  };
  add("command.txt", commands_[node] + "\n");
  add("log_tail.txt", log);
  add("environment.txt", environment_names(options_.environment, plan, node));
  add("result.json", result_text(state, node));
  add("files.txt", listing(working_dir));
  if (drawn_nodes_ < kMostDrawn) {
    const auto state_of = [&](NodeId of) { return state.node(of).state; };
    add("graph.dot", dot_text(drawing_of(plan, state_of)));
    drawn_nodes_ += plan.node_count();
  }
  if (!done) complaints_.push_back("diagnostics were not collected: " + done.error().message);
}

}  // namespace ws::cli
