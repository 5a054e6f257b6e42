// What has to be so after each turn: the fold, what was to be stopped, and that nothing idles.
#include <algorithm>

#include <fmt/format.h>

#include "support/invariants.h"

namespace ws::test {

// Recorded before it is started (the intent), once.
void Invariants::spawned(AttemptKey key, const std::vector<Event>& recorded) {
  for (; spawned_from_ < recorded.size(); ++spawned_from_) {
    const auto* started = std::get_if<AttemptStarted>(&recorded[spawned_from_].fact);
    if (started != nullptr) intents_.insert(started->key);
  }
  require(intents_.erase(key) == 1, "intent",
          [&] { return name_of(key) + " is spawned and was not recorded"; });
}

void Invariants::check_fold(const RunState& live) const {
  const auto differs = [](const std::string& what) {
    return [=] { return "what was observed does not give the state again: " + what; };
  };
  const auto& counts = live.counts();
  require(counts.waiting + counts.ready + counts.running + counts.settled() == counts.total, "fold",
          differs("the counts"));
  require(counts.accepted <= counts.failed && counts.timed_out <= counts.failed, "fold",
          differs("the parts of the failed"));
  require(folded_plan_->node_count() == plan_.node_count(), "fold", differs("the items"));
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeRecord& folded = folded_->node(NodeId(i));
    const NodeRecord& record = live.node(NodeId(i));
    const bool is_same = folded.state == record.state && folded.attempts == record.attempts &&
                         folded.is_accepted == record.is_accepted && folded.cause == record.cause &&
                         folded.unmet == record.unmet;
    if (!is_same) require(false, "fold", differs(name_of(NodeId(i))));
  }
  for (std::size_t g = 0; g < plan_.groups().size(); ++g) {
    const GroupRecord& folded = folded_->group(GroupId(g));
    const GroupRecord& record = live.group(GroupId(g));
    const bool is_same = folded.state == record.state && folded.is_decided == record.is_decided &&
                         folded.round == record.round && folded.failure == record.failure &&
                         folded.tally.unsettled == record.tally.unsettled &&
                         folded.tally.failed == record.tally.failed &&
                         folded.tally.succeeded == record.tally.succeeded;
    if (!is_same)
      require(false, "fold", differs(fmt::format("group {}", plan_.group_id(GroupId(g)))));
  }
  require(folded_->status() == live.status(), "fold", differs("the status"));
  require(folded_->running().size() == live.running().size(), "fold", differs("what runs"));
  require(folded_->pause() == live.pause(), "fold", differs("the pause"));
  require(folded_->workers() == live.workers(), "fold", differs("the workers"));
  require(folded_->open_breakers().size() == live.open_breakers().size(), "fold",
          differs("the breakers"));
  require(folded_->first_failure() == live.first_failure(), "fold", differs("the first failure"));
  require(folded_->compensations().size() == live.compensations().size(), "fold",
          differs("what was undone"));
}

// Whatever is over its time has been asked to stop.
void Invariants::check_deadlines(const RunState& live) const {
  for (const auto& [key, attempt] : running_) {
    const Step* step = plan_.step_if_any(key.node);
    if (key.part != 0 || step == nullptr || step->timeout == Duration::zero()) continue;
    require(attempt.is_stopping || now() < attempt.started + step->timeout, "timeout",
            [&] { return name_of(key) + " is over its time and goes on"; });
  }
  for (std::size_t g = 0; g < plan_.groups().size(); ++g) {
    const GroupRecord& record = live.group(GroupId(g));
    const Duration most = plan_.group(GroupId(g)).rule.timeout;
    const bool is_open = record.state == StepState::running && !record.is_decided;
    require(most == Duration::zero() || !is_open || now() < record.began + most, "timeout", [&] {
      return fmt::format("group {} is over its time and goes on", plan_.group_id(GroupId(g)));
    });
  }
  const bool is_over =
      options_.run_timeout > Duration::zero() && now() >= options_.run_timeout && !is_finished_;
  require(!is_over || !stops_.empty(), "timeout", [] { return "the run is over its time"; });
}

// Where only slots are scarce, a ready step and a free slot find each other at once.
void Invariants::check_idle(const RunState& live) const {
  const bool is_held = !stops_.empty() || live.pause() || is_rolling_back_ || is_finished_;
  if (!has_room_ || is_held) return;
  std::set<NodeId> running;
  for (const auto& [key, attempt] : running_) {
    if (!key.is_expansion() && !is_wait(plan_.step_if_any(key.node))) running.insert(key.node);
  }
  if (running.size() >= limit()) return;
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = plan_.node(node).kind;
    if (kind == NodeKind::begin || kind == NodeKind::end) continue;
    const StepState state = live.node(node).state;
    const bool is_due = state == StepState::backing_off && live.retry_due(node) <= now();
    require(state != StepState::ready && !is_due, "idle", [&] {
      return fmt::format("{} could start: {} of {} slots are taken", name_of(node), running.size(),
                         limit());
    });
  }
}

// Who is not wanted any more was really asked to stop.
void Invariants::check_stopping(const RunState& live) const {
  const bool is_stopped = live.stop() && live.stop() != StopWhy::store_failed;
  for (const AttemptState& attempt : live.running()) {
    if (attempt.stopping || attempt.key.is_compensation()) continue;
    require(!is_unwanted(attempt.key.node), "not-needed", [&] {
      return name_of(attempt.key) + " runs on although a group around it is decided";
    });
    const bool is_spared =
        live.stop() == StopWhy::fail_fast && is_finally_inside(attempt.key.node, GroupId());
    require(!is_stopped || is_spared, "stop",
            [&] { return name_of(attempt.key) + " runs on after a stop"; });
  }
  require(!killed_at_ || now() <= *killed_at_ || live.running().empty(), "stop",
          [&] { return "something outlives the second wish to stop"; });
}

void Invariants::after_turn(const Engine& engine) {
  const RunState& live = engine.state();
  check_fold(live);
  check_deadlines(live);
  check_idle(live);
  check_stopping(live);
}

void Invariants::at_end(const Engine& engine, const std::vector<Event>& recorded) {
  require(is_finished_, "ends", [] { return "no event says that it has ended"; });
  const bool is_whole = engine.store_error().has_value() || recorded.size() == seen_;
  require(is_whole, "recorded",
          [&] { return fmt::format("{} events of {} were recorded", recorded.size(), seen_); });
}

}  // namespace ws::test
