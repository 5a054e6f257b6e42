#include "report/occasions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/breaker.h"
#include "engine/retry.h"
#include "model/text_template.h"
#include "report/event_lines.h"
#include "report/json_text.h"
#include "report/rollback_text.h"
#include "report/run_reading.h"
#include "report/step_lines.h"

namespace ws {
namespace {

const ErrorHandling& handling_of(const RunState& state, NodeId node) {
  return state.plan().workstream_of(node).error_handling;
}

std::array<const ErrorHook*, 8> hooks_of(const ErrorHandling& h) {
  return {&h.on_failure,           &h.on_retry,           &h.on_recovery,
          &h.on_circuit_open,      &h.on_step_failure,    &h.on_rollback_start,
          &h.on_rollback_complete, &h.on_rollback_failure};
}

class Finder {
 public:
  explicit Finder(const RunState& state) : state_(state) {}

  void operator()(const StepFinished& f) {
    const NodeRecord& record = state_.node(f.node);
    const ErrorHandling& handling = handling_of(state_, f.node);
    if (f.state == StepState::failed || f.state == StepState::timed_out) {
      add("on_failure", handling.on_failure, f.node, record.attempts, f.why);
      add("on_step_failure", handling.on_step_failure, f.node, record.attempts, f.why);
    } else if (is_success(f.state) && record.attempts > 1) {
      add("on_recovery", handling.on_recovery, f.node, record.attempts, {});
    }
  }
  void operator()(const RetryScheduled& f) {
    add("on_retry", handling_of(state_, f.node).on_retry, f.node, f.attempt, f.why);
  }
  void operator()(const BreakerOpened& f) {
    const NodeId about = f.cause.is_valid() ? f.cause : f.scope;
    const ErrorHook& hook = handling_of(state_, f.scope).on_circuit_open;
    const BreakerPolicy* policy = breaker_of(state_.plan(), about).policy;
    const bool cools = f.until > Duration::zero() && policy != nullptr;
    pause_ = pause_when_open(hook, cools ? policy->cooldown : Duration::zero());
    add("on_circuit_open", hook, about, state_.node(about).attempts, f.why);
  }
  void operator()(const RollbackStarted& f) {
    to_undo_ = f.steps;
    for (const std::uint32_t index : state_.plan().workstreams()) {
      const Workstream& workstream = state_.plan().workset().workstreams[index];
      if (!workstream.saga) continue;
      add("on_rollback_start", workstream.error_handling.on_rollback_start, gate_of(index), 0,
          f.cause.is_valid() ? reason_of(state_, f.cause, Detail::brief) : std::string());
    }
  }
  void operator()(const CompensationFinished& f) {
    if (f.is_success) return;
    add("on_rollback_failure", handling_of(state_, f.node).on_rollback_failure, f.node, 0, f.why);
  }
  void operator()(const RunFinished& f) {
    if (f.status != RunStatus::rolled_back && f.status != RunStatus::partially_rolled_back) return;
    for (const std::uint32_t index : state_.plan().workstreams()) {
      const Workstream& workstream = state_.plan().workset().workstreams[index];
      if (!workstream.saga) continue;
      add("on_rollback_complete", workstream.error_handling.on_rollback_complete, gate_of(index), 0,
          std::string(name(f.status)));
    }
  }
  void operator()(const RunStarted& /*f*/) {}
  void operator()(const AttemptStarted& /*f*/) {}
  void operator()(const AttemptRunning& /*f*/) {}
  void operator()(const AttemptStopping& /*f*/) {}
  void operator()(const AttemptFinished& /*f*/) {}
  void operator()(const AcceptanceFinished& /*f*/) {}
  void operator()(const StepSkipped& /*f*/) {}
  void operator()(const GroupJoined& /*f*/) {}
  void operator()(const StopRequested& /*f*/) {}
  void operator()(const OutputsCollected& /*f*/) {}
  void operator()(const BreakerClosed& /*f*/) {}
  void operator()(const GroupBegan& /*f*/) {}
  void operator()(const FanOutExpanded& /*f*/) {}
  void operator()(const GroupDecided& /*f*/) {}
  void operator()(const GroupRestarted& /*f*/) {}
  void operator()(const RunPaused& /*f*/) {}
  void operator()(const RunResumed& /*f*/) {}
  void operator()(const WorkersChanged& /*f*/) {}

  [[nodiscard]] std::vector<Notice> take() { return std::move(found_); }

 private:
  [[nodiscard]] NodeId gate_of(std::uint32_t workstream) const {
    for (const PlanGroup& group : state_.plan().groups()) {
      if (group.role == GroupRole::workstream && group.workstream == workstream) return group.end;
    }
    return {};
  }

  void add(std::string_view occasion, const ErrorHook& hook, NodeId about, std::uint32_t attempt,
           std::string why) {
    if (!is_written(hook)) return;
    Notice notice{occasion, &hook, about, attempt, std::move(why), {}};
    notice.message = message_of(notice);
    found_.push_back(std::move(notice));
  }

  // A name that says nothing here stays empty: a message must not fail.
  [[nodiscard]] std::string message_of(const Notice& notice) const {
    const auto look_up = [&](const Reference& path) -> Evaluated {
      return Datum{value_of(notice, path.names.empty() ? std::string_view() : path.names.front())};
    };
    const auto filled = fill(notice.hook->message, false, Splice::plain, look_up);
    const auto* text = std::get_if<std::string>(&filled);
    return text != nullptr ? *text : notice.hook->message;
  }

  [[nodiscard]] std::string value_of(const Notice& notice, std::string_view key) const {
    const Plan& plan = state_.plan();
    if (key == "step_id") return subject_name(plan, notice.about);
    if (key == "workstream_id") return plan.workstream_of(notice.about).id;
    if (key == "attempt_number") return std::to_string(notice.attempt);
    if (key == "max_attempts")
      return std::to_string(std::max(effective_retry(plan, notice.about).attempts, notice.attempt));
    if (key == "pause_duration") return format_exact(pause_.value_or(notice.hook->pause));
    if (key == "compensation_count")
      return std::to_string(to_undo_.value_or(state_.compensations().size()));
    return {};
  }

  const RunState& state_;
  std::optional<Duration> pause_;
  std::optional<std::size_t> to_undo_;
  std::vector<Notice> found_;
};

}  // namespace

bool is_written(const ErrorHook& hook) {
  return hook.action != ErrorAction::none || !hook.log_level.empty() || !hook.notify.empty() ||
         hook.collect_diagnostics || !hook.message.empty() || hook.pause > Duration::zero();
}

bool has_hooks(const Plan& plan) {
  return std::any_of(
      plan.workstreams().begin(), plan.workstreams().end(), [&](std::uint32_t index) {
        const auto hooks = hooks_of(plan.workset().workstreams[index].error_handling);
        return std::any_of(hooks.begin(), hooks.end(),
                           [](const ErrorHook* hook) { return is_written(*hook); });
      });
}

std::vector<Notice> notices_of(const Event& event, const RunState& state) {
  Finder finder(state);
  std::visit(finder, event.fact);
  return finder.take();
}

std::vector<Notice> plain_notices_of(const Event& event, const RunState& state) {
  if (const auto* step = std::get_if<StepFinished>(&event.fact)) {
    if (step->state != StepState::failed && step->state != StepState::timed_out) return {};
    std::string said = fmt::format("step '{}' {}: {}", state.plan().display_name(step->node),
                                   name(step->state), step->why);
    return {Notice{"step_failed", nullptr, step->node, state.node(step->node).attempts, step->why,
                   std::move(said)}};
  }
  if (const auto* run = std::get_if<RunFinished>(&event.fact)) {
    std::string said = fmt::format("run {} of {}: {}", state.header().run_id,
                                   state.header().workstream, name(run->status));
    return {
        Notice{"run_finished", nullptr, {}, 0, std::string(name(run->status)), std::move(said)}};
  }
  return {};
}

std::string notice_json(const Notice& notice, const Event& event, const RunState& state) {
  const Plan& plan = state.plan();
  Json json{{"occasion", notice.occasion},     {"event", name(event.fact)},
            {"run_id", state.header().run_id}, {"seq", event.seq},
            {"wall", iso_utc(event.wall)},     {"status", name(state.status())}};
  const bool has_node = notice.about.is_valid();
  json["workstream"] = has_node ? plan.workstream_of(notice.about).id : state.header().workstream;
  const bool is_step = has_node && is_shown(plan, notice.about);
  json["step"] = is_step ? Json(std::string(plan.short_name(notice.about))) : Json();
  json["attempt"] = notice.attempt > 0 ? Json(notice.attempt) : Json();
  json["why"] = notice.why;
  json["message"] = notice.message;
  json["notify"] = notice.hook == nullptr ? std::vector<std::string>() : notice.hook->notify;
  json["level"] = notice.hook == nullptr ? std::string() : notice.hook->log_level;
  if (is_step) json["log"] = log_of(state, notice.about);
  return compact(json) + "\n";
}

}  // namespace ws
