#include "cli/group_progress.h"

#include <algorithm>

namespace ws::cli {
namespace {

// What is skipped was perhaps never reached: its group need not have begun.
bool has_begun(const StepRow& step) {
  switch (step.state) {
    case StepState::waiting:
    case StepState::skipped:
      return false;
    case StepState::cancelled:
      return step.started.has_value();
    case StepState::ready:
    case StepState::running:
    case StepState::backing_off:
    case StepState::succeeded:
    case StepState::unverified:
    case StepState::noop:
    case StepState::failed:
    case StepState::timed_out:
    case StepState::compensated:
      return true;
  }
  return false;
}

}  // namespace

GroupProgress::GroupProgress(const std::vector<GroupRow>& groups, const std::vector<StepRow>& steps)
    : groups_(groups.size()) {
  const auto is_known = [&](GroupId id) { return id.is_valid() && id.index() < groups_.size(); };
  const auto note = [&](GroupId id, bool is_entered, const std::optional<Duration>& began) {
    One& group = groups_[id.index()];
    group.is_entered = group.is_entered || is_entered;
    if (began) group.began = std::min(*began, group.began.value_or(*began));
  };
  for (const StepRow& step : steps)
    if (is_known(step.group)) note(step.group, has_begun(step), step.started);
  // From the inside out: a group is told to the one around it when all inside it are told.
  std::vector<std::size_t> untold(groups.size(), 0);
  for (const GroupRow& group : groups)
    if (is_known(group.parent)) ++untold[group.parent.index()];
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (untold[i] == 0) ready.push_back(i);
  while (!ready.empty()) {
    const std::size_t i = ready.back();
    ready.pop_back();
    groups_[i].is_entered = groups_[i].is_entered || groups[i].round > 1;
    const GroupId parent = groups[i].parent;
    if (!is_known(parent)) continue;
    note(parent, groups_[i].is_entered, groups_[i].began);
    if (--untold[parent.index()] == 0) ready.push_back(parent.index());
  }
}

std::optional<Duration> GroupProgress::began(const GroupRow& group) const {
  const std::size_t index = group.group.index();
  return index < groups_.size() ? groups_[index].began : std::nullopt;
}

StepState GroupProgress::state_of(const GroupRow& group) const {
  const std::size_t index = group.group.index();
  const bool is_entered = index < groups_.size() && groups_[index].is_entered;
  return is_entered && !is_settled(group.state) ? StepState::running : group.state;
}

}  // namespace ws::cli
