// The graph as the files spell it, right or wrong: for drawing what could not be lowered.
//
// Checks nothing and refuses nothing; names that nobody declared become nodes of their own. Not for
// running.
#pragma once

#include <string>
#include <vector>

#include "model/graph.h"
#include "model/workstream.h"

namespace ws {

struct RawGraph {
  std::vector<std::string>
      names;  // "ws", "ws/step", "ws/group", and what was named but never declared
  std::vector<Edge>
      edges;  // from what is needed to what needs it; groups to and from their members
};

[[nodiscard]] RawGraph raw_graph(const Workset& workset);

}  // namespace ws
