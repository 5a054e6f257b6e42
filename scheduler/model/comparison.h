// The eleven operators over two values, strictly typed: text with text, numbers with numbers, and
// an error that says what both sides are for everything else. null equals only null and may be
// compared for equality with anything.
//
// Knows no names and no texts of expressions. Internal to model/.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "model/expression_node.h"

namespace ws {

// Numbers by their value (1 equals 1.0), objects whatever the order of their members.
[[nodiscard]] bool is_equal(const Datum& left, const Datum& right);

// The answer, or why there is none: "cannot compare text with a number".
[[nodiscard]] std::variant<bool, std::string> compare(ComparisonOperator op, const Datum& left,
                                                      const Datum& right);

[[nodiscard]] StaticKind kind_of(const Datum& datum);
[[nodiscard]] std::string_view describe(StaticKind kind);  // "text", "a number", …

// Why the operator cannot be applied to values of these kinds; empty: it can, or one is unknown.
[[nodiscard]] std::string comparison_mistake(ComparisonOperator op, StaticKind left,
                                             StaticKind right);

}  // namespace ws
