// The shape of a plan: nodes, gates, edges, rules, order, names.
#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using ws::test::mini;
using ws::test::Mini;

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
  for (const NodeId id : ids) out += (out.empty() ? "" : " ") + plan.full_name(id);
  return out;
}

}  // namespace

TEST_CASE("a workstream is its steps between two gates") {
  const Mini m = mini("a; b<-a; c<-a b:done; d<-c:failure");
  CHECK(edges_of(m.plan()) ==
        "w/begin>w/a w/a>w/b w/a>w/c w/b>w/c:done w/c>w/d:failure w/d>w/end:done");
  CHECK(names(m.plan(), m.plan().order()) == "w/begin w/a w/b w/c w/d w/end");
  CHECK(m.plan().step_count() == 4);
  CHECK(m.plan().dependency_count() == 4);
  CHECK(m.plan().groups().size() == 1);
  CHECK(m.plan().groups()[0].member_count == 4);
}
