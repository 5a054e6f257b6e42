#include "support/story.h"

#include <memory>

#include <fmt/format.h>

#include "base/duration.h"
#include "support/catch.h"

namespace ws::test {

Result<void> MemoryRecorder::record(std::span<const Event> batch) {
  if (fails_at && calls++ >= *fails_at) return Error{"no space left on device", 28};
  events.insert(events.end(), batch.begin(), batch.end());
  return {};
}

Story::Story(Plan& plan) : plan_(plan) {
  options.run_id = "run-1";
  options.max_workers = 4;
}

Story::~Story() = default;

void Story::script(const std::string& step, Scripted how, std::uint32_t attempt,
                   std::uint32_t part) {
  scripts_[{step, attempt, part}] = std::move(how);
}

void Story::at(Duration when, std::function<void(Engine&)> what) {
  happenings_.emplace(MonotonicTime(when), std::move(what));
}

const Scripted& Story::scripted(AttemptKey key) const {
  static const Scripted kPlain;
  const auto found = scripts_.find({plan_.display_name(key.node), key.attempt, key.part});
  return found == scripts_.end() ? kPlain : found->second;
}

void Story::end_at(AttemptKey key, MonotonicTime when) {
  const Ending ending{when, order_++, key};
  endings_.insert(ending);
  live_[key] = ending;
}

void Story::start(AttemptKey key, const RunValues& /*values*/) {
  starts_.push_back(plan_.display_name(key.node));
  just_started_.push_back(key);
  end_at(key, clock_.now() + scripted(key).lasts);
}

void Story::stop(AttemptKey key, StopWhy why) {
  const auto found = live_.find(key);
  REQUIRE(found != live_.end());
  const Duration delay = why == StopWhy::killed ? Duration::zero() : scripted(key).dies_after;
  endings_.erase(found->second);
  end_at(key, std::min(found->second.when, clock_.now() + delay));
}

std::string Story::command_text(AttemptKey key, const RunValues& /*values*/) const {
  return attempt_name(key);
}

std::string Story::attempt_name(AttemptKey key) const {
  std::string text = fmt::format("{}#{}", plan_.display_name(key.node), key.attempt);
  if (key.part > 0) text += fmt::format(" test {}", key.part);
  return text;
}

bool Story::deliver_due() {
  bool any = false;
  for (const AttemptKey& key : std::exchange(just_started_, {})) {
    engine_->attempt_running(key, ProcessIdentity{1000, 1});
    any = true;
  }
  while (!happenings_.empty() && happenings_.begin()->first <= clock_.now()) {
    const auto what = happenings_.begin()->second;
    happenings_.erase(happenings_.begin());
    what(*engine_);
    any = true;
  }
  while (!endings_.empty() && endings_.begin()->when <= clock_.now()) {
    const AttemptKey key = endings_.begin()->key;
    endings_.erase(endings_.begin());
    live_.erase(key);
    engine_->attempt_ended(key, AttemptResult{scripted(key).outcome, scripted(key).facts});
    any = true;
  }
  return any;
}

std::optional<MonotonicTime> Story::next_happening() const {
  std::optional<MonotonicTime> next = clock_.wake();
  const auto consider = [&](MonotonicTime when) { next = next ? std::min(*next, when) : when; };
  if (!endings_.empty()) consider(endings_.begin()->when);
  if (!happenings_.empty()) consider(happenings_.begin()->first);
  return next;
}

std::string Story::run(Duration limit) {
  engine_ = std::make_unique<Engine>(plan_, options, *this, recorder, std::vector<Observer*>{this},
                                     clock_);
  engine_->begin();
  check_invariants();
  while (!engine_->is_finished()) {
    if (!deliver_due()) {
      const auto next = next_happening();
      INFO(transcript_);
      REQUIRE(next.has_value());  // else: nothing runs, nothing is due, and the run has not ended
      REQUIRE(next->time_since_epoch() <= limit);
      clock_.advance_to(*next);
      (void)deliver_due();
    }
    engine_->turn();
    check_invariants();
    if (!engine_->is_finished() && just_started_.empty()) {
      const std::size_t before = seen_;
      engine_->turn();  // twice is once
      REQUIRE(seen_ == before);
    }
  }
  REQUIRE(live_.empty());
  return transcript_;
}

void Story::check_invariants() {
  const RunState& state = engine_->state();
  const std::uint32_t limit = options.is_sequential ? 1 : options.max_workers;
  INFO(transcript_);
  REQUIRE(state.slots_in_use() <= limit);
  const auto& counts = state.counts();
  REQUIRE(counts.waiting + counts.ready + counts.running + counts.settled() == counts.total);
  if (engine_->store_error()) return;
  // What was recorded gives the same state again.
  RunState folded(plan_);
  if (recorder.events.size() > 400) return;
  for (const Event& event : recorder.events) folded.apply(event);
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    REQUIRE(folded.node(NodeId(i)).state == state.node(NodeId(i)).state);
  }
  REQUIRE(folded.status() == state.status());
}

StepState Story::state_of(const std::string& step) const {
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeKind kind = plan_.node(NodeId(i)).kind;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    if (plan_.display_name(NodeId(i)) == step) return state().node(NodeId(i)).state;
  }
  FAIL("no step " << step);
  return StepState::waiting;
}

void Story::observe(const Event& event, const RunState& state) {
  ++seen_;
  REQUIRE(event.seq == seen_);
  const std::string line =
      std::visit([&](const auto& fact) { return tell(fact, state); }, event.fact);
  if (!line.empty()) transcript_ += format_exact(event.at) + " " + line + "\n";
}

std::string Story::tell(const AttemptStarted& fact, const RunState& state) {
  // Nobody starts before its needs, nobody starts again.
  for (const PlanEdge& edge : plan_.predecessors(fact.key.node)) {
    REQUIRE(is_settled(state.node(edge.node).state));
  }
  REQUIRE(finished_[fact.key.node] == 0);
  return "start " + attempt_name(fact.key);
}

std::string Story::tell(const AttemptStopping& fact, const RunState&) {
  return fmt::format("stop {} {}", attempt_name(fact.key), name(fact.why));
}

std::string Story::tell(const AttemptFinished& fact, const RunState&) {
  return fmt::format("end {} {}", attempt_name(fact.key), describe(fact.outcome));
}

std::string Story::tell(const AcceptanceFinished& fact, const RunState&) {
  if (!fact.is_manual) return "";
  return fmt::format("{} test {} manual", plan_.display_name(fact.node), fact.test);
}

std::string Story::tell(const StepFinished& fact, const RunState&) {
  REQUIRE(++finished_[fact.node] == 1);
  if (fact.state == StepState::succeeded) return "";
  return fmt::format("{} {}{}{}", plan_.display_name(fact.node), name(fact.state),
                     fact.is_accepted ? " (accepted)" : "",
                     fact.why.empty() ? "" : ": " + fact.why);
}

std::string Story::tell(const StepSkipped& fact, const RunState&) {
  REQUIRE(++finished_[fact.node] == 1);
  return fmt::format("{} skipped: {}", plan_.display_name(fact.node), fact.why);
}

std::string Story::tell(const GroupJoined& fact, const RunState&) {
  if (plan_.workstreams().size() == 1) return "";
  const auto& workstream = plan_.workset().workstreams[plan_.group(fact.group).workstream];
  return fmt::format("joined {} {}", workstream.id, name(fact.state));
}

std::string Story::tell(const StopRequested& fact, const RunState&) {
  return fmt::format("stop run {}", name(fact.why));
}

std::string Story::tell(const RunFinished& fact, const RunState&) {
  return fmt::format("run {}, peak {}", name(fact.status), fact.peak);
}

}  // namespace ws::test
