// A set of small numbers that gives back its smallest: what "file order where the graph leaves a
// choice" needs. A tree of 64-bit words: insert and take cost a handful of word operations whatever
// the size, where a heap's scattered sifting costs ten times that at a million elements.
//
// Knows nothing of graphs; model/graph.cpp uses it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ws {

class ReadySet {
 public:
  // Holds numbers below `size`.
  explicit ReadySet(std::size_t size) {
    do {
      size = (size + 63) / 64;
      levels_.emplace_back(size, 0);
    } while (size > 1);
  }

  void insert(std::uint32_t number) {
    std::size_t index = number;
    for (std::vector<std::uint64_t>& level : levels_) {
      level[index / 64] |= std::uint64_t{1} << (index % 64);
      index /= 64;
    }
  }

  [[nodiscard]] bool is_empty() const { return levels_.back().empty() || levels_.back()[0] == 0; }

  // Removes and returns the smallest. The set must not be empty.
  std::uint32_t take_smallest() {
    std::size_t index = 0;
    for (std::size_t depth = levels_.size(); depth-- > 0;) {
      index = index * 64 + static_cast<std::size_t>(std::countr_zero(levels_[depth][index]));
    }
    const auto number = static_cast<std::uint32_t>(index);
    for (std::vector<std::uint64_t>& level : levels_) {
      level[index / 64] &= ~(std::uint64_t{1} << (index % 64));
      if (level[index / 64] != 0) break;
      index /= 64;
    }
    return number;
  }

 private:
  std::vector<std::vector<std::uint64_t>>
      levels_;  // [0] one bit per number, each next 64 times smaller
};

}  // namespace ws
