// The events of the original workstream system (FORMATS.md 6.3): run_*, step_* and plan_aborted.
// Groups, acceptance tests and compensations have none there.
#include <utility>
#include <variant>

#include "report/event_lines.h"
#include "report/event_names/event_names.h"
#include "report/step_lines.h"

namespace ws {
namespace {

std::string_view run_word(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
    case RunStatus::completed_with_errors:
      return "succeeded";
    case RunStatus::cancelled:
      return "canceled";
    case RunStatus::running:
    case RunStatus::failed:
    case RunStatus::timed_out:
    case RunStatus::crashed:
      return "failed";
    case RunStatus::rolled_back:
      return "ROLLED_BACK";
    case RunStatus::partially_rolled_back:
      return "PARTIALLY_ROLLED_BACK";
  }
  return {};
}

class WorkstreamEvents final : public EventTranslator {
 public:
  std::vector<NamedEvent> translate(const Event& event, const RunState& state) override {
    out_.clear();
    std::visit([&](const auto& fact) { tell(fact, event, state); }, event.fact);
    return std::move(out_);
  }

 private:
  void say(std::string type, Json data) { out_.push_back({std::move(type), {}, std::move(data)}); }
  static bool is_step(const RunState& state, NodeId node) {
    return state.plan().node(node).kind == NodeKind::step;
  }
  static Json step_data(const RunState& state, NodeId node) {
    return Json{{"run_id", state.header().run_id},
                {"workstream_id", state.plan().workstream_of(node).id},
                {"step_id", state.plan().short_name(node)}};
  }

  void tell(const RunStarted& fact, const Event& /*event*/, const RunState& /*state*/) {
    const Json data{{"run_id", fact.run_id}, {"workstreams", fact.workstreams}};
    say("run_created", data);
    say("run_started", data);
  }
  void tell(const AttemptStarted& fact, const Event& /*event*/, const RunState& state) {
    if (!is_step(state, fact.key.node) || fact.key.part != 0) return;
    Json data = step_data(state, fact.key.node);
    data["attempt"] = fact.key.attempt;
    data["command"] = fact.command;
    say("step_started", std::move(data));
  }
  void tell(const RetryScheduled& fact, const Event& /*event*/, const RunState& state) {
    if (!is_step(state, fact.node)) return;
    Json data = step_data(state, fact.node);
    data["attempt"] = fact.attempt;
    data["error"] = fact.why;
    say("step_retry", std::move(data));
  }
  void tell(const StepFinished& fact, const Event& event, const RunState& state) {
    if (!is_step(state, fact.node)) return;
    Json data = step_data(state, fact.node);
    if (is_success(fact.state)) {
      say("step_succeeded", data);
      return completed(std::move(data), "SUCCESS");
    }
    if (fact.state == StepState::cancelled || fact.state == StepState::skipped) {
      const bool is_skip = fact.state == StepState::skipped;
      data["error"] = fact.why;
      return completed(std::move(data), is_skip ? "SKIPPED" : "CANCELED");
    }
    data["error"] = error_told_by(event, state, fact.node);
    say(fact.state == StepState::timed_out ? "step_timeout" : "step_failed", data);
    completed(std::move(data), "FAILED");
  }
  void tell(const StepSkipped& fact, const Event& /*event*/, const RunState& state) {
    if (!is_step(state, fact.node)) return;
    Json data = step_data(state, fact.node);
    data["error"] = fact.why;
    completed(std::move(data), "SKIPPED");
  }
  void tell(const StopRequested& fact, const Event& /*event*/, const RunState& state) {
    Json data{{"run_id", state.header().run_id}, {"reason", describe(fact.why)}};
    if (fact.cause.is_valid()) data["step_id"] = subject_name(state.plan(), fact.cause);
    say("plan_aborted", std::move(data));
  }
  void tell(const RunFinished& fact, const Event& /*event*/, const RunState& state) {
    say("run_completed", Json{{"run_id", state.header().run_id},
                              {"status", run_word(fact.status)},
                              {"duration_ms", milliseconds_of(fact.duration)}});
  }
  template <class Fact>
  void tell(const Fact& /*fact*/, const Event& /*event*/, const RunState& /*state*/) {}

  void completed(Json data, std::string_view status) {
    data["status"] = status;
    say("step_completed", std::move(data));
  }

  std::vector<NamedEvent> out_;
};

}  // namespace

std::unique_ptr<EventTranslator> make_workstream_events() {
  return std::make_unique<WorkstreamEvents>();
}

}  // namespace ws
