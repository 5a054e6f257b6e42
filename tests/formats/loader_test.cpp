// Notations, shapes and verdicts; variables at load.
#include "formats/loader.h"

#include <chrono>

#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using test::load;
using test::load_step;
using test::load_yaml;
using test::with_env;
using Strings = std::vector<std::string>;

const std::string kJson = R"({"id": "ws-a", "steps": [{"id": "x"}]})";
const std::string kYaml = "id: ws-a\nsteps: [{id: x}]\n";

TEST_CASE("the notation is found by extension, then by shape") {
  CHECK(load("a.json", kJson).verdict == LoadVerdict::loaded);
  CHECK(load("a.jsonc", "// x\n" + kJson).verdict == LoadVerdict::loaded);
  CHECK(load("a.yaml", kYaml).verdict == LoadVerdict::loaded);
  CHECK(load("A.YML", kYaml).verdict == LoadVerdict::loaded);
  CHECK(load("a", kYaml).verdict == LoadVerdict::loaded);
  CHECK(load("a", "\xEF\xBB\xBF /* x */ " + kJson).verdict == LoadVerdict::loaded);
  CHECK(load("-", kJson).verdict == LoadVerdict::loaded);
  CHECK(load("dir.toml/a", kJson).verdict == LoadVerdict::loaded);
  CHECK(load("a.json", kYaml).errors() == Strings{"syntax"});
}

TEST_CASE("a byte-order mark is no column of the first line") {
  const std::string mark = "\xEF\xBB\xBF";
  CHECK(load("a.json", mark + R"({"id": 5, "steps": [{"id": "x"}]})").found() ==
        load("a.json", R"({"id": 5, "steps": [{"id": "x"}]})").found());
  const auto yaml = load("a.yaml", mark + "id: a/b\nsteps: [{id: x}]\n");
  CHECK(yaml.found() == Strings{"bad-id 1:5"});
  CHECK(yaml.text().find(mark) == std::string::npos);
  CHECK(load("a.json", mark).errors() == Strings{"empty-file"});
}

TEST_CASE("a named format wins over the extension") {
  LoadOptions options;
  options.format = Format::yaml;
  CHECK(load("a.json", kYaml, options).verdict == LoadVerdict::loaded);
  options.format = Format::json;
  CHECK(load("a.toml", kJson, options).verdict == LoadVerdict::loaded);
}

TEST_CASE("comments are refused under strict JSON") {
  LoadOptions options;
  options.strict_json = true;
  CHECK(load("a.json", "// x\n" + kJson, options).verdict == LoadVerdict::has_errors);
  CHECK(load("a.json", kJson, options).verdict == LoadVerdict::loaded);
}

TEST_CASE("other notations are named as unsupported") {
  for (const char* name : {"a.toml", "a.xml", "a.ini"}) {
    const auto loaded = load(name, "x");
    CHECK(loaded.errors() == Strings{"unsupported-format"});
    CHECK(loaded.verdict == LoadVerdict::has_errors);
    CHECK(loaded.workset.sources.size() == 1);
  }
}

TEST_CASE("what is no workstream") {
  for (const char* text : {"title: x\n", "[]\n", "[1, 2]\n", "text\n", "5\n", "{}\n",
                           "id: something\nname: x\n", "tasks: [a]\n", "version: 2\n"}) {
    INFO(text);
    const auto loaded = load_yaml(text);
    CHECK(loaded.verdict == LoadVerdict::not_a_workstream);
    CHECK(loaded.errors() == Strings{"not-a-workstream"});
    CHECK(loaded.workset.workstreams.empty());
  }
}

TEST_CASE("what is one, although something is missing") {
  CHECK(load_yaml("steps: [{id: a}]\n").errors() == Strings{"missing-key"});
  CHECK(load_yaml("id: ws-a\n").verdict == LoadVerdict::loaded);
  CHECK(load_yaml("id: build\ntool: make\n").verdict == LoadVerdict::loaded);
}

TEST_CASE("the text is kept when the file fails") {
  const auto loaded = load("a.json", "{");
  CHECK(loaded.verdict == LoadVerdict::has_errors);
  CHECK(loaded.workset.sources.size() == 1);
}

TEST_CASE("environment expressions take the type of their key") {
  const char* const kText =
      "id: ws-a\nsteps: [{id: a}]\nexecution:\n  parallel: ${env.CI == 'true'}\n"
      "  max_workers: ${env.MAX_WORKERS:-3}\n  timeout: ${env.T:-5m}\n";
  const auto plain = load_yaml(kText);
  INFO(plain.text());
  CHECK(plain.only().execution.parallel == false);
  CHECK(plain.only().execution.max_workers == 3U);
  CHECK(plain.only().execution.timeout == 5min);
  const auto set = load_yaml(kText, with_env({{"CI", "true"}, {"MAX_WORKERS", "8"}, {"T", "90"}}));
  CHECK(set.only().execution.parallel == true);
  CHECK(set.only().execution.max_workers == 8U);
  CHECK(set.only().execution.timeout == 90s);
  const auto automatic = load_yaml(kText, with_env({{"MAX_WORKERS", "auto"}}));
  CHECK(automatic.verdict == LoadVerdict::loaded);
}

TEST_CASE("what does not become the type names the variable and the value") {
  const auto loaded = load_yaml(
      "id: ws-a\nsteps: [{id: a}]\nexecution:\n  max_workers: ${env.N}\n  parallel: ${env.P}\n"
      "  timeout: ${env.T}\n",
      with_env({{"N", "many"}, {"P", "maybe"}, {"T", "soon"}}));
  REQUIRE(loaded.diagnostics.items().size() == 3);
  CHECK(loaded.diagnostics.items()[0].message ==
        "'max_workers' cannot be 'many' (the value of ${env.N})");
  CHECK(loaded.diagnostics.items()[1].message ==
        "'parallel' must be true or false, not 'maybe' (the value of ${env.P})");
  CHECK(loaded.diagnostics.items()[2].message ==
        "'soon' (the value of ${env.T}) is not a duration");
  const auto zero =
      load_yaml("id: ws-a\nsteps: [{id: a}]\nexecution: {max_workers: \"${env.N}\"}\n",
                with_env({{"N", "0"}}));
  CHECK(zero.errors() == Strings{"out-of-range"});
}

TEST_CASE("a missing variable is one mistake, not two") {
  CHECK(load_step("timeout: ${env.NOT_SET}\ncommand: ${env.NOT_SET_EITHER}").errors() ==
        Strings{"missing-variable", "missing-variable"});
}

TEST_CASE("variables: defaults in the file, --var before them") {
  const char* const kText =
      "id: ws-a\nvars: {target: all, jobs: 2, both: \"${vars.target}-${env.X:-y}\"}\n"
      "steps:\n  - {id: a, command: \"make ${vars.target} -j${vars.jobs} ${vars.both}\"}\n";
  const auto words = [](const test::Loading& loaded) {
    INFO(loaded.text());
    return std::get<CommandAction>(loaded.step("a").action).command.argv;
  };
  CHECK(words(load_yaml(kText)) == Strings{"make", "all", "-j2", "all-y"});
  LoadOptions options = with_env({{"X", "z"}});
  options.vars = {{"jobs", "8"}, {"typo", "1"}};
  const auto loaded = load_yaml(kText, options);
  CHECK(words(loaded) == Strings{"make", "all", "-j8", "all-z"});
  CHECK(unused_vars(options, loaded.workset) == Strings{"typo"});
}

TEST_CASE("one name with two defaults in an array file is a conflict") {
  const auto loaded = load(
      "a.json",
      R"([{"id": "ws-a", "vars": {"v": "1"}, "steps": [{"id": "x", "command": "echo ${vars.v}"}]},
          {"id": "ws-b", "vars": {"v": "2"}, "steps": [{"id": "x"}]}])");
  CHECK(loaded.errors() == Strings{"conflicting-keys"});
}

TEST_CASE("a key that only a run can fill stays as it is") {
  const auto loaded = load_step("command: echo ${steps.b.outputs.v} ${HOME}");
  CHECK(std::get<CommandAction>(loaded.step("a").action).command.argv.front() ==
        "echo ${steps.b.outputs.v} ${HOME}");
}

}  // namespace
}  // namespace ws
