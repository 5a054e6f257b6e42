// Expressions and texts: what names stand for where they are read.
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/prose/lowering_state.h"
#include "model/mistakes.h"

namespace ws::prose {
namespace {

constexpr std::size_t kLongestText = 16U << 20U;
constexpr std::size_t kDeepestValue = 100;

std::optional<long long> integer_of(const Value& value) {
  if (value.kind != Value::Kind::number) return std::nullopt;
  long long out = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [at, error] = std::from_chars(value.text.data(), end, out);
  if (error != std::errc() || at != end) return std::nullopt;
  return out;
}

}  // namespace

void Lowering::undefined(const std::string& name, Place place) {
  if (declared_.may_know(name)) return;
  const bool is_somewhere = declared_.variables.find(name) != declared_.variables.end();
  if (is_trying_out_ && is_somewhere) return;
  if (unjoined_.find(name) != unjoined_.end()) {
    return report(mistakes::bad_reference, place,
                  fmt::format("the variable '{}' is the result of a branch beside this one, which "
                              "has not been joined yet",
                              name),
                  "read it behind the parallel block");
  }
  if (is_somewhere) {
    return report(mistakes::bad_reference, place,
                  fmt::format("the variable '{}' has no value here", name),
                  "it is only defined later, or somewhere else");
  }
  report(mistakes::bad_reference, place,
         fmt::format("undefined variable '{}'", printable(capped(name, 100))),
         spelling_hint(name, declared_.variables));
}

Value Lowering::look_up(const std::vector<std::string>& names, Place place) {
  const Value* const found = scope_.find(names.front());
  if (found == nullptr) {
    undefined(names.front(), place);
    return {};
  }
  Value value = *found;
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (value.kind == Value::Kind::missing) return {};
    Value member = member_of(value, names[i]);
    if (member.kind == Value::Kind::missing) {
      report(mistakes::bad_reference, place,
             fmt::format("'{}' has no member '{}'", names[i - 1], names[i]), "");
      return {};
    }
    value = std::move(member);
  }
  return value;
}

std::string Lowering::text_of(const Text& text) {
  std::string out;
  for (const TextPart& part : text.parts) {
    if (part.names.empty()) {
      out += escaped(part.text);
    } else {
      append_template(out, as_template(look_up(part.names, part.place)));
    }
  }
  if (out.size() <= kLongestText) return out;
  report(mistakes::limit_exceeded, text.place, "written out, this text is too long",
         fmt::format("at most {} bytes", kLongestText));
  is_full_ = true;
  return "";
}

// Values that hold values are bounded like files are.
Value Lowering::bounded(Value value, Place place) {
  if (value.depth <= kDeepestValue && weight_of(value) <= kLongestText) return value;
  report(mistakes::limit_exceeded, place, "this value is too large, or nested too deeply", "");
  is_full_ = true;
  return {};
}

// What a judge says is only known as an exit code, which no text can show as a word.
Value Lowering::judged(const Expression& expression, Members& members) {
  const std::string id = make_.numbered("judged");
  (void)judge(id, text_of(expression.words), expression.place, false, members);
  return reference_value(step_path(id, "exit_code"), make_.count());
}

Value Lowering::evaluate_sum(const Expression& expression, Members& members) {
  const Value left = evaluate(expression.items[0], members);
  const Value right = evaluate(expression.items[1], members);
  if (left.kind == Value::Kind::missing || right.kind == Value::Kind::missing) return {};
  const auto a = integer_of(left);
  const auto b = integer_of(right);
  if (a && b) {
    Value out = number_value(0);
    out.text = std::to_string(expression.text == "+" ? *a + *b : *a - *b);
    return out;
  }
  const bool is_sum = expression.text == "+";
  if (is_sum && left.is_list()) {
    Value out = left;
    if (right.is_list()) {
      for (const Value& item : right.items) put_item(out, item);
      return bounded(std::move(out), expression.place);
    }
    if (!right.is_reference()) {
      put_item(out, right);
      return bounded(std::move(out), expression.place);
    }
  }
  if (is_sum && left.kind == Value::Kind::text && !right.is_list() &&
      right.kind != Value::Kind::object) {
    std::string text = left.text;
    append_template(text, as_template(right));
    return bounded(text_value(std::move(text)), expression.place);
  }
  defer("arithmetic", expression.place,
        "this value can only be computed while the program runs, and nothing here computes",
        "let a session put the values together");
  return text_value("");
}

Value Lowering::evaluate(const Expression& expression, Members& members) {
  Value out;
  switch (expression.kind) {
    case Expression::Kind::missing:
      return {};
    case Expression::Kind::null:
      out.kind = Value::Kind::null;
      return out;
    case Expression::Kind::boolean:
      out.kind = Value::Kind::boolean;
      out.text = expression.text;
      return out;
    case Expression::Kind::number:
      out.kind = Value::Kind::number;
      out.text = expression.text;
      return out;
    case Expression::Kind::text:
      return text_value(text_of(expression.words));
    case Expression::Kind::name:
      return look_up(expression.names, expression.place);
    case Expression::Kind::list:
      out.kind = Value::Kind::list;
      for (const Expression& item : expression.items) put_item(out, evaluate(item, members));
      return bounded(std::move(out), expression.place);
    case Expression::Kind::object:
      out.kind = Value::Kind::object;
      for (const auto& [name, member] : expression.members)
        put_member(out, name.text, evaluate(member, members));
      return bounded(std::move(out), expression.place);
    case Expression::Kind::sum:
      return evaluate_sum(expression, members);
    case Expression::Kind::discretion:
      return judged(expression, members);
  }
  return out;
}

}  // namespace ws::prose
