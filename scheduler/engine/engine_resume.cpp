// Going on with what earlier runs did: steps whose result stands are settled the moment they could
// start, attempts and rounds are counted on, a rollback goes on. Part of the update half of the
// engine.
#include <utility>

#include <fmt/format.h>

#include "engine/engine.h"
#include "engine/resume.h"
#include "engine/retry.h"

namespace ws {

void Engine::resume_rounds() {
  if (options_.resume == nullptr) return;
  for (std::uint32_t g = 0; g < plan_.groups().size(); ++g) {
    const std::uint32_t round = options_.resume->round_of(GroupId(g));
    if (round > 1) note(RoundResumed{GroupId(g), round});
  }
}

// True when the node was settled, or waits for its next attempt.
bool Engine::is_resumed(NodeId node) {
  if (options_.resume == nullptr || !is_in_resumed_round(node)) return false;
  const EarlierStep* earlier = options_.resume->kept(node);
  const bool is_check = plan_.node(node).kind == NodeKind::preflight;
  if (earlier == nullptr && options_.resume->is_rolling_back() && !is_check) {
    finish_step(node, StepState::cancelled, "not started: the run is being undone");
    return true;
  }
  if (earlier == nullptr) {
    const EarlierStep* cut = options_.resume->interrupted(node);
    return cut != nullptr && goes_on_after(node, *cut);
  }
  const bool may_rerun =
      !options_.resume->keeps_dependents() && !options_.resume->is_rolling_back();
  if (may_rerun && has_rerun_before(node)) return false;
  keep(node, *earlier);
  return true;
}

void Engine::keep(NodeId node, const EarlierStep& earlier) {
  const std::string why = fmt::format("kept from run {}", earlier.run_id);
  if (earlier.state == StepState::skipped) {
    note(StepSkipped{node, NodeId(), earlier.why.empty() ? why : earlier.why});
    return skip_dependents(node);
  }
  const bool is_undone = earlier.state == StepState::compensated;
  const StepState state = is_undone ? StepState::succeeded : earlier.state;
  if (!earlier.outputs.empty()) handed_on_[node] = earlier.outputs;
  finish_step(node, state, is_success(state) || earlier.why.empty() ? why : earlier.why,
              {earlier.run_id, earlier.outcome});
}

// Of several reasons to skip it the first one counts, and what is restored comes in another order.
StepSkipped Engine::skip_of(NodeId node, NodeId cause, const std::string& why) const {
  const EarlierStep* before =
      options_.resume != nullptr ? options_.resume->skipped_at_will(node) : nullptr;
  return before != nullptr ? StepSkipped{node, NodeId(), before->why}
                           : StepSkipped{node, cause, why};
}

// Its scheduler died in the middle of it: the attempt is lost, which uses up a try, but never the
// last one, because nobody knows that it failed.
bool Engine::goes_on_after(NodeId node, const EarlierStep& cut) {
  const RetryPolicy policy = effective_retry(plan_, node);
  // The tries of a group's rounds are counted together; each round has a new start.
  const bool is_counted = plan_.step_if_any(node) != nullptr && cut.attempts > 0 &&
                          cut.attempts < policy.attempts &&
                          !has_rounds_around(plan_.node(node).group);
  if (!is_counted) return false;
  const bool is_lost = cut.state == StepState::running;
  const std::string why =
      is_lost
          ? fmt::format("attempt {} was lost with run {}", cut.attempts, cut.run_id)
          : fmt::format("attempt {} did not succeed before run {} ended", cut.attempts, cut.run_id);
  note(AttemptsResumed{node, cut.attempts, why});
  Duration delay =
      delay_before(policy, cut.attempts + 1, options_.seed, static_cast<std::uint32_t>(node.value));
  if (cut.retry_due) delay = std::min(delay, *cut.retry_due - clock_.wall());
  if (delay <= Duration::zero()) return false;
  const Duration due = since_start() + delay;
  note(RetryScheduled{node, cut.attempts + 1, due, why});
  add_timer(due, TimerKind::retry, node.value);
  return true;
}

bool Engine::is_in_resumed_round(NodeId node) const {
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (state_.may_run_again(g) && state_.group(g).round != options_.resume->round_of(g))
      return false;
  }
  return true;
}

// Something that the node follows came to something else this time: a condition decided otherwise,
// or what was to be kept ran.
bool Engine::has_rerun_before(NodeId node) {
  for (const PlanEdge& edge : plan_.predecessors(node)) {
    const PlanNode& before = plan_.node(edge.node);
    switch (before.kind) {
      case NodeKind::preflight:
        break;
      case NodeKind::step:
      case NodeKind::acceptance: {
        const EarlierStep* expected = options_.resume->kept(edge.node);
        if (has_run_.contains(edge.node)) return true;
        if (expected != nullptr && is_success(expected->state) &&
            !is_success(state_.node(edge.node).state))
          return true;
        break;
      }
      case NodeKind::end:
        if (has_group_run_.contains(before.group) ||
            options_.resume->ends_otherwise(before.group, state_.node(edge.node).state) ||
            options_.resume->has_other_members(before.group))
          return true;
        break;
      case NodeKind::begin: {
        const auto known = has_rerun_before_.find(before.group);
        const bool has_rerun =
            known != has_rerun_before_.end() ? known->second : has_rerun_before(edge.node);
        has_rerun_before_[before.group] = has_rerun;
        if (has_rerun) return true;
        break;
      }
    }
  }
  return false;
}

void Engine::note_rerun(NodeId node) {
  // Checks before everything say what holds now; nothing is made of them.
  if (options_.resume == nullptr || plan_.node(node).kind == NodeKind::preflight) return;
  if (!has_run_.insert(node).second) return;
  for (GroupId g = plan_.node(node).group; g.is_valid(); g = plan_.group(g).parent) {
    if (!has_group_run_.insert(g).second) break;
  }
}

// What the earlier run has undone stays undone; its waves are made of what is left.
void Engine::resume_rollback() {
  if (options_.resume == nullptr || !options_.resume->is_rolling_back()) return;
  for (std::uint32_t i = 0; i < plan_.node_count(); ++i) {
    const NodeId node(i);
    const EarlierStep* earlier = options_.resume->kept(node);
    const bool is_undone = earlier != nullptr && earlier->state == StepState::compensated &&
                           is_success(state_.node(node).state);
    if (!is_undone) continue;
    note(CompensationFinished{node, AttemptKey::kCompensation, true,
                              fmt::format("undone in run {}", earlier->run_id)});
  }
  // Said again, so that a run which goes on with this one knows it too.
  for (const PlanGroup& group : plan_.groups()) {
    if (group.role != GroupRole::workstream) continue;
    const Workstream& workstream = plan_.workset().workstreams[group.workstream];
    for (std::uint32_t k = 0; k < workstream.compensation_actions.size(); ++k) {
      if (options_.resume->earlier().has_done(workstream.id, k))
        note(CompensationFinished{group.end, AttemptKey::kCompensation + k, true,
                                  "done in an earlier run"});
    }
  }
}

// The compensation actions of a workstream that are left to do.
std::vector<std::uint32_t> Engine::actions_left(const Workstream& workstream) const {
  std::vector<std::uint32_t> left;
  for (std::uint32_t k = 0; k < workstream.compensation_actions.size(); ++k) {
    const bool is_done =
        options_.resume != nullptr && options_.resume->earlier().has_done(workstream.id, k);
    if (!is_done) left.push_back(k);
  }
  return left;
}

}  // namespace ws
