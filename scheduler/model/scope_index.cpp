#include "model/scope_index.h"

#include <algorithm>
#include <deque>

#include "model/glob.h"
#include "model/name_table.h"
#include "model/scope_pattern.h"

namespace ws {
namespace {

constexpr std::size_t kMostComparisons = 4'000'000;

// Calls `visit` with every directory above the path, nearest first, and with the path itself.
template <class Visit>
void for_each_directory(std::string_view path, Visit visit) {
  const bool is_absolute = path.starts_with('/');
  visit(path);
  while (!path.empty() && path != "/") {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) {
      path = "";
    } else {
      path = path.substr(0, slash == 0 && is_absolute ? 1 : slash);
    }
    visit(path);
  }
}

std::string_view literal_prefix(std::string_view glob) {
  return glob.substr(0, glob.find_first_of("*?["));
}

// The part of a sorted list whose texts start with `prefix`.
template <class TextOf>
std::span<const std::uint32_t> starting_with(std::span<const std::uint32_t> sorted,
                                             std::string_view prefix, TextOf text_of) {
  const auto first = std::partition_point(sorted.begin(), sorted.end(), [&](std::uint32_t p) {
    return text_of(p).substr(0, prefix.size()) < prefix;
  });
  const auto last = std::partition_point(first, sorted.end(), [&](std::uint32_t p) {
    return text_of(p).substr(0, prefix.size()) == prefix;
  });
  return {first, last};
}

NameTable table_of(const std::vector<std::string>& names) {
  NameTable table(names.size());
  for (const std::string& name : names) table.add(name);
  return table;
}

}  // namespace

ScopeIndex::ScopeIndex(std::span<const std::string_view> claims) {
  std::vector<std::string> normal;
  normal.reserve(claims.size());
  for (const std::string_view claim : claims) normal.push_back(normal_scope(claim));
  std::vector<std::string_view> views(normal.begin(), normal.end());
  number(views);
  Pairs pairs = literal_pairs();
  if (!add_glob_pairs(pairs)) {
    for (std::string_view& view : views) view = literal_directory(view);
    number(views);
    pairs = literal_pairs();
  }
  orient(std::move(pairs));
}

void ScopeIndex::number(std::span<const std::string_view> claims) {
  NameTable table(claims.size());
  std::vector<std::uint32_t> first_of;  // claim → pattern
  patterns_.clear();
  pattern_of_.assign(claims.size(), 0);
  for (std::size_t c = 0; c < claims.size(); ++c) {
    if (const auto known = table.add(claims[c])) {
      pattern_of_[c] = pattern_of_[*known];
    } else {
      pattern_of_[c] = static_cast<std::uint32_t>(patterns_.size());
      patterns_.emplace_back(claims[c]);
    }
  }
}

ScopeIndex::Pairs ScopeIndex::literal_pairs() const {
  Pairs pairs;
  const NameTable table = table_of(patterns_);
  for (std::uint32_t p = 0; p < patterns_.size(); ++p) {
    // Everything a glob matches lies below the directory above its first wildcard.
    for_each_directory(literal_directory(patterns_[p]), [&](std::string_view directory) {
      const auto other = table.find(directory);
      if (other && *other != p) pairs.emplace_back(*other, p);
    });
  }
  return pairs;
}

bool ScopeIndex::add_glob_pairs(Pairs& pairs) const {
  std::vector<std::uint32_t> literals, globs;
  for (std::uint32_t p = 0; p < patterns_.size(); ++p) {
    (is_glob(patterns_[p]) ? globs : literals).push_back(p);
  }
  if (globs.empty()) return true;
  const auto whole = [&](std::uint32_t p) { return std::string_view(patterns_[p]); };
  const auto prefix = [&](std::uint32_t p) { return literal_prefix(patterns_[p]); };
  std::sort(literals.begin(), literals.end(),
            [&](std::uint32_t a, std::uint32_t b) { return whole(a) < whole(b); });
  std::sort(globs.begin(), globs.end(),
            [&](std::uint32_t a, std::uint32_t b) { return prefix(a) < prefix(b); });

  // Two patterns can only meet when the fixed beginning of one is the beginning of the other.
  std::size_t comparisons = 0;
  for (const std::uint32_t g : globs) {
    comparisons += starting_with(literals, prefix(g), whole).size();
    comparisons += starting_with(globs, prefix(g), prefix).size();
    if (comparisons > kMostComparisons) return false;
  }
  for (const std::uint32_t g : globs) {
    const auto compare = [&](std::span<const std::uint32_t> others) {
      for (const std::uint32_t other : others) {
        if (other != g && scopes_overlap(patterns_[g], patterns_[other])) {
          pairs.emplace_back(std::min(g, other), std::max(g, other));
        }
      }
    };
    compare(starting_with(literals, prefix(g), whole));
    compare(starting_with(globs, prefix(g), prefix));
  }
  return true;
}

void ScopeIndex::orient(Pairs pairs) {
  for (auto& [a, b] : pairs) {
    if (a > b) std::swap(a, b);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::vector<std::uint32_t> overlaps(patterns_.size(), 0);
  for (const auto& [a, b] : pairs) {
    ++overlaps[a];
    ++overlaps[b];
  }
  is_looked_at_.assign(patterns_.size(), false);
  start_.assign(patterns_.size() + 1, 0);
  for (auto& [a, b] : pairs) {
    if (overlaps[b] < overlaps[a]) std::swap(a, b);  // from now on `a` looks at `b`
    ++start_[a + 1];
    is_looked_at_[b] = true;
  }
  for (std::size_t p = 0; p < patterns_.size(); ++p) start_[p + 1] += start_[p];
  looks_at_.resize(pairs.size());
  std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
  for (const auto& [a, b] : pairs) looks_at_[next[a]++] = b;
}

std::span<const std::uint32_t> ScopeIndex::looks_at(std::uint32_t pattern) const {
  return std::span(looks_at_).subspan(start_[pattern], start_[pattern + 1] - start_[pattern]);
}

}  // namespace ws
