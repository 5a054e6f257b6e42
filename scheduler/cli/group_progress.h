// How far a group has come while its run goes on: most groups begin without an event, so the store
// has them waiting until they join, and what their members do says when they began.
//
// Reads rows of the store and asks nobody. Used by status and by the views of a run that goes on.
#pragma once

#include <optional>
#include <vector>

#include "store/rows.h"

namespace ws::cli {

class GroupProgress {
 public:
  // All groups of one run, by their number, and all its steps.
  GroupProgress(const std::vector<GroupRow>& groups, const std::vector<StepRow>& steps);

  // When the first step inside started, however deep; since the run started.
  [[nodiscard]] std::optional<Duration> began(const GroupRow& group) const;
  // `running` from the first member on that began, until the group has joined, decided or not.
  [[nodiscard]] StepState state_of(const GroupRow& group) const;

 private:
  struct One {
    bool is_entered = false;
    std::optional<Duration> began;
  };
  std::vector<One> groups_;  // by GroupId
};

}  // namespace ws::cli
