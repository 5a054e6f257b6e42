// Blok's events (FORMATS.md 5.3): RUN_* of the run, NODE_* of its steps and groups. NODE_PROGRESS
// and RUN_CRASHED are nothing a run says of itself.
#include <utility>

#include <fmt/format.h>

#include "report/event_lines.h"
#include "report/event_names/event_names.h"
#include "report/group_results.h"
#include "report/run_reading.h"
#include "report/step_lines.h"

namespace ws {
namespace {

std::string_view run_type(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
    case RunStatus::completed_with_errors:
      return "RUN_COMPLETED";
    case RunStatus::cancelled:
      return "RUN_CANCELLED";
    case RunStatus::timed_out:
      return "RUN_TIMED_OUT";
    case RunStatus::running:
    case RunStatus::failed:
    case RunStatus::rolled_back:
    case RunStatus::partially_rolled_back:
      return "RUN_FAILED";
    case RunStatus::crashed:
      return "RUN_CRASHED";
  }
  return {};
}

class BlokEvents final : public EventTranslator {
 public:
  std::vector<NamedEvent> translate(const Event& event, const RunState& state) override {
    out_.clear();
    const std::string& run = state.header().run_id;
    if (const auto* started = std::get_if<RunStarted>(&event.fact)) {
      say("RUN_STARTED", Json{{"runId", started->run_id}, {"workflows", started->workstreams}});
    } else if (const auto* again = std::get_if<RetryScheduled>(&event.fact)) {
      Json data = node_data(run, state.plan(), again->node);
      data["attempt"] = again->attempt - 1;
      data["error"] = again->why;
      say("NODE_ATTEMPT_FAILED", std::move(data));
    }
    for (const Occurrence& one : story_.tell(event, state)) {
      if (one.kind == Occurrence::Kind::member_began)
        say("NODE_STARTED", node_data(run, state.plan(), one.node));
      if (one.kind == Occurrence::Kind::member_ended) member_ended(one, event, state);
    }
    if (const auto* finished = std::get_if<RunFinished>(&event.fact)) {
      say(std::string(run_type(finished->status)),
          Json{{"runId", run},
               {"duration_ms", milliseconds_of(finished->duration)},
               {"concurrent_peak", finished->peak}});
    }
    return std::move(out_);
  }

 private:
  void say(std::string type, Json data) { out_.push_back({std::move(type), {}, std::move(data)}); }

  static Json node_data(const std::string& run, const Plan& plan, NodeId node) {
    return Json{{"runId", run},
                {"workflow", plan.workstream_of(node).id},
                {"node", plan.member_name(node)}};
  }

  void member_ended(const Occurrence& one, const Event& event, const RunState& state) {
    Json data = node_data(state.header().run_id, state.plan(), one.node);
    if (is_success(one.state)) {
      data["result"] = member_result(state, one.node);
      const auto* finished = std::get_if<StepFinished>(&event.fact);
      if (finished == nullptr || finished->restored_from.empty())
        return say("NODE_COMPLETED", std::move(data));
      data["restoredFrom"] = finished->restored_from;
      return say("NODE_CACHED", std::move(data));
    }
    if (!one.has_begun || one.state == StepState::skipped) {
      if (const auto* skipped = std::get_if<StepSkipped>(&event.fact))
        data["reason"] = skipped->why;
      if (const auto* finished = std::get_if<StepFinished>(&event.fact))
        data["reason"] = finished->why;
      return say("NODE_SKIPPED", std::move(data));
    }
    data["error"] = error_of(one, event, state);
    say("NODE_FAILED", std::move(data));
  }

  [[nodiscard]] std::string error_of(const Occurrence& one, const Event& event,
                                     const RunState& state) const {
    const auto limit = limit_of(state, one.node);
    if (one.state == StepState::timed_out && limit) {
      return fmt::format("Node {} timed out after {}ms", state.plan().member_name(one.node),
                         milliseconds_of(*limit));
    }
    if (one.state == StepState::cancelled) return "cancelled";
    return error_told_by(event, state, one.node);
  }

  GroupStory story_;
  std::vector<NamedEvent> out_;
};

}  // namespace

std::unique_ptr<EventTranslator> make_blok_events() { return std::make_unique<BlokEvents>(); }

}  // namespace ws
