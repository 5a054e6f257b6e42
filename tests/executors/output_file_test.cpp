// What a step may write to $WORKSTREAM_OUTPUT, and what each mistake in it is called.
#include "executors/output_file.h"

#include <fmt/format.h>

#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;

namespace {

std::string read(std::string_view text) {
  const auto outputs = parse_output_file(text);
  if (outputs.has_error()) return "error: " + outputs.error().message;
  std::string out;
  for (const WrittenOutput& one : *outputs)
    out += fmt::format("{}{}{};", one.name, one.is_json ? " json " : "=", one.text);
  return out;
}

}  // namespace

TEST_CASE("lines, heredocs and one object are understood") {
  CHECK(read("") == "");
  CHECK(read("a=1\n\nb=x=y\r\nc=") == "a=1;b=x=y;c=;");
  CHECK(read("a<<END\none\n two\nEND\nb=2\n") == "a=one\n two;b=2;");
  CHECK(read("a<<END\r\none\r\nEND\r\n") == "a=one;");
  CHECK(read("a<<END\nEND\n") == "a=;");
  CHECK(read("a=x<<END\n") == "a=x<<END;");
  CHECK(read("  {\"a\": 1, \"b\": [true, null], \"c\": \"x\"}\n") ==
        "a json 1;b json [true,null];c json \"x\";");
}

TEST_CASE("what a text is as a value") {
  CHECK(json_of_output("true") == "true");
  CHECK(json_of_output("42") == "42");
  CHECK(json_of_output("1.10") == "\"1.10\"");
  CHECK(json_of_output("12345678901234567890") == "\"12345678901234567890\"");
  CHECK(json_of_output("[\"a\", 1]") == "[\"a\",1]");
  CHECK(json_of_output("{\"a\": 1}") == "{\"a\":1}");
  CHECK(json_of_output("two words") == "\"two words\"");
  CHECK(json_of_output("") == "\"\"");
}

TEST_CASE("every mistake in the output file has a clear answer") {
  std::string many;
  for (std::size_t i = 0; i <= kMostOutputs; ++i) many += fmt::format("k{}=v\n", i);
  std::string all;
  for (const std::string& text : std::vector<std::string>{
           "a=1\nnonsense\n", "a b=1\n", "=1\n", "9a=1\n", "a.b=1\n", "a=1\na=2\n",
           "a=1\nb<<END\nvalue\nEN\n", "a<<\n", "{\"a\": 1", "{\"a\": 1} b=2", "{\"a b\": 1}",
           "{\"a\": 1, \"a\": 2}", many, std::string(kMostOutputNameBytes + 1, 'a') + "=1\n",
           "\x1b[31m\n"}) {
    all += read(text) + "\n";
  }
  check_golden("output_file_mistakes.txt", all);
}
