#include <limits>

#include "formats/readers.h"
#include "reading.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

namespace {

Place place_at(const Reading& reading, std::string_view key) {
  return reading.document->root().find(key)->place();
}

std::string text_at(const Reading& reading, Place place) {
  return std::string(reading.sources.text(place.source).substr(place.offset, place.length));
}

}  // namespace

TEST_CASE("json: values keep the place of their whole token") {
  const Reading reading =
      json("{ \"s\" : \"a\\nb\" , \"n\":-1.5e3,\n\"t\":true ,\"o\":{ },\"l\":[1 ] }");
  REQUIRE(reading.document);
  CHECK(text_at(reading, place_at(reading, "s")) == "\"a\\nb\"");
  CHECK(text_at(reading, place_at(reading, "n")) == "-1.5e3");
  CHECK(text_at(reading, place_at(reading, "t")) == "true");
  CHECK(text_at(reading, place_at(reading, "o")) == "{");
  CHECK(text_at(reading, place_at(reading, "l")) == "[");
  const Member first = *reading.document->root().members().begin();
  CHECK(text_at(reading, first.key_place) == "\"s\"");
}

TEST_CASE("json: integers and numbers") {
  CHECK(written(json("[0,-0,1,-1,9223372036854775807,-9223372036854775808]")) ==
        "[0,0,1,-1,9223372036854775807,-9223372036854775808]");
  CHECK(written(json("[1.0,1e2,9223372036854775808,1e-999,-2.5E+1]")) ==
        "[1.0,100.0,9.223372036854776e+18,0.0,-25.0]");
  const Reading reading = json("[9223372036854775808]");
  CHECK((*reading.document->root().items().begin()).kind() == ValueKind::number);
}

TEST_CASE("json: escapes") {
  CHECK(json(R"(["\"\\\/\b\f\n\r\t"])").document->root().items().begin().operator*().as_string() ==
        "\"\\/\b\f\n\r\t");
  CHECK(written(json(R"(["\u00e9\u20AC\ud83d\ude00\u0041"])")) == "[\"é€😀A\"]");
  const Reading zero = json(R"(["a\u0000b"])");
  CHECK((*zero.document->root().items().begin()).as_string() == std::string_view("a\0b", 3));
  CHECK(written(json(R"({"a\u0062\"":1})")) == R"({"ab\"":1})");
}

TEST_CASE("json: comments are blanked, and not inside strings") {
  CHECK(written(json("// one\n{\"a\" /* two */ : 1, // three\r\n\"b\":2}/**/")) ==
        "{\"a\":1,\"b\":2}");
  CHECK(written(json(R"({"url": "http://x/*y*/", "q": "\"//"} // end)")) ==
        R"({"url":"http://x/*y*/","q":"\"//"})");
  CHECK(written(json("[1,/* \n\n */2]")) == "[1,2]");
  const Reading reading = json("/* x\n */ {\"a\": 1, \"a\": 2}");
  CHECK(reading.where() == "2:14");
}

TEST_CASE("json: strict means without comments") {
  JsonOptions strict;
  strict.allow_comments = false;
  CHECK(json("{} // x", strict).kind() == "syntax");
  CHECK(json("{ /* x */ }", strict).where() == "1:3");
  CHECK(json("{\"a\":\"//\"}", strict).kind().empty());
}

TEST_CASE("json: a byte-order mark is skipped, places count it") {
  const Reading reading = json("\xEF\xBB\xBF{\"a\":1}");
  REQUIRE(reading.document);
  CHECK(text_at(reading, place_at(reading, "a")) == "1");
}

TEST_CASE("json: any value can be the root") {
  CHECK(written(json(" 5 ")) == "5");
  CHECK(written(json("\"x\"\n")) == "\"x\"");
  CHECK(written(json("null")) == "null");
  CHECK(written(json("[]")) == "[]");
  CHECK(written(json("{}")) == "{}");
}

TEST_CASE("json: what is not JSON is refused with its place") {
  struct Case {
    const char* text;
    const char* where;
  };
  const Case cases[] = {
      {"[1,]", "1:3"},
      {"{\"a\":1,}", "1:7"},
      {"{\"a\":1 \"b\":2}", "1:8"},
      {"[1 2]", "1:4"},
      {"[\"a\" \"b\"]", "1:6"},
      {"[1,,2]", "1:4"},
      {"[,1]", "1:2"},
      {"{,}", "1:2"},
      {"{'a':1}", "1:2"},
      {"['a']", "1:2"},
      {"{a:1}", "1:2"},
      {"{\"a\" 1}", "1:6"},
      {"{\"a\":}", "1:6"},
      {"{\"a\"}", "1:5"},
      {"{1:2}", "1:2"},
      {"[\"a\":1]", "1:5"},
      {"[NaN]", "1:2"},
      {"[-Infinity]", "1:2"},
      {"[True]", "1:2"},
      {"[nul]", "1:2"},
      {"[truefalse]", "1:2"},
      {"[true\"x\"]", "1:6"},
      {"[01]", "1:2"},
      {"[-]", "1:2"},
      {"[1.]", "1:2"},
      {"[.5]", "1:2"},
      {"[+1]", "1:2"},
      {"[0x1F]", "1:2"},
      {"[1e]", "1:2"},
      {"[1e999]", "1:2"},
      {"[5m]", "1:2"},
      {"[1", "1:3"},
      {"{\"a\":1", "1:7"},
      {"{\"a\"", "1:5"},
      {"{", "1:2"},
      {"[", "1:2"},
      {"[\"abc", "1:2"},
      {"[\"abc\n\"]", "1:2"},
      {"[\"a\tb\"]", "1:4"},
      {"[\"a\x01\"]", "1:4"},
      {"[\"\\d\"]", "1:3"},
      {"[\"\\u12\"]", "1:3"},
      {"[\"x\\ud800\"]", "1:4"},
      {"[\"\\ud800\\u0041\"]", "1:3"},
      {"[\"\\udc00\"]", "1:3"},
      {"{\"\\udc00\":1}", "1:3"},
      {"{} {}", "1:4"},
      {"{}}", "1:3"},
      {"[1}", "1:3"},
      {"{\"a\":1]", "1:7"},
      {"1 2", "1:3"},
      {"\"a\" x", "1:5"},
      {"{\"a\":{{name}}}", "1:6"},
      {"{{name}}", "1:1"},
      {"{% if x %}", "1:1"},
      {"[<number>]", "1:2"},
      {"{\"a\":1} # end", "1:9"},
      {"{\"a\"=1}", "1:5"},
      {"{\"a\":1;\"b\":2}", "1:7"},
      {"{} /* open", "1:4"},
      {"{\n  \"a\": 1\n  \"b\": 2\n}", "3:3"},
  };
  for (const Case& c : cases) {
    const Reading reading = json(c.text);
    INFO(c.text << "\n" << reading.errors());
    CHECK_FALSE(reading.document);
    CHECK(reading.kind() == "syntax");
    CHECK(reading.where() == c.where);
    REQUIRE(!reading.diagnostics.items().empty());
    CHECK(reading.diagnostics.items()[0].message != "this is not JSON");
  }
}

TEST_CASE("json: nothing may follow a text, with or without an escape in it") {
  for (const char* text : {R"("a" "b")", R"("\"""")", R"("a", "b\u0019" "c")", R"("a\\" , "b")"}) {
    INFO(text);
    CHECK_FALSE(json(text).document);
  }
  CHECK(written(json(R"("a\"b\\")")) == R"("a\"b\\")");
}

TEST_CASE("json: a zero byte") {
  CHECK(json(std::string("{\"a\":\0}", 7)).where() == "1:6");
  CHECK(json(std::string("[\"a\0b\"]", 7)).where() == "1:4");
  CHECK(json(std::string("{}\0", 3)).where() == "1:3");
  CHECK(json(std::string(100, '\0')).kind() == "syntax");
}

TEST_CASE("json: not UTF-8") {
  CHECK(json("{\"a\":\"\xff\"}").kind() == "not-utf8");
  CHECK(json("{\"a\":\"\xff\"}").where() == "1:7");
  CHECK(json("{} // \xff").where() == "1:7");
  CHECK(json("\xed\xa0\x80").kind() == "not-utf8");
  CHECK(json(std::string("\xff\xfe{\0}\0", 6)).kind() == "not-utf8");
  CHECK(json(std::string("{\0}\0", 4)).kind() == "not-utf8");
}

TEST_CASE("json: an empty file says so") {
  for (const char* text : {"", " \n\t", "// only this\n", "/* a */ // b", "\xEF\xBB\xBF"}) {
    INFO(text);
    CHECK(json(text).kind() == "empty-file");
  }
}

TEST_CASE("json: limits name themselves") {
  JsonOptions small;
  small.limits.max_depth = 3;
  small.limits.max_nodes = 6;
  small.limits.max_scalar_bytes = 5;
  CHECK(written(json("[[[1,2,3]]]", small)) == "[[[1,2,3]]]");
  CHECK(json("[[[[]]]]", small).kind() == "limit-exceeded");
  CHECK(json("[[[[]]]]", small).where() == "1:4");
  CHECK(json("[1,2,3,4,5,6]", small).where() == "1:12");
  CHECK(json("{\"a\":1,\"b\":2,\"c\":3}", small).kind() == "limit-exceeded");
  CHECK(written(json("[\"12345\"]", small)) == "[\"12345\"]");
  CHECK(json("[\"123456\"]", small).kind() == "limit-exceeded");
  CHECK(json("[\"\\n23456\"]", small).kind() == "limit-exceeded");
  CHECK(json("{\"123456\":1}", small).kind() == "limit-exceeded");
}

TEST_CASE("json: hostile nesting is an answer, not a crash") {
  for (const char* piece : {"[", "{\"a\":", "[{\"a\":[", "[]", "{", "/*", "\"", "[\"", "\\"}) {
    std::string text;
    for (int i = 0; i < 300000; ++i) text += piece;
    const Reading reading = json(std::move(text));
    INFO(piece);
    CHECK_FALSE(reading.document);
    CHECK(reading.diagnostics.error_count() == 1);
  }
}

TEST_CASE("json: the reader's own limit on depth holds whatever is asked for") {
  JsonOptions deep;
  deep.limits.max_depth = std::numeric_limits<std::size_t>::max();
  const std::string text = std::string(5000, '[') + std::string(5000, ']');
  CHECK(json(text, deep).kind() == "limit-exceeded");
  const std::string fine = std::string(900, '[') + std::string(900, ']');
  CHECK(json(fine, deep).kind().empty());
}
