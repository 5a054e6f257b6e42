#include "support/story.h"

#include <memory>

#include <fmt/format.h>

#include "base/duration.h"

namespace ws::test {

Result<void> MemoryRecorder::record(std::span<const Event> batch) {
  const std::size_t call = calls++;
  if (dies_before && call >= *dies_before) throw SchedulerDied();
  if (fails_at && call >= *fails_at) return Error{"no space left on device", 28};
  events.insert(events.end(), batch.begin(), batch.end());
  if (dies_after && call >= *dies_after) throw SchedulerDied();
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
  const auto found = scripts_.find({scope_name(key.node), key.attempt, key.part});
  return found == scripts_.end() ? kPlain : found->second;
}

void Story::end_at(AttemptKey key, MonotonicTime when) {
  const Ending ending{when, order_++, key};
  endings_.insert(ending);
  live_[key] = ending;
}

void Story::start(AttemptKey key, const RunValues& /*values*/) {
  starts_.push_back(scope_name(key.node));
  just_started_.push_back(key);
  invariants_->spawned(key, recorder.events);
  const std::tuple what{scope_name(key.node), key.attempt, key.part};
  if (otherwise && !scripts_.contains(what))
    scripts_[what] = otherwise(std::get<0>(what), key.attempt, key.part);
  end_at(key, clock_.now() + scripted(key).lasts);
}

void Story::stop(AttemptKey key, StopWhy why) {
  const auto found = live_.find(key);
  require(found != live_.end(), "stop",
          [&] { return attempt_name(key) + " does not run and is to be stopped"; });
  const Duration delay = why == StopWhy::killed ? Duration::zero() : scripted(key).dies_after;
  endings_.erase(found->second);
  end_at(key, std::min(found->second.when, clock_.now() + delay));
}

std::string Story::command_text(AttemptKey key, const RunValues& /*values*/) const {
  return attempt_name(key);
}

std::string Story::group_name(GroupId group) const {
  const PlanGroup& of = plan_.group(group);
  std::string text(plan_.group_id(group));
  if (of.role == GroupRole::workstream) return text;
  if (of.role == GroupRole::body) text += "/body";
  if (plan_.workstreams().size() == 1) return text;
  return plan_.workset().workstreams[of.workstream].id + "/" + text;
}

std::string Story::scope_name(NodeId node) const {
  const PlanNode& of = plan_.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  return is_gate ? group_name(of.group) : plan_.display_name(node);
}

std::string Story::attempt_name(AttemptKey key) const {
  const std::string node = fmt::format("{}#{}", scope_name(key.node), key.attempt);
  if (key.is_expansion()) return "expansion " + scope_name(key.node);
  if (key.is_compensation()) {
    const std::uint32_t action = key.part - AttemptKey::kCompensation;
    const bool is_step = plan_.node(key.node).kind == NodeKind::step;
    return is_step ? "undo " + node : fmt::format("action {} {}", action, node);
  }
  return key.part > 0 ? fmt::format("{} test {}", node, key.part) : node;
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
    const Scripted& how = scripted(key);
    engine_->attempt_ended(
        key, AttemptResult{how.outcome, how.facts, how.outputs, how.items, how.error_text});
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

void Story::turn() {
  engine_->turn();
  invariants_->after_turn(*engine_);
  if (engine_->is_finished() || !just_started_.empty()) return;
  const std::size_t before = invariants_->seen();
  engine_->turn();
  require(invariants_->seen() == before && just_started_.empty(), "act-twice",
          [] { return "a second turn without anything new did something"; });
}

void Story::run_to_the_end(Duration limit) {
  engine_->begin();
  invariants_->after_turn(*engine_);
  while (!engine_->is_finished()) {
    if (!deliver_due()) {
      const auto next = next_happening();
      require(next.has_value(), "ends",
              [] { return "nothing runs, nothing is due, and the run has not ended"; });
      require(next->time_since_epoch() <= limit, "ends",
              [&] { return "still going on after " + format_exact(limit); });
      clock_.advance_to(*next);
      (void)deliver_due();
    }
    turn();
  }
  require(live_.empty(), "ends", [] { return "the run has ended and a process has not"; });
  invariants_->at_end(*engine_, recorder.events);
}

std::string Story::run(Duration limit) {
  engine_ = std::make_unique<Engine>(plan_, options, *this, recorder, std::vector<Observer*>{this},
                                     clock_);
  invariants_ = std::make_unique<Invariants>(plan_, options, clock_);
  try {
    run_to_the_end(limit);
  } catch (const BrokenInvariant& broken) {
    throw BrokenInvariant(broken, last_told());
  } catch (const SchedulerDied&) {
    has_died_ = true;
  }
  return transcript_;
}

std::vector<AttemptKey> Story::cut_short() const {
  std::vector<AttemptKey> keys;
  for (const auto& [key, ending] : live_) keys.push_back(key);
  return keys;
}

StepState Story::state_of(const std::string& step) const {
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeKind kind = plan_.node(NodeId(i)).kind;
    if (kind != NodeKind::step && kind != NodeKind::acceptance) continue;
    if (plan_.display_name(NodeId(i)) == step) return state().node(NodeId(i)).state;
  }
  throw BrokenInvariant("story", "there is no step " + step);
}

std::string_view Story::last_told() const {
  constexpr std::size_t kMost = 8000;
  const std::string_view all = transcript_;
  return all.substr(all.size() - std::min(all.size(), kMost));
}

void Story::observe(const Event& event, const RunState& state) {
  const std::string line =
      std::visit([&](const auto& fact) { return tell(fact, state); }, event.fact);
  if (!line.empty()) transcript_ += format_exact(event.at) + " " + line + "\n";
  invariants_->take(event);
}

std::string Story::tell(const AttemptStarted& fact, const RunState&) {
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
  if (fact.state == StepState::succeeded) return "";
  return fmt::format("{} {}{}{}", plan_.display_name(fact.node), name(fact.state),
                     fact.is_accepted ? " (accepted)" : "",
                     fact.why.empty() ? "" : ": " + fact.why);
}

std::string Story::tell(const StepSkipped& fact, const RunState&) {
  return fmt::format("{} skipped: {}", plan_.display_name(fact.node), fact.why);
}

std::string Story::tell(const GroupJoined& fact, const RunState&) {
  const bool is_workstream = plan_.group(fact.group).role == GroupRole::workstream;
  if (is_workstream && plan_.workstreams().size() == 1) return "";
  return fmt::format("joined {} {}{}", group_name(fact.group), name(fact.state),
                     fact.is_accepted ? " (accepted)" : "");
}

std::string Story::tell(const GroupDecided& fact, const RunState&) {
  return fmt::format("decided {} {}{}", group_name(fact.group), name(fact.state),
                     fact.why.empty() ? "" : ": " + fact.why);
}

std::string Story::tell(const GroupRestarted& fact, const RunState&) {
  return fmt::format("round {} of {} at {}: {}", fact.round, group_name(fact.group),
                     format_exact(fact.due), fact.why);
}

std::string Story::tell(const FanOutExpanded& fact, const RunState&) {
  return fmt::format("expanded {} to {}", group_name(fact.group), fact.items.size());
}

std::string Story::tell(const RetryScheduled& fact, const RunState&) {
  return fmt::format("{} {}#{} at {}: {}", fact.is_probe ? "probe" : "retry",
                     plan_.display_name(fact.node), fact.attempt, format_exact(fact.due), fact.why);
}

std::string Story::tell(const BreakerOpened& fact, const RunState&) {
  const std::string until =
      fact.until == Duration::zero() ? "for good" : "until " + format_exact(fact.until);
  return fmt::format("breaker of {} open {}: {}", scope_name(fact.scope), until, fact.why);
}

std::string Story::tell(const BreakerClosed& fact, const RunState&) {
  return fmt::format("breaker of {} closed", scope_name(fact.scope));
}

std::string Story::tell(const RunPaused& fact, const RunState&) {
  if (fact.is_draining) return fmt::format("draining: {}", fact.why);
  if (fact.until == Duration::zero()) return fmt::format("paused: {}", fact.why);
  return fmt::format("paused until {}: {}", format_exact(fact.until), fact.why);
}

std::string Story::tell(const RunResumed&, const RunState&) { return "resumed"; }

std::string Story::tell(const WorkersChanged& fact, const RunState&) {
  return fmt::format("workers {}: {}", fact.workers, fact.why);
}

std::string Story::tell(const RollbackStarted& fact, const RunState&) {
  return fmt::format("rollback of {}", fact.steps);
}

std::string Story::tell(const CompensationFinished& fact, const RunState&) {
  const std::uint32_t action = fact.part - AttemptKey::kCompensation;
  const bool is_step = plan_.node(fact.node).kind == NodeKind::step;
  return fmt::format("{} {}{}", is_step ? scope_name(fact.node) : fmt::format("action {}", action),
                     fact.is_success ? "undone" : "not undone",
                     fact.why.empty() ? "" : ": " + fact.why);
}

std::string Story::tell(const StopRequested& fact, const RunState&) {
  return fmt::format("stop run {}", name(fact.why));
}

std::string Story::tell(const RunFinished& fact, const RunState&) {
  return fmt::format("run {}, peak {}", name(fact.status), fact.peak);
}

}  // namespace ws::test
