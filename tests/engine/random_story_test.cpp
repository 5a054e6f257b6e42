// Random graphs, outcomes, limits and interrupts in virtual time. Story checks the invariants after
// every turn: never more than the limit running, nobody before its needs, each step ends once,
// turn() twice is once, the fold of what was recorded is the live state; and the run ends.
#include <cstdlib>
#include <random>
#include <string>

#include <fmt/format.h>

#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;

namespace {

using Random = std::mt19937;

std::uint32_t below(Random& random, std::uint32_t limit) {
  return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random);
}

std::string random_mini(Random& random) {
  std::string text;
  const std::uint32_t workstreams = 1 + below(random, 3);
  for (std::uint32_t w = 0; w < workstreams; ++w) {
    text += fmt::format("@ws-{}", w);
    if (below(random, 4) == 0) text += " &1";
    if (below(random, 6) == 0) text += " %1";
    if (below(random, 8) == 0) text += " =abort";
    if (w > 0 && below(random, 2) == 0) text += fmt::format(" <- ws-{}", below(random, w));
    text += "; ";
    const std::uint32_t steps = 1 + below(random, 7);
    for (std::uint32_t s = 0; s < steps; ++s) {
      text += fmt::format("s{}", s);
      if (below(random, 6) == 0) text += " =nothing";
      if (below(random, 6) == 0) text += " =noncritical";
      if (below(random, 6) == 0) text += " =continue";
      if (below(random, 10) == 0) text += " =abort";
      if (below(random, 6) == 0) text += " %2";
      if (below(random, 10) == 0) text += " =manualtest";
      if (below(random, 5) == 0) text += " ~3s";
      if (below(random, 5) == 0) text += fmt::format(" !{}", below(random, 3));
      if (below(random, 5) == 0) text += fmt::format(" ^dir{}/", below(random, 2));
      if (s > 0 && below(random, 3) > 0) {
        text += " <-";
        for (std::uint32_t d = 0; d < s; ++d) {
          if (below(random, 3) != 0) continue;
          constexpr const char* kOn[] = {"", "", "", ":done", ":failure"};
          text += fmt::format(" s{}{}", d, kOn[below(random, 5)]);
        }
      }
      text += "; ";
    }
  }
  return text;
}

Scripted random_attempt(Random& random) {
  Scripted how;
  // Coarse on purpose: ends, limits and interrupts that fall into one turn are where mistakes hide.
  how.lasts = std::chrono::milliseconds(500 * below(random, 12));
  how.dies_after = std::chrono::milliseconds(500 * below(random, 6));
  switch (below(random, 6)) {
    case 0:
      how.outcome = Exited{1};
      break;
    case 1:
      how.outcome =
          below(random, 2) == 0 ? Outcome(Signaled{11, false}) : Outcome(SpawnFailed{"no"});
      break;
    default:
      break;
  }
  return how;
}

void run_one(std::uint32_t seed) {
  Random random(seed);
  const std::string text = random_mini(random);
  INFO("seed " << seed << ": " << text);
  const Mini plan = mini(text);
  Story story(plan.plan());
  story.options.max_workers = 1 + below(random, 4);
  story.options.is_sequential = below(random, 6) == 0;
  story.options.is_fail_fast = below(random, 8) == 0;
  if (below(random, 4) == 0)
    story.options.start_gap = std::chrono::milliseconds(below(random, 900));
  if (below(random, 6) == 0)
    story.options.run_timeout = std::chrono::seconds(1 + below(random, 12));
  if (below(random, 8) == 0) story.recorder.fails_at = below(random, 12);
  for (std::uint32_t i = 0; i < plan.plan().node_count(); ++i) {
    const NodeId node(i);
    for (std::uint32_t part = 0; part < 3; ++part) {
      if (below(random, 2) == 0)
        story.script(plan.plan().display_name(node), random_attempt(random), 1, part);
    }
  }
  const std::uint32_t interrupts = below(random, 4);
  for (std::uint32_t i = 1; i < interrupts; ++i) {
    story.at(std::chrono::milliseconds(500 * below(random, 18)),
             [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  }
  const std::string transcript = story.run();
  INFO(transcript);
  const auto& counts = story.state().counts();
  REQUIRE(counts.settled() == counts.total);
  REQUIRE(story.state().status() != RunStatus::running);
  const bool is_clean = counts.failed == 0 && counts.cancelled == 0;
  if (story.state().status() == RunStatus::succeeded) REQUIRE(is_clean);
  if (story.state().stop() == StopWhy::interrupted) {
    REQUIRE(story.state().status() == RunStatus::cancelled);
  }
}

}  // namespace

TEST_CASE("random runs keep every invariant and end") {
  std::uint32_t count = 3000;
  std::uint32_t first = 1;
  if (const char* wish = std::getenv("WORKSTREAM_RANDOM_RUNS"))
    count = static_cast<std::uint32_t>(std::atoi(wish));
  if (const char* wish = std::getenv("WORKSTREAM_RANDOM_SEED"))
    first = static_cast<std::uint32_t>(std::atoi(wish));
  for (std::uint32_t seed = first; seed < first + count; ++seed) run_one(seed);
}

TEST_CASE("a chain of a hundred thousand steps without action needs no deep stack") {
  std::string text = "s0 =nothing";
  for (int i = 1; i < 100000; ++i) text += fmt::format("; s{} =nothing <- s{}", i, i - 1);
  const Mini plan = mini(text);
  Story story(plan.plan());
  story.run();
  CHECK(story.state().counts().succeeded == 100000);
}
