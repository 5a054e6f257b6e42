#include "model/expression.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "model/comparison.h"
#include "model/expression_parser.h"

namespace ws {
namespace {

using Kind = ExpressionNode::Kind;

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return is_name_character(c) || c == '-'; });
}

// The text of a node for a message: short, whatever it holds.
std::string shown(const ExpressionNode& node) {
  if (node.kind == Kind::path) return node.path.text();
  if (node.kind == Kind::literal) return truncate_to_width(printable(to_json(node.literal)), 40);
  return "";
}

// "text", or "text (steps.a.result)" where it is worth saying which.
std::string described(StaticKind kind, const ExpressionNode& node) {
  const std::string text = shown(node);
  return text.empty() ? std::string(describe(kind)) : fmt::format("{} ({})", describe(kind), text);
}

std::string no_comparison(ComparisonOperator op, StaticKind left, StaticKind right,
                          const ExpressionNode& node) {
  return fmt::format("'{}' cannot compare {} with {}", spelling(op), described(left, node.parts[0]),
                     described(right, node.parts[1]));
}

std::string not_boolean(std::string_view word, StaticKind kind, const ExpressionNode& node) {
  return fmt::format("'{}' needs true or false, not {}", word, described(kind, node));
}

// Recursion is bounded: the parser refuses what nests deeper than kDeepestExpression.
class Evaluation {
 public:
  explicit Evaluation(const LookUp& look_up) : look_up_(look_up) {}

  Evaluated value(const ExpressionNode& node) {
    switch (node.kind) {
      case Kind::literal:
        return node.literal;
      case Kind::path:
        return path(node);
      case Kind::list:
        return list(node);
      case Kind::any_of:
        return chain(node, "or", true);
      case Kind::all_of:
        return chain(node, "and", false);
      case Kind::negation:
        return negation(node);
      case Kind::comparison:
        return comparison(node);
    }
    return NoValue{"it is empty"};
  }

 private:
  Evaluated path(const ExpressionNode& node) {
    Evaluated found = look_up_(node.path);
    const auto* datum = std::get_if<Datum>(&found);
    if (!node.parts.empty()) {
      const bool is_missing =
          datum == nullptr || datum->is_null() || *datum == Datum{std::string()};
      return is_missing ? value(node.parts.front()) : found;
    }
    if (datum != nullptr) return found;
    return NoValue{
        fmt::format("{} has no value: {}", node.path.text(), std::get<NoValue>(found).why)};
  }

  Evaluated list(const ExpressionNode& node) {
    Datum::List items;
    for (const ExpressionNode& part : node.parts) {
      Evaluated item = value(part);
      if (std::holds_alternative<NoValue>(item)) return item;
      items.push_back(std::get<Datum>(std::move(item)));
    }
    return Datum{std::move(items)};
  }

  // Ends at the first operand that decides; those behind it need no value.
  Evaluated chain(const ExpressionNode& node, std::string_view word, bool decisive) {
    for (const ExpressionNode& part : node.parts) {
      const Evaluated operand = boolean(part, word);
      if (std::holds_alternative<NoValue>(operand)) return operand;
      if (std::get<bool>(std::get<Datum>(operand).value) == decisive) return operand;
    }
    return Datum{!decisive};
  }

  Evaluated negation(const ExpressionNode& node) {
    const Evaluated operand = boolean(node.parts.front(), "not");
    if (std::holds_alternative<NoValue>(operand)) return operand;
    return Datum{!std::get<bool>(std::get<Datum>(operand).value)};
  }

  Evaluated boolean(const ExpressionNode& node, std::string_view word) {
    Evaluated operand = value(node);
    const auto* datum = std::get_if<Datum>(&operand);
    if (datum == nullptr || std::holds_alternative<bool>(datum->value)) return operand;
    return NoValue{not_boolean(word, kind_of(*datum), node)};
  }

  Evaluated comparison(const ExpressionNode& node) {
    Evaluated left = value(node.parts[0]);
    if (std::holds_alternative<NoValue>(left)) return left;
    Evaluated right = value(node.parts[1]);
    if (std::holds_alternative<NoValue>(right)) return right;
    const auto& a = std::get<Datum>(left);
    const auto& b = std::get<Datum>(right);
    const auto answer = compare(node.op, a, b);
    if (const bool* known = std::get_if<bool>(&answer)) return Datum{*known};
    return NoValue{no_comparison(node.op, kind_of(a), kind_of(b), node)};
  }

  const LookUp& look_up_;
};

// What kind of value a node gives whatever its paths hold, and the first mistake in that.
class TypeCheck {
 public:
  explicit TypeCheck(const KindOfPath& kind_of_path) : kind_of_path_(kind_of_path) {}

  StaticKind kind(const ExpressionNode& node) {
    switch (node.kind) {
      case Kind::literal:
        return kind_of(node.literal);
      case Kind::path:
        return path(node);
      case Kind::list:
        for (const ExpressionNode& part : node.parts) kind(part);
        return StaticKind::list;
      case Kind::any_of:
        return booleans(node, "or");
      case Kind::all_of:
        return booleans(node, "and");
      case Kind::negation:
        return booleans(node, "not");
      case Kind::comparison:
        return comparison(node);
    }
    return StaticKind::unknown;
  }

  std::optional<ExpressionMistake> mistake;

 private:
  // A default may be of another kind than what it stands in for.
  StaticKind path(const ExpressionNode& node) {
    const StaticKind own = kind_of_path_ ? kind_of_path_(node.path) : StaticKind::unknown;
    StaticKind all = own;
    for (const ExpressionNode& part : node.parts) {
      if (kind(part) != own) all = StaticKind::unknown;
    }
    return all;
  }

  StaticKind booleans(const ExpressionNode& node, std::string_view word) {
    for (const ExpressionNode& part : node.parts) {
      const StaticKind found = kind(part);
      if (found != StaticKind::unknown && found != StaticKind::boolean)
        add(part, not_boolean(word, found, part));
    }
    return StaticKind::boolean;
  }

  StaticKind comparison(const ExpressionNode& node) {
    const StaticKind left = kind(node.parts[0]);
    const StaticKind right = kind(node.parts[1]);
    if (!comparison_mistake(node.op, left, right).empty())
      add(node, no_comparison(node.op, left, right, node));
    return StaticKind::boolean;
  }

  void add(const ExpressionNode& node, std::string message) {
    if (!mistake) mistake = ExpressionMistake{node.offset, node.length, std::move(message), ""};
  }

  const KindOfPath& kind_of_path_;
};

void collect(const ExpressionNode& node, std::vector<Reference>& out) {
  if (node.kind == Kind::path) out.push_back(node.path);
  for (const ExpressionNode& part : node.parts) collect(part, out);
}

}  // namespace

std::string Reference::text() const {
  std::string out;
  for (const std::string& name : names) {
    const bool is_index = std::all_of(name.begin(), name.end(), is_digit);
    if (!is_plain_name(name)) {
      out += fmt::format("[{}]", to_json(Datum{name}));
    } else if (is_index && !out.empty()) {
      out += fmt::format("[{}]", name);
    } else {
      out += out.empty() ? name : "." + name;
    }
  }
  return out;
}

Expression::Expression(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

std::variant<Expression, ExpressionMistake> Expression::parse(std::string_view text) {
  auto parsed = parse_expression(text);
  if (auto* mistake = std::get_if<ExpressionMistake>(&parsed)) return std::move(*mistake);
  auto root = std::make_unique<Node>();
  root->top = std::get<ExpressionNode>(std::move(parsed));
  return Expression(std::move(root));
}

std::vector<Reference> Expression::references() const {
  std::vector<Reference> out;
  collect(root_->top, out);
  return out;
}

Evaluated Expression::evaluate(const LookUp& look_up) const {
  return Evaluation(look_up).value(root_->top);
}

std::variant<bool, NoValue> Expression::test(const LookUp& look_up) const {
  const Evaluated result = evaluate(look_up);
  if (const auto* missing = std::get_if<NoValue>(&result)) return *missing;
  const Datum& datum = std::get<Datum>(result);
  if (const bool* answer = std::get_if<bool>(&datum.value)) return *answer;
  return NoValue{
      fmt::format("a condition is true or false, not {}", described(kind_of(datum), root_->top))};
}

std::optional<ExpressionMistake> Expression::type_mistake(const KindOfPath& kind_of_path) const {
  TypeCheck check(kind_of_path);
  check.kind(root_->top);
  return std::move(check.mistake);
}

std::optional<ExpressionMistake> Expression::condition_mistake(
    const KindOfPath& kind_of_path) const {
  TypeCheck check(kind_of_path);
  const StaticKind kind = check.kind(root_->top);
  if (check.mistake || kind == StaticKind::unknown || kind == StaticKind::boolean)
    return std::move(check.mistake);
  return ExpressionMistake{
      root_->top.offset, root_->top.length,
      fmt::format("a condition is true or false, not {}", described(kind, root_->top)), ""};
}

StaticKind Expression::kind(const KindOfPath& kind_of_path) const {
  return TypeCheck(kind_of_path).kind(root_->top);
}

}  // namespace ws
