// FileClaims: who claims which files, as far as others claim them too.
//
// Patterns are numbers here: what they match was compared by model/scope.cpp, which makes this.
// Knows nothing of order; the edges that keep claimants apart are not here.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace ws {

struct FileClaims {
  // A step, or a workstream with all its steps. A workstream and its own step do not clash.
  struct Claimant {
    static constexpr std::uint32_t kWhole = 0xFFFFFFFF;
    std::uint32_t workstream = 0;
    std::uint32_t step = kWhole;

    [[nodiscard]] bool clashes_with(const Claimant& other) const {
      const bool has_whole = step == kWhole || other.step == kWhole;
      return has_whole ? workstream != other.workstream : *this != other;
    }
    friend auto operator<=>(const Claimant&, const Claimant&) = default;
  };

  std::map<Claimant, std::vector<std::uint32_t>> patterns;
  // Per pattern: those that overlap it. Each pair stands with one of the two.
  std::vector<std::vector<std::uint32_t>> overlaps;

  [[nodiscard]] std::span<const std::uint32_t> patterns_of(const Claimant& claimant) const {
    const auto found = patterns.find(claimant);
    if (found == patterns.end()) return {};
    return found->second;
  }
};

}  // namespace ws
