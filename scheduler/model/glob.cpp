#include "model/glob.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ws {
namespace {

using Character = std::uint32_t;

// One position of a glob: a set of characters (a literal is a set of one), or any run of them.
struct Part {
  bool is_run = false;
  bool is_negated = false;
  std::vector<std::pair<Character, Character>> ranges;  // empty and negated: any character

  [[nodiscard]] bool has(Character c) const {
    const bool is_listed = std::any_of(ranges.begin(), ranges.end(), [c](const auto& range) {
      return c >= range.first && c <= range.second;
    });
    return is_listed != is_negated;
  }
};

// UTF-8 bytes of one character packed into a number: order is kept, nothing is judged (formats/
// refuses bad UTF-8).
Character take_character(std::string_view text, std::size_t& i) {
  Character c = static_cast<unsigned char>(text[i++]);
  while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) {
    c = (c << 8U) | static_cast<unsigned char>(text[i++]);
  }
  return c;
}

// Parses "[…]" at i; false (and i unchanged) when it is never closed: then '[' means itself.
bool take_set(std::string_view glob, std::size_t& i, Part& part) {
  std::size_t at = i + 1;
  if (at < glob.size() && (glob[at] == '!' || glob[at] == '^')) {
    part.is_negated = true;
    ++at;
  }
  const std::size_t first = at;
  while (at < glob.size() && (glob[at] != ']' || at == first)) {
    const Character low = take_character(glob, at);
    Character high = low;
    if (at + 1 < glob.size() && glob[at] == '-' && glob[at + 1] != ']') {
      ++at;
      high = take_character(glob, at);
    }
    part.ranges.emplace_back(low, high);
  }
  if (at >= glob.size()) {
    part = {};
    return false;
  }
  i = at + 1;
  return true;
}

std::vector<Part> parse(std::string_view glob) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < glob.size();) {
    Part part;
    if (glob[i] == '*') {
      ++i;
      if (!parts.empty() && parts.back().is_run) continue;
      part.is_run = true;
    } else if (glob[i] == '?') {
      ++i;
      part.is_negated = true;
    } else if (glob[i] != '[' || !take_set(glob, i, part)) {
      const Character c = take_character(glob, i);
      part.ranges.emplace_back(c, c);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

// Some character is in both sets. The answer can only change at the ends of ranges, so those and
// their neighbours (and one that no range names) are enough to try.
bool parts_meet(const Part& a, const Part& b) {
  std::vector<Character> tried{0x10FFFFU};
  for (const Part* part : {&a, &b}) {
    for (const auto& [low, high] : part->ranges) {
      tried.push_back(low);
      tried.push_back(high);
      tried.push_back(low - 1);
      tried.push_back(high + 1);
    }
  }
  return std::any_of(tried.begin(), tried.end(), [&](Character c) { return a.has(c) && b.has(c); });
}

// The two parsed globs share a text: a walk over pairs of positions, row by row.
bool parsed_meet(const std::vector<Part>& a, const std::vector<Part>& b) {
  std::vector<char> row(b.size() + 1, 0), next(b.size() + 1, 0);
  row[0] = 1;
  for (std::size_t i = 0; i <= a.size(); ++i) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (row[j] == 0) continue;
      const bool a_runs = i < a.size() && a[i].is_run;
      const bool b_runs = j < b.size() && b[j].is_run;
      if (a_runs) next[j] = 1;                                // the run ends here
      if (b_runs) row[j + 1] = 1;                             // so does b's
      if (a_runs && j < b.size() && !b_runs) row[j + 1] = 1;  // a's run takes b's character
      if (b_runs && i < a.size() && !a_runs) next[j] = 1;     // b's run takes a's
      const bool both_plain = i < a.size() && j < b.size() && !a_runs && !b_runs;
      if (both_plain && next[j + 1] == 0 && parts_meet(a[i], b[j])) next[j + 1] = 1;
    }
    if (i == a.size()) return row[b.size()] != 0;
    row.swap(next);
  }
  return false;
}

}  // namespace

bool is_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

bool glob_matches(std::string_view glob, std::string_view text) {
  if (!is_glob(glob)) return glob == text;
  std::vector<Part> literal;
  for (std::size_t i = 0; i < text.size();) {
    const Character c = take_character(text, i);
    literal.push_back(Part{false, false, {{c, c}}});
  }
  return parsed_meet(parse(glob), literal);
}

bool globs_meet(std::string_view a, std::string_view b) {
  constexpr std::size_t kLargestWork = 1'000'000;
  if (!is_glob(a) && !is_glob(b)) return a == b;
  if (a.size() > kLargestWork / std::max<std::size_t>(b.size(), 1)) return true;
  return parsed_meet(parse(a), parse(b));
}

}  // namespace ws
