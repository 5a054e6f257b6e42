#include "report/activity.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "engine/retry.h"
#include "report/event_lines.h"

namespace ws {
namespace {

bool is_inside(const Plan& plan, GroupId inner, GroupId outer) {
  while (inner.is_valid() && inner != outer) inner = plan.group(inner).parent;
  return inner == outer;
}

FrameStep running_row(const AttemptState& attempt, Duration at, const RunState& state) {
  const Plan& plan = state.plan();
  const AttemptKey key = attempt.key;
  FrameStep step;
  step.name = subject_name(plan, key.node);
  const bool is_of_step = !key.is_compensation() && !key.is_expansion();
  step.elapsed = at - (is_of_step ? state.node(key.node).started : attempt.started);
  step.attempt = is_of_step ? key.attempt : 1;
  if (attempt.stopping) {
    step.activity = "stopping";
  } else if (key.is_expansion()) {
    step.activity = "finding its items";
  } else if (key.is_compensation()) {
    step.activity = "rolling back";
  } else if (key.part > 0) {
    step.activity = fmt::format("test {}/{}", key.part, plan.acceptance_tests(key.node).size());
  }
  return step;
}

}  // namespace

void Activity::settle(NodeId node, const RunState& state) {
  retries_.erase(node);
  const PlanNode& of = state.plan().node(node);
  if (of.item == PlanNode::kNoItem) return;
  Items& items = items_[of.group];
  ++items.settled;
  const StepState ended = state.node(node).state;
  if (ended == StepState::failed || ended == StepState::timed_out) ++items.failed;
}

void Activity::restart(GroupId group, const RunState& state) {
  const Plan& plan = state.plan();
  std::erase_if(items_, [&](const auto& entry) { return is_inside(plan, entry.first, group); });
  std::erase_if(retries_, [&](const auto& entry) {
    return is_inside(plan, plan.node(entry.first).group, group);
  });
}

void Activity::observe(const Event& event, const RunState& state) {
  if (const auto* retry = std::get_if<RetryScheduled>(&event.fact)) {
    retries_[retry->node] = {retry->due, retry->attempt};
  } else if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    retries_.erase(started->key.node);
  } else if (const auto* finished = std::get_if<StepFinished>(&event.fact)) {
    settle(finished->node, state);
  } else if (const auto* skipped = std::get_if<StepSkipped>(&event.fact)) {
    settle(skipped->node, state);
  } else if (const auto* restarted = std::get_if<GroupRestarted>(&event.fact)) {
    restart(restarted->group, state);
  }
}

void Activity::fill(FrameView& view, Duration at, const RunState& state, std::size_t capacity,
                    const std::function<std::string(AttemptKey)>& last_output) const {
  const Plan& plan = state.plan();
  std::vector<const AttemptState*> shown;
  std::map<GroupId, std::size_t> running_items;
  for (const AttemptState& attempt : state.running()) {
    const PlanNode& node = plan.node(attempt.key.node);
    const bool is_item = node.item != PlanNode::kNoItem;
    if (is_item && ++running_items[node.group] > kItemRows) continue;
    shown.push_back(&attempt);
  }
  view.running_count = state.running().size();
  view.waiting_count = retries_.size();
  const std::size_t running = shown.size();
  std::size_t folds = 0;
  for (const auto& [group, count] : running_items) folds += count > kItemRows ? 1 : 0;
  view.row_count = running + retries_.size() + folds;

  const auto middle = shown.begin() + static_cast<std::ptrdiff_t>(std::min(running, capacity));
  std::partial_sort(shown.begin(), middle, shown.end(),
                    [&](const AttemptState* a, const AttemptState* b) {
                      return std::tie(state.node(a->key.node).started, a->key) <
                             std::tie(state.node(b->key.node).started, b->key);
                    });
  for (auto at_row = shown.begin(); at_row != middle; ++at_row) {
    FrameStep row = running_row(**at_row, at, state);
    if (last_output) row.last_output = last_output((*at_row)->key);
    view.running.push_back(std::move(row));
  }
  for (const auto& [group, count] : running_items) {
    if (count <= kItemRows || view.running.size() >= capacity) continue;
    const auto found = items_.find(group);
    const Items items = found == items_.end() ? Items{} : found->second;
    FrameStep row;
    row.kind = FrameRow::folded;
    row.name = subject_name(plan, plan.group(group).end);
    row.activity = fmt::format("{} more running, {}/{} items done", count - kItemRows,
                               items.settled, plan.group(group).items.size());
    if (items.failed > 0) row.activity += fmt::format(", {} failed", items.failed);
    view.running.push_back(std::move(row));
  }
  for (const auto& [node, retry] : retries_) {
    if (view.running.size() >= capacity) break;
    FrameStep row;
    row.kind = FrameRow::waiting;
    row.name = subject_name(plan, node);
    row.elapsed = std::max(retry.due - at, Duration::zero());
    row.attempt = retry.attempt;
    const std::uint32_t tries = effective_retry(plan, node).attempts;
    if (tries >= retry.attempt) row.activity = fmt::format("/{}", tries);
    view.running.push_back(std::move(row));
  }
}

}  // namespace ws
