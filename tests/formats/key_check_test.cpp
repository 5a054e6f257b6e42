// Which unknown keys are mistakes, and which are other people's.
#include "formats/key_check.h"

#include "formats/keys.h"
#include "formats/shapes.h"
#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

Strings of_step(const std::string& body) { return load_step(body).found(); }

Strings of_top(const std::string& keys) {
  return load_yaml("id: ws-t\nsteps: [{id: a}]\n" + keys).found();
}

TEST_CASE("near misses are errors") {
  for (const char* body : {"depend_on: [b]",
                           "dependson: [b]",
                           "dependsOn: [b]",
                           "depends-on: b",
                           "Depends_On: b",
                           "depnds_on: b",
                           "acceptance_test: [x]",
                           "aceptance_tests: [x]",
                           "acceptanceTests: [x]",
                           "comand: make",
                           "commnad: make",
                           "task: [x]",
                           "taks: [x]",
                           "timout: 5",
                           "timeot: 5",
                           "on_failiure: abort",
                           "workingdir: x",
                           "working-dir: x",
                           "dependency: [b]",
                           "evn: {A: b}",
                           "prioritiy: 5",
                           "dscription: x",
                           "retyr: {attempts: 2}",
                           "sucess: {exit_codes: 0}"}) {
    INFO(body);
    CHECK(of_step(body) == Strings{"misspelt-key 4:5"});
  }
  for (const char* keys : {"step: [{id: b}]", "exection: {parallel: true}", "phase: [{id: p}]",
                           "file_scope: [src/]", "step_group: [{id: g}]", "files_scop: [x]"}) {
    INFO(keys);
    CHECK(of_top(keys) == Strings{"misspelt-key 3:1"});
  }
}

TEST_CASE("other people's keys are warned about, once each") {
  for (const char* keys : {"phase: P1",
                           "tools: [a, b]",
                           "file_scope: {modify: [x]}",
                           "date: 2025-01-01",
                           "then: x",
                           "status: planned",
                           "type: x",
                           "owner: me",
                           "title: x",
                           "notes: [x]",
                           "goal: x",
                           "test: x",
                           "estimated_duration: 5",
                           "parallel_with: [x]",
                           "objective: x",
                           "team: x",
                           "group: A",
                           "deliverables: [x]",
                           "ids: [1]",
                           "rate: 5"}) {
    INFO(keys);
    CHECK(of_top(keys) == Strings{"?unknown-key 3:1"});
  }
  CHECK(load_yaml("id: ws-t\nsteps:\n  - {id: a, foo: 1}\n  - {id: b, foo: 2, bar: 1}\n").found() ==
        Strings{"?unknown-key 3:13", "?unknown-key 4:21"});
}

TEST_CASE("annotations pass in silence") {
  CHECK(of_top("_comment: 1\n_x: [y]\ndoc_id: D\nx-team: {a: b}\n").empty());
  CHECK(of_step("_comment_id: x\ndoc_id: y\nx-a: 1").empty());
}

TEST_CASE("a misspelling beside the right spelling is one too") {
  CHECK(of_step("depends_on: []\ndepend_on: [b]") == Strings{"misspelt-key 5:5"});
  CHECK(of_step("commands: [make, test]") == Strings{"misspelt-key 4:5"});
}

TEST_CASE("the suggestion says where a key belongs") {
  const auto loaded = load_step("rate_limit_delay: 5");
  CHECK(loaded.diagnostics.items().front().hint == "it is a key of 'execution'");
  const auto near = load_step("depend_on: [b]");
  CHECK(near.diagnostics.items().front().hint == "did you mean 'depends_on'?");
}

TEST_CASE("a command at the top would be dropped: an error") {
  CHECK(of_top("command: make") == Strings{"not-applicable 3:1"});
  CHECK(of_top("script: make") == Strings{"not-applicable 3:1"});
}

TEST_CASE("no known key is a near miss of another one of its object") {
  for (const ObjectSpec* spec :
       {&kWorkstreamObject, &kStepObject, &kGroupObject, &kPhaseObject, &kExecutionObject}) {
    for (const KeySpec& key : spec->keys)
      CHECK(find_key(*spec, name_of(key.key)).spec->key == key.key);
  }
}

TEST_CASE("every key is found by its name") {
  for (std::size_t i = 1; i < kKeyCount; ++i) {
    const Key key = static_cast<Key>(i);
    INFO(name_of(key));
    CHECK(key_named(name_of(key)) == key);
  }
  CHECK(key_named("") == Key::none);
  CHECK(key_named("nothing_like_it") == Key::none);
}

TEST_CASE("long and strange names are judged quickly") {
  const auto loaded = test::load_json("{\"id\": \"ws-t\", \"" + std::string(1 << 20, 'a') +
                                      "\": 1, \"steps\": [{\"id\": \"a\"}]}");
  CHECK(loaded.found() == Strings{"?unknown-key 1:16"});
  CHECK(loaded.text().size() < 2000);
  CHECK(of_step("\"\": 1") == Strings{"?unknown-key 4:5"});
  CHECK(of_step("\"-\": 1") == Strings{"?unknown-key 4:5"});
}

}  // namespace
}  // namespace ws
