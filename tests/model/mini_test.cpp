// The tiny notation of the tests means what its header says.
#include "support/mini.h"

#include "support/catch.h"

using namespace ws;
using ws::test::mini;
using ws::test::mini_workset;
using namespace std::chrono_literals;

TEST_CASE("steps, conditions and modifiers") {
  const Workset set = mini_workset(
      "a !5 ~90s %2 =abort; b<-a:failure !-1 =noncritical; c <- a:done b ^src/,lib/[ab]*.py "
      "=continue; d =nothing; e =manual =manualtest");
  REQUIRE(set.workstreams.size() == 1);
  const Workstream& w = set.workstreams[0];
  CHECK(w.id == "w");
  REQUIRE(w.steps.size() == 5);
  CHECK(w.steps[0].priority == 5);
  CHECK(w.steps[0].timeout == 90s);
  CHECK(w.steps[0].details().acceptance_tests.size() == 2);
  CHECK(w.steps[0].on_failure == OnFailure::abort);
  CHECK(std::get<CommandAction>(w.steps[0].action).command.text() == "a");
  CHECK(w.steps[1].depends_on[0].on == DependencyOn::failure);
  CHECK(w.steps[1].priority == -1);
  CHECK_FALSE(w.steps[1].is_critical);
  REQUIRE(w.steps[2].depends_on.size() == 2);
  CHECK(w.steps[2].depends_on[0].on == DependencyOn::done);
  CHECK(w.steps[2].depends_on[1].name == "b");
  CHECK(w.steps[2].details().files_scope[1].pattern == "lib/[ab]*.py");
  CHECK(w.steps[2].on_failure == OnFailure::carry_on);
  CHECK(std::holds_alternative<NoAction>(w.steps[3].action));
  CHECK(std::holds_alternative<ManualAction>(w.steps[4].action));
  CHECK(w.steps[4].details().acceptance_tests[0].is_manual());
}

TEST_CASE("workstreams and groups") {
  const Workset set =
      mini_workset("@u &2 =skip %1 ^x; a; b; (g: a b)<-c &3 =sequential ~5s; c; [p: c]; @v<-u; d");
  REQUIRE(set.workstreams.size() == 2);
  CHECK(set.workstreams[0].execution.max_workers == 2U);
  CHECK(set.workstreams[0].execution.on_failure == OnFailure::skip_dependents);
  CHECK(set.workstreams[0].acceptance_tests.size() == 1);
  CHECK(set.workstreams[0].files_scope[0].pattern == "x");
  REQUIRE(set.workstreams[0].groups.size() == 2);
  const Group& g = set.workstreams[0].groups[0];
  CHECK(g.id == "g");
  CHECK(g.members[1].name == "b");
  CHECK(g.depends_on[0].name == "c");
  CHECK(g.rule.max_workers == 3);
  CHECK(g.rule.execute == Execute::sequential);
  CHECK(g.rule.timeout == 5s);
  CHECK(set.workstreams[0].groups[1].is_phase);
  CHECK(set.workstreams[1].depends_on[0].name == "u");
}

TEST_CASE("places point into the text") {
  const Workset set = mini_workset("a; b<-xx");
  const Place place = set.workstreams[0].steps[1].depends_on[0].place;
  CHECK(set.sources.describe(place) == "mini:1:7");
  CHECK(place.length == 2);
}

TEST_CASE("nonsense is refused") {
  CHECK_THROWS(mini_workset("a b"));
  CHECK_THROWS(mini_workset("a <- b:maybe"));
  CHECK_THROWS(mini_workset("a !x"));
  CHECK_THROWS(mini_workset("a =what"));
  CHECK_THROWS(mini("a<-b").plan());
  CHECK_THROWS(mini("a")["b"]);
}
