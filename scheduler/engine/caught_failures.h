// Failures that an earlier run went on with because a `catch` had begun to answer for them.
//
// Such a failure stands, as one does that was accepted, however the run was ended; unless what
// answered for it failed, too. Knows no verdicts of its own steps; asked by engine/resume. `plan`
// and `earlier` must outlive it.
#pragma once

#include <unordered_map>

#include "engine/earlier_run.h"
#include "model/plan.h"

namespace ws {

class CaughtFailures {
 public:
  CaughtFailures(const Plan& plan, const EarlierRuns& earlier) : plan_(plan), earlier_(earlier) {}

  // Whether the node is in a group whose failure was being answered for.
  [[nodiscard]] bool holds(NodeId node);

 private:
  [[nodiscard]] bool is_answered_for(GroupId body);
  [[nodiscard]] bool has_begun(NodeId handler) const;
  [[nodiscard]] bool has_failed(NodeId handler) const;
  [[nodiscard]] const EarlierStep* step_of(NodeId node) const;
  [[nodiscard]] const EarlierGroup* group_of(GroupId id) const;

  const Plan& plan_;
  const EarlierRuns& earlier_;
  std::unordered_map<GroupId, bool> known_;
};

}  // namespace ws
