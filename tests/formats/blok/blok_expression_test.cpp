#include "formats/blok/blok_expression.h"

#include <string>

#include "support/catch.h"

namespace ws {
namespace {

using Kind = BlokExpression::Kind;

// (and (not a.b) (=== c 1)), or "beyond AT: why".
std::string written(const BlokExpression& expression) {
  const auto of_parts = [&](std::string_view word) {
    std::string out = "(" + std::string(word);
    for (const BlokExpression& part : expression.parts) out += " " + written(part);
    return out + ")";
  };
  switch (expression.kind) {
    case Kind::literal:
      return to_json(expression.literal);
    case Kind::path: {
      std::string out;
      for (const std::string& name : expression.path) out += (out.empty() ? "" : ".") + name;
      return out;
    }
    case Kind::text:
      return of_parts("text");
    case Kind::negation:
      return of_parts("not");
    case Kind::all_of:
      return of_parts("and");
    case Kind::any_of:
      return of_parts("or");
    case Kind::equal:
      return of_parts("==");
    case Kind::not_equal:
      return of_parts("!=");
    case Kind::less:
      return of_parts("<");
    case Kind::less_or_equal:
      return of_parts("<=");
    case Kind::greater:
      return of_parts(">");
    case Kind::greater_or_equal:
      return of_parts(">=");
  }
  return "";
}

std::string read(std::string_view text) {
  const auto result = parse_blok_expression(text);
  if (const auto* expression = std::get_if<BlokExpression>(&result)) return written(*expression);
  const auto& beyond = std::get<BlokBeyond>(result);
  return "beyond " + std::to_string(beyond.offset) + ": " + beyond.why;
}

TEST_CASE("blok expressions: what is understood") {
  CHECK(read("ctx.vars['chunk-1'].rows[0].id") == "ctx.vars.chunk-1.rows.0.id");
  CHECK(read(" ctx?.vars?.['a b'] ") == "ctx.vars.a b");
  CHECK(read("ctx.request.method === 'GET'") == "(== ctx.request.method \"GET\")");
  CHECK(read("ctx.request.query.countries === \"true\"") ==
        "(== ctx.request.query.countries \"true\")");
  CHECK(read("a!==b") == "(!= a b)");
  CHECK(read("a != null || !b && c") == "(or (!= a null) (and (not b) c))");
  CHECK(read("(a || b) && (c)") == "(and (or a b) c)");
  CHECK(read("!!a") == "(not (not a))");
  CHECK(read("a >= -1.5") == "(>= a -1.5)");
  CHECK(read("a < 3 && b<=2") == "(and (< a 3) (<= b 2))");
  CHECK(read("undefined") == "null");
  CHECK(read("'it\\'s'") == "\"it's\"");
  CHECK(read("`a ${ctx.state.x} b`") == "(text \"a \" ctx.state.x \" b\")");
  CHECK(read("``") == "(text)");
  CHECK(read("[1, \"a\"]") == "[1,\"a\"]");
  CHECK(read("{\"a\": 1}") == "{\"a\":1}");
  CHECK(read("truely") == "truely");
}

TEST_CASE("blok expressions: what is beyond, where and why") {
  CHECK(read("ctx.vars.dataset.slice(0, 1000)") == "beyond 22: a call");
  CHECK(read("a + 1") == "beyond 2: arithmetic");
  CHECK(read("a ? 1 : 2") == "beyond 2: a choice (?:)");
  CHECK(read("a ?? 1") == "beyond 2: a default (?\?)");
  CHECK(read("typeof a") == "beyond 0: 'typeof'");
  CHECK(read("a => b") == "beyond 2: a function");
  CHECK(read("[ctx.a]") == "beyond 0: a list or an object");
  CHECK(read("(a).b") == "beyond 3: a member of a value");
  CHECK(read("a[b]") == "beyond 2: a computed member");
  CHECK(read("`${a || b}`") == "beyond 5: a condition");
  CHECK(read("a < b < c") == "beyond 7: a chain of comparisons");
  CHECK(read("'open") == "beyond 0: ");
  CHECK(read("`open") == "beyond 0: ");
  CHECK(read("") == "beyond 0: ");
  CHECK(read("a b") == "beyond 2: ");
  CHECK(read("a &") == "beyond 2: arithmetic");
  CHECK(read("a /* b */") == "beyond 2: arithmetic");
  CHECK(read("a.") == "beyond 2: ");
  CHECK(read("a['") == "beyond 2: ");
  CHECK(read(std::string(5000, '(')) == "beyond 100: deeper nesting");
  std::string templates;
  for (int i = 0; i < 5000; ++i) templates += "`${";
  CHECK(read(templates) == "beyond 300: deeper nesting");
  CHECK(read(std::string(5000, '!')) == "beyond 100: deeper nesting");
}

}  // namespace
}  // namespace ws
