#include "engine/run_state.h"

#include <algorithm>
#include <variant>

namespace ws {
namespace {

bool is_counted(const Plan& plan, NodeId id) {
  const NodeKind kind = plan.node(id).kind;
  return kind == NodeKind::step || kind == NodeKind::acceptance;
}

// A person's wish to stop outweighs our own reasons: an interrupted run must say so.
bool is_user_stop(StopWhy why) {
  switch (why) {
    case StopWhy::interrupted:
    case StopWhy::terminated:
    case StopWhy::hang_up:
      return true;
    case StopWhy::timeout:
    case StopWhy::run_timeout:
    case StopWhy::fail_fast:
    case StopWhy::killed:
    case StopWhy::store_failed:
    case StopWhy::not_needed:
    case StopWhy::group_failed:
    case StopWhy::group_timeout:
    case StopWhy::rollback_timeout:
      return false;
  }
  return false;
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

OnFailure on_failure_of(const Plan& plan, NodeId node) {
  const Workstream& workstream = plan.workstream_of(node);
  const Step* step = plan.step_if_any(node);
  OnFailure policy = workstream.execution.on_failure.value_or(OnFailure::skip_dependents);
  if (step != nullptr && step->on_failure) policy = *step->on_failure;
  const bool is_critical = step == nullptr || step->is_critical;
  return !is_critical && policy == OnFailure::abort ? OnFailure::skip_dependents : policy;
}

RunState::RunState(const Plan& plan)
    : plan_(&plan),
      nodes_(plan.node_count()),
      unsettled_(plan.groups().size(), 0),
      has_joined_(plan.groups().size(), false),
      failure_in_(plan.groups().size()) {
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
    ++unsettled_[plan.node(id).group.index()];
  }
  for (const PlanGroup& group : plan.groups()) {
    if (group.parent.is_valid()) ++unsettled_[group.parent.index()];
  }
}

void RunState::apply(const Event& event) {
  last_event_ = event.at;
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
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    // Nodes behind a begin gate are released by it; whatever waits for nothing is ready now.
    if (nodes_[i].state == StepState::waiting && nodes_[i].unmet == 0) {
      const NodeId id(i);
      const NodeKind kind = plan_->node(id).kind;
      if (kind == NodeKind::begin) {
        nodes_[i].state = StepState::succeeded;
        if (unsettled_[plan_->node(id).group.index()] == 0) {
          newly_joinable_.push_back(plan_->node(id).group);
        }
        release_dependents(id, at);
      } else if (kind != NodeKind::end) {
        move(id, StepState::ready);
        newly_ready_.push_back(id);
      }
    }
  }
}

void RunState::on(const AttemptStarted& fact, Duration at) {
  NodeRecord& record = nodes_[fact.key.node.index()];
  if (record.state != StepState::running) {
    if (record.attempts == 0) record.started = at;
    move(fact.key.node, StepState::running);
    peak_ = std::max(peak_, counts_.running);
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
  running_.push_back(AttemptState{fact.key, at, 0, std::nullopt});
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
  const bool is_silent_success =
      fact.is_success && fact.facts.log.empty() && fact.facts.log_error.empty();
  if (!is_silent_success) attempts_[fact.key.node].push_back(fact);
}

void RunState::on(const AcceptanceFinished& fact, Duration /*at*/) {
  tests_[fact.node].push_back(fact);
}

void RunState::on(const StepFinished& fact, Duration at) {
  NodeRecord& record = nodes_[fact.node.index()];
  record.is_accepted = fact.is_accepted;
  if (!fact.why.empty()) whys_[fact.node] = fact.why;
  if (record.attempts == 0) record.started = at;
  if (is_failure(fact.state)) {
    if (fact.is_accepted) {
      ++counts_.accepted;
      if (plan_->node(fact.node).kind == NodeKind::step) ++step_counts_.accepted;
    }
    // What we cancelled is a consequence, not a cause.
    const bool is_own = fact.state != StepState::cancelled;
    const bool is_better = !first_failure_.is_valid() ||
                           (nodes_[first_failure_.index()].is_accepted && !fact.is_accepted);
    if (is_own && is_better) first_failure_ = fact.node;
    if (!fact.is_accepted) blame(plan_->node(fact.node).group, fact.node);
  }
  settle(fact.node, fact.state, at);
}

void RunState::on(const StepSkipped& fact, Duration at) {
  NodeRecord& record = nodes_[fact.node.index()];
  record.cause = fact.cause;
  record.started = at;
  if (!fact.why.empty()) whys_[fact.node] = fact.why;
  // A critical step that never ran because something failed is not "acceptable", even if that
  // failure was.
  const Step* step = plan_->step_if_any(fact.node);
  const bool is_critical = step == nullptr || step->is_critical;
  const bool is_consequence =
      !fact.cause.is_valid() || is_failure(nodes_[fact.cause.index()].state);
  if (is_critical && is_consequence) {
    blame(plan_->node(fact.node).group, fact.cause);
    if (fact.cause.is_valid() && !first_blocked_.is_valid()) first_blocked_ = fact.node;
  }
  settle(fact.node, StepState::skipped, at);
}

void RunState::on(const GroupJoined& fact, Duration at) {
  has_joined_[fact.group.index()] = true;
  const PlanGroup& group = plan_->group(fact.group);
  NodeRecord& record = nodes_[group.end.index()];
  record.cause = fact.cause;
  record.state = fact.state;
  record.ended = at;
  if (group.parent.is_valid()) {
    if (!is_success(fact.state)) blame(group.parent, fact.cause);
    member_settled(group.parent);
  }
  release_dependents(group.end, at);
}

void RunState::member_settled(GroupId group) {
  if (--unsettled_[group.index()] == 0) newly_joinable_.push_back(group);
}

void RunState::blame(GroupId group, NodeId cause) {
  has_failed_ = true;
  if (!failure_in_[group.index()].is_valid()) failure_in_[group.index()] = cause;
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

void RunState::on(const RetryScheduled&, Duration) {}
void RunState::on(const BreakerOpened&, Duration) {}
void RunState::on(const BreakerClosed&, Duration) {}
void RunState::on(const GroupBegan&, Duration) {}
void RunState::on(const FanOutExpanded&, Duration) {}
void RunState::on(const GroupDecided&, Duration) {}
void RunState::on(const GroupRestarted&, Duration) {}
void RunState::on(const RunPaused&, Duration) {}
void RunState::on(const RunResumed&, Duration) {}
void RunState::on(const WorkersChanged&, Duration) {}
void RunState::on(const RollbackStarted&, Duration) {}
void RunState::on(const CompensationFinished&, Duration) {}

void RunState::settle(NodeId id, StepState state, Duration at) {
  NodeRecord& record = nodes_[id.index()];
  if (record.state == StepState::running) busy_ += at - record.started;
  record.ended = at;
  move(id, state);
  member_settled(plan_->node(id).group);
  release_dependents(id, at);
}

// Iterative: a chain of gates may be as long as the file says.
void RunState::release_dependents(NodeId first, Duration at) {
  std::vector<NodeId> settled = {first};
  while (!settled.empty()) {
    const NodeId id = settled.back();
    settled.pop_back();
    for (const PlanEdge& edge : plan_->successors(id)) {
      NodeRecord& target = nodes_[edge.node.index()];
      // An unsatisfied edge stays unmet for ever: the engine's StepSkipped settles the target.
      if (target.state != StepState::waiting || !is_satisfied(id, edge)) continue;
      if (--target.unmet > 0) continue;
      const NodeKind kind = plan_->node(edge.node).kind;
      if (kind == NodeKind::end) continue;  // ends by GroupJoined
      target.ready = at;
      if (kind == NodeKind::begin) {
        target.state = StepState::succeeded;
        settled.push_back(edge.node);
        if (unsettled_[plan_->node(edge.node).group.index()] == 0) {
          newly_joinable_.push_back(plan_->node(edge.node).group);
        }
      } else {
        move(edge.node, StepState::ready);
        newly_ready_.push_back(edge.node);
      }
    }
  }
}

// The one place where a step's state changes, so the counts cannot drift.
void RunState::move(NodeId id, StepState to) {
  NodeRecord& record = nodes_[id.index()];
  count_move(counts_, record.state, to);
  if (plan_->node(id).kind == NodeKind::step) count_move(step_counts_, record.state, to);
  record.state = to;
}

void RunState::count_move(Counts& counts, StepState from, StepState to) {
  if (std::uint32_t* before = counter(counts, from)) --*before;
  if (from == StepState::unverified) --counts.unverified;
  if (from == StepState::timed_out) --counts.timed_out;
  if (std::uint32_t* now = counter(counts, to)) ++*now;
  if (to == StepState::unverified) ++counts.unverified;
  if (to == StepState::timed_out) ++counts.timed_out;
}

}  // namespace ws
