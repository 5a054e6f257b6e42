// What is asked of a run from outside while it goes on: stop, drain, pause, go on, fewer or more
// workers, end one step. Part of the update half of the engine.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/engine.h"

namespace ws {

void Engine::request_stop(StopWhy why) { wishes_.emplace_back(why); }

void Engine::request_workers(std::uint32_t limit, std::string why) {
  wishes_.emplace_back(WorkersWish{std::max(limit, 1U), std::move(why)});
}

void Engine::request_pause(Duration length, std::string why) {
  wishes_.emplace_back(PauseWish{length, std::move(why)});
}

void Engine::request_resume() { wishes_.emplace_back(ResumeWish{}); }
void Engine::request_drain(std::string why) { wishes_.emplace_back(DrainWish{std::move(why)}); }
void Engine::request_step_stop(NodeId step) { wishes_.emplace_back(StepWish{step}); }

void Engine::take_wishes() {
  for (Wish& wish : std::exchange(wishes_, {})) {
    std::visit([this](auto& wanted) { take(wanted); }, wish);
  }
}

void Engine::take(StopWhy why) {
  // The first wish of a person asks; any further one kills.
  is_killed_ = is_stopped_by_user_;
  stop_everything(is_killed_ ? StopWhy::killed : why, NodeId());
  is_stopped_by_user_ = true;
}

void Engine::take(WorkersWish& wish) {
  const std::uint32_t now = state_.workers().value_or(options_.max_workers);
  if (options_.is_sequential || wish.limit == now) return;
  admission_.set_slots(wish.limit);
  note(WorkersChanged{wish.limit, std::move(wish.why)});
}

// A run that stops comes to its end undisturbed: what an abort has left to do is little.
bool Engine::may_be_held() const { return !store_error_ && !state_.stop(); }

void Engine::take(PauseWish& wish) {
  // A drain holds more than a pause, and ends the run.
  const bool is_draining = state_.pause() && state_.pause()->is_draining;
  if (!may_be_held() || is_draining) return;
  const bool is_limited = wish.length > Duration::zero();
  const Duration until = is_limited ? since_start() + wish.length : Duration::zero();
  note(RunPaused{until, std::move(wish.why)});
  if (is_limited) add_timer(until, TimerKind::resume, 0);
}

void Engine::take(const ResumeWish& /*wish*/) {
  if (may_go_on() && state_.pause()) note(RunResumed{});
}

void Engine::take(DrainWish& wish) {
  const bool is_draining = state_.pause() && state_.pause()->is_draining;
  if (may_be_held() && !is_draining) note(RunPaused{Duration::zero(), std::move(wish.why), true});
}

void Engine::take(const StepWish& wish) {
  const NodeId step = wish.step;
  const StepState state = state_.node(step).state;
  if (is_settled(state) || !may_go_on()) return;
  const bool is_second = !cancelled_steps_.insert(step).second;
  if (state == StepState::running) {
    // A step has one attempt at a time, and of it one part.
    for (const AttemptState& attempt : state_.running()) {
      if (attempt.key.node != step) continue;
      const AttemptKey key = attempt.key;
      return ask_to_stop(key, is_second ? StopWhy::killed : StopWhy::step_cancelled);
    }
    return;
  }
  admission_.forget(step);
  finish_step(step, StepState::cancelled, "cancelled by a person");
}

// Our own reasons, which a longer pause outlasts.
void Engine::pause(Duration length, std::string why) {
  if (length <= Duration::zero() || !may_go_on()) return;
  const Duration until = since_start() + length;
  if (const auto& now = state_.pause();
      now && (now->until == Duration::zero() || now->until >= until))
    return;
  note(RunPaused{until, std::move(why)});
  add_timer(until, TimerKind::resume, 0);
}

// The timer may be that of a pause which another one has replaced.
void Engine::end_pause() {
  const auto& now = state_.pause();
  if (now && now->until > Duration::zero() && now->until <= since_start()) note(RunResumed{});
}

// Something is left that would start if it were not for the drain.
void Engine::stop_when_drained() {
  const bool is_draining = state_.pause() && state_.pause()->is_draining;
  if (!is_draining || !state_.running().empty() || !may_go_on() || rollback_) return;
  stop_everything(StopWhy::drained, NodeId());
  join_groups();
  finish_run_if_done();
}

}  // namespace ws
