// Calls of workstreams: what becomes of them before there is a plan.
#include "model/calls.h"

#include <fmt/format.h>

#include "formats/loading.h"
#include "model/lower.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

namespace {

// Loads the texts as files main.yaml, 1.yaml, …, links them, and makes the plan of what is left.
struct Linked {
  explicit Linked(const std::vector<std::string>& texts, std::vector<std::string> targets = {}) {
    for (std::size_t i = 0; i < texts.size(); ++i)
      load_text(i == 0 ? "main.yaml" : fmt::format("lib/{}.yaml", i), texts[i], {}, workset,
                diagnostics);
    link_calls(workset, targets, diagnostics);
    if (!diagnostics.has_errors()) plan = lower(workset, {}, diagnostics);
  }

  [[nodiscard]] std::string complaints() const {
    std::string text;
    for (const Diagnostic& item : diagnostics.items())
      text += fmt::format("{}: {} | {}\n", item.kind->name, item.message, item.hint);
    return text;
  }
  // "id(member member)" of every group, then the steps.
  [[nodiscard]] std::string shape() const {
    std::string text;
    for (const Workstream& workstream : workset.workstreams) {
      text += workstream.id + ":";
      for (const Group& group : workstream.groups) {
        text += fmt::format(" {}(", group.id);
        for (const Dependency& member : group.members) text += member.name + " ";
        text.back() = ')';
      }
      for (const Step& step : workstream.steps) text += " " + step.id;
      text += "\n";
    }
    return text;
  }
  [[nodiscard]] const Step& step(std::string_view id) const {
    for (const Step& one : workset.workstreams.front().steps) {
      if (one.id == id) return one;
    }
    FAIL("no step " << id);
    return workset.workstreams.front().steps.front();
  }

  Workset workset;
  Diagnostics diagnostics;
  std::optional<Plan> plan;
};

const char* const kLib =
    "id: ws-lib\nversion: 2\ninputs: {n: , who: Bob}\n"
    "outputs: {result: \"${steps.add.result}\"}\n"
    "steps:\n"
    "  - {id: add, command: \"expr ${inputs.n} + 1\", outputs: {r: stdout}}\n"
    "  - {id: greet, command: \"echo ${inputs.who} ${steps.add.result} ${steps.main.result:-x}\", "
    "depends_on: add}\n";

}  // namespace

TEST_CASE("a call becomes a group with a copy of the workstream") {
  const Linked linked(
      {"id: ws-main\nsteps:\n"
       "  - {id: sub, workstream: ws-lib@2, inputs: {n: 3}}\n"
       "  - {id: use, depends_on: sub, command: \"echo ${steps.sub.result}\"}\n",
       "id: ws-lib\nversion: 2\ninputs: {n: , who: Bob}\n"
       "outputs: {result: \"${steps.add.result}\"}\nsteps:\n"
       "  - {id: add, command: \"expr ${inputs.n} + 1\", outputs: {r: stdout}}\n"
       "  - {id: greet, command: \"echo ${inputs.who} ${steps.add.result}\", depends_on: add}\n"});
  CHECK(linked.complaints().empty());
  CHECK(linked.shape() ==
        "ws-main: sub:body(sub:add sub:greet) sub(sub:inputs sub:body sub:outputs)"
        " sub:add sub:greet sub:inputs sub:outputs use\n");
  const auto& add = std::get<CommandAction>(linked.step("sub:add").action);
  CHECK(add.command.text() == R"(expr ${steps["sub:inputs"].outputs.n} + 1)");
  const auto& inputs = linked.step("sub:inputs").details().values;
  CHECK(inputs == std::vector<std::pair<std::string, std::string>>{{"n", "3"}, {"who", "\"Bob\""}});
  CHECK(linked.step("sub:greet").depends_on[0].name == "sub:add");
}

TEST_CASE("what is wrong with a call") {
  struct Case {
    std::vector<std::string> texts;
    const char* expected;
  };
  const Case cases[] = {
      {{"id: ws-main\nsteps: [{id: s, workstream: ws-lob, inputs: {n: 1}}]\n", kLib},
       "missing-workstream: step 's' of 'ws-main' calls workstream 'ws-lob', which is not loaded | "
       "did you mean 'ws-lib'?\n"},
      {{"id: ws-main\nsteps: [{id: s, workstream: ws-lib@3, inputs: {n: 1}}]\n", kLib},
       "missing-workstream: step 's' of 'ws-main' calls workstream 'ws-lib@3', which is not loaded "
       "| loaded is version 2\n"},
      {{"id: ws-main\nsteps: [{id: s, workstream: ws-lib, inputs: {whom: 1}}]\n", kLib},
       "bad-reference: workstream 'ws-lib' has no input 'whom' | did you mean 'who'?\n"
       "missing-variable: workstream 'ws-lib' needs the input 'n' | give it one: inputs: {n: "
       "VALUE}\n"},
      {{"id: ws-a\nsteps: [{id: s, workstream: ws-b}]\n",
        "id: ws-b\nsteps: [{id: t, workstream: ws-a}]\n"},
       "cycle: workstream 'ws-a' calls itself: ws-a -> ws-b -> ws-a | it would never end; repeat a "
       "group with `repeat`\n"},
      {{"id: ws-main\nsteps: [{id: s, workstream: ws-b}]\n", "id: ws-b\nsteps: [{id: t}]\n",
        "id: ws-b\nsteps: [{id: u}]\n"},
       "duplicate-id: there is another workstream 'ws-b' | give one of them another version or "
       "name\n"},
      {{"id: ws-main\nsteps: [{id: l, command: ls, outputs: {x: stdout}}, {id: s, workstream: "
        "ws-b, "
        "depends_on: l, for_each: \"${steps.l.result}\"}]\n",
        "id: ws-b\nsteps: [{id: t}]\n"},
       ""},
  };
  for (const Case& c : cases) {
    const Linked linked(c.texts);
    INFO(c.texts.front());
    CHECK(linked.complaints() == c.expected);
  }
}

TEST_CASE("a list of items that only a run knows cannot be called for") {
  const Linked linked(
      {"id: ws-main\nsteps: [{id: l, command: ls, outputs: {x: stdout}}, {id: s, "
       "workstream: ws-b, depends_on: l, for_each: \"${steps.l.result}\"}]\n",
       "id: ws-b\nsteps: [{id: t}]\n"});
  REQUIRE(linked.workset.workstreams.front().deferred.size() == 1);
  CHECK(linked.workset.workstreams.front().deferred[0].message ==
        "step 's' calls workstream 'ws-b' once for each item of a list that only a run knows");
}

TEST_CASE("a call for each item is a group of copies") {
  const Linked linked(
      {"id: ws-main\nsteps: [{id: s, workstream: ws-b, for_each: [x, y], "
       "execute: sequential, inputs: {v: \"{item}{index}\"}}]\n",
       "id: ws-b\ninputs: {v: }\nsteps: [{id: t, command: \"echo ${inputs.v}\"}]\n"});
  CHECK(linked.complaints().empty());
  CHECK(linked.shape() ==
        "ws-main: s.0:body(s.0:t) s.0(s.0:inputs s.0:body) s.1:body(s.1:t) s.1(s.1:inputs s.1:body)"
        " s(s.0 s.1) s.0:t s.0:inputs s.1:t s.1:inputs\n");
  CHECK(linked.step("s.1:inputs").details().values[0].second == "\"y1\"");
}

TEST_CASE("a called workstream that is a target stays") {
  const Linked linked(
      {"id: ws-main\nsteps: [{id: s, workstream: ws-b}]\n", "id: ws-b\nsteps: [{id: t}]\n"},
      {"ws-b", "ws-main"});
  CHECK(linked.shape() == "ws-main: s(s:t) s:t\nws-b: t\n");
}

TEST_CASE("copies in copies, and paths that begin at the file they are written in") {
  const Linked linked({"id: ws-main\nsteps: [{id: s, workstream: ws-b}]\n",
                       "id: ws-b\nsteps: [{id: t, workstream: ws-c}, {id: u, working_dir: src}]\n",
                       "id: ws-c\nsteps: [{id: v}]\n"});
  CHECK(linked.shape() == "ws-main: s:t(s:t:v) s(s:u s:t) s:t:v s:u\n");
  CHECK(linked.step("s:u").details().working_dir == "lib/src");
}

TEST_CASE("without a loaded workstream its tools stand in, with the inputs as JSON") {
  Workset workset;
  Workstream& main = workset.workstreams.emplace_back();
  main.id = "main";
  Step& step = main.steps.emplace_back();
  step.id = "s";
  step.action = CallAction{"k", "v1", {}, {{"n", "\"${steps.a.result}\""}}, {"kata:k@v1", "kata"}};
  Diagnostics diagnostics;
  CHECK(missing_calls(workset).size() == 1);
  link_calls(workset, {}, diagnostics);
  const Step& linked = workset.workstreams.front().steps.front();
  CHECK(std::get<ToolAction>(linked.action).tool == "kata:k@v1");
  CHECK(std::get<ToolAction>(linked.action).general == std::vector<std::string>{"kata"});
  CHECK(linked.details().stdin_json == R"({"n":"${steps.a.result}"})");
}

TEST_CASE("the result of a group is that of one of its members") {
  const auto complaint = [](const std::string& result) {
    return Linked({"id: ws-main\nstep_groups: [{id: g, result: " + result +
                   ", steps: [{id: left, command: ls, outputs: {o: stdout}}]}]\nsteps: [{id: u, "
                   "depends_on: g, command: \"echo ${steps.g.outputs.o} ${steps.g.result}\"}]\n"})
        .complaints();
  };
  CHECK(complaint("left").empty());
  CHECK(complaint("lef").starts_with(
      "unknown-member: `result` of group 'g' names 'lef', which is none of its members | did you "
      "mean 'left'?\n"));
}
