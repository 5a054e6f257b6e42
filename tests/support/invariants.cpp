// One event, checked against the books of those before it. What may start: invariants_starts.cpp.
#include "support/invariants.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include <fmt/format.h>

#include "base/duration.h"
#include "engine/retry.h"

namespace ws::test {
namespace {

bool went_well(StepState state) {
  return state == StepState::succeeded || state == StepState::noop ||
         state == StepState::unverified || state == StepState::compensated;
}

bool went_wrong(StepState state) {
  return state == StepState::failed || state == StepState::timed_out ||
         state == StepState::cancelled;
}

bool is_wish(StopWhy why) {
  return is_user_stop(why) || why == StopWhy::killed || why == StopWhy::drained;
}

}  // namespace

Invariants::Invariants(const Plan& plan, const RunOptions& options, const VirtualClock& clock)
    : plan_(plan),
      options_(options),
      clock_(clock),
      began_(clock.now().time_since_epoch()),
      folded_plan_(std::make_unique<Plan>(plan)),
      folded_(std::make_unique<RunState>(*folded_plan_)),
      has_room_(has_room_for_all()) {}

std::string Invariants::name_of(NodeId node) const {
  const PlanNode& of = plan_.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  return is_gate ? fmt::format("group {}", plan_.group_id(of.group)) : plan_.display_name(node);
}

std::string Invariants::name_of(AttemptKey key) const {
  return fmt::format("{}#{} part {}", name_of(key.node), key.attempt, key.part);
}

const Invariants::End* Invariants::end_of(NodeId node) const {
  const auto found = ends_.find(node);
  return found == ends_.end() ? nullptr : &found->second;
}

const Invariants::End* Invariants::end_of(GroupId group) const {
  const auto found = joined_.find(group);
  return found == joined_.end() ? nullptr : &found->second;
}

void Invariants::take(const Event& event) {
  ++seen_;
  require(event.seq == seen_, "sequence", [&] { return fmt::format("event {}", event.seq); });
  require(!is_finished_, "last", [&] { return fmt::format("{} after the end", name(event.fact)); });
  require(event.at >= folded_->last_event(), "sequence",
          [&] { return fmt::format("{} goes back in time", name(event.fact)); });
  std::visit([&](const auto& fact) { check(fact); }, event.fact);
  const auto* started = std::get_if<AttemptStarted>(&event.fact);
  const bool takes_place =
      started != nullptr && folded_->node(started->key.node).state != StepState::running;
  folded_->apply(event);
  if (takes_place) check_shares(started->key.node);
}

void Invariants::check(const AttemptStarted& fact) {
  const AttemptKey key = fact.key;
  require(!running_.contains(key), "runs-once", [&] { return name_of(key) + " runs already"; });
  for (const auto& [other, attempt] : running_) {
    require(other.node != key.node || other.is_compensation(), "runs-once",
            [&] { return name_of(key) + " beside " + name_of(other); });
  }
  check_start(key);
  running_[key] = {now(), false};
  if (key.is_compensation()) {
    if (plan_.node(key.node).kind != NodeKind::step) return;
    if (undoing_.insert(key.node).second)
      last_undone_[plan_.node(key.node).workstream] = end_of(key.node)->at;
    return;
  }
  if (key.is_expansion()) return;
  if (key.attempt > started_[key.node]) {
    require(key.attempt == started_[key.node] + 1, "attempts",
            [&] { return name_of(key) + " is not the next attempt"; });
    started_[key.node] = key.attempt;
    if (!is_wait(plan_.step_if_any(key.node))) last_start_ = now();
  }
}

void Invariants::check(const AttemptRunning& fact) {
  require(running_.contains(fact.key), "runs-once",
          [&] { return name_of(fact.key) + " has not been started"; });
}

void Invariants::check(const AttemptStopping& fact) {
  const auto found = running_.find(fact.key);
  require(found != running_.end() && !found->second.is_stopping, "stop",
          [&] { return name_of(fact.key) + " is asked to stop and does not run"; });
  found->second.is_stopping = true;
}

void Invariants::check(const AttemptFinished& fact) {
  require(running_.erase(fact.key) == 1, "runs-once",
          [&] { return name_of(fact.key) + " ended and was not running"; });
  if (fact.key.is_compensation() || fact.key.is_expansion()) return;
  last_[fact.key.node] = fact;
}

// A success is one of the last thing that ran; and each other end has its reason there.
void Invariants::check(const StepFinished& fact) {
  const std::string step = name_of(fact.node);
  require(end_of(fact.node) == nullptr, "ends-once", [&] { return step + " ends again"; });
  for (const auto& [key, attempt] : running_) {
    require(key.node != fact.node, "ends-once",
            [&] { return fmt::format("{} ends and {} runs", step, name_of(key)); });
  }
  const auto last = last_.find(fact.node);
  const bool has_run = last != last_.end() && folded_->node(fact.node).state == StepState::running;
  if (went_well(fact.state) && has_run) {
    const AttemptKey key = last->second.key;
    const bool is_forgiven =
        key.is_test() && !plan_.acceptance_tests(fact.node)[key.part - 1].is_blocking;
    require(last->second.is_success || is_forgiven, "verdict", [&] {
      return fmt::format("{} {} although {}", step, name(fact.state), last->second.why);
    });
    const OpenBreaker* open = folded_->open_breaker_over(fact.node);
    require(open == nullptr || open->probe != fact.node, "breaker",
            [&] { return step + " was the try of a breaker, and it stays open"; });
  }
  if (fact.state == StepState::timed_out && fact.restored_from.empty()) {
    require(has_run && std::holds_alternative<TimedOut>(last->second.outcome), "verdict",
            [&] { return step + " timed out without having run too long"; });
  }
  if (!went_well(fact.state))
    require(!fact.why.empty(), "cause", [&] { return step + " failed and nobody knows why"; });
  // What the runs did that this one goes on with counts as its own.
  const std::vector<std::string>& own = folded_->header().resumes;
  const bool is_of_others = !fact.restored_from.empty() &&
                            std::find(own.begin(), own.end(), fact.restored_from) == own.end();
  ends_[fact.node] = {fact.state, fact.is_accepted, {},
                      now(),      is_of_others,     !fact.restored_from.empty()};
}

void Invariants::check(const AttemptsResumed& fact) {
  require(started_[fact.node] == 0, "attempts",
          [&] { return name_of(fact.node) + " goes on with earlier attempts after its own"; });
  started_[fact.node] = fact.attempts;
}

void Invariants::check(const StepSkipped& fact) {
  const std::string step = name_of(fact.node);
  require(end_of(fact.node) == nullptr, "ends-once", [&] { return step + " ends again"; });
  require(!fact.why.empty(), "cause", [&] { return step + " is skipped and nobody knows why"; });
  if (fact.cause.is_valid()) {
    const PlanNode& cause = plan_.node(fact.cause);
    const bool is_gate = cause.kind == NodeKind::end;
    const End* end = is_gate ? end_of(cause.group) : end_of(fact.cause);
    require(fact.cause != fact.node && end != nullptr, "cause", [&] {
      return fmt::format("{} is skipped because of {}, which goes on", step, name_of(fact.cause));
    });
  }
  ends_[fact.node] = {StepState::skipped, false, fact.cause, now()};
}

// Early or in its own time: a good end of a group needs what its rule asks for.
void Invariants::check_success_of_group(GroupId group, const char* what) const {
  const GroupRule& rule = plan_.group(group).rule;
  std::uint32_t good = 0;
  std::uint32_t bad = 0;
  std::uint32_t open = 0;
  std::uint32_t all = 0;
  const auto count = [&](const End* end, bool is_caught) {
    ++all;
    if (end == nullptr) {
      ++open;
    } else if (went_well(end->state)) {
      ++good;
    } else if (went_wrong(end->state) && !end->is_accepted && !is_caught) {
      ++bad;
    }
  };
  for (const NodeId member : folded_plan_->members(group)) count(end_of(member), false);
  for (const GroupId inner : plan_.inner_groups(group))
    count(end_of(inner), plan_.group(inner).is_failure_caught);
  const auto told = [&] {
    return fmt::format("group {} {} with {} good, {} bad and {} open of {}", plan_.group_id(group),
                       what, good, bad, open, all);
  };
  if (all == 0 || rule.fail_if == FailIf::none) return;
  switch (rule.join) {
    case Join::any:
    case Join::first:
      require(good >= (rule.join == Join::any ? rule.join_count : 1), "join", told);
      break;
    case Join::all:
      require(open == 0 || (bad > 0 && rule.on_first_failure == OnFirstFailure::cancel), "join",
              told);
      if (rule.fail_if == FailIf::any) require(bad == 0, "join", told);
      if (rule.fail_if == FailIf::all) require(bad == 0 || good > 0, "join", told);
      break;
    case Join::settled:
      break;  // lives with whatever happens
  }
}

void Invariants::check(const GroupDecided& fact) {
  // A loop whose last round was won early, and that was not done after it.
  const auto before = decided_.find(fact.group);
  const bool is_loop = has_rounds(plan_.workset(), plan_.group(fact.group)) &&
                       before != decided_.end() && went_well(before->second.state) &&
                       fact.state == StepState::failed;
  require((before == decided_.end() || is_loop) && end_of(fact.group) == nullptr, "ends-once",
          [&] { return fmt::format("group {} is decided again", plan_.group_id(fact.group)); });
  if (went_well(fact.state)) check_success_of_group(fact.group, "decided");
  decided_[fact.group] = fact;
}

void Invariants::check(const GroupJoined& fact) {
  const PlanGroup& group = plan_.group(fact.group);
  const std::string id(plan_.group_id(fact.group));
  require(end_of(fact.group) == nullptr, "ends-once",
          [&] { return fmt::format("group {} joins again", id); });
  const auto decided = decided_.find(fact.group);
  const bool is_early = decided != decided_.end();
  const bool runs_on = is_early && went_well(fact.state) &&
                       group.rule.losers == Losers::background &&
                       (group.rule.join == Join::any || group.rule.join == Join::first);
  if (is_early)
    require(decided->second.state == fact.state, "join", [&] {
      return fmt::format("group {} joined {} and was decided {}", id, name(fact.state),
                         name(decided->second.state));
    });
  if (!runs_on) {
    for (const NodeId member : folded_plan_->members(fact.group))
      require(end_of(member) != nullptr, "join",
              [&] { return fmt::format("group {} joins before {} ended", id, name_of(member)); });
    for (const GroupId inner : plan_.inner_groups(fact.group))
      require(end_of(inner) != nullptr, "join", [&] {
        return fmt::format("group {} joins before group {}", id, plan_.group_id(inner));
      });
  }
  if (went_well(fact.state) && !is_early) check_success_of_group(fact.group, "joined");
  joined_[fact.group] = {fact.state, fact.is_accepted, fact.cause, now()};
}

void Invariants::check(const GroupRestarted& fact) {
  for (const auto& [key, attempt] : running_) {
    for (GroupId g = plan_.node(key.node).group; g.is_valid(); g = plan_.group(g).parent) {
      require(g != fact.group, "rounds", [&] {
        return fmt::format("the next round of group {} begins while {} runs",
                           plan_.group_id(fact.group), name_of(key));
      });
    }
  }
  const Group* written = written_group(plan_.workset(), plan_.group(fact.group));
  std::uint32_t most = 0;
  if (written != nullptr && written->retry)
    most = written->retry->attempts == 0 ? kDefaultAttempts : written->retry->attempts;
  if (written != nullptr && written->repeat) most = std::max(most, written->repeat->max_rounds);
  require(fact.round <= most, "attempts", [&] {
    return fmt::format("round {} of group {}, of {}", fact.round, plan_.group_id(fact.group), most);
  });
  forget(fact.group);
}

// What a group holds may end again in its next round.
void Invariants::forget(GroupId round) {
  const auto is_inside = [&](GroupId g) {
    while (g.is_valid() && g != round) g = plan_.group(g).parent;
    return g.is_valid();
  };
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeId node(i);
    if (!is_inside(plan_.node(node).group)) continue;
    ends_.erase(node);
    last_.erase(node);
    if (const auto found = started_.find(node); found != started_.end())
      before_[node] = found->second;
  }
  std::erase_if(joined_, [&](const auto& one) { return is_inside(one.first); });
  std::erase_if(decided_, [&](const auto& one) { return is_inside(one.first); });
}

void Invariants::check(const RetryScheduled& fact) {
  const std::string step = name_of(fact.node);
  require(stops_.empty() || stops_.front() == StopWhy::fail_fast, "stop",
          [&] { return step + " is to be tried again after a stop"; });
  const auto before = before_.find(fact.node);
  const std::uint32_t earlier = before == before_.end() ? 0 : before->second;
  require(fact.attempt == started_[fact.node] + 1, "attempts",
          [&] { return fmt::format("{}: attempt {} is not the next", step, fact.attempt); });
  const std::uint32_t most = effective_retry(plan_, fact.node).attempts;
  require(fact.is_probe || fact.attempt - earlier <= most, "attempts",
          [&] { return fmt::format("{}: attempt {} of {}", step, fact.attempt - earlier, most); });
}

void Invariants::check(const StopRequested& fact) {
  // Draining asks nobody to end.
  const auto asks = [](StopWhy why) { return is_wish(why) && why != StopWhy::drained; };
  const bool is_second = asks(fact.why) && std::any_of(stops_.begin(), stops_.end(), asks);
  require(!is_second || fact.why == StopWhy::killed, "stop",
          [] { return "the second wish to stop kills nobody"; });
  stops_.push_back(fact.why);
  if (fact.why == StopWhy::killed) killed_at_ = now();
}

void Invariants::check(const RollbackStarted& fact) {
  require(running_.empty(), "rollback", [] { return "it begins while something runs"; });
  require(!is_rolling_back_, "rollback", [] { return "it begins again"; });
  is_rolling_back_ = true;
  to_undo_ = fact.steps + fact.actions + static_cast<std::uint32_t>(undone_.size());
}

void Invariants::check(const CompensationFinished& fact) {
  const std::tuple what{fact.node, fact.part};
  require(!undone_.contains(what), "rollback",
          [&] { return name_of(fact.node) + " is undone again"; });
  if (fact.is_success) undone_.insert(what);
  if (!is_rolling_back_) undoing_.insert(fact.node);  // by the run that this one goes on with
}

// Its own group, or one around it that ended well, lives with the failure.
bool Invariants::is_excused(NodeId step) const {
  const End* end = end_of(step);
  if (end->is_accepted) return true;
  for (GroupId g = plan_.node(step).group; g.is_valid(); g = plan_.group(g).parent) {
    const PlanGroup& group = plan_.group(g);
    if (group.role == GroupRole::workstream) return false;
    const End* joined = end_of(g);
    if (joined == nullptr) return false;
    if (went_well(joined->state) || joined->is_accepted || group.is_failure_caught) return true;
  }
  return false;
}

void Invariants::check_status(RunStatus status) const {
  const auto told = [&](const std::string& what) {
    return [=] { return fmt::format("the run is {}, and {}", name(status), what); };
  };
  const bool has_wish = std::any_of(stops_.begin(), stops_.end(), is_wish);
  const bool is_good = status == RunStatus::succeeded || status == RunStatus::completed_with_errors;
  if (is_good) {
    require(stops_.empty(), "verdict", told("was stopped"));
    require(!is_rolling_back_, "verdict", told("was rolled back"));
    for (const auto& [node, end] : ends_) {
      if (!went_wrong(end.state)) continue;
      require(is_excused(node), "verdict", told(name_of(node) + " did not succeed"));
    }
    for (const auto& [group, end] : joined_) {
      if (plan_.group(group).role != GroupRole::workstream) continue;
      require(!went_wrong(end.state), "verdict", told(std::string(plan_.group_id(group))));
    }
  }
  if (status == RunStatus::cancelled) require(has_wish, "verdict", told("nobody asked for it"));
  if (status == RunStatus::timed_out) {
    const bool is_over =
        std::find(stops_.begin(), stops_.end(), StopWhy::run_timeout) != stops_.end();
    require(is_over, "verdict", told("its time was not over"));
  }
  if (status == RunStatus::rolled_back)
    require(undone_.size() == to_undo_, "verdict", told("not all was undone"));
  if (status == RunStatus::partially_rolled_back)
    require(undone_.size() < to_undo_, "verdict", told("all was undone"));
  if (status != RunStatus::failed || !stops_.empty()) return;
  const bool has_name = folded_->first_failure().is_valid() ||
                        folded_->first_blocked().is_valid() ||
                        std::any_of(decided_.begin(), decided_.end(), [](const auto& one) {
                          return !went_well(one.second.state) && !one.second.why.empty();
                        });
  require(has_name, "cause", told("no failure is named"));
}

void Invariants::check(const RunFinished& fact) {
  is_finished_ = true;
  require(running_.empty(), "ends", [&] { return name_of(running_.begin()->first) + " runs on"; });
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeKind kind = plan_.node(NodeId(i)).kind;
    if (kind == NodeKind::begin || kind == NodeKind::end) continue;
    require(end_of(NodeId(i)) != nullptr, "ends",
            [&] { return name_of(NodeId(i)) + " has not ended"; });
  }
  for (std::size_t g = 0; g < plan_.groups().size(); ++g)
    require(end_of(GroupId(g)) != nullptr, "ends",
            [&] { return fmt::format("group {} has not joined", plan_.group_id(GroupId(g))); });
  check_status(fact.status);
}

}  // namespace ws::test
