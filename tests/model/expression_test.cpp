// Conditions: what they mean, what is wrong with them, and where.
#include "model/expression.h"

#include <map>

#include <fmt/format.h>

#include "support/catch.h"

using namespace ws;

namespace {

Evaluated look_up(const Reference& path) {
  static const std::map<std::string, std::string, std::less<>> kValues = {
      {"steps.fetch.outputs.changed", "true"},
      {"steps.fetch.outputs.version", "\"v1.10\""},
      {"steps.fetch.outputs.count", "3"},
      {"steps.fetch.outputs.ratio", "3.0"},
      {"steps.fetch.outputs.none", "null"},
      {"steps.fetch.outputs.empty", "\"\""},
      {"steps.fetch.outputs.list", R"(["a", "b", 3, null, [1]])"},
      {"steps.fetch.outputs.map", R"({"a": 1, "b": [2]})"},
      {"steps.build-all.state", "\"succeeded\""},
      {"steps[\"a.b\"].state", "\"failed\""},
      {"inputs.n", "0"}};
  const auto found = kValues.find(path.text());
  if (found == kValues.end()) return NoValue{"it is not there"};
  return *parse_json(found->second);
}

Expression parsed(std::string_view text) {
  auto made = Expression::parse(text);
  if (const auto* mistake = std::get_if<ExpressionMistake>(&made))
    FAIL(text << ": " << mistake->message);
  return std::get<Expression>(std::move(made));
}

// The value as JSON, or "! why".
std::string value(std::string_view text) {
  const Evaluated made = parsed(text).evaluate(look_up);
  if (const auto* missing = std::get_if<NoValue>(&made)) return "! " + missing->why;
  return to_json(std::get<Datum>(made));
}

// "offset+length message | hint"
std::string mistake(std::string_view text) {
  const auto made = Expression::parse(text);
  const auto* mistake = std::get_if<ExpressionMistake>(&made);
  if (mistake == nullptr) return "none";
  CHECK(mistake->offset + mistake->length <= std::max<std::size_t>(text.size(), 1));
  return fmt::format("{}+{} {}{}{}", mistake->offset, mistake->length, mistake->message,
                     mistake->hint.empty() ? "" : " | ", mistake->hint);
}

struct Case {
  const char* text;
  const char* expected;
};

}  // namespace

TEST_CASE("expressions have values") {
  const Case cases[] = {
      {"steps.fetch.outputs.changed == true", "true"},
      {"${steps.fetch.outputs.changed} == true", "true"},
      {"${ steps.fetch.outputs.changed }", "true"},
      {"not steps.fetch.outputs.changed", "false"},
      {"!steps.fetch.outputs.changed", "false"},
      {"not not true", "true"},
      {"!!false", "false"},
      // the eleven operators
      {"1 == 1", "true"},
      {"1 == 1.0", "true"},
      {"1 != 2", "true"},
      {"2 > 1", "true"},
      {"2 >= 2", "true"},
      {"1 < 2", "true"},
      {"2 <= 1", "false"},
      {"9223372036854775807 > 9223372036854775806", "true"},
      {"'a' < 'b'", "true"},
      {"'a' >= 'b'", "false"},
      {"'a' in ['a', 'b']", "true"},
      {"'c' in ['a', 'b']", "false"},
      {"1 in [1.0]", "true"},
      {"1 in ['1']", "false"},
      {"'c' not in ['a']", "true"},
      {"'c' not_in ['a']", "true"},
      {"'a' NOT IN ['a']", "false"},
      {"'b' in 'abc'", "true"},
      {"'a' in steps.fetch.outputs.map", "true"},
      {"'c' in steps.fetch.outputs.map", "false"},
      {"null in steps.fetch.outputs.list", "true"},
      {"[1] in steps.fetch.outputs.list", "true"},
      {"steps.fetch.outputs.list contains 'a'", "true"},
      {"steps.fetch.outputs.version contains '1.1'", "true"},
      {"steps.fetch.outputs.version starts_with 'v'", "true"},
      {"steps.fetch.outputs.version ends_with \"10\"", "true"},
      {"'' starts_with ''", "true"},
      // null
      {"steps.fetch.outputs.none == null", "true"},
      {"steps.fetch.outputs.none != 'a'", "true"},
      {"null == false", "false"},
      // lists and objects
      {"[1, 2] == [1, 2.0]", "true"},
      {"[1, 2] == [2, 1]", "false"},
      {"[] == []", "true"},
      {"[1, 2, ] == [1, 2]", "true"},
      {"steps.fetch.outputs.map == steps.fetch.outputs.map", "true"},
      // precedence and short circuit
      {"true or false and false", "true"},
      {"(true or false) and false", "false"},
      {"not false and true", "true"},
      {"not 1 == 2", "true"},
      {"true OR steps.x.state == 1", "true"},
      {"false && steps.x.state == 1", "false"},
      {"true || 5", "true"},
      {"1 == 1 and 2 == 2 and 3 == 3", "true"},
      {"((1)) == 1", "true"},
      // paths
      {"steps.build-all.state == 'succeeded'", "true"},
      {"steps['a.b'].state == 'failed'", "true"},
      {"steps[\"a.b\"].state", "\"failed\""},
      {"TRUE == True", "true"},
      {" \n true\t", "true"},
      // defaults
      {"${steps.x.result:-7} == 7", "true"},
      {"${steps.x.result:-v1.10}", "\"v1.10\""},
      {"${steps.x.result:-false}", "false"},
      {"${steps.x.result:-null}", "null"},
      {"${steps.x.result:-}", "\"\""},
      {"${steps.x.result:-'7'}", "\"7\""},
      {"${steps.x.result:-[1, 'a']}", "[1,\"a\"]"},
      {"${steps.x.result:-a b \\} c}", "\"a b } c\""},
      {"${steps.x.result:-${inputs.n}}", "0"},
      {"${steps.x.result:-${steps.y.result:-${inputs.n}}} == 0", "true"},
      {"${steps.fetch.outputs.none:-4}", "4"},
      {"${steps.fetch.outputs.empty:-4}", "4"},
      {"${inputs.n:-4}", "0"},
      // texts
      {"'it''s'", "none"},
      {"'a\\'b'", "\"a'b\""},
      {"\"a\\\\b\\n\\t\\\"\"", "\"a\\\\b\\n\\t\\\"\""},
      {"'${HOME}'", "\"${HOME}\""},
      {"-1.5e2", "-150.0"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    if (std::string_view(c.expected) == "none")
      CHECK(mistake(c.text) != "none");
    else
      CHECK(value(c.text) == c.expected);
  }
}

TEST_CASE("what has no value says why") {
  const Case cases[] = {
      {"steps.x.state == 1", "! steps.x.state has no value: it is not there"},
      {"steps.x['a b'][0]", "! steps.x[\"a b\"][0] has no value: it is not there"},
      {"true and steps.x.y", "! steps.x.y has no value: it is not there"},
      {"steps.fetch.outputs.version > 5",
       "! '>' cannot compare text (steps.fetch.outputs.version) with a number (5)"},
      {"steps.fetch.outputs.version == 5",
       "! '==' cannot compare text (steps.fetch.outputs.version) with a number (5)"},
      {"steps.fetch.outputs.changed == 'true'",
       "! '==' cannot compare a boolean (steps.fetch.outputs.changed) with text (\"true\")"},
      {"steps.fetch.outputs.count and true",
       "! 'and' needs true or false, not a number (steps.fetch.outputs.count)"},
      {"false or steps.fetch.outputs.none",
       "! 'or' needs true or false, not null (steps.fetch.outputs.none)"},
      {"not steps.fetch.outputs.version",
       "! 'not' needs true or false, not text (steps.fetch.outputs.version)"},
      {"1 in steps.fetch.outputs.version",
       "! 'in' cannot compare a number (1) with text (steps.fetch.outputs.version)"},
      {"null > 1", "! '>' cannot compare null (null) with a number (1)"},
      {"steps.fetch.outputs.list < [1]",
       "! '<' cannot compare a list (steps.fetch.outputs.list) with a list"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(value(c.text) == c.expected);
  }
}

TEST_CASE("a condition is true or false") {
  CHECK(std::get<bool>(parsed("1 == 1").test(look_up)));
  CHECK(std::get<NoValue>(parsed("steps.fetch.outputs.count").test(look_up)).why ==
        "a condition is true or false, not a number (steps.fetch.outputs.count)");
  CHECK(std::get<NoValue>(parsed("steps.x.y").test(look_up)).why ==
        "steps.x.y has no value: it is not there");
}

TEST_CASE("what is no expression is a mistake with a place") {
  const Case cases[] = {
      {"", "0+0 it is empty"},
      {"  ", "0+2 it is empty"},
      {"a ==", "4+0 a value was expected at its end"},
      {"a = 1", "2+1 '=' means nothing here | did you mean '=='?"},
      {"a === 1", "2+3 '===' is no operator here | write '=='"},
      {"a <> 1", "2+2 '<>' is no operator here | write '!='"},
      {"a =~ 'x'",
       "2+2 '=~' is no operator here | there are no patterns here: 'contains', 'starts_with' and "
       "'ends_with' look for text"},
      {"a & b", "2+1 '&' means nothing here | did you mean 'and'?"},
      {"a | b", "2+1 '|' means nothing here | did you mean 'or'?"},
      {"a + 1", "2+1 '+' means nothing here | there is no arithmetic here"},
      {"length(a)", "6+1 '(' means nothing here | there are no functions here"},
      {"a ? b : c",
       "2+1 '?' means nothing here | there is no choice of values here; ${path:-default} gives a "
       "default"},
      {"a is 1", "2+2 the end, 'and', 'or' or a comparison was expected, not 'is'"},
      {"a < b < c", "6+1 comparisons do not chain | write 'a < b and b < c', or parentheses"},
      {"(a", "0+1 this '(' is never closed"},
      {"(a b", "3+1 ')' was expected, not 'b'"},
      {"a)", "1+1 the end, 'and', 'or' or a comparison was expected, not ')'"},
      {"[1, 2", "0+1 this '[' is never closed"},
      {"[1 2]", "3+1 ',' or ']' was expected, not '2'"},
      {"[,]", "1+1 a value was expected, not ','"},
      {"'a", "0+1 this quote is never closed"},
      {"'a\\", "0+1 this quote is never closed"},
      {"'a\\d'", "2+2 '\\d' means nothing in a text | a backslash is written '\\\\'"},
      {"1.2.3", "0+5 '1.2.3' is no number | text stands in quotes"},
      {"3rd", "0+3 '3rd' is no number | text stands in quotes"},
      {"steps..x", "6+1 a name after '.' was expected, not '.'"},
      {"steps.", "6+0 a name after '.' was expected at its end"},
      {"steps[x]", "6+1 a number or a quoted name was expected, not 'x'"},
      {"steps[0", "5+1 this '[' is never closed"},
      {"${steps.a", "0+2 this '${' is never closed | end it with '}'"},
      {"${steps.a:-b", "0+2 this '${' is never closed | end it with '}'"},
      {"${steps.a == 1}", "10+1 '=' means nothing here | did you mean '=='?"},
      {"$HOME",
       "0+1 a variable of the shell has no value here | paths are written as they are, or as "
       "${path}"},
      {"and a", "0+3 a value was expected, not 'and'"},
      {"a and", "5+0 a value was expected at its end"},
      {"a and or b", "6+2 a value was expected, not 'or'"},
      {"'${steps.a.result}' == 'x'",
       "0+19 a path inside a quoted text has no value | write the path without the quotes"},
      {"a == \xE2\x82\xAC", "5+3 a value was expected, not '\xE2\x82\xAC'"},
      {"\x01", "0+1 a value was expected, not '\xC2\xB7'"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(mistake(c.text) == c.expected);
  }
}

TEST_CASE("type mistakes that no value can mend") {
  const auto found = [](std::string_view text) {
    const auto mistake = parsed(text).condition_mistake();
    return mistake ? fmt::format("{}+{} {}", mistake->offset, mistake->length, mistake->message)
                   : std::string("none");
  };
  const Case cases[] = {
      {"'a' > true", "0+10 '>' cannot compare text (\"a\") with a boolean (true)"},
      {"1 and steps.a.state", "0+1 'and' needs true or false, not a number (1)"},
      {"not 'x'", "4+3 'not' needs true or false, not text (\"x\")"},
      {"steps.a.state == 'x' or 'y'", "24+3 'or' needs true or false, not text (\"y\")"},
      {"(1 == 1) > 2", "0+12 '>' cannot compare a boolean with a number (2)"},
      {"steps.a.state starts_with 1",
       "0+27 'starts_with' cannot compare a value (steps.a.state) with a number (1)"},
      {"steps.a.state > [1]", "0+19 '>' cannot compare a value (steps.a.state) with a list"},
      {"5", "0+1 a condition is true or false, not a number (5)"},
      {"'yes'", "0+5 a condition is true or false, not text (\"yes\")"},
      {"steps.a.state", "none"},
      {"steps.a.state > steps.b.state", "none"},
      {"steps.a.result == null", "none"},
      {"${steps.a.result:-5} and true", "none"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(found(c.text) == c.expected);
  }
  CHECK_FALSE(parsed("5").type_mistake());
}

TEST_CASE("references have names, places and know their defaults") {
  const std::string text = "steps.a.x == ${inputs.b:-${steps.c.d}} or steps['e f'][1].g in [h]";
  const std::vector<Reference> found = parsed(text).references();
  REQUIRE(found.size() == 5);
  const std::vector<std::string> expected = {"steps.a.x", "inputs.b", "steps.c.d",
                                             "steps['e f'][1].g", "h"};
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(text.substr(found[i].offset, found[i].length) == expected[i]);
  CHECK(found[1].has_default);
  CHECK_FALSE(found[2].has_default);
  CHECK(found[3].names == std::vector<std::string>{"steps", "e f", "1", "g"});
  CHECK(found[3].text() == "steps[\"e f\"][1].g");
}

TEST_CASE("nesting has a limit, length has none") {
  const auto nested = [](std::string_view open, std::string_view close, int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "true";
    for (int i = 0; i < depth; ++i) text += close;
    return text;
  };
  CHECK(mistake(nested("(", ")", 200)) == "none");
  CHECK(mistake(nested("(", ")", 201)) == "200+1 it nests deeper than 200 levels");
  CHECK(mistake(nested("not ", "", 201)) == "800+1 it nests deeper than 200 levels");
  CHECK(mistake(nested("[", "]", 201)) == "200+1 it nests deeper than 200 levels");
  for (const char* open : {"(", "!", "[", "${a:-"})
    CHECK(mistake(nested(open, "", 1'000'000)) != "none");
  std::string chain = "true";
  for (int i = 0; i < 100'000; ++i) chain += i % 2 == 0 ? " and true" : " or false";
  CHECK(value(chain) == "true");
}
