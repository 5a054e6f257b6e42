// Any text as an expression and as a template: no crash, places inside the text, the same value
// each time, and of the kind that was foretold without any value.
#include <cstdlib>
#include <string>
#include <variant>

#include "model/expression.h"
#include "model/text_template.h"
#include "model/value_template.h"

namespace {

ws::Evaluated look_up(const ws::Reference& path) {
  if (path.names.empty() || path.names.back() == "none") return ws::NoValue{"nobody wrote it"};
  const std::string& name = path.names.back();
  if (name == "n") return ws::Datum{std::int64_t{7}};
  if (name == "t") return ws::Datum{std::string("text")};
  if (name == "b") return ws::Datum{true};
  if (name == "l") return *ws::parse_json(R"([1, "a", null, [2]])");
  if (name == "o") return *ws::parse_json(R"({"a": 1, "b": {"c": "d"}})");
  return ws::Datum{};
}

bool is_of_kind(ws::StaticKind kind, const ws::Datum& datum) {
  switch (kind) {
    case ws::StaticKind::unknown:
      return true;
    case ws::StaticKind::null:
      return datum.is_null();
    case ws::StaticKind::boolean:
      return std::holds_alternative<bool>(datum.value);
    case ws::StaticKind::number:
      return std::holds_alternative<std::int64_t>(datum.value) ||
             std::holds_alternative<double>(datum.value);
    case ws::StaticKind::text:
      return std::holds_alternative<std::string>(datum.value);
    case ws::StaticKind::list:
      return std::holds_alternative<ws::Datum::List>(datum.value);
    case ws::StaticKind::object:
      return std::holds_alternative<ws::Datum::Map>(datum.value);
  }
  return false;
}

void check_place(const ws::ExpressionMistake& mistake, std::size_t size) {
  if (mistake.offset + mistake.length > size || mistake.message.empty()) std::abort();
}

void try_expression(const std::string& text) {
  auto parsed = ws::Expression::parse(text);
  if (const auto* mistake = std::get_if<ws::ExpressionMistake>(&parsed))
    return check_place(*mistake, text.size());
  const auto& expression = std::get<ws::Expression>(parsed);
  for (const ws::Reference& path : expression.references()) {
    if (path.offset + path.length > text.size()) std::abort();
  }
  if (const auto wrong = expression.type_mistake()) check_place(*wrong, text.size());
  const auto never = expression.condition_mistake();
  if (never) check_place(*never, text.size());
  const ws::Evaluated value = expression.evaluate(look_up);
  if (value.index() != expression.evaluate(look_up).index()) std::abort();
  const auto* datum = std::get_if<ws::Datum>(&value);
  if (datum != nullptr) {
    if (!is_of_kind(expression.kind({}), *datum)) std::abort();
    if (!ws::parse_json(ws::to_json(*datum))) std::abort();
    (void)ws::to_plain_text(*datum);
  }
  const auto tested = expression.test(look_up);
  const auto* no_value = std::get_if<ws::NoValue>(&tested);
  if (no_value != nullptr && no_value->why.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try_expression(text);
  (void)ws::fill(text, size % 2 == 0, ws::Splice::plain, look_up);
  (void)ws::fill_json(text, size % 2 == 0, look_up);
  return 0;
}
