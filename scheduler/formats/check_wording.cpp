#include "formats/check_wording.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/duration.h"
#include "base/text.h"
#include "formats/shapes.h"

namespace ws {

std::string article(std::string_view noun) {
  const bool is_vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return fmt::format("{} {}", is_vowel ? "an" : "a", noun);
}

std::string quoted_list(std::span<const std::string_view> words) {
  std::vector<std::string> names;
  names.reserve(words.size());
  for (const std::string_view word : words) names.push_back(fmt::format("'{}'", word));
  return listed(names, 20);
}

std::string spelt(double number, const Shape& shape) {
  if (shape.kind == ShapeKind::duration && number > 0)
    return format_exact(from_seconds(number).value_or(kLongestDuration));
  if (std::abs(number) < 1e15 && std::floor(number) == number) return fmt::format("{:.0f}", number);
  return fmt::format("{}", number);
}

// Names for the user; long texts are cut.
std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  return truncate_to_width(printable(text.substr(0, 4 * kLongest)), kLongest);
}

std::string name_text(std::string_view key, bool is_element) {
  return is_element ? fmt::format("each element of '{}'", shown(key))
                    : fmt::format("'{}'", shown(key));
}

// Where a key belongs that is unknown here.
std::string_view home_of(std::string_view name) {
  struct Home {
    const ObjectSpec* spec;
    std::string_view text;
  };
  static constexpr std::array kHomes = {
      Home{&kStepObject, "it is a key of a step"},
      Home{&kExecutionObject, "it is a key of 'execution'"},
      Home{&kWorkstreamObject, "it is a key of the workstream, not of anything in it"},
      Home{&kGroupObject, "it is a key of a step group"},
  };
  for (const Home& home : kHomes) {
    if (find_key(*home.spec, name).spec != nullptr) return home.text;
  }
  return {};
}

// `3` in quotes where a number is wanted.
bool is_quoted_number(Value value, const Shape& shape) {
  if (!value.is_string() || value.as_string().empty()) return false;
  const std::string_view text = value.as_string();
  const bool is_number = std::all_of(text.begin(), text.end(),
                                     [](char c) { return is_digit(c) || c == '.' || c == '-'; });
  const auto wants_number = [](const Shape& part) {
    return part.kind == ShapeKind::integer || part.kind == ShapeKind::number;
  };
  return is_number && (wants_number(shape) ||
                       std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                                   [&](const Shape* part) { return wants_number(*part); }));
}

}  // namespace ws
