#include "report/drawing.h"

#include <algorithm>

#include "base/text.h"
#include "report/graph_text.h"
#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;

namespace {

void check_drawing(const std::string& name, const Drawing& drawing) {
  check_golden("report/" + name + ".dot", dot_text(drawing));
  check_golden("report/" + name + ".mmd", mermaid_text(drawing));
  check_golden("report/" + name + ".graph.json", graph_json(drawing));
}

std::size_t count(const Drawing& drawing, NodeShape shape) {
  return static_cast<std::size_t>(
      std::count_if(drawing.nodes.begin(), drawing.nodes.end(),
                    [&](const DrawnNode& node) { return node.shape == shape; }));
}

}  // namespace

TEST_CASE("one workstream draws without gates") {
  Sample sample;
  add_troubled(sample);
  const Drawing drawing = drawing_of(sample.plan());
  CHECK(count(drawing, NodeShape::gate) == 0);
  CHECK(drawing.nodes.size() == 7);
  CHECK(drawing.edges.size() == 6);
  check_drawing("graph_one", drawing);
}

TEST_CASE("a run colours its graph and gets a legend") {
  Sample sample;
  add_troubled(sample);
  Story story(sample.plan());
  script_troubled(story);
  story.run();
  const RunState& state = story.state();
  check_drawing("graph_states",
                drawing_of(state.plan(), [&](NodeId id) { return state.node(id).state; }));
}

TEST_CASE("several workstreams draw as clusters, single steps as themselves") {
  Sample sample;
  const auto single = [&](const std::string& id, std::initializer_list<std::string> needs) {
    sample.workstream(id).is_single_step = true;
    for (const std::string& need : needs)
      sample.workset.workstreams.back().depends_on.push_back({need, DependencyOn::success, {}});
    sample.step("main");
  };
  single("ws-base", {});
  single("ws-tools", {"ws-base", "ws-from-elsewhere"});
  sample.workstream("ws-core").depends_on = {{"ws-base", DependencyOn::success, {}}};
  sample.step("design");
  sample.step("write-a", {"design"});
  sample.step("write-b", {"design"});
  sample.workstream("ws-app").depends_on = {{"ws-core", DependencyOn::success, {}},
                                            {"ws-tools", DependencyOn::done, {}}};
  sample.workset.workstreams.back().acceptance_tests = {command_test("make check")};
  sample.step("server");
  sample.step("client");
  single("ws-cleanup", {});
  sample.workset.workstreams.back().depends_on = {{"ws-app", DependencyOn::failure, {}}};
  LowerOptions options;
  options.allow_missing_workstreams = true;
  const Drawing drawing = drawing_of(sample.plan(options));
  CHECK(count(drawing, NodeShape::missing) == 1);
  check_drawing("graph_several", drawing);
}

TEST_CASE("many to many across workstreams is one point, not a product") {
  Sample sample;
  sample.workstream("ws-a");
  for (int i = 0; i < 100; ++i) sample.step("a" + std::to_string(i));
  sample.workstream("ws-b").depends_on = {{"ws-a", DependencyOn::success, {}}};
  for (int i = 0; i < 100; ++i) sample.step("b" + std::to_string(i));
  const Drawing drawing = drawing_of(sample.plan());
  CHECK(drawing.edges.size() == 200);
  CHECK(count(drawing, NodeShape::gate) == 1);
}

TEST_CASE("files with several workstreams are clusters too") {
  Sample sample;
  for (const char* id : {"ws-a", "ws-b", "ws-c"}) {
    sample.workstream(id).file = id == std::string("ws-c") ? "c.yaml" : "plans/all.json";
    sample.step("one");
    sample.step("two", {"one"});
  }
  check_drawing("graph_files", drawing_of(sample.plan()));
}

TEST_CASE("scope edges are dashed, conditions are labelled, prose is a note") {
  Sample sample;
  sample.workstream("ws-mixed");
  sample.step("one").edit_details().files_scope = {{"src/", {}}};
  sample.step("two").edit_details().files_scope = {{"src/main.c", {}}};
  sample.step("rescue").depends_on = {{"one", DependencyOn::failure, {}}};
  sample.step("report").depends_on = {{"two", DependencyOn::done, {}}};
  sample.step("sign", {"report"}).action = ManualAction{"sign it"};
  check_drawing("graph_mixed", drawing_of(sample.plan()));
}

TEST_CASE("step groups and phases are nested clusters") {
  Sample sample;
  Workstream& workstream = sample.workstream("ws-phases");
  for (const char* id : {"a1", "a2", "b1", "b2"}) sample.step(id);
  sample.step("after");
  Group pair;
  pair.id = "pair";
  pair.members = {{"b1", DependencyOn::success, {}}, {"b2", DependencyOn::success, {}}};
  Group first;
  first.id = "phase-1";
  first.is_phase = true;
  first.members = {{"a1", DependencyOn::success, {}}, {"a2", DependencyOn::success, {}}};
  Group second;
  second.id = "phase-2";
  second.is_phase = true;
  second.members = {{"pair", DependencyOn::success, {}}};
  second.depends_on = {{"phase-1", DependencyOn::success, {}}};
  workstream.groups = {pair, first, second};
  workstream.steps[4].depends_on = {{"phase-2", DependencyOn::success, {}}};
  check_drawing("graph_groups", drawing_of(sample.plan()));
}

TEST_CASE("a graph with a cycle draws it red") {
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  const std::vector<Edge> edges = {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 9}};
  const std::vector<std::size_t> red = {0, 1, 2, 77};
  const Drawing drawing = drawing_of(names, edges, red);
  CHECK(drawing.edges.size() == 4);
  check_drawing("graph_cycle", drawing);
}

TEST_CASE("reduction drops only edges that say nothing more") {
  Sample sample;
  sample.workstream("ws");
  sample.step("a");
  sample.step("b", {"a"});
  Step& c = sample.step("c", {"a", "b"});
  sample.step("d").depends_on = {{"a", DependencyOn::done, {}}, {"c", DependencyOn::success, {}}};
  REQUIRE(c.depends_on.size() == 2);
  Drawing drawing = drawing_of(sample.plan());
  const Graph graph(drawing.nodes.size(), edges_of(drawing));
  const auto redundant = graph.redundant_edges();
  REQUIRE(redundant.has_value());
  CHECK(redundant->size() == 2);
  drop_edges(drawing, *redundant);
  REQUIRE(drawing.edges.size() == 4);  // a→c is gone, a→d says "on done" and stays
}

TEST_CASE("long ids keep both of their ends") {
  const std::string id = "ws-phase-01-module-" + std::string(100, 'x') + "-part-a";
  const std::string shown = shortened(id, 40);
  CHECK(display_width(shown) == 40);
  CHECK(shown.starts_with("ws-phase-01-module-"));
  CHECK(shown.ends_with("-part-a"));
  CHECK(shortened("short", 40) == "short");
  for (std::size_t columns = 0; columns < 30; ++columns)
    CHECK(display_width(shortened("漢字漢字漢字漢字漢字", columns)) <= columns);
}

TEST_CASE("ten thousand steps draw in one go") {
  Sample sample;
  add_layers(sample, 10000);
  const Drawing drawing = drawing_of(sample.plan());
  CHECK(drawing.nodes.size() == 10000);
  CHECK(drawing.edges.size() == 9900);
}

TEST_CASE("nesting of ten thousand groups is no recursion") {
  Drawing drawing;
  for (std::size_t i = 0; i < 10000; ++i) {
    DrawnCluster cluster{"g", "g", ClusterKind::group, {}};
    if (i > 0) cluster.parent = i - 1;
    drawing.clusters.push_back(cluster);
  }
  DrawnNode node;
  node.id = node.label = "deep";
  node.cluster = 9999;
  drawing.nodes.push_back(node);
  CHECK(dot_text(drawing).find("deep") != std::string::npos);
  CHECK(mermaid_text(drawing).find("deep") != std::string::npos);
}
