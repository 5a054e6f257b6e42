// From text to the tree of an expression, and from `${…}` to its path.
//
// Knows the grammar at the top of expression.h and nothing of values: whether a name exists is
// asked elsewhere. Internal to model/.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "model/expression_node.h"

namespace ws {

// The whole text must be one expression; mistakes point into it.
[[nodiscard]] std::variant<ExpressionNode, ExpressionMistake> parse_expression(
    std::string_view text);

struct PathRead {
  Reference path;
  std::size_t end = 0;  // behind its last character
};
// The path that begins at `at`; a mistake when none does.
[[nodiscard]] std::variant<PathRead, ExpressionMistake> read_path(std::string_view text,
                                                                  std::size_t at);

// Where the `}` stands that ends what begins at `at`: inner `${` nest, `\}` is a brace. npos: none.
[[nodiscard]] std::size_t find_closing_brace(std::string_view text, std::size_t at);

}  // namespace ws
