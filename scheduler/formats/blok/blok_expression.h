// The part of JavaScript that has a meaning here: paths, literals, comparisons, !, &&, ||,
// parentheses, and texts in backquotes that hold paths.
//
//   or    = and { "||" and }         and  = not { "&&" not }        not = "!" not | compare
//   compare = value [ (=== | !== | == | != | < | <= | > | >=) value ]
//   value = "(" or ")" | literal | path | `text ${path} text`
//   path  = name { "." name | "?." name | "[" (number | text) "]" }
//
// Everything else (calls, arithmetic, ?:, typeof, …) is beyond it: the parser says where. Knows no
// names. Pure. Called by blok_condition.cpp and blok_values.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/datum.h"

namespace ws {

struct BlokExpression {
  enum class Kind {
    literal,
    path,
    text,  // of parts: literals and paths in turn
    negation,
    all_of,
    any_of,
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
  };
  Kind kind = Kind::literal;
  Datum literal;
  std::vector<std::string> path;
  std::vector<BlokExpression> parts;
};

// Where it stops being what is understood here.
struct BlokBeyond {
  std::size_t offset = 0;
  std::string why;  // "a call", "arithmetic"; empty: no expression at all
};

// The whole text must be one expression.
[[nodiscard]] std::variant<BlokExpression, BlokBeyond> parse_blok_expression(std::string_view text);

}  // namespace ws
