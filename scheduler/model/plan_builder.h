// PlanBuilder: a checked draft becomes the immutable Plan, with compressed adjacency in both
// directions and the longest remaining path of every node.
//
// Knows no mistakes: by now there are none. Called by lower() only. Internal to model/.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/draft.h"

namespace ws {

class PlanBuilder {
 public:
  // `order` is a topological order of the draft's nodes.
  [[nodiscard]] static Plan build(Draft draft, std::span<const Vertex> order,
                                  std::vector<std::string> assumed_complete);

 private:
  static void fill_adjacency(Plan& plan, const Draft& draft);
  static void fill_members(Plan& plan);
  static void fill_remaining(Plan& plan);
};

}  // namespace ws
