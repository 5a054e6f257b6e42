#include <cmath>

#include "formats/readers.h"
#include "reading.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

namespace {

std::string text_at(const Reading& reading, std::string_view key) {
  const Place place = reading.document->root().find(key)->place();
  return std::string(reading.sources.text(place.source).substr(place.offset, place.length));
}

}  // namespace

TEST_CASE("yaml: the core schema of 1.2") {
  struct Case {
    const char* text;
    const char* value;
  };
  const Case cases[] = {
      {"true", "true"},
      {"False", "false"},
      {"TRUE", "true"},
      {"yes", "\"yes\""},
      {"on", "\"on\""},
      {"No", "\"No\""},
      {"tRue", "\"tRue\""},
      {"null", "null"},
      {"~", "null"},
      {"NULL", "null"},
      {"nULL", "\"nULL\""},
      {"0", "0"},
      {"-12", "-12"},
      {"+5", "5"},
      {"010", "10"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"-0x1F", "\"-0x1F\""},
      {"0o8", "\"0o8\""},
      {"1_000", "\"1_000\""},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"1.", "1.0"},
      {"1e3", "1000.0"},
      {"-1.5E-1", "-0.15"},
      {".inf", "inf"},
      {"-.INF", "-inf"},
      {"+.Inf", "inf"},
      {"1e", "\"1e\""},
      {".", "\".\""},
      {"-", "[null]"},
      {"+", "\"+\""},
      {"1.2.3", "\"1.2.3\""},
      {"2024-01-01", "\"2024-01-01\""},
      {"12:30", "\"12:30\""},
      {"5m", "\"5m\""},
      {"\"true\"", "\"true\""},
      {"'5'", "\"5\""},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "9.223372036854776e+18"},
      {"0xFFFFFFFFFFFFFFFFFF", "4.722366482869645e+21"},
      {"!!str 5", "\"5\""},
      {"!!int 0x10", "16"},
      {"!!float 1", "1.0"},
      {"!!bool true", "true"},
      {"!!null ~", "null"},
      {"! 5", "\"5\""},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(written(yaml(c.text)) == c.value);
  }
  const Reading nan = yaml("- .nan");
  CHECK(std::isnan((*nan.document->root().items().begin()).as_number()));
}

TEST_CASE("yaml: keys are texts whatever they look like") {
  CHECK(written(yaml("true: 1\n1: 2\non: 3\nnull : 4\n")).find("error") != std::string::npos);
  CHECK(written(yaml("true: 1\n1: 2\non: 3\n\"\": 4\n")) == R"({"true":1,"1":2,"on":3,"":4})");
}

TEST_CASE("yaml: block and flow collections") {
  CHECK(written(yaml("a:\n  - 1\n  - b: 2\n    c: [x, {y: z}]\nd: {}\ne: []\nf:\n")) ==
        R"({"a":[1,{"b":2,"c":["x",{"y":"z"}]}],"d":{},"e":[],"f":null})");
  CHECK(written(yaml("a:\n- 1\n-   - 2\n    - 3\n")) == R"({"a":[1,[2,3]]})");
  CHECK(written(yaml("[a: 1, b]")) == R"([{"a":1},"b"])");
  CHECK(written(yaml("{a, b: }")) == R"({"a":null,"b":null})");
  CHECK(written(yaml("[1, 2,]")) == "[1,2]");
  CHECK(written(yaml("? a\n: b\n")) == R"({"a":"b"})");
  CHECK(written(yaml("{\"a\":1,\"b\":[true,null]}")) == R"({"a":1,"b":[true,null]})");
}

TEST_CASE("yaml: block scalars, folded lines and quotes") {
  CHECK(written(yaml("a: |\n  x\n   y\n\n  z\n")) == R"({"a":"x\u000a y\u000a\u000az\u000a"})");
  CHECK(written(yaml("a: |-\n  x\n  y\n")) == R"({"a":"x\u000ay"})");
  CHECK(written(yaml("a: >\n  x\n  y\n")) == R"({"a":"x y\u000a"})");
  CHECK(written(yaml("a: 'it''s'\nb: \"\\t\\u00e9\\\"\"\n")) ==
        "{\"a\":\"it's\",\"b\":\"\\u0009é\\\"\"}");
  CHECK(written(yaml("a: one\n  two\n")) == R"({"a":"one two"})");
  CHECK(written(yaml("a: b # comment\nc: d#e\n")) == R"({"a":"b","c":"d#e"})");
}

TEST_CASE("yaml: values keep their places") {
  const Reading reading = yaml(
      "é: x\nplain: two words # c\nquoted: \"a\\nb\"\nsingle: 'it''s'\nblock: |\n  a\n  b\n"
      "list: [1]\nmap:\n  k: 1\ntagged: !!str &a text\nfolded: one\n  two\nnothing:\n");
  INFO(reading.errors());
  REQUIRE(reading.document);
  CHECK(text_at(reading, "é") == "x");
  CHECK(text_at(reading, "plain") == "two words");
  CHECK(text_at(reading, "quoted") == "\"a\\nb\"");
  CHECK(text_at(reading, "single") == "'it''s'");
  CHECK(text_at(reading, "block") == "|\n  a\n  b");
  CHECK(text_at(reading, "list") == "[");
  CHECK(text_at(reading, "map") == "k");
  CHECK(text_at(reading, "tagged") == "text");
  CHECK(text_at(reading, "folded") == "one");
  CHECK(text_at(reading, "nothing").empty());
}

TEST_CASE("yaml: aliases are copies") {
  CHECK(written(yaml("a: &x {k: [1, 2]}\nb: *x\nc: [*x, &y z, *y]\n")) ==
        R"({"a":{"k":[1,2]},"b":{"k":[1,2]},"c":[{"k":[1,2]},"z","z"]})");
  CHECK(written(yaml("- &a 1\n- &a 2\n- *a\n")) == "[1,2,2]");
  CHECK(written(yaml("&k key: 1\nb: *k\n")) == R"({"key":1,"b":"key"})");
  CHECK(written(yaml("- &k x\n- {*k : 1}\n")) == R"(["x",{"x":1}])");
}

TEST_CASE("yaml: merge keys add what is not there") {
  CHECK(written(yaml("- &d {a: 1, b: 2}\n- <<: *d\n  a: 3\n")) ==
        R"([{"a":1,"b":2},{"a":3,"b":2}])");
  CHECK(written(yaml("- &d {a: 1}\n- &e {a: 2, b: 2}\n- {<<: [*d, *e], c: 3}\n")) ==
        R"([{"a":1},{"a":2,"b":2},{"c":3,"a":1,"b":2}])");
  CHECK(written(yaml("<<: {x: &x [1], y: *x}\nz: *x\n")) == R"({"z":[1],"x":[1],"y":[1]})");
  CHECK(written(yaml("\"<<\": 1\n")) == R"({"<<":1})");
  CHECK(written(yaml("- &a {<<: {p: 1}, q: 2}\n- <<: *a\n")) == R"([{"q":2,"p":1},{"q":2,"p":1}])");
  CHECK(yaml("<<: 5\n").kind() == "syntax");
  CHECK(yaml("<<: [{a: 1}, 5]\n").kind() == "syntax");
  CHECK(yaml("<<: {a: 1}\n<<: {b: 1}\n").kind() == "duplicate-key");
}

TEST_CASE("yaml: line endings, byte-order mark, document marks") {
  CHECK(written(yaml("a: 1\r\nb:\r\n  - \"c\"\r\n")) == R"({"a":1,"b":["c"]})");
  CHECK(written(yaml("\xEF\xBB\xBF"
                     "a: 1\n")) == R"({"a":1})");
  CHECK(yaml("\xEF\xBB\xBF"
             "a: 1\na: 2\n")
            .where() == "2:1");
  CHECK(written(yaml("%YAML 1.2\n---\na: 1\n...\n")) == R"({"a":1})");
  CHECK(written(yaml("---\na: 1\n---\n")) == R"({"a":1})");
  CHECK(yaml("a: 1\n---\nb: 2\n").where() == "3:1");
}

TEST_CASE("yaml: what is not YAML is refused with its place") {
  struct Case {
    const char* text;
    const char* where;
  };
  const Case cases[] = {
      {"a:\n\tb: 2\n", "2:1"},
      {"a: 1\n\tb: 2\n", "2:1"},
      {"key: value: other\n", "1:11"},
      {"a: b\n  c: d\n", "2:4"},
      {"a: @x\n", "1:4"},
      {"a: `x`\n", "1:4"},
      {"a: %x\n", "1:4"},
      {"a: \"open\nb: 1\n", "1:4"},
      {"a: 'open\nb: 1\n", "1:4"},
      {"a: [1, 2\nb: 3\n", "1:4"},
      {"a: {x: 1\nb: 3\n", "1:4"},
      {"[a b", "1:1"},
      {"[1,,2]", "1:4"},
      {"a: ]\n", "1:4"},
      {"a: {{ name }}\n", "1:4"},
      {"{{ name }}: 1\n", "1:1"},
      {"a: *nope\n", "1:4"},
      {"a: &x [*x]\n", "1:8"},
      {"a: !foo 3\n", "1:4"},
      {"a: !!int x\n", "1:10"},
      {"a: !!set {x}\n", "1:4"},
      {"steps:\n  - id: a\n   command: b\n", "3:4"},
      {"steps:\n  - id: a\n  command: b\n", "3:3"},
      {"a: \"x\\d\"\n", "1:8"},
      {"a: \"b\" c\n", "1:8"},
      {"? [a]\n: b\n", "1:3"},
      {": b\n", "1:1"},
      {"a: b\x01"
       "c\n",
       "1:5"},
      {"a: b\x04"
       "c\n",
       "1:5"},
  };
  for (const Case& c : cases) {
    const Reading reading = yaml(c.text);
    INFO(c.text << "\n" << reading.errors());
    CHECK_FALSE(reading.document);
    CHECK(reading.kind() == "syntax");
    CHECK(reading.where() == c.where);
  }
}

TEST_CASE("yaml: not UTF-8") {
  CHECK(yaml("a: \xff\n").kind() == "not-utf8");
  CHECK(yaml("a: \xff\n").where() == "1:4");
  CHECK(yaml(std::string("\xff\xfe"
                         "a\0:\0",
                         6))
            .kind() == "not-utf8");
  CHECK(yaml(std::string("\xfe\xff\0a\0:", 6)).kind() == "not-utf8");
  CHECK(yaml(std::string("a\0:\0 \0", 6)).kind() == "not-utf8");
}

TEST_CASE("yaml: a zero byte") {
  CHECK(yaml(std::string("a: b\0c\n", 7)).where() == "1:5");
  CHECK(yaml(std::string(50, '\0')).kind() == "syntax");
}

TEST_CASE("yaml: an empty file says so") {
  for (const char* text : {"", "\n \n", "# only this\n", "---\n", "--- # x\n...\n"}) {
    INFO(text);
    CHECK(yaml(text).kind() == "empty-file");
  }
}

TEST_CASE("yaml: duplicate keys in every kind of object") {
  CHECK(yaml("a: 1\nb: 2\na: 3\n").where() == "3:1");
  CHECK(yaml("x: {a: 1, a: 2}\n").where() == "1:11");
  CHECK(yaml("x:\n  - a: 1\n    'a': 2\n").where() == "3:5");
  CHECK(yaml("1: a\n1: b\n").kind() == "duplicate-key");
}

TEST_CASE("yaml: limits name themselves") {
  ReadLimits small;
  small.max_depth = 3;
  small.max_nodes = 6;
  small.max_scalar_bytes = 5;
  CHECK(written(yaml("[[[1, 2, 3]]]", small)) == "[[[1,2,3]]]");
  CHECK(yaml("[[[[1]]]]", small).where() == "1:4");
  CHECK(yaml("- - - - a\n", small).where() == "1:7");
  CHECK(yaml("[1, 2, 3, 4, 5, 6]", small).kind() == "limit-exceeded");
  CHECK(yaml("[123456x]", small).kind() == "limit-exceeded");
  CHECK(yaml("[\"12345\\n\"]", small).kind() == "limit-exceeded");
  CHECK(yaml("- &a [x, y]\n- *a\n- *a\n", small).where() == "2:3");
}

TEST_CASE("yaml: depth that aliases make counts too") {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 300; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  }
  CHECK(yaml(text).kind() == "limit-exceeded");
}

TEST_CASE("yaml: a billion laughs end after a million") {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) text += (k == 0 ? "*a" : ",*a") + std::to_string(i - 1);
    text += "]\n";
  }
  const Reading reading = yaml(text);
  CHECK_FALSE(reading.document);
  CHECK(reading.kind() == "limit-exceeded");
  CHECK(reading.diagnostics.items()[0].message.find("aliases repeat more than") == 0);
}

TEST_CASE("yaml: hostile nesting is an answer, not a crash") {
  for (const char* piece : {"[", "{", "{a: ", "- ", "? ", ": ", "? - ", "!!str ", "&a ", "*", "]",
                            "[\"a\": ", "<<: ", "a: ", "\t", "---\n", "%A\n"}) {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += piece;
    const Reading reading = yaml(std::move(text));
    INFO(piece);
    CHECK_FALSE(reading.document);
    CHECK(reading.diagnostics.has_errors());
    CHECK(reading.diagnostics.error_count() <= 2);
  }
}

TEST_CASE("yaml: deep indentation is an answer, not a crash") {
  for (const std::string piece : {"a:", "-"}) {
    std::string text;
    for (std::size_t i = 0; i < 1000; ++i) text += std::string(i, ' ') + piece + "\n";
    CHECK(yaml(std::move(text)).kind() == "limit-exceeded");
  }
}

TEST_CASE("yaml: found by fuzzing: a comma outside brackets does not hang") {
  CHECK(yaml(",").where() == "1:1");
  CHECK(yaml("--- ,\n").kind() == "syntax");
  CHECK(yaml(",,[ 1 \"a: &x {k> 2],,[ 1 \"q\": 5\nd: >-\n  < ").kind() == "syntax");
}

TEST_CASE("yaml: a depth that yaml-cpp itself refuses") {
  ReadLimits deep;
  deep.max_depth = 100000;
  const std::string text = std::string(2000, '[') + std::string(2000, ']');
  CHECK(yaml(text, deep).kind() == "limit-exceeded");
}
