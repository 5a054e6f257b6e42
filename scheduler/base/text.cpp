#include "base/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ws {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  // bytes; 0 when invalid
};

// Decodes the character at `i` per RFC 3629.
CodePoint decode(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char first = byte(i);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t value = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    value = first & 0x1FU;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    value = first & 0x0FU;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    value = first & 0x07U;
  } else {
    return {};
  }
  if (i + length > text.size()) return {};
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i + k) & 0x3FU);
  }
  const bool is_overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (is_overlong || is_surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15, East Asian Wide and Fullwidth with emoji presentation, merged to coarse blocks: one
// column too many leaves a gap, one too few breaks the line. Sorted.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},
    Range{0x23E9, 0x23EC},   Range{0x23F0, 0x23F0},   Range{0x23F3, 0x23F3},
    Range{0x25FD, 0x25FE},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},
    Range{0x267F, 0x267F},   Range{0x2693, 0x2693},   Range{0x26A1, 0x26A1},
    Range{0x26AA, 0x26AB},   Range{0x26BD, 0x26BE},   Range{0x26C4, 0x26C5},
    Range{0x26CE, 0x26CE},   Range{0x26D4, 0x26D4},   Range{0x26EA, 0x26EA},
    Range{0x26F2, 0x26F3},   Range{0x26F5, 0x26F5},   Range{0x26FA, 0x26FA},
    Range{0x26FD, 0x26FD},   Range{0x2705, 0x2705},   Range{0x270A, 0x270B},
    Range{0x2728, 0x2728},   Range{0x274C, 0x274C},   Range{0x274E, 0x274E},
    Range{0x2753, 0x2755},   Range{0x2757, 0x2757},   Range{0x2795, 0x2797},
    Range{0x27B0, 0x27B0},   Range{0x27BF, 0x27BF},   Range{0x2B1B, 0x2B1C},
    Range{0x2B50, 0x2B50},   Range{0x2B55, 0x2B55},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x4DBF},   Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE10, 0xFE19},
    Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x16FE0, 0x18D08}, Range{0x1AFF0, 0x1B2FB}, Range{0x1F004, 0x1F004},
    Range{0x1F0CF, 0x1F0CF}, Range{0x1F18E, 0x1F18E}, Range{0x1F191, 0x1F19A},
    Range{0x1F200, 0x1F265}, Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
    Range{0x1F7E0, 0x1F7F0}, Range{0x1F90C, 0x1F9FF}, Range{0x1FA70, 0x1FAFF},
    Range{0x20000, 0x3FFFD},
};
// Combining marks of the common scripts, joiners, variation selectors. Sorted.
constexpr std::array kZeroWidth = {
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},   Range{0x0610, 0x061A},
    Range{0x064B, 0x065F}, Range{0x06D6, 0x06DC}, Range{0x0900, 0x0902},   Range{0x093C, 0x093C},
    Range{0x0941, 0x0948}, Range{0x094D, 0x094D}, Range{0x0E31, 0x0E31},   Range{0x0E34, 0x0E3A},
    Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1ACE}, Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200F},
    Range{0x2060, 0x2064}, Range{0x20D0, 0x20F0}, Range{0x3099, 0x309A},   Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF},
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), c,
                                      [](char32_t value, Range r) { return value < r.first; });
  return after != ranges.begin() && c <= std::prev(after)->last;
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (is_in(kZeroWidth, c)) return 0;
  return is_in(kWide, c) ? 2 : 1;
}

// C0, DEL, C1, and the bidirectional controls that can make a line read as something else.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

char folded(char c) { return c == '-' ? '_' : to_lower(c); }

// Nobody mistypes a text of this length; comparing two of them costs the product of the lengths.
constexpr std::size_t kLongestWord = 256;
constexpr std::size_t kMostSlips = 3;
using DistanceRow =
    std::array<std::uint16_t,
               kLongestWord + kMostSlips + 1>;  // on the stack: this is called by the million

// Damerau-Levenshtein (restricted: adjacent transpositions) of two words that fit a row.
std::size_t distance(std::string_view a, std::string_view b) {
  // What both begin or end with costs nothing; names of one family differ in a letter or two.
  while (!a.empty() && !b.empty() && folded(a.front()) == folded(b.front())) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && folded(a.back()) == folded(b.back())) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.empty() || b.empty()) return a.size() + b.size();
  DistanceRow rows[3];
  DistanceRow* before = &rows[0];
  DistanceRow* previous = &rows[1];
  DistanceRow* current = &rows[2];
  for (std::size_t j = 0; j <= b.size(); ++j) (*previous)[j] = static_cast<std::uint16_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    (*current)[0] = static_cast<std::uint16_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int slip = folded(a[i - 1]) == folded(b[j - 1]) ? 0 : 1;
      int best = std::min({(*previous)[j] + 1, (*current)[j - 1] + 1, (*previous)[j - 1] + slip});
      const bool is_swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                              folded(a[i - 2]) == folded(b[j - 1]);
      if (is_swapped) best = std::min(best, (*before)[j - 2] + 1);
      (*current)[j] = static_cast<std::uint16_t>(best);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return (*previous)[b.size()];
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const CodePoint c = decode(text, i);
    if (c.length == 0) return i;
    i += c.length;
  }
  return std::nullopt;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    if (c.length == 0) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[i]));
      ++i;
      continue;
    }
    if (c.value == '\t') {
      out += ' ';
    } else if (is_control(c.value)) {
      out += "·";
    } else {
      out += text.substr(i, c.length);
    }
    i += c.length;
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += printable(text.substr(start, end - start));
    if (end < text.size()) out += '\n';
    start = end + 1;
  }
  return out;
}

std::string with_escaped_controls(std::string json) {
  constexpr std::string_view kFirstBytes = "\x7F\xC2\xE2";  // of all that are meant
  if (json.find_first_of(kFirstBytes) == std::string::npos) return json;
  std::string out;
  out.reserve(json.size());
  const std::string_view text = json;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t next = std::min(text.find_first_of(kFirstBytes, i), text.size());
    out += text.substr(i, next - i);
    i = next;
    if (i == text.size()) break;
    const CodePoint c = decode(text, i);
    const std::size_t length = std::max<std::size_t>(c.length, 1);
    if (c.length != 0 && is_control(c.value)) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.value));
    } else {
      out += text.substr(i, length);
    }
    i += length;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    width += c.length == 0 ? 1 : width_of(c.value);
    i += std::max<std::size_t>(c.length, 1);
  }
  return width;
}

std::string truncate_to_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::size_t width = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const CodePoint c = decode(text, i);
    const std::size_t w = c.length == 0 ? 1 : width_of(c.value);
    if (width + w > columns - 1) break;
    width += w;
    i += std::max<std::size_t>(c.length, 1);
  }
  return std::string(text.substr(0, i)) + "…";
}

std::string capped(std::string_view text, std::size_t bytes) {
  constexpr std::string_view kCut = "…";
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = bytes < kCut.size() ? 0 : bytes - kCut.size();
  const auto is_inside = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  for (int back = 0; back < 3 && end > 0 && is_inside(end); ++back) --end;
  return std::string(text.substr(0, end)) + std::string(kCut);
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  if (word.size() > kLongestWord) return std::nullopt;
  // Long names of one family (ws-03-…, ws-04-…) differ by little: more than three slips are another
  // name.
  const std::size_t tolerance = std::clamp<std::size_t>(word.size() / 3, 1, kMostSlips);
  std::optional<std::string_view> best;
  std::size_t best_distance = tolerance + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t gap = candidate.size() > word.size() ? candidate.size() - word.size()
                                                           : word.size() - candidate.size();
    if (gap > tolerance) continue;
    const std::size_t d = distance(word, candidate);
    const bool shares_nothing = d >= std::max(word.size(), candidate.size());
    if (d < best_distance && !shares_nothing) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

std::string shell_quoted(std::string_view word) {
  const auto is_plain = [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("_-./:=,+@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string shell_joined(std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    // The first word with '=' would be read as an assignment, quoted or not beyond the '='.
    const bool is_like_assignment = out.empty() && word.find('=') != std::string::npos;
    const std::string quoted = shell_quoted(word);
    out += is_like_assignment && quoted == word ? "'" + word + "'" : quoted;
  }
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string listed(std::span<const std::string> names, std::size_t limit) {
  std::string out;
  const std::size_t shown = names.size() > limit ? limit : names.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += (i + 1 == names.size()) ? " and " : ", ";
    out += names[i];
  }
  if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::uint64_t stable_hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = seed;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::string variable_part(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = is_name_character(c) ? to_upper(c) : '_';
  return out;
}

std::string last_line(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return "";
  text = text.substr(0, last + 1);
  const std::size_t begin = text.find_last_of("\r\n");
  if (begin != std::string_view::npos) text.remove_prefix(begin + 1);
  return printable(trimmed(text.substr(0, kLongest)));
}

}  // namespace ws
