// Overlapping file scopes become edges: only where nothing orders them yet, and never too many.
#include <random>
#include <set>

#include "model/glob.h"
#include "model/scope_pattern.h"
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::test::Mini;
using ws::test::mini;

namespace {

// "a>b c>d" of the edges that scopes added.
std::string scope_edges(const Plan& plan) {
  std::string out;
  for (const NodeId id : plan.order()) {
    for (const PlanEdge& edge : plan.successors(id)) {
      if (edge.why != EdgeWhy::scope) continue;
      CHECK(edge.on == DependencyOn::done);
      if (!out.empty()) out += ' ';
      out += plan.display_name(id) + ">" + plan.display_name(edge.node);
    }
  }
  return out;
}

std::string scope_edges(const std::string& text) { return scope_edges(mini(text).plan()); }

}  // namespace

TEST_CASE("row 4e: steps that claim the same file run one after the other") {
  const Mini m = mini("a ^src/x.py; b ^src; c ^lib");
  CHECK(scope_edges(m.plan()) == "a>b");
  REQUIRE(m.diagnostics().warning_count() == 1);
  CHECK(m.diagnostics().items()[0].kind->name == "scope-overlap");
  CHECK(m.diagnostics().items()[0].notes.size() == 1);
}

TEST_CASE("row 4e: what is ordered already needs no edge and no warning") {
  const Mini m = mini("a ^src; b<-a ^src; c<-b; d<-c ^src/x");
  CHECK(scope_edges(m.plan()).empty());
  CHECK(m.diagnostics().items().empty());
  CHECK(scope_edges("a ^src; b<-a; c<-b; d<-c ^src/x").empty());
}

TEST_CASE("the earlier in the plan goes first, not the earlier in the file") {
  CHECK(scope_edges("a<-z ^src; b ^src; z") == "b>a");
}

// Its members start again, so who is not in it goes before its first round or after its last.
TEST_CASE("a claim outside a group with rounds is kept apart from all its rounds") {
  CHECK(scope_edges("a ^s; b; c ^s; (g: a b) *2") == "g/end>c");
  CHECK(scope_edges("c ^s; a ^s; b; (g: a b) *2") == "c>g/begin");
  CHECK(scope_edges("a ^s; b ^s; (g: a b) *2") == "a>b");
  CHECK(scope_edges("a ^s; b; c ^s; d; (g: a b) *2; (h: c d) =repeat:2") == "g/end>h/begin");
  CHECK(scope_edges("a ^s; b; c ^s; (g: h c) *2; (h: a b) =repeat:2") == "h/end>c");
  CHECK(scope_edges("a ^s; b; c ^s; (g: a b) *2 =finally:c").empty());
  CHECK(scope_edges("a ^s; b; c ^s; (g: a b)") == "a>c");
}

TEST_CASE("what a member waits for goes before all rounds, whatever the file's order") {
  CHECK(scope_edges("a ^s; b<-x; x ^s; (g: a b) *2") == "x>g/begin");
  CHECK(scope_edges("a<-x; b ^s; x; y<-x ^s; z<-y; c<-z; (g: a b c) *2") == "y>g/begin");
}

TEST_CASE("a cluster becomes a chain") {
  CHECK(scope_edges("a ^s; b ^s; c ^s; d ^s") == "a>b b>c c>d");
  CHECK(scope_edges("a ^s; b ^s/1; c ^s/2; d ^s") == "a>b a>c b>d c>d");
  CHECK(scope_edges("a ^s/1; b ^s/2; c ^s; d ^s/1") == "a>c b>c c>d");
  CHECK(scope_edges("a ^x,y; b ^x,y") == "a>b");
  CHECK(scope_edges("a ^x,x/y").empty());
}

TEST_CASE("an added edge orders what lies behind it") {
  CHECK(scope_edges("a ^s; b ^s; c<-b ^s") == "a>b");
  CHECK(scope_edges("a; b<-a ^s; c ^s; d<-c ^s") == "b>c");
}

TEST_CASE("globs clash only where they can name the same file") {
  CHECK(scope_edges("a ^src/*.py; b ^src/*.js; c ^src/m.py") == "a>c");
  CHECK(scope_edges("a ^**/*.md; b ^docs/x.md; c ^src/m.py") == "a>b");
  CHECK(scope_edges("a ^*.py; b ^sub; c ^x.*") == "a>c");
}

TEST_CASE("whole workstreams claim from begin to end") {
  CHECK(scope_edges("@u ^src; a; @v ^src/x; b; @w ^lib; c") == "u/end>v/begin");
  CHECK(scope_edges("@u ^src; a; @v<-u ^src; b").empty());
  CHECK(scope_edges("@v<-u ^src; b; @u ^src; a; @w ^src; c") == "v/end>w/begin");
}

TEST_CASE("a step clashes with another workstream, not with its own") {
  CHECK(scope_edges("@u ^src; a ^src; b ^src") == "a>b");
  CHECK(scope_edges("@u ^src; a ^src; @v; b ^src/x") == "u/end>v/b");
  CHECK(scope_edges("@u; a ^src/x; @v ^src; b") == "u/a>v/begin");
  CHECK(scope_edges("@u; a ^s; @v; b ^s") == "u/a>v/b");
  // the claim of u itself is not forgotten because its own step claimed the same later
  CHECK(scope_edges("@u ^s/1; a ^s; @v; b ^s/1; @w; c") == "u/end>v/b");
}

TEST_CASE("row 4e: strict scopes are errors, and nothing is planned") {
  LowerOptions options;
  options.strict_scope = true;
  const Mini m = mini("a ^src; b ^src; c<-b ^src", options);
  CHECK_FALSE(m.has_plan());
  CHECK(m.diagnostics().error_count() == 1);
  CHECK(mini("a ^src; b<-a ^src", options).has_plan());
}

TEST_CASE("overlaps are not judged when the order is not what was meant") {
  const Mini m = mini("a ^src; b<-x ^src");
  CHECK(m.diagnostics().items().size() == 1);
}

TEST_CASE("only the first twenty overlaps are told one by one") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "s" + std::to_string(i) + " ^src;";
  const Mini m = mini(text);
  CHECK(m.diagnostics().warning_count() == 21);
  CHECK(m.diagnostics().items().back().message ==
        "79 more pairs claim the same files and could run at the same time: serialised");
}

TEST_CASE("far apart claims are decided exactly") {
  // Two long chains side by side, so no short search answers; some claims ordered, some not.
  std::string text = "a0 ^s0; b0 ^t0;";
  for (int i = 1; i < 800; ++i) {
    const std::string n = std::to_string(i);
    const std::string before = std::to_string(i - 1);
    text += "a" + n + "<-a" + before + (i == 799 ? " ^s0,t0;" : ";");
    text += "b" + n + "<-b" + before + (i == 799 ? " ^t0;" : ";");
  }
  CHECK(scope_edges(text) == "b0>a799 a799>b799");
  CHECK(scope_edges(text + "z<-b799 ^s0") == "b0>a799 a799>b799");
}

namespace {

std::string random_set(std::mt19937& random) {
  const std::vector<std::string> patterns = {"a",      "a/b",     "a/b/c",  "d",  "d/e",  "a/*.py",
                                             "a/x.py", "**/*.py", "d/**/z", "f/", "a/b*", "*"};
  const auto below = [&](std::size_t limit) { return random() % limit; };
  std::string text;
  const std::size_t workstreams = 1 + below(3);
  for (std::size_t w = 0; w < workstreams; ++w) {
    text += "@w" + std::to_string(w);
    if (w > 0 && below(3) == 0) text += " <- w" + std::to_string(below(w));
    if (below(3) == 0) text += " ^" + patterns[below(patterns.size() - 1)];
    text += ";";
    const std::size_t steps = 1 + below(6);
    for (std::size_t s = 0; s < steps; ++s) {
      text += "s" + std::to_string(s);
      if (s > 0 && below(2) == 0) text += " <- s" + std::to_string(below(s));
      if (below(2) == 0) text += " ^" + patterns[below(patterns.size())];
      if (below(5) == 0) text += " ^" + patterns[below(patterns.size())];
      text += ";";
    }
  }
  return text;
}

// Of each node those that come before it; without the scope edge between these two.
std::vector<std::set<NodeId>> all_before(const Plan& plan, NodeId skip_from, NodeId skip_to) {
  std::vector<std::set<NodeId>> before(plan.node_count());
  std::set<NodeId> seen;
  for (const NodeId id : plan.order()) {
    seen.insert(id);
    for (const PlanEdge& edge : plan.predecessors(id)) {
      REQUIRE((edge.node != id && seen.contains(edge.node)));
      if (edge.why == EdgeWhy::scope && edge.node == skip_from && id == skip_to) continue;
      const std::set<NodeId>& further = before[edge.node.index()];
      before[id.index()].insert(edge.node);
      before[id.index()].insert(further.begin(), further.end());
    }
  }
  return before;
}

// Who claims files: a step, or a whole workstream.
struct Owner {
  NodeId start, end;
  std::uint32_t workstream;
  bool is_whole;
  const std::vector<ScopePattern>* scope;
};

std::vector<Owner> owners_of(const Plan& plan) {
  std::vector<Owner> owners;
  for (const NodeId id : plan.order()) {
    const PlanNode& node = plan.node(id);
    if (node.kind == NodeKind::step) {
      owners.push_back({id, id, node.workstream, false, &plan.step_of(id).details().files_scope});
    } else if (node.kind == NodeKind::begin) {
      owners.push_back({id, plan.group(node.group).end, node.workstream, true,
                        &plan.workstream_of(id).files_scope});
    }
  }
  return owners;
}

bool must_be_apart(const Owner& a, const Owner& b) {
  if ((a.is_whole || b.is_whole) && a.workstream == b.workstream) return false;
  for (const ScopePattern& p : *a.scope) {
    for (const ScopePattern& q : *b.scope) {
      if (scopes_overlap(normal_scope(p.pattern), normal_scope(q.pattern))) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("in random sets every overlapping pair ends up ordered, and nothing more is added") {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_set(random);
    INFO(text);
    const Mini m = mini(text);
    const Plan& plan = m.plan();
    const std::vector<Owner> owners = owners_of(plan);
    const auto before = all_before(plan, {}, {});
    for (std::size_t i = 0; i < owners.size(); ++i) {
      for (std::size_t j = i + 1; j < owners.size(); ++j) {
        if (must_be_apart(owners[i], owners[j]))
          CHECK(before[owners[j].start.index()].contains(owners[i].end));
      }
    }
    // an added edge whose ends another path joins would be superfluous when it was added
    std::size_t superfluous = 0, added = 0;
    for (const NodeId id : plan.order()) {
      for (const PlanEdge& edge : plan.successors(id)) {
        if (edge.why != EdgeWhy::scope) continue;
        ++added;
        if (all_before(plan, id, edge.node)[edge.node.index()].contains(id)) ++superfluous;
      }
    }
    CHECK(superfluous == 0);
    CHECK(m.diagnostics().warning_count() == added);
  }
}

TEST_CASE("the order stays topological when a fan-out goes before a step that claims the same") {
  const Mini plan = mini("a; b =each:2 ^dir/; c ^dir/; d");
  std::vector<NodeId> seen;
  for (const NodeId node : plan.plan().order()) {
    for (const PlanEdge& edge : plan.plan().predecessors(node))
      CHECK(std::find(seen.begin(), seen.end(), edge.node) != seen.end());
    seen.push_back(node);
  }
  CHECK(plan.plan().remaining_path(plan["b[0]"]) == 2);
}
