// Conditions: JavaScript's truth in native words.
//
// JavaScript compares anything with anything and takes what is missing for false; the native
// grammar refuses both. So equality is asked with `in [value]`, which compares any kinds, and a
// path that may have no value is the empty text there. Null, undefined and '' are therefore one.
#include <fmt/format.h>

#include "formats/blok/blok_values.h"
#include "formats/value_text.h"
#include "model/expression.h"

namespace ws {
namespace {

using Kind = BlokExpression::Kind;

constexpr std::string_view kReferenceHint =
    "a reference is {\"$ref\": {\"step\": \"name\", \"path\": [\"member\"]}}";

// A literal of the native grammar; empty when it has none (an object).
std::string literal_text(const Datum& literal) {
  if (literal.is_null()) return "''";
  if (const auto* text = std::get_if<std::string>(&literal.value)) {
    std::string out = "'";
    for (const char c : *text) {
      if (c == '\n')
        out += "\\n";
      else if (c == '\t')
        out += "\\t";
      else if (c == '\'' || c == '\\')
        (out += '\\') += c;
      else
        out += c;
    }
    return out + "'";
  }
  if (std::holds_alternative<Datum::Map>(literal.value)) return "";
  if (const auto* list = std::get_if<Datum::List>(&literal.value)) {
    std::string out = "[";
    for (const Datum& element : *list) {
      const std::string one = literal_text(element);
      if (one.empty()) return "";
      out += (out.size() > 1 ? ", " : "") + one;
    }
    return out + "]";
  }
  return to_json(literal);
}

bool is_null(const BlokExpression& expression) {
  return expression.kind == Kind::literal && expression.literal.is_null();
}

std::string_view sign_of(Kind kind) {
  switch (kind) {
    case Kind::less:
      return "<";
    case Kind::less_or_equal:
      return "<=";
    case Kind::greater:
      return ">";
    case Kind::greater_or_equal:
      return ">=";
    case Kind::literal:
    case Kind::path:
    case Kind::text:
    case Kind::negation:
    case Kind::all_of:
    case Kind::any_of:
    case Kind::equal:
    case Kind::not_equal:
      break;
  }
  return "";
}

bool is_literal_true(const Datum& datum) {
  if (const auto* flag = std::get_if<bool>(&datum.value)) return *flag;
  if (const auto* text = std::get_if<std::string>(&datum.value)) return !text->empty();
  if (const auto* whole = std::get_if<std::int64_t>(&datum.value)) return *whole != 0;
  if (const auto* number = std::get_if<double>(&datum.value)) return *number != 0;
  return !datum.is_null();
}

}  // namespace

std::string BlokValues::condition(std::string_view text, Place place) {
  std::string_view inside = text;
  if (inside.starts_with("js/")) inside.remove_prefix(3);
  if (inside.starts_with("${") && inside.ends_with('}')) {
    inside.remove_prefix(2);
    inside.remove_suffix(1);
  }
  const auto expression = parsed(inside, text, place);
  return expression ? truth(*expression, text, place) : std::string();
}

std::string BlokValues::operand(const BlokValue& value, std::string_view written, Place place) {
  if (value.literal) {
    std::string text = literal_text(*value.literal);
    if (!text.empty()) return text;
    defer(place, written, "an object as an operand");
    return "";
  }
  if (value.candidates.empty()) {
    defer(place, written, value);
    return "";
  }
  // Nothing stands at the end, in the place of a null.
  const std::size_t count = value.candidates.size() - (value.ends_in_null ? 1 : 0);
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += "${" + Reference{value.candidates[i]}.text() + ":-";
  return out.append(count, '}');
}

std::string BlokValues::operand(const BlokExpression& expression, std::string_view written,
                                Place place) {
  if (expression.kind == Kind::path)
    return operand(scope_.resolve(expression.path), written, place);
  if (expression.kind == Kind::literal) {
    BlokValue value;
    value.literal = expression.literal;
    return operand(value, written, place);
  }
  defer(place, written, "a condition as an operand");
  return "";
}

std::string BlokValues::comparison(const BlokExpression& expression, std::string_view written,
                                   Place place) {
  const BlokExpression& left = expression.parts[0];
  const BlokExpression& right = expression.parts[1];
  const bool is_equality = expression.kind == Kind::equal || expression.kind == Kind::not_equal;
  if (is_equality && (is_null(left) || is_null(right))) {
    const BlokExpression& other = is_null(left) ? right : left;
    if (other.kind == Kind::path) {
      const BlokValue value = scope_.resolve(other.path);
      // Whether a step has a result is whether it succeeded.
      if (!value.step.empty()) {
        return fmt::format("${{{}}} {} 'succeeded'",
                           Reference{{"steps", value.step, "state"}}.text(),
                           expression.kind == Kind::equal ? "!=" : "==");
      }
    }
  }
  const std::string a = operand(left, written, place);
  const std::string b = a.empty() ? a : operand(right, written, place);
  if (b.empty()) return "";
  if (is_equality)
    return fmt::format("{} {} [{}]", a, expression.kind == Kind::equal ? "in" : "not in", b);
  // Less and greater are false where a value is missing.
  std::string out = "(";
  for (const auto& [part, text] : {std::pair(&left, &a), std::pair(&right, &b)}) {
    if (part->kind == Kind::path) out += fmt::format("{} not in [''] and ", *text);
  }
  return out + fmt::format("{} {} {})", a, sign_of(expression.kind), b);
}

std::string BlokValues::truth(const BlokExpression& expression, std::string_view written,
                              Place place) {
  switch (expression.kind) {
    case Kind::literal:
      return is_literal_true(expression.literal) ? "true" : "false";
    case Kind::text:
      defer(place, written, "a text as a condition");
      return "";
    case Kind::path: {
      const BlokValue value = scope_.resolve(expression.path);
      if (value.literal) return is_literal_true(*value.literal) ? "true" : "false";
      const std::string text = operand(value, written, place);
      return text.empty() ? text : fmt::format("{} not in ['', false, 0]", text);
    }
    case Kind::negation: {
      const std::string inner = truth(expression.parts[0], written, place);
      return inner.empty() ? inner : fmt::format("not ({})", inner);
    }
    case Kind::all_of:
    case Kind::any_of: {
      std::string out = "(";
      for (const BlokExpression& part : expression.parts) {
        const std::string one = truth(part, written, place);
        if (one.empty()) return "";
        if (out.size() > 1) out += expression.kind == Kind::all_of ? " and " : " or ";
        out += one;
      }
      return out + ")";
    }
    case Kind::equal:
    case Kind::not_equal:
    case Kind::less:
    case Kind::less_or_equal:
    case Kind::greater:
    case Kind::greater_or_equal:
      break;
  }
  return comparison(expression, written, place);
}

std::string BlokValues::list(Value value) {
  if (value.is_object()) {
    std::string written;
    const auto found = referred(value, written);
    if (found && !found->candidates.empty()) return whole(*found);
    if (found)
      defer(value.place(), written, *found);
    else
      defer(value.place(), json_text(value, sources_), "", std::string(kReferenceHint));
    return "";
  }
  const std::string_view text = value.as_string();
  std::string_view inside = text;
  if (inside.starts_with("js/")) inside.remove_prefix(3);
  if (inside.starts_with("${") && inside.ends_with('}')) {
    inside.remove_prefix(2);
    inside.remove_suffix(1);
  }
  const auto expression = parsed(inside, text, value.place());
  if (!expression) return "";
  if (expression->kind != Kind::path) {
    defer(value.place(), text, "only a path gives the items of a loop");
    return "";
  }
  const BlokValue found = scope_.resolve(expression->path);
  if (!found.candidates.empty()) return whole(found);
  defer(value.place(), text, found);
  return "";
}

std::string BlokValues::operand(Value value) {
  if (const auto datum = constant(value)) {
    const std::string text = literal_text(*datum);
    if (text.empty()) defer(value.place(), json_text(value, sources_), "an object as an operand");
    return text;
  }
  if (value.is_object()) {
    std::string written;
    const auto found = referred(value, written);
    if (found) return operand(*found, written, value.place());
    defer(value.place(), json_text(value, sources_), "", std::string(kReferenceHint));
    return "";
  }
  std::string_view inside = value.as_string();
  if (inside.starts_with("js/")) inside.remove_prefix(3);
  if (inside.starts_with("${") && inside.ends_with('}')) {
    inside.remove_prefix(2);
    inside.remove_suffix(1);
  }
  const auto expression = parsed(inside, value.as_string(), value.place());
  return expression ? operand(*expression, value.as_string(), value.place()) : std::string();
}

}  // namespace ws
