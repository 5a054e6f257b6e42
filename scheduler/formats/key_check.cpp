#include "formats/key_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "formats/coerce.h"

namespace ws {
namespace {

// Longer names are nobody's typing mistake; it also bounds the work on hostile input.
constexpr std::size_t kLongestName = 40;

// Lower case without separators; nothing when the name is too long.
struct Folded {
  std::array<char, kLongestName> letters{};
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {letters.data(), size}; }
};

std::optional<Folded> fold(std::string_view name) {
  Folded out;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ') continue;
    if (out.size == kLongestName) return std::nullopt;
    out.letters[out.size++] = to_lower(c);
  }
  return out;
}

// Typing mistakes between two words: letters inserted, dropped, replaced, neighbours swapped.
std::size_t mistakes_between(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kLongestName + 1>;
  Row before{};
  Row previous{};
  Row current{};
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = previous;
    previous = current;
  }
  return previous[b.size()];
}

// step and steps, file_scope and files_scope, dependency and dependencies.
bool is_plural_of(std::string_view longer, std::string_view shorter) {
  if (longer.ends_with("ies") && shorter.ends_with('y'))
    return longer.substr(0, longer.size() - 3) == shorter.substr(0, shorter.size() - 1);
  if (longer.size() != shorter.size() + 1) return false;
  const auto [more, less] =
      std::mismatch(longer.begin(), longer.end(), shorter.begin(), shorter.end());
  return *more == 's' && std::equal(more + 1, longer.end(), less, shorter.end());
}

// Whether the value, or a list of it, could stand there.
bool would_fit(const Shape& shape, Value value) {
  if (shape.kind == ShapeKind::either) {
    return std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                       [&](const Shape* part) { return would_fit(*part, value); });
  }
  if (!accepts_kind(shape, value))
    return shape.kind == ShapeKind::list && !value.is_array() && would_fit(*shape.element, value);
  if (shape.kind != ShapeKind::list || value.size() == 0) return true;
  return would_fit(*shape.element, *value.items().begin());
}

bool is_near_miss(std::string_view word, std::string_view known, std::size_t distance) {
  if (distance == 0) return true;
  const std::size_t shorter = std::min(word.size(), known.size());
  if (shorter >= 10) return distance <= 2;
  if (shorter >= 6) return distance == 1;
  if (shorter < 3 || distance != 1 || word.front() != known.front()) return false;
  // A replaced letter in a short word makes another word: date and gate, then and when.
  if (word.size() != known.size()) return shorter >= 4;
  const std::size_t at = static_cast<std::size_t>(
      std::mismatch(word.begin(), word.end(), known.begin()).first - word.begin());
  return at + 1 < word.size() && word[at] == known[at + 1] && word[at + 1] == known[at];
}

}  // namespace

KeyJudgement judge_unknown_key(const Member& member, const ObjectSpec& spec) {
  const std::optional<Folded> word = fold(member.key);
  if (!word || word->size < 2) return {};
  KeyJudgement best;
  std::size_t best_distance = kLongestName;
  for (const KeySpec& known : spec.keys) {
    const std::string_view name = name_of(known.key);
    const std::optional<Folded> folded = fold(name);
    const std::string_view a = word->view();
    const std::string_view b = folded->view();
    const bool is_number = is_plural_of(a, b) || is_plural_of(b, a);
    const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    const std::size_t tolerance = std::max<std::size_t>(1, std::min(a.size(), b.size()) / 4);
    if (gap > tolerance && !is_number) continue;
    const std::size_t distance = is_number ? 1 : mistakes_between(a, b);
    if (distance > tolerance || distance >= best_distance) continue;
    best_distance = distance;
    best.suggestion = name;
    const bool is_miss =
        is_number ? would_fit(*known.shape, member.value) : is_near_miss(a, b, distance);
    best.verdict = is_miss ? UnknownKey::misspelt : UnknownKey::unknown;
  }
  return best;
}

}  // namespace ws
