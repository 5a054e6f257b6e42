// The phases of one kata as a graph: which exist, and which may follow which.
//
// Knows names and transitions, not what a phase does. Targets that do not exist have no edge; of
// two phases with one name the first counts. Used by kata_rules.cpp and kata_lowering.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/kata/kata_file.h"

namespace ws {

struct KataEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t transition = 0;
  std::uint32_t branch = 0;  // of a branching transition
  Place place;               // of the target's name
};

class KataGraph {
 public:
  explicit KataGraph(const Kata& kata);

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view phase) const;
  [[nodiscard]] const std::vector<KataEdge>& successors(std::uint32_t phase) const {
    return out_[phase];
  }
  [[nodiscard]] const std::vector<KataEdge>& predecessors(std::uint32_t phase) const {
    return in_[phase];
  }
  // What can be reached from a phase, that phase included.
  [[nodiscard]] std::vector<bool> reached_from(std::uint32_t phase) const;
  // Each as its edges, in order; the first fifty that share no phase.
  [[nodiscard]] std::vector<std::vector<KataEdge>> cycles() const;
  // Every phase behind those that may precede it. Requires that there is no cycle.
  [[nodiscard]] std::vector<std::uint32_t> order() const;

 private:
  std::unordered_map<std::string_view, std::uint32_t> by_name_;
  std::vector<std::vector<KataEdge>> out_;
  std::vector<std::vector<KataEdge>> in_;
};

}  // namespace ws
