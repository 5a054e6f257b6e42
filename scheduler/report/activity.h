// What goes on at this moment, as rows of the live view: running steps, steps between two attempts
// with the time left, and fan-outs folded to a few rows.
//
// Follows the events, because the fold keeps no such lists; draws nothing and knows no screen but
// the number of rows. Used by the live view.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "engine/roles.h"
#include "engine/run_state.h"
#include "report/frame.h"

namespace ws {

class Activity {
 public:
  // Rows of one fan-out that stand on their own; the others are one row.
  static constexpr std::size_t kItemRows = 3;

  void observe(const Event& event, const RunState& state);

  // Fills the rows and their counts; describes no more than `capacity` of them.
  void fill(FrameView& view, Duration at, const RunState& state, std::size_t capacity,
            const std::function<std::string(AttemptKey)>& last_output) const;

 private:
  struct Retry {
    Duration due{};
    std::uint32_t attempt = 2;
  };
  struct Items {
    std::size_t settled = 0;
    std::size_t failed = 0;
  };
  void settle(NodeId node, const RunState& state);
  void restart(GroupId group, const RunState& state);

  std::map<NodeId, Retry> retries_;
  std::map<GroupId, Items> items_;  // of fan-outs, once one has settled
};

}  // namespace ws
