// Which documents are bloks. None of our own may become one.
#include "../reading.h"
#include "formats/shape_of_file.h"
#include "support/catch.h"

namespace ws {
namespace {

FileShape shape(std::string text) {
  const auto read = test::yaml(std::move(text));
  INFO(read.errors());
  REQUIRE(read.document.has_value());
  return shape_of(read.document->root());
}

TEST_CASE("bloks are told by their steps") {
  for (const char* const text : {
           "{name: abc, version: 1.0.0, steps: [{name: a, node: b, type: module}], nodes: {}}",
           "{name: abc, steps: [{id: a, use: b}]}",
           "{steps: [{name: a, node: b}]}",
           "{name: abc, version: 1.0.0, steps: [], nodes: {}}",
           "{name: abc, trigger: {http: {}}, steps: []}",
           "{name: abc, version: 1.0.0, steps: [{id: a, wait: {for: 1s}}]}",
           "{name: abc, version: 1.0.0, steps: [{id: a, useless: b}]}",
           "{name: abc, version: 1.0.0, steps: []}",
           "{name: abc, steps: [{id: a, branch: {when: x, then: []}}]}",
           "{name: abc, steps: [{id: a, forEach: {}}]}",
           "{name: abc, steps: [{id: a, loop: {}}]}",
           "{name: abc, steps: [{id: a, switch: {}}]}",
           "{name: abc, steps: [{id: a, tryCatch: {}}]}",
           "{name: abc, steps: [{id: a, subworkflow: other}]}",
           "{name: abc, steps: [{id: a, wait: {for: 1s}}, {id: b, use: c}]}",
           "{id: x, name: abc, steps: [{name: a, node: b}], nodes: {a: {}}}",
           "{name: abc, version: 1.0.0, nodes: {a: {}}}",
           "{name: abc, steps: {}, nodes: {a: {}}}",
           "{nodes: [{name: a, node: b, type: module}]}",
           "{execution: {strategy: parallel}, nodes: []}",
       }) {
    INFO(text);
    CHECK(shape(text) == FileShape::blok);
  }
}

TEST_CASE("what is ours stays ours") {
  for (const char* const text : {
           "{id: ws-a, steps: [{id: a, command: b}]}",
           "{id: ws-a, steps: [{id: a, wait: {for: 1s}}]}",
           "{id: ws-a, name: abc, version: 1.0.0, steps: [{id: a}]}",
           "{id: ws-a, steps: []}",
           "{id: ws-a, steps: [{id: a, use: b}]}",
           "{name: abc, version: 1.0.0, steps: [{id: a, command: b}]}",
           "{name: abc, version: 1.0.0, steps: [{id: a, script: b}]}",
           "{name: abc, version: 1.0.0, steps: [{id: a, tool: b, tasks: [c]}]}",
           "{name: abc, version: 1.0.0, steps: [{id: a, depends_on: [b]}]}",
           "{steps: [{id: a, command: b, node: c}]}",
           "{steps: [{id: a}]}",
           "{name: abc, version: 1.0.0, execution: {parallel: true}, steps: []}",
           "{phases: [{id: p, steps: [{id: a}]}]}",
           "{step_groups: [{id: p, steps: [{id: a}]}], steps: []}",
       }) {
    INFO(text);
    CHECK(shape(text) == FileShape::workstream);
  }
  CHECK(shape("{plan_id: p, version: 1, globals: {}, steps: [{id: a, use: b}]}") ==
        FileShape::plan);
  CHECK(shape("{globals: {}, steps: [{id: a, command: b}]}") == FileShape::plan);
  CHECK(shape("{id: PH-1, execution_steps: []}") == FileShape::phase_plan);
  CHECK(shape("[{id: ws-a, steps: []}]") == FileShape::many);
}

TEST_CASE("and other people's files are neither") {
  for (const char* const text : {
           "{nodes: [{id: 1}, {id: 2}], edges: []}",
           "{nodes: {a: {}}}",
           "{name: abc, version: 1.0.0}",
           "{services: {web: {image: x}}}",
           "{name: abc, jobs: {build: {steps: [{uses: x}]}}}",
           "{execution: {strategy: parallel}}",
           "[{name: abc, use: b}]",
           "text",
       }) {
    INFO(text);
    CHECK(shape(text) == FileShape::none);
  }
}

}  // namespace
}  // namespace ws
