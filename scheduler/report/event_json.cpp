#include "report/event_json.h"

#include <variant>

#include "report/run_reading.h"

namespace ws {
namespace {

class Members {
 public:
  Members(Json& json, const Plan& plan) : json_(json), plan_(plan) {}

  void operator()(const RunStarted& f) {
    json_["version"] = kEventStreamVersion;
    json_["run_id"] = f.run_id;
    json_["workstream"] = f.workstream;
    json_["workstreams"] = f.workstreams;
    json_["max_workers"] = f.max_workers;
    json_["is_sequential"] = f.is_sequential;
    json_["is_dry_run"] = f.is_dry;
    json_["steps"] = f.steps;
    json_["seed"] = f.seed;
    if (!f.resumes.empty()) json_["resumes"] = f.resumes;
  }
  void operator()(const AttemptStarted& f) {
    key(f.key);
    json_["command"] = f.command;
  }
  void operator()(const AttemptRunning& f) {
    key(f.key);
    json_["pid"] = f.process.pid;
  }
  void operator()(const AttemptStopping& f) {
    key(f.key);
    json_["why"] = name(f.why);
  }
  void operator()(const AttemptFinished& f) {
    key(f.key);
    json_["outcome"] = describe(f.outcome);
    json_["is_success"] = f.is_success;
    why(f.why);
    json_["duration_ms"] = milliseconds_of(f.duration);
    json_["output_bytes"] = f.facts.output_bytes;
    if (!f.facts.log.empty()) json_["log"] = f.facts.log;
    if (f.facts.is_unchanged) json_["is_unchanged"] = true;
    if (!f.facts.undeclared_files.empty()) json_["undeclared_files"] = f.facts.undeclared_files;
    if (!f.facts.uncreated_files.empty()) json_["uncreated_files"] = f.facts.uncreated_files;
  }
  void operator()(const AcceptanceFinished& f) {
    step(f.node);
    json_["attempt"] = f.attempt;
    json_["test"] = f.test;
    json_["verdict"] = name(verdict_of(f));
    why(f.why);
  }
  void operator()(const StepFinished& f) {
    step(f.node);
    json_["state"] = name(f.state);
    why(f.why);
    if (f.is_accepted) json_["is_accepted"] = true;
    if (!f.restored_from.empty()) json_["restored_from"] = f.restored_from;
    if (f.is_unwanted) json_["by_a_person"] = true;
  }
  void operator()(const StepSkipped& f) {
    step(f.node);
    cause(f.cause);
    why(f.why);
  }
  void operator()(const GroupJoined& f) {
    group(f.group);
    json_["state"] = name(f.state);
    cause(f.cause);
    if (f.is_accepted) json_["is_accepted"] = true;
  }
  void operator()(const StopRequested& f) {
    json_["why"] = name(f.why);
    cause(f.cause);
  }
  void operator()(const RunFinished& f) {
    json_["status"] = name(f.status);
    json_["duration_ms"] = milliseconds_of(f.duration);
    json_["concurrent_peak"] = f.peak;
  }
  void operator()(const OutputsCollected& f) {
    step(f.node);
    json_["attempt"] = f.attempt;
    json_["outputs"] = Json::array();
    for (const NamedValue& value : f.values) json_["outputs"].push_back(value.name);
  }
  void operator()(const RetryScheduled& f) {
    step(f.node);
    json_["attempt"] = f.attempt;
    json_["due_ms"] = milliseconds_of(f.due);
    why(f.why);
    if (f.is_probe) json_["is_probe"] = true;
  }
  void operator()(const BreakerOpened& f) {
    json_["scope"] = subject(f.scope);
    cause(f.cause);
    why(f.why);
    if (f.until > Duration::zero()) json_["until_ms"] = milliseconds_of(f.until);
  }
  void operator()(const BreakerClosed& f) { json_["scope"] = subject(f.scope); }
  void operator()(const GroupBegan& f) { group(f.group); }
  void operator()(const FanOutExpanded& f) {
    group(f.group);
    json_["items"] = f.items.size();
  }
  void operator()(const GroupDecided& f) {
    group(f.group);
    json_["state"] = name(f.state);
    cause(f.cause);
    why(f.why);
  }
  void operator()(const GroupRestarted& f) {
    group(f.group);
    json_["round"] = f.round;
    json_["due_ms"] = milliseconds_of(f.due);
    why(f.why);
  }
  void operator()(const RunPaused& f) {
    if (f.until > Duration::zero()) json_["until_ms"] = milliseconds_of(f.until);
    if (f.is_draining) json_["draining"] = true;
    why(f.why);
  }
  void operator()(const RunResumed& /*f*/) {}
  void operator()(const WorkersChanged& f) {
    json_["workers"] = f.workers;
    why(f.why);
  }
  void operator()(const AttemptsResumed& f) {
    step(f.node);
    json_["attempts"] = f.attempts;
    why(f.why);
  }
  void operator()(const RoundResumed& f) {
    group(f.group);
    json_["round"] = f.round;
  }
  void operator()(const RollbackStarted& f) {
    json_["steps"] = f.steps;
    if (f.actions > 0) json_["actions"] = f.actions;
    cause(f.cause);
  }
  void operator()(const CompensationFinished& f) {
    step(f.node);
    json_["action"] = f.part - AttemptKey::kCompensation + 1;
    json_["is_success"] = f.is_success;
    why(f.why);
  }

 private:
  // "ws/step"; of a gate "ws/group", or "ws" for the workstream's own.
  [[nodiscard]] std::string subject(NodeId node) const {
    const PlanNode& of = plan_.node(node);
    if (of.kind != NodeKind::begin && of.kind != NodeKind::end) return plan_.full_name(node);
    const std::string& workstream = plan_.workstream_of(node).id;
    if (plan_.group(of.group).role == GroupRole::workstream) return workstream;
    return workstream + "/" + std::string(plan_.group_id(of.group));
  }
  void step(NodeId node) { json_["step"] = subject(node); }
  void group(GroupId id) { json_["group"] = subject(plan_.group(id).end); }
  void cause(NodeId node) {
    if (node.is_valid()) json_["cause"] = subject(node);
  }
  void why(const std::string& text) {
    if (!text.empty()) json_["why"] = text;
  }
  void key(AttemptKey key) {
    step(key.node);
    json_["attempt"] = key.attempt;
    if (key.is_test()) json_["test"] = key.part;
    if (key.is_compensation()) json_["compensation"] = key.part - AttemptKey::kCompensation + 1;
    if (key.is_expansion()) json_["is_expansion"] = true;
  }

  Json& json_;
  const Plan& plan_;
};

}  // namespace

Json event_json(const Event& event, const RunState& state) {
  Json json{{"seq", event.seq},
            {"at_ms", milliseconds_of(event.at)},
            {"wall", iso_utc(event.wall)},
            {"event", name(event.fact)}};
  std::visit(Members(json, state.plan()), event.fact);
  return json;
}

std::string_view level_of(const Event& event) {
  constexpr std::string_view kInfo = "INFO";
  constexpr std::string_view kWarning = "WARN";
  constexpr std::string_view kError = "ERROR";
  if (const auto* step = std::get_if<StepFinished>(&event.fact))
    return is_success(step->state) ? kInfo : step->is_accepted ? kWarning : kError;
  if (const auto* run = std::get_if<RunFinished>(&event.fact))
    return run->status == RunStatus::succeeded ? kInfo : kError;
  if (const auto* undone = std::get_if<CompensationFinished>(&event.fact))
    return undone->is_success ? kInfo : kError;
  if (const auto* attempt = std::get_if<AttemptFinished>(&event.fact))
    return attempt->is_success ? kInfo : kWarning;
  const bool is_trouble = std::holds_alternative<RetryScheduled>(event.fact) ||
                          std::holds_alternative<BreakerOpened>(event.fact) ||
                          std::holds_alternative<StepSkipped>(event.fact) ||
                          std::holds_alternative<StopRequested>(event.fact) ||
                          std::holds_alternative<RollbackStarted>(event.fact) ||
                          std::holds_alternative<RunPaused>(event.fact);
  return is_trouble ? kWarning : kInfo;
}

}  // namespace ws
