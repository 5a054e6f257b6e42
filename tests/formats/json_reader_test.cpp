#include "formats/document.h"
#include "formats/readers.h"
#include "support/catch.h"

using namespace ws;

TEST_CASE("a json object is read with places") {
  SourceSet sources;
  Diagnostics diagnostics;
  const SourceId id = sources.add("f.json", R"({"id": "a\nb", "n": [1, 2.5, true, null]} )");
  const auto document = read_json(sources, id, {}, diagnostics);
  INFO(render(diagnostics, sources, {}));
  REQUIRE(document);
  const auto name = document->root().find("id");
  REQUIRE(name);
  CHECK(name->as_string() == "a\nb");
  CHECK(name->place() == Place{id, 7, 6});
  CHECK(document->root().find("n")->size() == 4);
}
