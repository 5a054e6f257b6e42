// ScopeIndex: the distinct patterns of all claims, and for each the overlapping patterns it has to
// look at. Of two that overlap exactly one looks at the other, the one with fewer overlaps: so a
// pattern that overlaps everything is looked at by everybody and looks at nobody, and no walk is
// quadratic.
//
// Knows nothing of steps. Internal to model/; used by scope.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

class ScopeIndex {
 public:
  // Patterns as written, one per claim. When comparing every glob would cost more than four
  // million comparisons, globs count as the directory above their first wildcard.
  explicit ScopeIndex(std::span<const std::string_view> claims);

  [[nodiscard]] std::size_t pattern_count() const { return patterns_.size(); }
  [[nodiscard]] std::uint32_t pattern_of(std::size_t claim) const { return pattern_of_[claim]; }
  // Patterns that overlap `pattern` and that it looks at (never itself).
  [[nodiscard]] std::span<const std::uint32_t> looks_at(std::uint32_t pattern) const;
  // Whether some other pattern looks at this one.
  [[nodiscard]] bool is_looked_at(std::uint32_t pattern) const { return is_looked_at_[pattern]; }

 private:
  using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

  void number(std::span<const std::string_view> claims);
  [[nodiscard]] Pairs literal_pairs() const;
  // False when that would be too many comparisons.
  [[nodiscard]] bool add_glob_pairs(Pairs& pairs) const;
  void orient(Pairs pairs);

  std::vector<std::string> patterns_;  // normal form, distinct
  std::vector<std::uint32_t> pattern_of_;
  std::vector<std::uint32_t> start_, looks_at_;
  std::vector<bool> is_looked_at_;
};

}  // namespace ws
