#include "engine/run_state.h"

#include <algorithm>
#include <variant>

#include "engine/breaker.h"
#include "engine/failure_policy.h"

namespace ws {
namespace {

bool is_counted(const Plan& plan, NodeId id) {
  const NodeKind kind = plan.node(id).kind;
  return kind != NodeKind::begin && kind != NodeKind::end;
}

std::uint32_t* counter(RunState::Counts& counts, StepState state) {
  switch (state) {
    case StepState::waiting:
    case StepState::backing_off:
      return &counts.waiting;
    case StepState::ready:
      return &counts.ready;
    case StepState::running:
      return &counts.running;
    case StepState::succeeded:
    case StepState::noop:
    case StepState::unverified:
    case StepState::compensated:
      return &counts.succeeded;
    case StepState::failed:
    case StepState::timed_out:
      return &counts.failed;
    case StepState::cancelled:
      return &counts.cancelled;
    case StepState::skipped:
      return &counts.skipped;
  }
  return nullptr;
}

}  // namespace

RunState::RunState(Plan& plan)
    : plan_(&plan),
      nodes_(plan.built_count()),
      groups_(plan.groups().size()),
      is_guarded_(plan.groups().size(), false) {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    const NodeId id(i);
    nodes_[i].unmet = static_cast<std::uint32_t>(plan.predecessors(id).size());
    if (!is_counted(plan, id)) continue;
    ++counts_.total;
    ++counts_.waiting;
    if (plan.node(id).kind == NodeKind::step) {
      ++step_counts_.total;
      ++step_counts_.waiting;
    }
  }
  count_members();
  find_guarded_groups();
}

void RunState::apply(const Event& event) {
  last_event_ = event.at;
  if (std::holds_alternative<RunStarted>(event.fact)) started_at_ = event.wall;
  std::visit([&](const auto& fact) { on(fact, event.at); }, event.fact);
}

std::span<const AcceptanceFinished> RunState::tests(NodeId id) const {
  const auto found = tests_.find(id);
  if (found == tests_.end()) return {};
  return found->second;
}

std::span<const AttemptFinished> RunState::attempts(NodeId id) const {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return {};
  return found->second;
}

std::string_view RunState::why(NodeId id) const {
  const auto found = whys_.find(id);
  return found == whys_.end() ? std::string_view() : found->second;
}

std::string_view RunState::restored_from(NodeId id) const {
  const auto found = restored_from_.find(id);
  return found == restored_from_.end() ? std::string_view() : found->second;
}

bool RunState::is_satisfied(NodeId from, const PlanEdge& edge) const {
  const NodeRecord& record = nodes_[from.index()];
  switch (edge.on) {
    case DependencyOn::done:
      return true;
    case DependencyOn::failure:
      return is_failure(record.state);
    case DependencyOn::success:
      break;
  }
  if (is_success(record.state)) return true;
  if (!record.is_accepted || !is_failure(record.state)) return false;
  // An accepted failure opens the way to gates and to the workstream's own tests; to dependents
  // only under `continue`.
  return edge.why == EdgeWhy::gate || on_failure_of(*plan_, from) == OnFailure::carry_on;
}

void RunState::on(const RunStarted& fact, Duration at) {
  header_ = fact;
  std::vector<NodeId> settled;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    // Nodes behind a begin gate are released by it; whatever waits for nothing is reached now.
    const NodeId id(i);
    if (nodes_[i].state != StepState::waiting || nodes_[i].unmet != 0) continue;
    const NodeKind kind = plan_->node(id).kind;
    if (kind == NodeKind::begin) {
      reach(id, at, settled);
    } else if (kind != NodeKind::end) {
      move(id, StepState::ready);
      newly_ready_.push_back(id);
    }
  }
  release_from(settled, at);
}

void RunState::on(const AttemptStarted& fact, Duration at) {
  NodeRecord& record = nodes_[fact.key.node.index()];
  running_.push_back(AttemptState{fact.key, at, 0, std::nullopt});
  // Neither undoing a step nor finding items is a try of the step.
  if (fact.key.part >= AttemptKey::kCompensation) return;
  if (record.state != StepState::running) {
    retry_due_.erase(fact.key.node);
    if (record.attempts == 0) record.started = at;
    record.busy_since = at;
    move(fact.key.node, StepState::running);
    note_probe(fact.key.node);
    peak_ = std::max(peak_, slots_in_use());
  }
  if (record.attempts != fact.key.attempt) {
    record.attempts = fact.key.attempt;
    // Verdicts of an earlier attempt say nothing about this one.
    const auto tests = tests_.find(fact.key.node);
    if (tests != tests_.end()) {
      std::erase_if(tests->second, [&](const AcceptanceFinished& test) {
        return test.attempt < fact.key.attempt;
      });
    }
  }
}

void RunState::on(const AttemptRunning& fact, Duration /*at*/) {
  for (AttemptState& attempt : running_) {
    if (attempt.key == fact.key) attempt.pid = fact.process.pid;
  }
}

void RunState::on(const AttemptStopping& fact, Duration /*at*/) {
  for (AttemptState& attempt : running_) {
    if (attempt.key == fact.key && !attempt.stopping) attempt.stopping = fact.why;
  }
}

void RunState::on(const AttemptFinished& fact, Duration /*at*/) {
  std::erase_if(running_, [&](const AttemptState& attempt) { return attempt.key == fact.key; });
  // Other exit codes that count as success are an answer somebody may read, and so is the 0 of a
  // later round.
  const auto is_answer = [](const AttemptFinished& one) {
    const auto* const exited = std::get_if<Exited>(&one.outcome);
    return one.is_success && exited != nullptr && exited->code != 0;
  };
  const std::span<const AttemptFinished> before = attempts(fact.key.node);
  const bool is_silent_success = fact.is_success && std::holds_alternative<Exited>(fact.outcome) &&
                                 fact.facts.log.empty() && fact.facts.log_error.empty() &&
                                 fact.facts.undeclared_files.empty() &&
                                 fact.facts.uncreated_files.empty();
  if (!is_silent_success || is_answer(fact) || (!before.empty() && is_answer(before.back())))
    attempts_[fact.key.node].push_back(fact);
  if (fact.facts.signature != 0)
    failures_[breaker_of(*plan_, fact.key.node).scope].push_back(fact.facts.signature);
}

void RunState::on(const AcceptanceFinished& fact, Duration /*at*/) {
  tests_[fact.node].push_back(fact);
}

void RunState::on(const StepFinished& fact, Duration at) {
  NodeRecord& record = nodes_[fact.node.index()];
  const PlanNode& node = plan_->node(fact.node);
  record.is_accepted = fact.is_accepted;
  record.is_unwanted = fact.is_unwanted;
  if (!fact.why.empty()) whys_[fact.node] = fact.why;
  if (!fact.restored_from.empty()) restored_from_[fact.node] = fact.restored_from;
  if (fact.outcome) take_over_attempt(fact);
  if (record.attempts == 0) record.started = at;
  Standing standing = Standing::succeeded;
  if (is_failure(fact.state)) {
    standing = fact.is_accepted ? Standing::neutral : Standing::failed;
    if (fact.is_accepted && !first_accepted_.is_valid()) first_accepted_ = fact.node;
    if (!fact.is_accepted) blame(node.group, fact.node);
  } else if (!failures_.empty() && fact.restored_from.empty()) {
    failures_.erase(breaker_of(*plan_, fact.node).scope);
  }
  settle(fact.node, fact.state, standing, at);
}

void RunState::on(const StepSkipped& fact, Duration at) {
  NodeRecord& record = nodes_[fact.node.index()];
  record.cause = fact.cause;
  if (record.state != StepState::running) record.started = at;
  if (!fact.why.empty()) whys_[fact.node] = fact.why;
  // A critical step that never ran because something failed is not "acceptable", even if that
  // failure was. A condition that is false, or a race that was decided without it, is no failure.
  const Step* step = plan_->step_if_any(fact.node);
  const bool is_critical = step == nullptr || step->is_critical;
  const bool is_consequence = fact.cause.is_valid() &&
                              is_failure(nodes_[fact.cause.index()].state) &&
                              !lost_a_race(fact.cause);
  if (is_critical && is_consequence) {
    blame(plan_->node(fact.node).group, fact.cause);
    if (!first_blocked_.is_valid()) first_blocked_ = fact.node;
  }
  settle(fact.node, StepState::skipped,
         is_critical && is_consequence ? Standing::failed : Standing::neutral, at);
}

// Cancelled because its group was decided, and decided well.
bool RunState::lost_a_race(NodeId id) const {
  if (nodes_[id.index()].state != StepState::cancelled) return false;
  for (GroupId g = plan_->node(id).group; g.is_valid(); g = plan_->group(g).parent) {
    const GroupRecord& record = groups_[g.index()];
    if (record.is_decided) return is_success(record.decision);
  }
  return false;
}

void RunState::on(const StopRequested& fact, Duration /*at*/) {
  const bool outweighs = stop_ && is_user_stop(fact.why) && !is_user_stop(*stop_);
  if (!stop_ || outweighs) {
    stop_ = fact.why;
    stop_cause_ = fact.cause;
  }
}

void RunState::on(const RunFinished& fact, Duration /*at*/) {
  status_ = fact.status;
  duration_ = fact.duration;
}

void RunState::on(const OutputsCollected& fact, Duration /*at*/) {
  outputs_[fact.node] = fact.values;
}

std::span<const NamedValue> RunState::outputs(NodeId id) const {
  const auto found = outputs_.find(id);
  if (found == outputs_.end()) return {};
  return found->second;
}

bool RunState::has_errors() const {
  // `skip_step` asks for a failure that is no error.
  const auto is_error = [&](NodeId accepted) {
    const Workstream& workstream = plan_->workstream_of(accepted);
    return workstream.error_handling.on_failure.action != ErrorAction::skip_step;
  };
  for (std::uint32_t i = 0; i < nodes_.size() && first_accepted_.is_valid(); ++i) {
    if (nodes_[i].is_accepted && is_error(NodeId(i))) return true;
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const GroupRecord& group = groups_[g];
    const NodeRecord& end = nodes_[plan_->groups()[g].end.index()];
    if (end.is_accepted && is_error(plan_->groups()[g].end)) return true;
    const bool is_good = is_settled(group.state) && is_success(group.state);
    if (is_good && group.tally.failed > 0 && shows_errors(plan_->groups()[g].rule)) return true;
  }
  return false;
}

void RunState::on(const RunPaused& fact, Duration /*at*/) { pause_ = fact; }
void RunState::on(const RunResumed& /*fact*/, Duration /*at*/) { pause_.reset(); }
void RunState::on(const WorkersChanged& fact, Duration /*at*/) { workers_ = fact.workers; }

void RunState::on(const RollbackStarted& /*fact*/, Duration /*at*/) { is_rolling_back_ = true; }

void RunState::on(const CompensationFinished& fact, Duration /*at*/) {
  std::erase_if(compensations_, [&](const CompensationFinished& earlier) {
    return earlier.node == fact.node && earlier.part == fact.part;
  });
  compensations_.push_back(fact);
  const bool is_step = plan_->node(fact.node).kind == NodeKind::step;
  if (fact.is_success && is_step) move(fact.node, StepState::compensated);
}

void RunState::settle(NodeId id, StepState state, Standing standing, Duration at) {
  NodeRecord& record = nodes_[id.index()];
  if (record.state == StepState::running) busy_ += at - record.busy_since;
  record.ended = at;
  retry_due_.erase(id);
  forget_probe(id);
  move(id, state);
  member_settled(plan_->node(id).group, id, standing);
  release_dependents(id, at);
}

void RunState::member_settled(GroupId group, NodeId member, Standing standing) {
  GroupTally& tally = groups_[group.index()].tally;
  --tally.unsettled;
  switch (standing) {
    case Standing::succeeded:
      ++tally.succeeded;
      groups_[group.index()].winner = member;
      break;
    case Standing::failed:
      ++tally.failed;
      break;
    case Standing::neutral:
      ++tally.neutral;
      break;
  }
  touched_groups_.push_back(group);
}

// Once a group is decided, what becomes of the others says nothing about it.
void RunState::blame(GroupId group, NodeId cause) {
  GroupRecord& record = groups_[group.index()];
  if (record.is_decided) return;
  if (!plan_->group(group).parent.is_valid()) {
    has_failed_ = true;
    // What we cancelled is a consequence, not a cause.
    const bool is_own = cause.is_valid() && (nodes_[cause.index()].is_unwanted ||
                                             nodes_[cause.index()].state != StepState::cancelled);
    if (is_own && !first_failure_.is_valid()) first_failure_ = cause;
  }
  if (!record.failure.is_valid()) record.failure = cause;
}

// The one place where a step's state changes, so the counts cannot drift.
void RunState::move(NodeId id, StepState to) {
  NodeRecord& record = nodes_[id.index()];
  count_move(counts_, record, to);
  if (plan_->node(id).kind == NodeKind::step) count_move(step_counts_, record, to);
  count_running(id, record.state, to);
  record.state = to;
}

void RunState::count_running(NodeId id, StepState from, StepState to) {
  const bool was_running = from == StepState::running;
  const bool is_running = to == StepState::running;
  if (was_running == is_running) return;
  if (is_wait(plan_->step_if_any(id))) {
    is_running ? ++running_waits_ : --running_waits_;
    return;
  }
  for (GroupId g = plan_->node(id).group; g.is_valid(); g = plan_->group(g).parent) {
    GroupRecord& group = groups_[g.index()];
    is_running ? ++group.running : --group.running;
    group.peak = std::max(group.peak, group.running);
  }
}

void RunState::count_move(Counts& counts, const NodeRecord& record, StepState to) {
  const StepState from = record.state;
  if (std::uint32_t* before = counter(counts, from)) --*before;
  if (from == StepState::unverified) --counts.unverified;
  if (from == StepState::timed_out) --counts.timed_out;
  if (std::uint32_t* now = counter(counts, to)) ++*now;
  if (to == StepState::unverified) ++counts.unverified;
  if (to == StepState::timed_out) ++counts.timed_out;
  if (record.is_accepted && ws::has_failed(from)) --counts.accepted;
  if (record.is_accepted && ws::has_failed(to)) ++counts.accepted;
}

}  // namespace ws
