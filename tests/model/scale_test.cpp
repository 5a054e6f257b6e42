// Sizes that break what is quadratic or recursive. The bounds are far above what a release build
// takes and far below what a wrong algorithm would; `model_test "[measure]"` prints the figures.
#include <chrono>
#include <cstdio>
#include <functional>

#include "model/analysis.h"
#include "model/lower.h"
#include "small_stack.h"
#include "support/catch.h"

using namespace ws;
using namespace std::chrono_literals;

namespace {

// `layers` × `width` steps; each depends on three of the layer before.
Workset layered(std::size_t layers, std::size_t width) {
  Workset set;
  Workstream& w = set.workstreams.emplace_back();
  w.id = "w";
  w.steps.reserve(layers * width);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    for (std::size_t i = 0; i < width; ++i) {
      Step& step = w.steps.emplace_back();
      step.id = "step-" + std::to_string(layer * width + i);
      for (std::size_t k = 0; layer > 0 && k < 3 && k < width; ++k) {
        const std::size_t other = (layer - 1) * width + (i + k * 7) % width;
        step.depends_on.push_back({"step-" + std::to_string(other), DependencyOn::success, {}});
      }
    }
  }
  return set;
}

void claim(Workset& set, const std::function<std::string(std::size_t)>& pattern) {
  std::size_t i = 0;
  for (Step& step : set.workstreams[0].steps) {
    step.edit_details().files_scope.push_back({pattern(i++), {}});
  }
}

struct Timed {
  std::optional<Plan> plan;
  Diagnostics diagnostics;
  std::chrono::duration<double> time{};
};

Timed timed_lower(const Workset& set, const LowerOptions& options = {}) {
  Timed result;
  const auto start = std::chrono::steady_clock::now();
  result.plan = lower(set, options, result.diagnostics);
  result.time = std::chrono::steady_clock::now() - start;
  return result;
}

std::size_t scope_edges(const Plan& plan) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    for (const PlanEdge& edge : plan.successors(NodeId(i))) {
      if (edge.why == EdgeWhy::scope) ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("a hundred thousand layered steps") {
  const Workset set = layered(100, 1000);
  const Timed lowered = timed_lower(set);
  REQUIRE(lowered.plan);
  CHECK(lowered.plan->step_count() == 100'000);
  CHECK(lowered.plan->dependency_count() == 99'000 * 3);
  CHECK(lowered.plan->remaining_path(NodeId(0U)) == 100);
  CHECK(analyse(*lowered.plan).waves.size() == 100);
  CHECK(lowered.time < 10s);
}

TEST_CASE("a long chain needs no stack, whole or broken") {
  Workset set = layered(100'000, 1);
  test::on_small_stack([&] {
    const Timed lowered = timed_lower(set);
    REQUIRE(lowered.plan);
    CHECK(analyse(*lowered.plan).critical_path.size() == 100'000);
  });
  set.workstreams[0].steps[0].depends_on.push_back({"step-99999", DependencyOn::success, {}});
  test::on_small_stack([&] {
    const Timed lowered = timed_lower(set);
    CHECK_FALSE(lowered.plan);
    CHECK(lowered.diagnostics.error_count() == 1);
  });
}

TEST_CASE("ten thousand steps that claim the same directory") {
  Workset set = layered(10, 1000);
  claim(set, [](std::size_t) { return "src/"; });
  const Timed lowered = timed_lower(set);
  REQUIRE(lowered.plan);
  CHECK(scope_edges(*lowered.plan) > 9'000);
  CHECK(lowered.diagnostics.warning_count() == 21);
  CHECK(lowered.time < 10s);
}

TEST_CASE("a hundred thousand different scopes, and one above them all") {
  Workset set = layered(1, 100'000);
  claim(set, [](std::size_t i) {
    return "src/dir-" + std::to_string(i % 300) + "/f" + std::to_string(i);
  });
  const Timed apart = timed_lower(set);
  REQUIRE(apart.plan);
  CHECK(scope_edges(*apart.plan) == 0);
  set.workstreams[0].steps[50'000].edit_details().files_scope[0].pattern = "src";
  const Timed under_one = timed_lower(set);
  REQUIRE(under_one.plan);
  CHECK(scope_edges(*under_one.plan) == 99'999);
  CHECK(under_one.time < 20s);
}

TEST_CASE("thousands of globs are compared, hundreds of thousands are not") {
  for (const std::size_t count : {500U, 5'000U}) {
    Workset set = layered(1, count);
    claim(set, [](std::size_t i) { return "*/part" + std::to_string(i) + "/*.py"; });
    const Timed lowered = timed_lower(set);
    REQUIRE(lowered.plan);
    CHECK(scope_edges(*lowered.plan) == (count == 500U ? 0 : count - 1));
    CHECK(lowered.time < 60s);
  }
}

TEST_CASE("thousands of unknown names") {
  Workset set = layered(2, 2'000);
  for (Step& step : set.workstreams[0].steps) {
    step.depends_on.push_back({"stp-" + step.id, DependencyOn::success, {}});
  }
  const Timed lowered = timed_lower(set);
  CHECK_FALSE(lowered.plan);
  CHECK(lowered.diagnostics.error_count() == 4'000);
  CHECK(lowered.time < 30s);
}

TEST_CASE("figures", "[.][measure]") {
  const auto show = [](const char* what, const Workset& set) {
    const Timed lowered = timed_lower(set);
    std::printf("%-44s %8.3f s, %zu scope edges\n", what, lowered.time.count(),
                lowered.plan ? scope_edges(*lowered.plan) : 0);
  };
  show("100,000 layered", layered(100, 1000));
  show("1,000,000 layered", layered(1000, 1000));
  show("1,000,000 in a chain", layered(1'000'000, 1));
  show("1,000,000 apart", layered(1, 1'000'000));
  Workset same = layered(10, 1000);
  claim(same, [](std::size_t) { return "src/"; });
  show("10,000 that claim src/", same);
  same = layered(100, 1000);
  claim(same, [](std::size_t) { return "src/"; });
  show("100,000 that claim src/", same);
  same = layered(1000, 1000);
  claim(same, [](std::size_t) { return "src/"; });
  show("1,000,000 that claim src/", same);
  same = layered(100'000, 1);
  claim(same, [](std::size_t) { return "src/"; });
  show("100,000 in a chain that claim src/", same);
  same = layered(100, 1000);
  claim(same, [](std::size_t i) { return "src/f" + std::to_string(i); });
  show("100,000 that claim a file each", same);
  claim(same, [](std::size_t i) { return "src/g" + std::to_string(i / 2) + "/*.py"; });
  show("100,000 with a second claim, a glob, in pairs", same);
  same = layered(100, 1000);
  claim(same, [](std::size_t i) { return "f" + std::to_string(i % 50'000); });
  show("100,000 that claim far apart, in pairs", same);
  same = layered(1, 4'000);
  claim(same, [](std::size_t i) { return "*" + std::to_string(i) + ".py"; });
  show("4,000 root globs", same);
  const Workset layers = layered(1000, 1000);
  Diagnostics diagnostics;
  const auto plan = lower(layers, {}, diagnostics);
  const auto start = std::chrono::steady_clock::now();
  const PlanAnalysis analysis = analyse(plan.value());
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  std::printf("%-44s %8.3f s, %zu waves\n", "analyse 1,000,000", time.count(),
              analysis.waves.size());
}
