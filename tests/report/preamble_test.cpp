#include "report/preamble.h"

#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;

namespace {

std::string preamble(const Style& style, const Plan& plan, const std::vector<std::string>& ids) {
  return loading_line(style, ids) + validating_line(style, 0) + scope_line(style, plan) +
         graph_line(style, plan) + pool_line(style, 3) + executing_lines(style, HowRun::parallel);
}

}  // namespace

TEST_CASE("the preamble follows the source document") {
  Sample sample;
  add_example(sample);
  check_golden("report/preamble.txt",
               preamble(Style{}, sample.plan(), {"ws-example-02-parallel-execution"}));
}

TEST_CASE("a file without steps is not counted as one") {
  Sample sample;
  sample.workstream("ws-empty").is_single_step = true;
  sample.step("ws-empty").action = NoAction{};
  CHECK(graph_line(Style{}, sample.plan()) ==
        "✓ Building dependency graph (0 steps, 0 dependencies)\n");
}

TEST_CASE("the preamble counts workstreams, warnings and serialised pairs") {
  Sample sample;
  sample.workstream("ws-a");
  sample.step("one").edit_details().files_scope = {{"src/", {}}};
  sample.step("two").edit_details().files_scope = {{"src/main.c", {}}};
  sample.step("three", {"one"});
  Plan& plan = sample.plan();
  const Style style{.ascii = true};
  check_golden("report/preamble_ascii.txt",
               loading_line(style, std::vector<std::string>{"ws-a", "ws-b", "ws\x1b[1m"}) +
                   validating_line(style, 2) + scope_line(style, plan) + graph_line(style, plan) +
                   pool_line(style, 1) + executing_lines(style, HowRun::sequential) +
                   executing_lines(style, HowRun::dry_run));
  CHECK(serialised_pairs(plan) == 1);
}
