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
  const auto note = [&](GroupId id, bool is_entered, const std::optional<Duration>& began) {
    if (!id.is_valid() || id.index() >= groups_.size()) return;
    One& group = groups_[id.index()];
    group.is_entered = group.is_entered || is_entered;
    if (began) group.began = std::min(*began, group.began.value_or(*began));
  };
  for (const StepRow& step : steps) note(step.group, has_begun(step), step.started);
  // Inner groups stand behind those around them.
  for (std::size_t i = groups.size(); i-- > 0;) {
    groups_[i].is_entered = groups_[i].is_entered || groups[i].round > 1;
    note(groups[i].parent, groups_[i].is_entered, groups_[i].began);
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
