// The Document and its builder, through the readers.
#include "formats/document.h"

#include "reading.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("document: members and items come in file order") {
  const Reading reading = json(R"({"b": 1, "a": [true, null, {"c": []}], "d": {}})");
  REQUIRE(reading.document);
  const Value root = reading.document->root();
  std::string order;
  for (const Member& member : root.members()) order += member.key;
  CHECK(order == "bad");
  CHECK(root.size() == 3);
  CHECK(root.find("a")->size() == 3);
  CHECK(root.find("d")->size() == 0);
  CHECK_FALSE(root.find("c").has_value());
  CHECK(written(reading) == R"({"b":1,"a":[true,null,{"c":[]}],"d":{}})");
}

TEST_CASE("document: a scalar has no items, no members and no size") {
  const Reading reading = json("5");
  REQUIRE(reading.document);
  const Value root = reading.document->root();
  CHECK(root.size() == 0);
  CHECK_FALSE(root.items().begin() != root.items().end());
  CHECK_FALSE(root.members().begin() != root.members().end());
  CHECK_FALSE(root.find("x").has_value());
}

TEST_CASE("document: as_number reads integers too") {
  const Reading reading = json("[3, 2.5]");
  REQUIRE(reading.document);
  auto item = reading.document->root().items().begin();
  CHECK((*item).as_number() == 3.0);
  ++item;
  CHECK((*item).as_number() == 2.5);
}

TEST_CASE("document: it can be moved") {
  Reading reading = json(R"({"escaped": "a\nb", "plain": "text"})");
  REQUIRE(reading.document);
  const Document moved = std::move(*reading.document);
  CHECK(moved.root().find("escaped")->as_string() == "a\nb");
  CHECK(moved.root().find("plain")->as_string() == "text");
}

TEST_CASE("document: strings are replaced, keys are not") {
  Reading reading = json(R"({"old": ["old", "other", 1], "x": "a\told"})");
  REQUIRE(reading.document);
  const bool done = reading.document->substitute_strings(
      [](std::string_view text, Place) -> std::optional<Document::Replacement> {
        if (text == "old") return Document::Replacement{"new", true};
        if (text == "a\told") return Document::Replacement{"", false};
        return std::nullopt;
      });
  CHECK(done);
  CHECK(written(reading) == R"({"old":["new","other",1],"x":""})");
  const Value first = *reading.document->root().find("old")->items().begin();
  CHECK(first.is_substituted());
  CHECK_FALSE(reading.document->root().find("x")->is_substituted());
}

TEST_CASE("document: every kind has words for messages") {
  CHECK(describe(ValueKind::null) == "null");
  CHECK(describe(ValueKind::boolean) == "a boolean");
  CHECK(describe(ValueKind::integer) == "a whole number");
  CHECK(describe(ValueKind::number) == "a number");
  CHECK(describe(ValueKind::string) == "a string");
  CHECK(describe(ValueKind::array) == "a list");
  CHECK(describe(ValueKind::object) == "an object");
}

namespace {

std::string object_of(std::size_t keys, const std::string& last) {
  std::string text = "{";
  for (std::size_t i = 0; i < keys; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  return text + "\"" + last + "\":0}";
}

}  // namespace

TEST_CASE("duplicate keys: found in small and in large objects") {
  for (const std::size_t keys : {1U, 15U, 16U, 17U, 1000U}) {
    INFO(keys << " keys");
    CHECK(json(object_of(keys, "k0")).kind() == "duplicate-key");
    CHECK(json(object_of(keys, "other")).kind().empty());
  }
}

TEST_CASE("duplicate keys: all of them, each against the first") {
  const Reading reading = json(R"({"a":1,"a":2,"b":{"c":1,"c":2},"a":3})");
  CHECK_FALSE(reading.document);
  REQUIRE(reading.diagnostics.error_count() == 3);
  for (const Diagnostic& item : reading.diagnostics.items()) {
    REQUIRE(item.notes.size() == 1);
    const auto first = reading.sources.line_column(item.notes[0].place).column;
    CHECK((first == 2 || first == 19));
  }
}

TEST_CASE("duplicate keys: the same key is the same however it is escaped") {
  CHECK(json(R"({"a":1,"\u0061":2})").kind() == "duplicate-key");
  CHECK(yaml("a: 1\n\"\\x61\": 2\n").kind() == "duplicate-key");
}

TEST_CASE("duplicate keys: reading stops after ten thousand") {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 20000; ++i) text += ",\"a\":0";
  const Reading reading = json(text + "}");
  CHECK(reading.diagnostics.error_count() == 10001);
  CHECK(reading.diagnostics.items().back().kind == &mistakes::limit_exceeded);
}
