#include "report/diagnostics_json.h"

#include "model/mistakes.h"
#include "report/json_text.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("diagnostics as data, ordered by place") {
  SourceSet sources;
  const SourceId a = sources.add("a.json", "{\n  \"id\": \"a\",\n  \"stepz\": []\n}\n");
  const SourceId b = sources.add("b.json", "{\"id\": \"a\"}\n");
  Diagnostics diagnostics;
  Diagnostic& twice =
      diagnostics.error(mistakes::duplicate_id, Place{b, 7, 3}, "workstream 'a' is defined twice");
  twice.subject = "a";
  twice.notes.push_back({Place{a, 10, 3}, "first here"});
  twice.notes.push_back({Place{}, "ids are global"});
  diagnostics.error(mistakes::misspelt_key, Place{a, 18, 7}, "unknown key 'stepz'",
                    "did you mean 'steps'?");
  diagnostics.warning(mistakes::unknown_key, Place{}, "from the command line \xff");
  check_golden("report/diagnostics.json", diagnostics_json(diagnostics, sources, 2));
}

TEST_CASE("no diagnostics are ok") {
  const Json json = Json::parse(diagnostics_json(Diagnostics{}, SourceSet{}, 3));
  CHECK(json["ok"] == true);
  CHECK(json["bundles_checked"] == 3);
  CHECK(json["errors"].empty());
}

TEST_CASE("warnings alone are ok") {
  Diagnostics diagnostics;
  diagnostics.warning(mistakes::unknown_key, Place{}, "unknown key 'x'");
  CHECK(Json::parse(diagnostics_json(diagnostics, SourceSet{}, 1))["ok"] == true);
}
