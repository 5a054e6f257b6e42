#include "report/occasions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/breaker.h"
#include "engine/retry.h"
#include "model/error_hooks.h"
#include "model/run_names.h"
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

class Finder {
 public:
  Finder(const RunState& state, const MessageFacts& facts)
      : state_(state), facts_(facts), values_(state, facts.inputs) {}

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
    to_undo_ = f.steps + f.actions;
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
  void operator()(const AttemptsResumed& /*f*/) {}
  void operator()(const RoundResumed& /*f*/) {}

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
      Evaluated found = value_of(notice, path);
      return std::holds_alternative<Datum>(found) ? std::move(found) : Datum{};
    };
    const auto filled = fill(notice.hook->message, false, Splice::plain, look_up);
    const auto* text = std::get_if<std::string>(&filled);
    return text != nullptr ? *text : notice.hook->message;
  }

  [[nodiscard]] Evaluated value_of(const Notice& notice, const Reference& path) const {
    const Plan& plan = state_.plan();
    const RunName* known = find_run_name(path.names.front());
    if (known == nullptr) return NoValue{};
    switch (known->id) {
      case RunNameId::step_id:
        return Datum{subject_name(plan, notice.about)};
      case RunNameId::workstream_id:
        return Datum{plan.workstream_of(notice.about).id};
      case RunNameId::attempt_number:
        return Datum{std::int64_t{notice.attempt}};
      case RunNameId::max_attempts:
        return Datum{
            std::int64_t{std::max(effective_retry(plan, notice.about).attempts, notice.attempt)}};
      case RunNameId::pause_duration:
        return Datum{format_exact(pause_.value_or(notice.hook->pause))};
      case RunNameId::compensation_count:
        return Datum{static_cast<std::int64_t>(to_undo_.value_or(state_.compensations().size()))};
      case RunNameId::worktree_path:
        if (!facts_.worktree_path) return NoValue{};
        return Datum{facts_.worktree_path(plan.node(notice.about).workstream)};
      case RunNameId::error:
        return error_of(notice, path);
      case RunNameId::step_output:
        return values_.value({notice.about, notice.attempt, AttemptKey::kCompensation}, path);
      case RunNameId::steps:
      case RunNameId::inputs:
      case RunNameId::item:
      case RunNameId::index:
        return values_.value({notice.about, notice.attempt, 0}, path);
    }
    return NoValue{};
  }

  // Of the step the message is about, or of the first failure where it is about the whole.
  [[nodiscard]] Evaluated error_of(const Notice& notice, const Reference& path) const {
    const Plan& plan = state_.plan();
    NodeId failed = notice.about;
    if (!is_shown(plan, failed)) failed = state_.first_failure();
    if (!failed.is_valid() || path.names.size() != 2) return NoValue{};
    if (path.names[1] == "step") return Datum{subject_name(plan, failed)};
    const auto attempts = state_.attempts(failed);
    const auto last = std::find_if(attempts.rbegin(), attempts.rend(),
                                   [](const AttemptFinished& one) { return !one.is_success; });
    const bool has_attempt = last != attempts.rend();
    if (path.names[1] == "message") {
      if (failed == notice.about && !notice.why.empty()) return Datum{notice.why};
      const std::string_view why = state_.why(failed);
      if (!why.empty()) return Datum{std::string(why)};
      return Datum{has_attempt ? last->why : std::string()};
    }
    const auto* exited = has_attempt ? std::get_if<Exited>(&last->outcome) : nullptr;
    if (exited == nullptr) return NoValue{};
    return Datum{std::int64_t{exited->code}};
  }

  const RunState& state_;
  const MessageFacts& facts_;
  RunValues values_;
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
        const ErrorHandling& handling = plan.workset().workstreams[index].error_handling;
        return std::any_of(kErrorHooks.begin(), kErrorHooks.end(), [&](const NamedHook& named) {
          return is_written(handling.*named.hook);
        });
      });
}

std::vector<Notice> notices_of(const Event& event, const RunState& state,
                               const MessageFacts& facts) {
  Finder finder(state, facts);
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
