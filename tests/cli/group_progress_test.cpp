// Which groups of a run that goes on have begun, whatever the order they were numbered in.
#include "cli/group_progress.h"

#include <chrono>

#include "support/catch.h"

using namespace ws;
using namespace ws::cli;
using namespace std::chrono_literals;

namespace {

std::vector<GroupRow> groups_in(const std::vector<int>& parents) {
  std::vector<GroupRow> groups(parents.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    groups[i].group = GroupId(i);
    if (parents[i] >= 0) groups[i].parent = GroupId(static_cast<std::size_t>(parents[i]));
  }
  return groups;
}

StepRow step_in(std::size_t group, StepState state, std::optional<Duration> started = {}) {
  StepRow step;
  step.group = GroupId(group);
  step.state = state;
  step.started = started;
  return step;
}

std::vector<StepState> states(const std::vector<GroupRow>& groups,
                              const std::vector<StepRow>& steps) {
  const GroupProgress progress(groups, steps);
  std::vector<StepState> found;
  for (const GroupRow& group : groups) found.push_back(progress.state_of(group));
  return found;
}

constexpr auto kWaiting = StepState::waiting;
constexpr auto kRunning = StepState::running;

}  // namespace

TEST_CASE("a group runs from its first member on, and all around it do") {
  // 0 is around 2, which is around 1; 3 stands alone.
  const auto groups = groups_in({-1, 2, 0, -1});
  CHECK(states(groups, {}) == std::vector{kWaiting, kWaiting, kWaiting, kWaiting});
  CHECK(states(groups, {step_in(1, kRunning, 2s), step_in(3, kWaiting)}) ==
        std::vector{kRunning, kRunning, kRunning, kWaiting});
  CHECK(states(groups, {step_in(2, StepState::succeeded)}) ==
        std::vector{kRunning, kWaiting, kRunning, kWaiting});
  const GroupProgress progress(groups, {step_in(1, kRunning, 2s), step_in(2, kRunning, 1s)});
  CHECK(progress.began(groups[0]) == 1s);
  CHECK(progress.began(groups[1]) == 2s);
  CHECK_FALSE(progress.began(groups[3]));
}

TEST_CASE("what was skipped or cancelled unstarted begins no group, a round does") {
  auto groups = groups_in({-1, 0});
  CHECK(states(groups, {step_in(1, StepState::skipped), step_in(1, StepState::cancelled)}) ==
        std::vector{kWaiting, kWaiting});
  CHECK(states(groups, {step_in(1, StepState::cancelled, 1s)}) == std::vector{kRunning, kRunning});
  groups[1].round = 2;
  CHECK(states(groups, {step_in(1, kWaiting, 1s)}) == std::vector{kRunning, kRunning});
}

TEST_CASE("a group that has joined is what it became") {
  auto groups = groups_in({-1, 0});
  groups[1].state = StepState::failed;
  CHECK(states(groups, {step_in(1, StepState::failed, 1s)}) ==
        std::vector{kRunning, StepState::failed});
}
