// A text with `${path}`, `${path:-default}` and, for the items of a fan-out, `{item}`, `{item.os}`
// and `{index}` in it.
//
// Ours is `${NAME…}` where NAME is one of model/run_names.h, followed by `.` when it only has
// members and by `}` or `:-` when it is a value; every other `${…}` belongs to the shell and stays
// as it is (also `${item}` and `${index}` outside a fan-out, and `${steps[0]}`). `$${` before what
// would be ours is the text `${`. A default is a template itself; `\}` in it is a brace. Pure;
// knows no other names.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/expression.h"

namespace ws {

// How a value is put into the text around it.
enum class Splice {
  plain,  // as it is: a word of argv, an environment value, a prompt
  shell,  // quoted as one word for /bin/sh
};

// All of them; empty: there is nothing to replace. Mistakes: an unclosed `${steps.`, a bad path.
struct TemplateReferences {
  std::vector<Reference> references;
  std::vector<ExpressionMistake> mistakes;
};
[[nodiscard]] TemplateReferences find_references(std::string_view text, bool has_item);
// The references that no value can replace safely because of where they stand in a shell text
// (model/shell_context.h lists the cases).
[[nodiscard]] std::vector<ExpressionMistake> find_unquotable(std::string_view text, bool has_item);

// The text with every value in place; NoValue when one has none. `has_item`: `{item}` and `{index}`
// are ours too. In a shell text a value inside quotes is put so that it stays inside them.
[[nodiscard]] std::variant<std::string, NoValue> fill(std::string_view text, bool has_item,
                                                      Splice splice, const LookUp& look_up);

}  // namespace ws
