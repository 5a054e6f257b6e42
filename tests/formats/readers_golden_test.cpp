// The diagnostics of the readers as people see them: tests/golden/diagnostics/<kind>-<variant>.txt.
#include <set>

#include "formats/substitution.h"
#include "reading.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;

namespace {

void check(const Reading& reading, const std::string& kind, const std::string& variant) {
  INFO(reading.errors());
  REQUIRE_FALSE(reading.diagnostics.items().empty());
  for (const Diagnostic& item : reading.diagnostics.items()) CHECK(item.kind->name == kind);
  check_golden("diagnostics/" + kind + "-" + variant + ".txt", reading.errors());
}

}  // namespace

TEST_CASE("golden: syntax of json") {
  struct Case {
    const char* variant;
    const char* text;
  };
  const Case cases[] = {
      {"json-trailing-comma",
       "{\n  \"id\": \"ws-a\",\n  \"steps\": [\n    {\"id\": \"a\"},\n  ]\n}\n"},
      {"json-missing-comma", "{\n  \"id\": \"ws-a\"\n  \"steps\": []\n}\n"},
      {"json-single-quotes", "{\n  'id': 'ws-a'\n}\n"},
      {"json-unquoted-key", "{\n  id: \"ws-a\"\n}\n"},
      {"json-unterminated-string", "{\n  \"id\": \"ws-a,\n  \"steps\": []\n}\n"},
      {"json-not-a-number", "{\n  \"timeout\": NaN\n}\n"},
      {"json-duration-without-quotes", "{\n  \"timeout\": 5m\n}\n"},
      {"json-control-character", "{\n  \"id\": \"ws\ta\"\n}\n"},
      {"json-template", "{\n  \"id\": {{workstream_id}},\n  \"steps\": []\n}\n"},
      {"json-bare-word", "{\n  \"parallel\": True\n}\n"},
      {"json-unexpected-end", "{\n  \"id\": \"ws-a\",\n  \"steps\": [\n    {\"id\": \"a\"}\n"},
      {"json-wrong-bracket", "{\n  \"steps\": [{\"id\": \"a\"}, {\"id\": \"b\"]\n}\n"},
      {"json-extra-text", "{\"id\": \"ws-a\"}\n{\"id\": \"ws-b\"}\n"},
      {"json-bad-escape", "{\n  \"command\": \"C:\\data\"\n}\n"},
      {"json-lone-surrogate", "{\n  \"name\": \"\\ud83d\"\n}\n"},
      {"json-hash-comment", "{\n  # the id\n  \"id\": \"ws-a\"\n}\n"},
      {"json-open-comment", "{\n  \"id\": \"ws-a\" /* never closed\n}\n"},
      {"json-looks-like-yaml", "id: ws-a\nsteps: []\n"},
  };
  for (const Case& c : cases) check(json(c.text), "syntax", c.variant);
}

TEST_CASE("golden: comments in strict json") {
  JsonOptions strict;
  strict.allow_comments = false;
  check(json("{\n  // the id\n  \"id\": \"ws-a\"\n}\n", strict), "syntax", "json-strict-comment");
}

TEST_CASE("golden: syntax of yaml") {
  struct Case {
    const char* variant;
    const char* text;
  };
  const Case cases[] = {
      {"yaml-tab", "steps:\n\t- id: a\n"},
      {"yaml-second-colon", "id: ws-a\ndescription: note: two colons\n"},
      {"yaml-indented-too-far", "id: ws-a\n  name: x\n"},
      {"yaml-list-indentation", "steps:\n  - id: a\n   command: make\n"},
      {"yaml-object-indentation", "steps:\n  - id: a\n  command: make\n"},
      {"yaml-reserved-character", "owner: @team\n"},
      {"yaml-open-quote", "id: \"ws-a\nsteps: []\n"},
      {"yaml-open-bracket", "id: ws-a\ntags: [a, b\nsteps: []\n"},
      {"yaml-text-after-quote", "command: \"make\" all\n"},
      {"yaml-bad-escape", "path: \"C:\\data\"\n"},
      {"yaml-template", "id: {{ workstream_id }}\n"},
      {"yaml-unknown-alias", "command: *default\n"},
      {"yaml-alias-of-itself", "a: &a [1, *a]\n"},
      {"yaml-unknown-tag", "when: !expr x > 1\n"},
      {"yaml-wrong-tag", "gate: !!int one\n"},
      {"yaml-key-not-text", "? [a, b]\n: 1\n"},
      {"yaml-two-documents", "id: ws-a\n---\nid: ws-b\n"},
      {"yaml-merge-of-text", "<<: defaults\n"},
      {"yaml-control-character", "id: ws\x07\n"},
      {"yaml-comma", ", a\n"},
  };
  for (const Case& c : cases) check(yaml(c.text), "syntax", c.variant);
}

TEST_CASE("golden: duplicate keys") {
  check(json("{\n  \"id\": \"a\",\n  \"name\": \"x\",\n  \"id\": \"b\"\n}\n"), "duplicate-key",
        "json");
  check(yaml("steps:\n  - id: a\n    command: x\n    command: y\n"), "duplicate-key", "yaml");
}

TEST_CASE("golden: not utf-8") {
  check(json("{\n  \"name\": \"caf\xe9\"\n}\n"), "not-utf8", "json");
  check(yaml("name: caf\xe9\n"), "not-utf8", "yaml");
  check(yaml(std::string("\xff\xfei\0d\0", 6)), "not-utf8", "utf16");
}

TEST_CASE("golden: empty files") {
  check(json(""), "empty-file", "json");
  check(json("// nothing yet\n"), "empty-file", "json-comments");
  check(yaml("# nothing yet\n"), "empty-file", "yaml-comments");
}

TEST_CASE("golden: limits") {
  check(json(std::string(300, '[')), "limit-exceeded", "json-depth");
  check(yaml(std::string(300, '[') + std::string(300, ']')), "limit-exceeded", "yaml-depth");
  check(yaml("a: " + std::string(20000, '[')), "limit-exceeded", "yaml-brackets");
  JsonOptions small;
  small.limits.max_nodes = 3;
  small.limits.max_scalar_bytes = 10;
  check(json("[1, 2, 3, 4]", small), "limit-exceeded", "json-values");
  check(json("[\"hello, world\"]", small), "limit-exceeded", "json-text");
  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  const std::string names = "abcdefghij";
  for (std::size_t i = 1; i < names.size(); ++i) {
    const std::string before = std::string("*") + names[i - 1];
    laughs += std::string(1, names[i]) + ": &" + names[i] + " [" + before;
    for (int k = 1; k < 10; ++k) laughs += "," + before;
    laughs += "]\n";
  }
  check(yaml(laughs), "limit-exceeded", "yaml-aliases");
}

TEST_CASE("golden: expressions") {
  VariableLookup lookup;
  lookup.vars = {{"target", "release"}};
  const auto substituted = [&](std::string text) {
    Reading reading = yaml(std::move(text));
    REQUIRE(reading.document);
    std::set<std::string, std::less<>> used;
    CHECK_FALSE(substitute(*reading.document, reading.sources, lookup, reading.diagnostics, used));
    return reading;
  };
  check(substituted("a: make ${env.TARGET}\nb: [\"${env.TARGET}\", \"x\\t${env.OTHER}\"]\n"
                    "c: ${vars.targt}\nd: ${vars.unknown}\n"),
        "missing-variable", "several");
  check(substituted("a: ${env.A = 'x'}\nb: ${env.A == x}\nc: run ${env.A\nd: ${env.}\n"
                    "e: ${env.A:=x}\nf: ${env.A > 1}\n"),
        "bad-expression", "several");
}
