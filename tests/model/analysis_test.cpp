// Waves, width, critical path and the bound on speed-up.
#include "model/analysis.h"

#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::test::mini;

namespace {

std::string names(const Plan& plan, const std::vector<NodeId>& ids) {
  std::string out;
  for (const NodeId id : ids) {
    if (!out.empty()) out += ' ';
    out += plan.short_name(id);
  }
  return out;
}

std::string waves(const Plan& plan) {
  std::string out;
  for (const auto& wave : analyse(plan).waves) {
    if (!out.empty()) out += " | ";
    out += names(plan, wave);
  }
  return out;
}

}  // namespace

TEST_CASE("waves are the longest distance from a start") {
  CHECK(waves(mini("a; b; c<-a; d<-a c; e<-b").plan()) == "a b | c e | d");
  CHECK(waves(mini("@w %1; a; b<-a").plan()) == "a | b | acceptance");
  CHECK(waves(mini("@v<-u; a; @u; b; c<-b").plan()) == "b | c | a");
  CHECK(waves(mini("a; b; c; (g: a b); (h: c)<-g").plan()) == "a b | c");
}

TEST_CASE("width, critical path and speed-up") {
  const auto m = mini("a; b; c; d<-a; e<-d; f<-b");
  const PlanAnalysis analysis = analyse(m.plan());
  CHECK(analysis.width == 3);
  CHECK(analysis.step_count == 6);
  CHECK(names(m.plan(), analysis.critical_path) == "a d e");
  CHECK(analysis.speedup_bound == Approx(2.0));
}

TEST_CASE("the critical path runs through workstreams and their tests") {
  const auto m = mini("@u %1; a; b<-a; @v<-u; c; d");
  CHECK(names(m.plan(), analyse(m.plan()).critical_path) == "a b c");
}

TEST_CASE("an empty plan has nothing to say") {
  const PlanAnalysis analysis = analyse(mini("@w").plan());
  CHECK(analysis.waves.empty());
  CHECK(analysis.width == 0);
  CHECK(analysis.critical_path.empty());
  CHECK(analysis.speedup_bound == Approx(1.0));
  CHECK(analyse(mini("").plan()).step_count == 0);
}
