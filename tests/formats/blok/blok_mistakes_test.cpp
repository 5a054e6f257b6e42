// Every mistake of a blok file, all at once, with its place. tests/golden/blok/ keeps the texts.
#include <string>
#include <utility>
#include <vector>

#include "../loading.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

void check(const std::string& name, std::string text) {
  const auto loaded = test::load_yaml(std::move(text));
  CHECK(loaded.verdict == LoadVerdict::has_errors);
  test::check_golden("blok/" + name + ".txt", loaded.text());
}

TEST_CASE("blok mistakes: the top") {
  check("mistakes_top", R"(name: ab
version: one
nodes: []
steps:
  - 7
  - {use: x}
  - {id: "", use: x}
  - {id: 7, use: x}
)");
  check("mistakes_nothing", "name: [x]\nversion: 1\ntrigger: {}\nsteps: []\n");
  CHECK(test::load_yaml("name: abc\nversion: 1.0.0\nnodes: {}\n").errors() ==
        std::vector<std::string>{"missing-key"});
  CHECK(test::load_yaml("name: abc\nversion: 1.0.0\nsteps: {}\nnodes: {}\n").errors() ==
        std::vector<std::string>{"wrong-type"});
}

TEST_CASE("blok mistakes: shapes") {
  check("mistakes_shapes", R"(name: sample
version: 1.0.0
steps:
  - {id: a, ues: fetch}
  - {id: b, foreach: {in: [], as: x, do: []}}
  - {id: c, something: 1}
  - {id: d, use: x, branch: {when: a, then: []}}
  - {id: e, use: x, wait: {for: 1s}}
  - {id: a, use: x}
)");
}

TEST_CASE("blok mistakes: v1") {
  check("mistakes_nodes", R"(name: sample
version: 1.0.0
steps:
  - {name: load-data, node: data-loader, type: module}
  - {name: ab, node: abc, type: modul}
  - {name: no-config, node: parallel-execution, type: module}
  - {name: no-conditions, node: if-else, type: module}
  - {name: filter, node: if-else, type: module}
  - {name: empty, node: if-else, type: module}
  - {name: wrong, node: some-node, type: module}
  - {name: missing, node: some-node, type: module}
nodes:
  load-dta: {inputs: {}}
  ab: {inputs: {}, inptus: {}}
  no-config: {}
  no-conditions: {}
  filter:
    conditions:
      - {type: else, steps: []}
      - {type: maybe, condition: "x", steps: []}
      - {type: if}
      - {condition: 7, steps: []}
      - 7
      - {type: else, steps: []}
  empty: {conditions: []}
  wrong: 7
)");
}

TEST_CASE("blok mistakes: the container") {
  check("mistakes_container", R"(name: sample
version: 1.0.0
steps:
  - {name: first, node: parallel-execution, type: module}
  - {name: second, node: parallel-execution, type: module}
  - {name: third, node: parallel-execution, type: module}
nodes:
  first:
    execution: {strategy: paralel, error_handling: ignore, timeout: 0, max_concurrent: 0, global_timeout: -1, retries: 3}
    nodes:
      - {name: one, node: work-on, type: module}
      - {name: one, node: work-on, type: module}
      - {name: two, type: module}
      - {node: work-on}
  second:
    execution: {timeout: 10, max_concurrent: 21, global_timeout: 700000}
    nodes: [{name: three, node: work-on}]
  third: {execution: {max_concurrent: 1.5, timeout: soon}, nodes: []}
  one: {}
  three: {}
)");
}

TEST_CASE("blok mistakes: v2") {
  check("mistakes_today", R"(name: sample
version: 1.0.0
steps:
  - {id: a, use: x, maxDuration: 1h30m, retry: {maxAttempts: 0, factor: 0.5, jitter: true}, as: b, spread: true}
  - {id: b, use: x, maxDuration: 1.5h, retry: {}, active: "yes", idempotencyKeyTTL: -1}
  - {id: c, wait: {for: 5y}}
  - {id: d, wait: {}}
  - {id: e, wait: {for: 1s, until: "2030-01-01T00:00:00Z"}}
  - {id: f, wait: {until: tomorrow}}
  - {id: g, forEach: {in: 7, as: "a b", mode: both, concurrency: 0, do: []}}
  - {id: h, forEach: {}}
  - {id: i, loop: {while: "", maxIterations: 0, do: []}}
  - {id: j, loop: {}}
  - {id: k, switch: {cases: []}}
  - {id: l, switch: {on: 1, cases: [7, {do: []}, {when: a}]}}
  - {id: m, tryCatch: {try: []}}
  - {id: n, branch: {}}
  - {id: o, branch: {when: 7, then: 7}}
  - {id: p, subworkflow: "", allowList: []}
  - {id: q, subworkflow: child, allowList: [other]}
  - {id: r, use: 7}
  - {id: s, use: ""}
  - {id: t, use: x, type: runtime}
  - {id: u, tryCatch: 7}
)");
}

TEST_CASE("blok mistakes: fragments say what they are") {
  check("mistakes_fragment", "nodes: [{name: ts-processor, node: data-validator, type: module}]\n");
}

TEST_CASE("blok: what is only unusual is told and taken") {
  const auto loaded = test::load_yaml(R"(name: ab
steps:
  - {id: a, use: x, retry: {maxAttempts: 21, nonRetryableErrorNames: [E]}, maxDuration: 0, surprise: 1}
  - {id: b, use: x, idempotencyKey: k, idempotencyKeyTTL: 0, surprise: 2}
)");
  CHECK(loaded.verdict == LoadVerdict::loaded);
  test::check_golden("blok/unusual.txt", loaded.text());
}

TEST_CASE("blok names repeat where only one of them runs") {
  const auto loaded = test::load_yaml(R"(name: sample
version: 1.0.0
steps:
  - id: decide
    branch:
      when: ctx.request.body.a
      then: [{id: same, use: x}, {id: inner, branch: {when: ctx.request.body.b, then: [{id: deep, use: x}]}}]
      else: [{id: same, use: x}, {id: deep, use: x}]
)");
  INFO(loaded.text());
  CHECK(loaded.verdict == LoadVerdict::loaded);
  CHECK(loaded.step("same-2").details().name == "same");
}

TEST_CASE("blok in JSON with comments reads like YAML") {
  const auto loaded = test::load_json(R"({
  "name": "sample", "version": "1.0.0", // a comment
  "steps": [{"name": "only", "node": "some-node", "type": "module"}],
  "nodes": {"only": {"inputs": {"a": "${ctx.request.body.a}" /* whole */}}}
})");
  INFO(loaded.text());
  CHECK(loaded.verdict == LoadVerdict::loaded);
  CHECK(loaded.step("only").details().stdin_json == R"({"a":"${inputs.a}"})");
}

TEST_CASE("if-else of today has its conditions in its inputs") {
  const auto loaded = test::load_yaml(R"(name: sample
version: 1.0.0
steps:
  - id: decide
    use: "@blokjs/if-else"
    inputs: {conditions: [{type: if, condition: ctx.request.body.a, steps: [{id: one, use: x}]}, {type: else, steps: [{id: two, use: x}]}]}
)");
  INFO(loaded.text());
  CHECK(loaded.verdict == LoadVerdict::loaded);
  CHECK(loaded.only().groups.size() == 3);
}

TEST_CASE("loops of literals that multiply are stopped") {
  std::string list = "[";
  for (int i = 0; i < 100; ++i) list += "1,";
  list += "1]";
  std::string text = "name: sample\nversion: 1.0.0\nsteps:\n  - ";
  std::string inner = "{id: z, use: x}, {id: y, use: x}";
  for (const char* const name : {"a", "b", "c", "d"}) {
    inner = std::string("{id: ") + name + ", forEach: {in: " + list + ", as: i" + name + ", do: [" +
            inner + "]}}, {id: " + name + "2, use: x}";
  }
  const auto loaded = test::load_yaml(text + inner.substr(0, inner.rfind(", {id")) + "\n");
  CHECK(loaded.has("limit-exceeded"));
}

}  // namespace
}  // namespace ws
