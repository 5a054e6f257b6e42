// The tree of a parsed expression. `and` and `or` hold all their operands side by side, so that a
// long chain of them stays flat; what can nest is bounded by kDeepestExpression.
//
// Knows neither the grammar (expression_parser.h) nor what a tree means (expression.cpp). Internal
// to model/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/datum.h"
#include "model/expression.h"

namespace ws {

inline constexpr std::size_t kDeepestExpression = 200;

enum class ComparisonOperator : std::uint8_t {
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

[[nodiscard]] std::string_view spelling(ComparisonOperator op);

struct ExpressionNode {
  enum class Kind : std::uint8_t { literal, path, list, any_of, all_of, negation, comparison };

  Kind kind = Kind::literal;
  ComparisonOperator op = ComparisonOperator::equal;
  std::size_t offset = 0;  // in the text
  std::size_t length = 0;
  Datum literal = {};
  Reference path = {};
  std::vector<ExpressionNode> parts = {};  // operands, elements, or the default of a path
};

struct Expression::Node {
  ExpressionNode top;
};

}  // namespace ws
