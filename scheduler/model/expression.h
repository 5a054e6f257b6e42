// The one expression grammar of conditions and of `${…}` in texts.
//
//   or      = and { ("or" | "||") and }
//   and     = not { ("and" | "&&") not }
//   not     = ("not" | "!") not | compare
//   compare = value [ op value ]
//   op      = == != > >= < <= in | not in | not_in | contains | starts_with | ends_with
//   value   = "(" or ")" | literal | list | path | "${" path [ ":-" default ] "}"
//   literal = number | 'text' | "text" | true | false | null
//   path    = name { "." name | "[" (number | text) "]" }
//
// Words of the grammar are known in either case (AND, or). Text compares with text, numbers with
// numbers; anything else is an error that says what both sides are (null may be compared with
// anything: it equals only null). `a in b` is `b contains a`: a list holds an equal value, a text a
// part, an object a member. `\\ \' \" \n \t` are the escapes of a text. A default stands in for no
// value, null and the empty text; it is a quoted text, a list, another `${path}`, or the plain text
// up to the brace (then as from_plain_text reads it). Knows no names: who looks a path up decides
// what exists. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/datum.h"

namespace ws {

// A path as written: "steps.fetch.outputs.changed" → its four names.
struct Reference {
  std::vector<std::string> names;
  std::size_t offset = 0;  // in the text it was parsed from
  std::size_t length = 0;
  bool has_default = false;  // `${path:-default}`: it need not have a value
  [[nodiscard]] std::string text() const;
};

struct ExpressionMistake {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string message;
  std::string hint;
};

// Why an expression has no value: "steps.fetch.outputs.x has no value: …", "cannot compare …".
struct NoValue {
  std::string why;
};
using Evaluated = std::variant<Datum, NoValue>;

// Gives the value of a path. NoValue's text continues a sentence: "step 'fetch' wrote no 'x'".
using LookUp = std::function<Evaluated(const Reference&)>;

// What is known of a value before it is there.
enum class StaticKind : std::uint8_t { unknown, null, boolean, number, text, list, object };
// Of a path; an empty function knows nothing.
using KindOfPath = std::function<StaticKind(const Reference&)>;

class Expression {
 public:
  // The whole text must be one expression.
  [[nodiscard]] static std::variant<Expression, ExpressionMistake> parse(std::string_view text);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  // Every path, in the order of the text.
  [[nodiscard]] std::vector<Reference> references() const;
  [[nodiscard]] Evaluated evaluate(const LookUp& look_up) const;
  // As a condition: the value must be a boolean. NoValue says what it is instead.
  [[nodiscard]] std::variant<bool, NoValue> test(const LookUp& look_up) const;
  // What is certainly wrong without any value: comparing 'a' > true, or a number `and` something.
  [[nodiscard]] std::optional<ExpressionMistake> type_mistake(
      const KindOfPath& kind_of_path = {}) const;
  // The same for a condition: it must not be certain to give anything but true or false.
  [[nodiscard]] std::optional<ExpressionMistake> condition_mistake(
      const KindOfPath& kind_of_path = {}) const;
  // Of the whole.
  [[nodiscard]] StaticKind kind(const KindOfPath& kind_of_path) const;

 private:
  struct Node;
  explicit Expression(std::unique_ptr<Node> root);
  std::unique_ptr<Node> root_;
};

}  // namespace ws
