// Values: JSON in and out, and what a text without quotes means.
#include "model/datum.h"

#include "support/catch.h"

using namespace ws;

TEST_CASE("JSON comes back as it was") {
  for (const char* text :
       {"null", "true", "false", "0", "-7", "9223372036854775807", "-9223372036854775808", "1.5",
        "\"a\\n\\\"b\\\\\"", "[]", "{}", "[1,[2,[]],{}]", R"({"b":1,"a":{"c":[null]}})"}) {
    INFO(text);
    const auto read = parse_json(text);
    REQUIRE(read);
    CHECK(to_json(*read) == text);
    CHECK(parse_json(to_json(*read)) == read);
  }
}

TEST_CASE("integers stay integers while they fit") {
  CHECK(std::holds_alternative<std::int64_t>(parse_json("9223372036854775807")->value));
  CHECK(std::holds_alternative<double>(parse_json("9223372036854775808")->value));
  CHECK(std::holds_alternative<double>(parse_json("18446744073709551616")->value));
  CHECK(std::holds_alternative<double>(parse_json("1.0")->value));
  CHECK(std::holds_alternative<double>(parse_json("1e2")->value));
}

TEST_CASE("what is not one JSON value is none") {
  for (const char* text : {"", " ", "nul", "1 2", "[1,]", "{\"a\":}", "'a'", "\"a", "{a:1}", "01",
                           "1e999", "NaN", "\"\xff\"", "[1] x", "// c\n1"}) {
    INFO(text);
    CHECK_FALSE(parse_json(text));
  }
}

TEST_CASE("JSON nests two hundred deep and no deeper") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(200)));
  CHECK_FALSE(parse_json(nested(201)));
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 201; ++i) objects += "{\"a\":";
  CHECK_FALSE(parse_json(objects + "1" + std::string(201, '}')));
}

TEST_CASE("text that is not UTF-8 is written with replacement characters") {
  CHECK(to_json(Datum{std::string("a\xff")}) == "\"a\xEF\xBF\xBD\"");
}

TEST_CASE("members and elements by name") {
  const Datum datum = *parse_json(R"({"a":[10,20],"b":1,"b":2,"":3})");
  CHECK(*datum.find("a")->find("1") == Datum{std::int64_t{20}});
  CHECK(*datum.find("b") == Datum{std::int64_t{2}});
  CHECK(*datum.find("") == Datum{std::int64_t{3}});
  CHECK(datum.find("c") == nullptr);
  CHECK(datum.find("a")->find("2") == nullptr);
  CHECK(datum.find("a")->find("-1") == nullptr);
  CHECK(datum.find("a")->find("1x") == nullptr);
  CHECK(datum.find("a")->find("99999999999999999999") == nullptr);
  CHECK(datum.find("b")->find("x") == nullptr);
}

TEST_CASE("plain text: as a command gets it") {
  CHECK(to_plain_text(Datum{}) == "");
  CHECK(to_plain_text(Datum{true}) == "true");
  CHECK(to_plain_text(Datum{std::int64_t{-3}}) == "-3");
  CHECK(to_plain_text(Datum{1.5}) == "1.5");
  CHECK(to_plain_text(Datum{std::string("a b")}) == "a b");
  CHECK(to_plain_text(*parse_json("[1, \"x\"]")) == "[1,\"x\"]");
}

TEST_CASE("plain text: what key=value means") {
  const std::pair<const char*, const char*> cases[] = {
      {"true", "true"},
      {"false", "false"},
      {"True", "\"True\""},
      {"null", "\"null\""},
      {"", "\"\""},
      {" ", "\" \""},
      {"42", "42"},
      {"-1", "-1"},
      {" 42", "\" 42\""},
      {"1.5", "1.5"},
      {"1.10", "\"1.10\""},
      {"007", "\"007\""},
      {"1e5", "\"1e5\""},
      {"1.2.3", "\"1.2.3\""},
      {"2024-01-01", "\"2024-01-01\""},
      {"12345678901234567890", "\"12345678901234567890\""},
      {"[1, 2]", "[1,2]"},
      {"{\"a\": 1}", "{\"a\":1}"},
      {"[1, 2", "\"[1, 2\""},
      {"\"quoted\"", "\"\\\"quoted\\\"\""},
      {"tru", "\"tru\""},
  };
  for (const auto& [text, json] : cases) {
    INFO(text);
    CHECK(to_json(from_plain_text(text)) == json);
  }
}
