// The condition of a branch: `path OP value`, AND, OR and parentheses (the Phase 9 guide).
//
// Knows no variables: kata_variables.h says where a path's value comes from. Made by
// read_kata_condition(), which complains of everything it cannot read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "model/datum.h"

namespace ws {

enum class KataOperator : std::uint8_t {
  equal,
  not_equal,
  greater,
  greater_or_equal,
  less,
  less_or_equal,
  in,
  not_in,
  contains,
  starts_with,
  ends_with,
};
[[nodiscard]] std::string_view spelling(KataOperator op);

// `a.b.0 >= 7`
struct KataComparison {
  std::vector<std::string_view> path;
  Place place;  // of the path
  KataOperator op = KataOperator::equal;
  Datum value;
};

// A tree: `parts` of AND and OR, or one comparison.
struct KataCondition {
  enum class Kind { any_of, all_of, comparison };
  Kind kind = Kind::comparison;
  std::vector<KataCondition> parts;
  KataComparison comparison;
};

// Parts of lines; together they are the condition.
struct KataSegment {
  std::string_view text;
  std::uint32_t offset = 0;  // in the source
};

// Nothing when there was a mistake; it has been reported. `after`: where something is missing when
// there are no segments.
[[nodiscard]] std::optional<KataCondition> read_kata_condition(
    std::span<const KataSegment> segments, Place after, Diagnostics& diagnostics);

}  // namespace ws
