// Targets and what is assumed complete.
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::test::Mini;
using ws::test::mini;

namespace {

LowerOptions only(std::vector<std::string> targets) {
  LowerOptions options;
  options.targets = std::move(targets);
  return options;
}

LowerOptions assuming(std::vector<std::string> names) {
  LowerOptions options;
  options.assume_complete = std::move(names);
  return options;
}

// The steps in the plan, by their full names.
std::string steps(const Mini& m) {
  std::string out;
  for (const NodeId id : m.plan().order()) {
    if (m.plan().node(id).kind != NodeKind::step) continue;
    if (!out.empty()) out += ' ';
    out += m.plan().full_name(id);
  }
  return out;
}

std::string assumed(const Mini& m) {
  std::string out;
  for (const std::string& name : m.plan().assumed_complete()) {
    if (!out.empty()) out += ' ';
    out += name;
  }
  return out;
}

const std::string kThree = "@c<-b; z; @b<-a; y; @a; x; @d; w";

}  // namespace

TEST_CASE("targets come with all they depend on, and nothing else") {
  CHECK(steps(mini(kThree)) == "a/x b/y c/z d/w");
  CHECK(steps(mini(kThree, only({"c"}))) == "a/x b/y c/z");
  CHECK(steps(mini(kThree, only({"b", "d"}))) == "a/x b/y d/w");
  CHECK(steps(mini(kThree, only({"a"}))) == "a/x");
}

TEST_CASE("mistakes in workstreams that are not wanted do not matter") {
  CHECK(mini("@a; x; @b<-nowhere; y<-y", only({"a"})).has_plan());
}

TEST_CASE("a workstream that is left alone by its target is alone") {
  CHECK(mini("@a &2; x; @b; y", only({"a"})).plan().groups()[0].rule.max_workers == 0);
}

TEST_CASE("a workstream that is complete is not in the plan, nor what only it needed") {
  CHECK(steps(mini(kThree, assuming({"b"}))) == "c/z d/w");
  CHECK(steps(mini(kThree, assuming({"a"}))) == "b/y c/z d/w");
  CHECK(assumed(mini(kThree, assuming({"b"}))) == "b");
  // somebody else needs a
  CHECK(steps(mini(kThree + "; @e<-a; v", assuming({"b"}))) == "c/z a/x d/w e/v");
}

TEST_CASE("targets and assumptions together") {
  LowerOptions options = only({"c"});
  options.assume_complete = {"b"};
  CHECK(steps(mini(kThree, options)) == "c/z");
  options.targets = {"c", "a"};  // asked for by name
  CHECK(steps(mini(kThree, options)) == "c/z a/x");
  options = only({"c"});
  options.assume_complete = {"c"};
  CHECK(mini(kThree, options).plan().node_count() == 0);
}

TEST_CASE("assumptions may be globs") {
  const Mini m = mini("@ws-01; x; @ws-02<-ws-01; y; @ws-10<-ws-02; z", assuming({"ws-0*"}));
  CHECK(steps(m) == "ws-10/z");
  CHECK(assumed(m) == "ws-01 ws-02");
  CHECK(steps(mini("@u; build-a; build-b; c<-build-a build-b", assuming({"u/build-*"}))) == "u/c");
  CHECK(steps(mini("@u; a; b; @v; a; c<-a", assuming({"*/a"}))) == "u/b v/c");
}

TEST_CASE("a step that is complete is not in the plan, nor what only it needed") {
  const std::string text = "a; b<-a; c<-b; d<-a";
  CHECK(steps(mini(text, assuming({"w/b"}))) == "w/a w/c w/d");
  CHECK(steps(mini("a; b<-a; c<-b", assuming({"b"}))) == "w/c");
  CHECK(steps(mini("a; b<-a; c<-b; d<-c", assuming({"c"}))) == "w/d");
  const Mini m = mini("a; b<-a; c<-b", assuming({"b"}));
  CHECK(assumed(m) == "w/b");
  CHECK(m.plan().predecessors(m["c"]).size() == 1);  // its gate: nothing else to wait for
  CHECK(m.plan().dependency_count() == 0);
  CHECK(m.diagnostics().items().empty());
}

TEST_CASE("what waits for the failure of something complete never runs") {
  CHECK(steps(mini("a; fix<-a:failure; after<-fix; report<-fix:done a", assuming({"a"}))) ==
        "w/report");
  CHECK(steps(mini("@a; x; @fix<-a:failure; y; @z<-a; q", assuming({"a"}))) == "z/q");
}

TEST_CASE("members of groups stay as long as their group does") {
  CHECK(steps(mini("a; b<-a; c<-g; (g: a b)", assuming({"b"}))) == "w/a w/c");
  const Mini empty = mini("a; c<-g; (g: a)", assuming({"a"}));
  CHECK(steps(empty) == "w/c");
  CHECK(empty.plan().group(GroupId(1U)).member_count == 0);
}

TEST_CASE("a plain step name must mean one step") {
  CHECK(steps(mini("@u; a; b<-a; @v; c", assuming({"a"}))) == "u/b v/c");
  const Mini m = mini("@u; a; @v; a", assuming({"a"}));
  REQUIRE(m.diagnostics().error_count() == 1);
  CHECK(m.diagnostics().items()[0].hint == "write u/a and v/a");
}

TEST_CASE("a missing name is satisfied by an assumption of that name") {
  const Mini m = mini("@b<-a; x", assuming({"a"}));
  CHECK(steps(m) == "b/x");
  CHECK(assumed(m) == "a");
  CHECK(m.diagnostics().items().empty());
  CHECK(steps(mini("@b<-ws-1 ws-2; x", assuming({"ws-*"}))) == "b/x");
  CHECK(assumed(mini("x<-setup", assuming({"setup"}))) == "w/setup");
  CHECK(assumed(mini("x<-setup", assuming({"w/setup"}))) == "w/setup");
}

TEST_CASE("an assumption breaks a cycle") {
  CHECK(mini("a<-b; b<-a; c<-b", assuming({"b"})).has_plan());
  CHECK(mini("@a<-b; x; @b<-a; y", assuming({"b"})).has_plan());
  // but a cycle elsewhere is still a cycle
  CHECK_FALSE(mini("a<-b; b<-a; c", assuming({"c"})).has_plan());
}

TEST_CASE("an assumption that means nothing is pointed out") {
  const Mini m = mini("@ws-build; x", assuming({"ws-biuld"}));
  CHECK(m.has_plan());
  REQUIRE(m.diagnostics().warning_count() == 1);
  CHECK(m.diagnostics().items()[0].hint == "did you mean 'ws-build'?");
  CHECK(assumed(m).empty());
}
