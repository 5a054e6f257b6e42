// What each construct becomes. tests/golden/blok/ keeps it as text.
#include <string>
#include <utility>

#include "../loading.h"
#include "shown.h"
#include "support/catch.h"
#include "support/golden.h"

namespace ws {
namespace {

void check(const std::string& name, std::string text) {
  const auto loaded = test::load_yaml(std::move(text));
  INFO(loaded.text());
  REQUIRE(loaded.workset.workstreams.size() == 1);
  std::string out = test::shown(loaded.only());
  if (!loaded.diagnostics.items().empty()) out += "\n" + loaded.text();
  test::check_golden("blok/" + name + ".txt", out);
}

// v1 with these steps and nodes.
std::string first(const std::string& steps, const std::string& nodes) {
  return "name: sample\nversion: 1.0.0\nsteps:\n" + steps + "nodes:\n" + nodes;
}

std::string today(const std::string& steps) {
  return "name: sample\nversion: 1.0.0\nsteps:\n" + steps;
}

TEST_CASE("blok v1: nodes, inputs and the container") {
  check("container", first(R"yaml(
  - {name: load-data, node: data-loader, type: module}
  - {name: parallel-processing, node: "@blok-ts/parallel-execution@1.0.0", type: module}
  - {name: aggregate, node: result-aggregator, type: runtime.python3}
)yaml",
                           R"yaml(
  load-data: {inputs: {url: "${ctx.request.body.dataset}", note: "from ${ctx.request.query.who}!"}}
  parallel-processing:
    execution: {strategy: parallel, error_handling: fail-fast, timeout: 30000, max_concurrent: 3, global_timeout: 60000}
    nodes:
      - {name: chunk-1, node: data-processor, type: module}
      - {name: chunk-2, node: data-processor, type: local}
      - {name: chunk-3, node: data-processor, type: runtime.go}
  chunk-1: {inputs: {rows: "js/ctx.vars['load-data'].rows", before: js/ctx.response.data}}
  chunk-2: {inputs: {beside: "js/ctx.vars['chunk-1']"}}
  chunk-3: {inputs: {literal: "js/'text'", number: js/3}}
  aggregate:
    inputs:
      results: "js/ctx.vars['parallel-processing'].results"
      info: "js/ctx.vars['parallel-processing'].execution_info.completed"
      all: js/ctx.response.data
      one: "js/ctx.vars['chunk-3'].sum"
)yaml"));
}

TEST_CASE("blok v1: the container with its defaults, in turn, and partial") {
  check("container_policies", first(R"yaml(
  - {name: defaults, node: parallel-execution, type: module}
  - {name: in-turn, node: parallel-execution, type: module}
  - {name: by-shape, node: some-container, type: module}
)yaml",
                                    R"yaml(
  defaults: {inputs: {execution: {strategy: parallel}, nodes: [{name: aaa, node: work-on}, {name: bbb, node: work-on}]}}
  in-turn:
    execution: {strategy: sequential, error_handling: continue-partial, timeout: 1500}
    nodes: [{name: ccc, node: work-on, type: module}, {name: ddd, node: work-on, type: module}]
  by-shape:
    execution: {strategy: parallel, error_handling: continue-partial}
    nodes: [{name: eee, node: work-on, type: module}]
  aaa: {}
  bbb: {inputs: {}}
  ccc: {inputs: {errors: "js/ctx.vars.defaults.errors"}}
  ddd: {inputs: {}}
  eee: {inputs: {node: "js/ctx.vars['in-turn'].errors[0].node", of: "js/ctx.vars.ccc.value"}}
)yaml"));
}

TEST_CASE("blok v1: if-else") {
  check("if_else", first(R"yaml(
  - {name: filter-request, node: "@blok-ts/if-else", type: module}
  - {name: respond, node: send-back, type: module}
)yaml",
                         R"yaml(
  filter-request:
    conditions:
      - {type: if, condition: "ctx.request.method === 'GET'", steps: [{name: ui-step, node: feedback-ui, type: module}]}
      - {type: if, condition: 'ctx.request.query.n >= 3 && !ctx.request.body.off', steps: [{name: answer, node: feedback, type: module}]}
      - {type: else, steps: [{name: answer, node: not-allowed, type: module}]}
  ui-step: {inputs: {}}
  answer: {inputs: {a: 1}}
  respond: {inputs: {answer: js/ctx.vars.answer, last: js/ctx.response.data, text: "got ${ctx.vars.answer.text}"}}
)yaml"));
}

TEST_CASE("blok v2: a step and its policies") {
  check("step", today(R"yaml(
  - id: fetch
    use: "@blokjs/api-call"
    inputs: {url: "$.req.body.url", deep: {list: [{"$ref": {step: "@trigger", path: [body, name]}}]}}
    retry: {maxAttempts: 3, minTimeoutInMs: 500, maxTimeoutInMs: 2000, factor: 3}
    maxDuration: 30s
    idempotencyKey: js/`fetch-${ctx.request.body.id}`
    idempotencyKeyTTL: 60000
    description: gets it
  - {id: kept, use: "runtime.python3:keep", as: other, inputs: {a: {"$tpl": ["id ", {"$ref": {step: fetch, path: [id]}}, "!"]}}}
  - {id: merged, use: splitter, type: local, spread: true}
  - {id: passing, use: note, ephemeral: true, inputs: {user: js/ctx.state.user.name, other: js/ctx.state.other}}
  - {id: off, use: note, active: false}
  - {id: last, use: note, stop: true, inputs: {before: js/ctx.prev.value}}
  - {id: never, use: note}
)yaml"));
}

TEST_CASE("blok v2: branch and switch") {
  check("arms", today(R"yaml(
  - {id: look, use: look-at}
  - id: decide
    branch:
      when: js/ctx.state.look.kind === 'a' || ctx.state.look.count > 3
      then: [{id: one, use: work, as: answer}, {id: two, use: work, inputs: {one: js/ctx.state.one}}]
      else: [{id: three, use: work, as: answer}]
  - id: empty
    branch: {when: "ctx.state.look", then: []}
  - id: route
    switch:
      on: js/ctx.state.look.kind
      cases:
        - {when: a, do: [{id: on-a, use: work}]}
        - {when: [b, 3, true], do: [{id: on-b, use: work}]}
      default: [{id: on-else, use: work}]
  - {id: after, use: work, inputs: {answer: js/ctx.state.answer.text, a: "js/ctx.state['on-a']", prev: js/ctx.prev}}
)yaml"));
}

TEST_CASE("blok v2: forEach") {
  check("each", today(R"yaml(
  - {id: list, use: lister}
  - {id: run-time, forEach: {in: js/ctx.state.list.items, as: item, mode: parallel, concurrency: 4, do: [{id: one, use: work, retry: {maxAttempts: 2}, inputs: {n: js/ctx.state.item.n, at: js/ctx.state.itemIndex, text: "#${ctx.state.itemIndex}"}}]}}
  - {id: literal, forEach: {in: [1, a], as: x, do: [{id: two, use: work, inputs: {x: js/ctx.state.x}}]}}
  - {id: several, forEach: {in: [{k: v}, {k: w}], as: x, mode: sequential, do: [{id: p, use: work, inputs: {k: "$.state.x.k"}}, {id: q, use: work, inputs: {p: js/ctx.state.p, i: js/ctx.state.xIndex}}]}}
  - {id: none, forEach: {in: [], as: x, do: [{id: r, use: work}, {id: s, use: work}]}}
  - {id: sum, use: work, inputs: {a: "js/ctx.state['run-time']", b: js/ctx.state.literal, c: js/ctx.state.several, d: js/ctx.state.none}}
)yaml"));
}

TEST_CASE("blok v2: loop, tryCatch, wait and subworkflow") {
  check("others", today(R"yaml(
  - {id: start, use: work, as: n}
  - {id: again, loop: {while: "ctx.state.n.value < 3", maxIterations: 5, do: [{id: next, use: work, as: n}]}}
  - id: try-it
    tryCatch:
      try: [{id: risky, use: work}]
      catch: [{id: note, use: work, inputs: {why: js/ctx.error.message, who: js/ctx.error.stepId, code: {"$ref": {step: "@error", path: [code]}}}}, {id: undo, branch: {when: "ctx.state.risky !== undefined", then: [{id: undone, use: work}]}}]
      finally: [{id: metric, use: work}]
  - {id: nap, wait: {for: 500ms}}
  - {id: no-nap, wait: {for: 0}}
  - {id: until, wait: {until: "2030-01-01T00:00:00Z"}}
  - {id: epoch, wait: {until: 1900000000000}}
  - {id: later, wait: {until: js/ctx.state.n.time}}
  - {id: child, subworkflow: Other Flow, inputs: {a: js/ctx.state.n}, allowList: [Other Flow]}
  - {id: beside, subworkflow: audit, wait: false}
  - {id: end, use: work, inputs: {child: js/ctx.state.child.id, n: js/ctx.state.n, risky: js/ctx.state.risky.id}}
)yaml"));
}

TEST_CASE("blok v2: a stop inside an arm or a loop ends what follows") {
  check("stop", today(R"yaml(
  - id: outer
    branch:
      when: ctx.request.body.a
      then:
        - id: inner
          branch: {when: ctx.request.body.b, then: [{id: enough, use: work, stop: true}, {id: never, use: work}]}
        - {id: rest, use: work}
  - {id: again, loop: {while: "true", maxIterations: 3, do: [{id: step, use: work}, {id: check, branch: {when: ctx.state.step.done, then: [{id: leave, use: work, stop: true}]}}]}}
  - {id: after, use: work}
)yaml"));
}

TEST_CASE("blok: what is beyond the subset loads, and a run is refused with its text") {
  check("beyond", today(R"yaml(
  - {id: a, use: work, inputs: {x: "js/ctx.vars.dataset.slice(0, 1000)", y: "sum ${1 + 2}", z: js/ctx.state.a === 1, env: "Bearer ${process.env.KEY}", t: "js/`${ctx.state.aa || 'x'}`"
}
}
  - {id: b, branch: {when: "ctx.request.method.toLowerCase() === 'get'", then: [{id: c, use: work}], else: [{id: d, use: work}]}}
  - {id: e, use: work, inputs: {typo: js/ctx.state.aa, length: js/ctx.state.a.list.length, whole: js/ctx.state, none: js/ctx.config.x, error: js/ctx.error.message, ref: {"$ref": {path: []}}}}
  - {id: f, forEach: {in: js/ctx.state.a, as: item, do: [{id: g, use: work}, {id: h, use: work, stop: true}]}}
  - {id: i, forEach: {in: "js/ctx.state.a.filter(x => x)", as: item, do: [{id: j, use: work, inputs: {t: "{item}"}}]}}
  - {id: k, loop: {while: ctx.state.l, do: [{id: l, use: work, inputs: {before: js/ctx.state.l}}]}}
  - {id: m, wait: {for: js/ctx.state.a.ms}}
  - {id: n, subworkflow: js/ctx.state.a.kind}
  - {id: o, use: work, inputs: {g: js/ctx.state.g}}
)yaml"));
}

TEST_CASE("blok: texts that look like templates of ours stay texts") {
  check("escapes", today(R"yaml(
  - {id: "a b/c", use: work, inputs: {x: "js/'${steps.a.result}'", y: "plain {item}", z: "$${steps.a.result}"}}
  - {id: "..", use: work, inputs: {prev: "js/ctx.state['a b/c'].text"}}
  - {id: "a-b-c", use: work}
)yaml"));
}

TEST_CASE("blok: an empty workflow is a workflow") {
  check("empty", "name: Empty\nversion: 1.0.0\ntrigger: {http: {}}\nsteps: []\nnodes: {}\n");
}

}  // namespace
}  // namespace ws
