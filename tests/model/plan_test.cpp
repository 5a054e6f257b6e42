// The shape of a plan: nodes, gates, edges, rules, order, names.
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::test::Mini;
using ws::test::mini;

namespace {

// "w/begin>w/a w/a>w/b:failure …" of all edges, in node order.
std::string edges_of(const Plan& plan) {
  std::string out;
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    for (const PlanEdge& edge : plan.successors(NodeId(i))) {
      if (!out.empty()) out += ' ';
      out += plan.full_name(NodeId(i)) + ">" + plan.full_name(edge.node);
      if (edge.on == DependencyOn::failure) out += ":failure";
      if (edge.on == DependencyOn::done) out += ":done";
    }
  }
  return out;
}

std::string names(const Plan& plan, std::span<const NodeId> ids) {
  std::string out;
  for (const NodeId id : ids) {
    if (!out.empty()) out += ' ';
    out += plan.full_name(id);
  }
  return out;
}

EdgeWhy why(const Mini& m, std::string_view from, std::string_view to) {
  for (const PlanEdge& edge : m.plan().successors(m[from])) {
    if (edge.node == m[to]) return edge.why;
  }
  throw std::runtime_error("no such edge");
}

}  // namespace

TEST_CASE("a workstream is its steps between two gates") {
  const Mini m = mini("a; b<-a; c<-a b:done; d<-c:failure");
  CHECK(edges_of(m.plan()) ==
        "w/begin>w/a w/a>w/b w/a>w/c w/b>w/c:done w/c>w/d:failure w/d>w/end:done");
  CHECK(names(m.plan(), m.plan().order()) == "w/begin w/a w/b w/c w/d w/end");
  CHECK(m.plan().step_count() == 4);
  CHECK(m.plan().dependency_count() == 4);
  REQUIRE(m.plan().groups().size() == 1);
  CHECK(m.plan().groups()[0].member_count == 4);
  CHECK_FALSE(m.plan().groups()[0].parent.is_valid());
  CHECK(m.plan().groups()[0].begin == m["w/begin"]);
  CHECK(m.plan().groups()[0].end == m["w/end"]);
  CHECK(why(m, "w/begin", "w/a") == EdgeWhy::gate);
  CHECK(why(m, "w/a", "w/b") == EdgeWhy::dependency);
}

TEST_CASE("both directions say the same") {
  const Mini m = mini("a; b<-a; c<-a b:done; d<-c:failure");
  const auto before = m.plan().predecessors(m["c"]);
  REQUIRE(before.size() == 2);
  CHECK(before[0].node == m["a"]);
  CHECK(before[1].node == m["b"]);
  CHECK(before[1].on == DependencyOn::done);
  CHECK(m.plan().predecessors(m["w/begin"]).empty());
  CHECK(m.plan().edge_count() == 6);
}

TEST_CASE("a workstream's own tests are a node after its last steps") {
  const Mini m = mini("@w %2; a; b; c<-a");
  CHECK(edges_of(m.plan()) ==
        "w/begin>w/a w/begin>w/b w/a>w/c w/b>w/acceptance w/b>w/end:done w/c>w/acceptance "
        "w/c>w/end:done w/acceptance>w/end:done");
  CHECK(m.plan().groups()[0].member_count == 4);
  CHECK(m.plan().step_count() == 3);
  CHECK(m.plan().acceptance_tests(m["acceptance"]).size() == 2);
  CHECK(m.plan().acceptance_tests(m["a"]).empty());
  CHECK(m.plan().step_if_any(m["acceptance"]) == nullptr);
  CHECK(m.plan().node(m["acceptance"]).group == m.plan().node(m["a"]).group);
}

TEST_CASE("a workstream without steps still begins and ends") {
  CHECK(edges_of(mini("@w").plan()) == "w/begin>w/end");
  CHECK(edges_of(mini("@w %1").plan()) == "w/begin>w/acceptance w/acceptance>w/end:done");
  CHECK(mini("").plan().node_count() == 0);
}

TEST_CASE("workstreams are joined gate to gate, in load order") {
  const Mini m = mini("@b<-a; x; @a; y; z<-y");
  CHECK(edges_of(m.plan()) ==
        "b/begin>b/x b/x>b/end:done a/begin>a/y a/y>a/z a/z>a/end:done a/end>b/begin");
  CHECK(names(m.plan(), m.plan().order()) == "a/begin a/y a/z a/end b/begin b/x b/end");
  CHECK(m.plan().dependency_count() == 2);
  CHECK(why(m, "a/end", "b/begin") == EdgeWhy::dependency);
  CHECK(std::vector<std::uint32_t>(m.plan().workstreams().begin(), m.plan().workstreams().end()) ==
        std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("limits of a workstream count only beside others") {
  const Mini alone = mini("@a &2 =sequential; x; y");
  CHECK(alone.plan().groups()[0].rule.max_workers == 0);
  CHECK(alone.plan().groups()[0].rule.execute == Execute::parallel);
  const Mini both = mini("@a &2 =sequential; x; y; @b; z");
  const GroupRule& rule = both.plan().groups()[0].rule;
  CHECK(rule.max_workers == 2);
  CHECK(rule.execute == Execute::sequential);
  CHECK(rule.join == Join::all);
  CHECK(rule.on_first_failure == OnFirstFailure::drain);
  CHECK(rule.fail_if == FailIf::any);
  CHECK(both.plan().groups()[1].rule.max_workers == 0);
}

TEST_CASE("repeated dependencies are one edge and a warning") {
  const Mini m = mini("a; b<-a a a");
  CHECK(m.plan().dependency_count() == 1);
  CHECK(m.diagnostics().warning_count() == 2);
}

TEST_CASE("a group has gates, and its members lie between them") {
  const Mini m = mini("a; b; c<-b; d<-g; (g: b c)<-a");
  CHECK(edges_of(m.plan()) ==
        "w/begin>w/a w/g/begin>w/b w/a>w/g/begin w/b>w/c w/c>w/g/end:done w/d>w/end:done "
        "w/g/end>w/d");
  REQUIRE(m.plan().groups().size() == 2);
  CHECK(m.plan().groups()[0].member_count == 3);  // a, d and the group
  CHECK(m.plan().groups()[1].member_count == 2);
  CHECK(m.plan().groups()[1].parent == GroupId(0U));
  CHECK(m.plan().node(m["b"]).group == GroupId(1U));
  CHECK(m.plan().node(m["w/g/begin"]).group == GroupId(1U));
  CHECK(m.plan().node(m["w/g/end"]).kind == NodeKind::end);
  CHECK(m.plan().group_id(GroupId(1U)) == "g");
  CHECK(m.plan().group_id(GroupId(0U)) == "w");
  CHECK(m.plan().dependency_count() == 3);
}

TEST_CASE("groups nest") {
  const Mini m = mini("a; b; (outer: inner b); (inner: a) &3");
  CHECK(m.plan().group(GroupId(2U)).parent == GroupId(1U));
  CHECK(m.plan().group(GroupId(1U)).parent == GroupId(0U));
  CHECK(m.plan().group(GroupId(1U)).member_count == 2);
  CHECK(m.plan().group(GroupId(0U)).member_count == 1);
  CHECK(m.plan().group(GroupId(2U)).rule.max_workers == 3);
  CHECK(edges_of(m.plan()) ==
        "w/begin>w/outer/begin w/outer/begin>w/b w/outer/begin>w/inner/begin w/inner/begin>w/a "
        "w/a>w/inner/end:done w/b>w/outer/end:done w/outer/end>w/end:done "
        "w/inner/end>w/outer/end:done");
}

TEST_CASE("a phase holds back all of its members") {
  const Mini m = mini("a; b; c<-a; [one: a b]; [two: c]<-one");
  CHECK(edges_of(m.plan()) ==
        "w/begin>w/one/begin w/one/begin>w/a w/one/begin>w/b w/two/begin>w/c "
        "w/a>w/c w/a>w/one/end:done w/b>w/one/end:done w/c>w/two/end:done "
        "w/one/end>w/two/begin w/two/end>w/end:done");
  // c follows a by its own word, and still waits for the whole phase through its gate
}

TEST_CASE("a sequential group is a chain in listed order") {
  const Mini m = mini("a; b; c; (g: c a b) =sequential");
  CHECK(names(m.plan(), m.plan().order()) == "w/begin w/g/begin w/c w/a w/b w/g/end w/end");
  CHECK(why(m, "c", "a") == EdgeWhy::gate);
}

TEST_CASE("handlers follow their group") {
  Workset workset = test::mini_workset("a; fix; always; (g: a)");
  workset.workstreams[0].groups[0].catch_steps = {"fix"};
  workset.workstreams[0].groups[0].finally_steps = {"always"};
  Diagnostics diagnostics;
  const auto plan = lower(workset, {}, diagnostics);
  REQUIRE(plan);
  CHECK(edges_of(*plan) ==
        "w/begin>w/g/begin w/g/begin>w/g/body/begin w/g/body/begin>w/a w/a>w/g/body/end:done "
        "w/fix>w/always:done w/always>w/g/end:done w/g/end>w/end:done w/g/body/end>w/g/end:done "
        "w/g/body/end>w/fix:failure w/g/body/end>w/always:done");
}

// What leaves such a group waits for its last round, so the step between would wait for ever.
TEST_CASE("a step between two members of a group with rounds is a deadlock") {
  const auto complaints = [](const char* text) {
    const Mini m = mini(text);
    return m.has_plan() ? std::string() : m.complaints();
  };
  CHECK(complaints("a; x<-a; b<-x; (g: a b)").empty());
  CHECK(complaints("a; x<-a; b<-x; (g: a b) *2").find("step deadlock: ") != std::string::npos);
  CHECK(complaints("a; x<-a; b; (g: a b) *2").empty());
}

TEST_CASE("the remaining path counts steps only") {
  const Mini m = mini("@w %1; a; b<-a; c<-b; d<-a");
  CHECK(m.plan().remaining_path(m["w/begin"]) == 3);
  CHECK(m.plan().remaining_path(m["a"]) == 3);
  CHECK(m.plan().remaining_path(m["b"]) == 2);
  CHECK(m.plan().remaining_path(m["d"]) == 1);
  CHECK(m.plan().remaining_path(m["acceptance"]) == 0);
}

TEST_CASE("names on the screen are short where they can be") {
  const Mini alone = mini("@w %1; a; (g: a)");
  CHECK(alone.plan().display_name(alone["a"]) == "a");
  CHECK(alone.plan().display_name(alone["acceptance"]) == "acceptance");
  CHECK(alone.plan().display_name(alone["w/g/begin"]) == "g/begin");
  CHECK(alone.plan().display_name(alone["w/end"]) == "w/end");
  const Mini two = mini("@w; a; @v; b");
  CHECK(two.plan().display_name(two["a"]) == "w/a");
  CHECK(two.plan().display_name(two["v/end"]) == "v/end");
  Workset single = test::mini_workset("@w; w; @v; b");
  single.workstreams[0].is_single_step = true;
  Diagnostics diagnostics;
  const auto plan = lower(single, {}, diagnostics);
  REQUIRE(plan);
  CHECK(plan->display_name(NodeId(1U)) == "w");
}
