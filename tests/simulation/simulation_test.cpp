// That a simulation finds what is wrong, and that shrinking keeps only what it needs.
#include "simulation/simulation.h"

#include <fmt/format.h>

#include "simulation/calm.h"
#include "simulation/random_tale.h"
#include "simulation/shrink.h"
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("a seed gives the same tale and the same run each time") {
  for (std::uint32_t seed = 1; seed < 50; ++seed) {
    CHECK(mini_text(random_tale(seed)) == mini_text(random_tale(seed)));
    CHECK(simulate(random_tale(seed)).events == simulate(random_tale(seed)).events);
  }
}

TEST_CASE("what the dead scheduler recorded gives the state it had") {
  Tale tale;
  tale.items = {{TaleKind::step, 0, "a", {}, {}}, {TaleKind::step, 0, "b", {}, {"<- a"}}};
  tale.is_drawn = false;
  for (std::size_t call = 0; call < 9; ++call) {
    for (const bool is_kept : {false, true}) {
      tale.crashes = {{call, is_kept}};
      CHECK(simulate(tale).end == Simulated::End::well);
    }
  }
}

TEST_CASE("tales that once ended otherwise when they were gone on with") {
  // Items found again looked newer than what follows them.
  CHECK(simulate(tale_of(101472)).end == Simulated::End::well);
  // A restored failure came before the condition that had been the reason of a skip.
  for (const std::uint32_t seed : {707262U, 335961U, 516267U, 7027218U})
    CHECK(simulate(tale_of(seed)).end == Simulated::End::well);
  // A rollback that went on asked how its workstream ended now.
  CHECK(simulate(tale_of(314373)).end == Simulated::End::well);
}

TEST_CASE("leaving an item out leaves out what speaks of it") {
  Tale tale;
  tale.items = {{TaleKind::step, 0, "s1", {}, {}},
                {TaleKind::step, 0, "s10", {}, {"=undo"}},
                {TaleKind::step, 0, "s2", {}, {"<- s1", "<- s10:done", "?{steps.s1.state == 'x'}"}},
                {TaleKind::group, 0, "g", {"s1"}, {}},
                {TaleKind::step, 0, "s3", {}, {"<- g"}}};
  CHECK(mini_text(without_item(tale, 0)) == "s10 =undo; s2 <- s10:done; s3");
}

TEST_CASE("a broken run shrinks to what breaks it, told as a test") {
  const auto is_wrong = [](const Tale& tale) {
    const bool has_both = mini_text(tale).find("=noncritical") != std::string::npos;
    return has_both && !tale.wishes.empty() && tale.scripts.contains({"s1", 1, 0});
  };
  Tale tale = random_tale(7);
  tale.is_drawn = false;
  tale.max_workers = 3;
  tale.scripts[{"s1", 1, 0}] = {.lasts = 500ms, .outcome = Exited{1}, .error_text = "no"};
  tale.scripts[{"s2", 1, 0}] = {.lasts = 500ms};
  tale.wishes = {{1s, Wish::Kind::terminate, 0}, {2s, Wish::Kind::workers, 2}};
  CHECK(as_test(shrink(tale, is_wrong), "seed 7: ends") ==
        "TEST_CASE(\"seed 7: ends\") {\n"
        "  const Mini plan = mini(\n"
        "      \"s2 =noncritical\");\n"
        "  Story story(plan.plan());\n"
        "  story.options.max_workers = 1;\n"
        "  story.script(\"s1\", {}, 1, 0);\n"
        "  story.at(1000ms, [](Engine& engine) { engine.request_stop(StopWhy::terminated); });\n"
        "  story.run();\n"
        "}\n");
}

TEST_CASE("a run that makes no progress is found, without waiting for it") {
  const Mini plan = mini("a");
  Story story(plan.plan());
  story.clock().most_asked = 1000;
  story.script("a", {.lasts = 1s});
  story.at(0s, [&](Engine& engine) {
    for (int i = 0; i < 2000; ++i) engine.turn();
  });
  CHECK_THROWS_AS(story.run(), BrokenInvariant);
}

TEST_CASE("a chain of a hundred thousand steps without action needs no deep stack") {
  std::string text = "s0 =nothing";
  for (int i = 1; i < 100000; ++i) text += fmt::format("; s{} =nothing <- s{}", i, i - 1);
  const Mini plan = mini(text);
  Story story(plan.plan());
  story.run();
  CHECK(story.state().counts().succeeded == 100000);
}
