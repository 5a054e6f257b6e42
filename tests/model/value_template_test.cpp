// Values made of other values.
#include "model/value_template.h"

#include "model/item_binding.h"
#include "support/catch.h"

using namespace ws;

namespace {

Evaluated known(const Reference& path) {
  if (path.text() == "steps.a.result") return Datum{std::int64_t{7}};
  if (path.text() == "steps.a.outputs.list") return *parse_json(R"([1, "x"])");
  if (path.text() == "steps.a.outputs.empty") return Datum{std::string()};
  if (path.text() == "inputs") return *parse_json(R"({"q": 1})");
  return NoValue{"it is not there"};
}

std::string filled(std::string_view json) {
  const Evaluated made = fill_json(json, false, known);
  const auto* missing = std::get_if<NoValue>(&made);
  return missing != nullptr ? "! " + missing->why : to_json(std::get<Datum>(made));
}

}  // namespace

TEST_CASE("a text that is one reference keeps the kind of its value") {
  CHECK(filled(R"("${steps.a.result}")") == "7");
  CHECK(filled(R"("v${steps.a.result}")") == R"("v7")");
  CHECK(filled(R"(["${steps.a.outputs.list}", {"k": "${steps.a.result}", "n": null}])") ==
        R"([[1,"x"],{"k":7,"n":null}])");
  CHECK(filled(R"("$${steps.a.result}")") == R"("${steps.a.result}")");
}

TEST_CASE("a default stands in for no value and nothing, and keeps its kind too") {
  CHECK(filled(R"("${steps.x.result:-${steps.a.outputs.list}}")") == R"([1,"x"])");
  CHECK(filled(R"("${steps.a.outputs.empty:-none}")") == R"("none")");
  CHECK(filled(R"("${steps.x.result:-}")") == R"("")");
}

TEST_CASE("all inputs are an object where no shell looks") {
  CHECK(filled(R"({"all": "${inputs}"})") == R"({"all":{"q":1}})");
  CHECK(filled(R"("x ${inputs}")") == R"("x ${inputs}")");
}

TEST_CASE("a value that is made of one that is missing says which") {
  CHECK(filled(R"({"k": ["${steps.x.result}"]})") ==
        "! steps.x.result has no value: it is not there");
  CHECK(filled("{") == "! it is not JSON");
}

TEST_CASE("an item is put into texts before there is a run") {
  const BoundItem bound{*parse_json(R"({"os": "linux", "n": 3})"), 1};
  CHECK(bind_item(R"({"os": "{item.os}", "n": "${item.n}", "i": "{index}"})", bound) ==
        R"({"os":"linux","n":3,"i":1})");
  CHECK(bind_item(R"("on {item.os} with ${steps.a.result}")", bound) ==
        R"("on linux with ${steps.a.result}")");
  CHECK(bind_item(R"("{item.none}")", bound) == "null");
  // What an item says is text, not a reference.
  const BoundItem hostile{Datum{std::string("${steps.a.result}")}, 0};
  CHECK(bind_item(R"("{item}")", hostile) == R"("$${steps.a.result}")");
}
