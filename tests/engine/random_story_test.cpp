// Random graphs, groups, policies, outcomes, limits and interrupts in virtual time. Story checks
// the invariants at every event and after every turn (story_checks.cpp); and the run ends.
//
// WORKSTREAM_RANDOM_RUNS how many, WORKSTREAM_RANDOM_SEED the first; WORKSTREAM_RANDOM_DROP leaves
// pieces of a run out (numbers with commas), to find the smallest run that still fails.
#include <cstdlib>
#include <set>
#include <string>

#include <fmt/format.h>

#include "random_run.h"
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;

namespace {

std::set<std::uint32_t> dropped_pieces() {
  std::set<std::uint32_t> out;
  const char* wish = std::getenv("WORKSTREAM_RANDOM_DROP");
  for (std::string text = wish == nullptr ? "" : wish; !text.empty();) {
    out.insert(static_cast<std::uint32_t>(std::atoi(text.c_str())));
    const std::size_t comma = text.find(',');
    text = comma == std::string::npos ? "" : text.substr(comma + 1);
  }
  return out;
}

// False when the files contradict themselves: a step that comes between two members of a group with
// rounds; a condition that takes the outputs of a fan-out for one value.
bool run_one(std::uint32_t seed, const std::set<std::uint32_t>& dropped) {
  RandomRun run(seed, dropped);
  const Mini plan = mini(run.text());
  if (!plan.has_plan()) {
    const std::string complaints = plan.complaints();
    INFO("seed " << seed << ": " << complaints);
    const bool is_known = complaints.find("step deadlock") != std::string::npos ||
                          complaints.find("cannot compare a list (steps.s") != std::string::npos;
    REQUIRE((is_known || !dropped.empty()));
    return false;
  }
  Story story(plan.plan());
  run.prepare(story);
  INFO("seed " << seed << ", " << run.pieces() << " pieces: " << run.settings() << run.text());
  const std::string transcript = story.run();
  INFO(transcript);
  const auto& counts = story.state().counts();
  REQUIRE(story.state().status() != RunStatus::running);
  const bool is_clean = counts.failed == 0 && counts.cancelled == 0;
  if (story.state().status() == RunStatus::succeeded && is_clean)
    REQUIRE_FALSE(story.state().has_failed());
  if (story.state().stop() == StopWhy::interrupted && !story.state().is_rolling_back())
    REQUIRE(story.state().status() == RunStatus::cancelled);
  return true;
}

}  // namespace

TEST_CASE("random runs keep every invariant and end") {
  std::uint32_t count = 3000;
  std::uint32_t first = 1;
  if (const char* wish = std::getenv("WORKSTREAM_RANDOM_RUNS"))
    count = static_cast<std::uint32_t>(std::atoi(wish));
  if (const char* wish = std::getenv("WORKSTREAM_RANDOM_SEED"))
    first = static_cast<std::uint32_t>(std::atoi(wish));
  const std::set<std::uint32_t> dropped = dropped_pieces();
  std::uint32_t ran = 0;
  for (std::uint32_t seed = first; seed < first + count; ++seed)
    ran += run_one(seed, dropped) ? 1U : 0U;
  if (dropped.empty()) CHECK(ran >= count / 5 * 4);
}

TEST_CASE("a chain of a hundred thousand steps without action needs no deep stack") {
  std::string text = "s0 =nothing";
  for (int i = 1; i < 100000; ++i) text += fmt::format("; s{} =nothing <- s{}", i, i - 1);
  const Mini plan = mini(text);
  Story story(plan.plan());
  story.run();
  CHECK(story.state().counts().succeeded == 100000);
}
