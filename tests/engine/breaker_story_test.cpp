// Stories of breakers over several steps: what an open one holds back, and who closes it.
#include <string>

#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

const Scripted kFails{.outcome = Exited{1}, .error_text = "same"};

Scripted fails_after(Duration lasts) {
  Scripted how = kFails;
  how.lasts = lasts;
  return how;
}

// a and b fail at once and open the breaker of `scope` at 1s; c, which runs already, ends at 2s.
std::string opened(const std::string& text, const Scripted& probe) {
  const Mini plan = mini(text);
  Story story(plan.plan());
  story.options.max_workers = 4;
  story.script("a", kFails);
  story.script("b", kFails);
  story.script("b", probe, 2);
  story.script("c", {.lasts = 2s});
  return story.run();
}

const std::string kOpening =
    "0s start c#1\n"
    "0s start a#1\n"
    "0s start b#1\n"
    "1s end a#1 exit 1\n"
    "1s a failed: exit 1\n"
    "1s end b#1 exit 1\n";

}  // namespace

TEST_CASE("F61 row 4f: only the probe closes the breaker of a group; until then nothing starts") {
  const std::string told =
      opened("a; b; c; d <- c; (p: a b c d) =drain #repeats=2,cooldown=5s", {});
  CHECK(told == kOpening +
                    "1s breaker of p open until 6s: the same error 2 times in a row\n"
                    "1s probe b#2 at 6s: the same error 2 times in a row\n"
                    "2s end c#1 exit 0\n"
                    "6s start b#2\n"
                    "7s end b#2 exit 0\n"
                    "7s breaker of p closed\n"
                    "7s start d#1\n"
                    "8s end d#1 exit 0\n"
                    "8s joined p failed\n"
                    "8s run failed, peak 3\n");
}

TEST_CASE("F61 row 4f: the failure of the probe opens the breaker of a group for good") {
  const std::string told =
      opened("a; b *9; c; d <- c; (p: a b c d) =drain #repeats=2,cooldown=5s", kFails);
  CHECK(told == kOpening +
                    "1s breaker of p open until 6s: the same error 2 times in a row\n"
                    "1s probe b#2 at 6s: the same error 2 times in a row\n"
                    "2s end c#1 exit 0\n"
                    "6s start b#2\n"
                    "7s end b#2 exit 1\n"
                    "7s breaker of p open for good: the try after the cooldown failed: exit 1\n"
                    "7s b failed: exit 1\n"
                    "7s decided p failed: its circuit breaker is open: the try after the cooldown "
                    "failed: exit 1\n"
                    "7s d cancelled: group 'p' failed: its circuit breaker is open: the try after "
                    "the cooldown failed: exit 1\n"
                    "7s joined p failed\n"
                    "7s run failed, peak 3\n");
}

TEST_CASE("F61 F86 row 4f: only the probe closes the breaker of a phase") {
  const std::string told = opened(
      "a; b; c; d <- c; e; [p: a b c d] =drain #repeats=2,cooldown=5s; [q: e] <- p:done", {});
  CHECK(told == kOpening +
                    "1s breaker of p open until 6s: the same error 2 times in a row\n"
                    "1s probe b#2 at 6s: the same error 2 times in a row\n"
                    "2s end c#1 exit 0\n"
                    "6s start b#2\n"
                    "7s end b#2 exit 0\n"
                    "7s breaker of p closed\n"
                    "7s start d#1\n"
                    "8s end d#1 exit 0\n"
                    "8s joined p failed\n"
                    "8s start e#1\n"
                    "9s end e#1 exit 0\n"
                    "9s joined q succeeded\n"
                    "9s run failed, peak 3\n");
}

TEST_CASE("F60 F86 row 4f: a breaker per phase holds back its own phase alone") {
  const std::string told = opened(
      "@w #repeats=2,cooldown=5s,phase; a; b; c; d <- c; e <- c; [p: a b c d] =drain; [q: e]", {});
  CHECK(told == kOpening +
                    "1s breaker of p open until 6s: the same error 2 times in a row\n"
                    "1s probe b#2 at 6s: the same error 2 times in a row\n"
                    "2s end c#1 exit 0\n"
                    "2s start e#1\n"
                    "3s end e#1 exit 0\n"
                    "3s joined q succeeded\n"
                    "6s start b#2\n"
                    "7s end b#2 exit 0\n"
                    "7s breaker of p closed\n"
                    "7s start d#1\n"
                    "8s end d#1 exit 0\n"
                    "8s joined p failed\n"
                    "8s run failed, peak 3\n");
}

TEST_CASE("F61 row 4f: only the probe closes the breaker of a workstream") {
  const std::string told = opened("@w #repeats=2,cooldown=5s,whole; a; b; c; d <- c", {});
  CHECK(told == kOpening +
                    "1s breaker of w open until 6s: the same error 2 times in a row\n"
                    "1s probe b#2 at 6s: the same error 2 times in a row\n"
                    "2s end c#1 exit 0\n"
                    "6s start b#2\n"
                    "7s end b#2 exit 0\n"
                    "7s breaker of w closed\n"
                    "7s start d#1\n"
                    "8s end d#1 exit 0\n"
                    "8s run failed, peak 3\n");
}

TEST_CASE("row 4f: what ran on when the breaker opened tries again once it is closed") {
  const Mini plan = mini("a; b; c *2; (p: a b c) =drain #repeats=2,cooldown=5s");
  Story story(plan.plan());
  story.options.max_workers = 4;
  story.script("a", kFails);
  story.script("b", kFails);
  story.script("c", fails_after(2s));
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "0s start c#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed: exit 1\n"
        "1s end b#1 exit 1\n"
        "1s breaker of p open until 6s: the same error 2 times in a row\n"
        "1s probe b#2 at 6s: the same error 2 times in a row\n"
        "2s end c#1 exit 1\n"
        "2s retry c#2 at 2s: exit 1\n"
        "6s start b#2\n"
        "7s end b#2 exit 0\n"
        "7s breaker of p closed\n"
        "7s start c#2\n"
        "8s end c#2 exit 0\n"
        "8s joined p failed\n"
        "8s run failed, peak 3\n");
}

TEST_CASE("row 4f: a failure of what ran on says nothing about the probe") {
  const Mini plan = mini("a; b; c; (p: a b c) =drain #repeats=2,cooldown=2s");
  Story story(plan.plan());
  story.options.max_workers = 4;
  story.script("a", kFails);
  story.script("b", kFails);
  story.script("b", {.lasts = 4s}, 2);
  story.script("c", fails_after(5s));
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "0s start c#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed: exit 1\n"
        "1s end b#1 exit 1\n"
        "1s breaker of p open until 3s: the same error 2 times in a row\n"
        "1s probe b#2 at 3s: the same error 2 times in a row\n"
        "3s start b#2\n"
        "5s end c#1 exit 1\n"
        "5s c failed: exit 1\n"
        "7s end b#2 exit 0\n"
        "7s breaker of p closed\n"
        "7s joined p failed\n"
        "7s run failed, peak 3\n");
}

TEST_CASE("row 4f: when the probe is not needed any more, the next to start is the probe") {
  // A step or a wait: waits are held back too, and may be the probe when there is nothing else.
  for (const std::string kind : {"", " =wait:1s"}) {
    CAPTURE(kind);
    const Mini plan = mini("a; b; c; d" + kind + " <- c; e" + kind +
                           " <- c; (race: b c) =first; (p: a race d e) =drain "
                           "#repeats=2,cooldown=5s");
    Story story(plan.plan());
    story.options.max_workers = 4;
    story.script("a", kFails);
    story.script("b", kFails);
    story.script("c", {.lasts = 2s});
    CHECK(story.run() == kOpening +
                             "1s breaker of p open until 6s: the same error 2 times in a row\n"
                             "1s probe b#2 at 6s: the same error 2 times in a row\n"
                             "2s end c#1 exit 0\n"
                             "2s decided race succeeded: 'c' succeeded\n"
                             "2s b cancelled: group 'race' was decided by 'c'\n"
                             "2s joined race succeeded\n"
                             "6s start d#1\n"
                             "7s end d#1 exit 0\n"
                             "7s breaker of p closed\n"
                             "7s start e#1\n"
                             "8s end e#1 exit 0\n"
                             "8s joined p failed\n"
                             "8s run failed, peak 3\n");
  }
}

TEST_CASE("row 4f: a step with a breaker of its own is not held back by another") {
  const Mini plan =
      mini("a; b; c; d <- c; own #attempts=2 <- c; (p: a b c d own) #repeats=2,cooldown=5s =drain");
  Story story(plan.plan());
  story.options.max_workers = 4;
  story.script("a", kFails);
  story.script("b", kFails);
  story.script("c", {.lasts = 2s});
  CHECK(story.run() == kOpening +
                           "1s breaker of p open until 6s: the same error 2 times in a row\n"
                           "1s probe b#2 at 6s: the same error 2 times in a row\n"
                           "2s end c#1 exit 0\n"
                           "2s start own#1\n"
                           "3s end own#1 exit 0\n"
                           "6s start b#2\n"
                           "7s end b#2 exit 0\n"
                           "7s breaker of p closed\n"
                           "7s start d#1\n"
                           "8s end d#1 exit 0\n"
                           "8s joined p failed\n"
                           "8s run failed, peak 3\n");
}

TEST_CASE("row 4f: finally steps clean up while the breaker cools") {
  const Mini plan = mini(
      "a =noncritical; b =noncritical; c; tidy; "
      "(p: a b c) =finally:tidy #repeats=2,cooldown=5s");
  Story story(plan.plan());
  story.options.max_workers = 4;
  story.script("a", kFails);
  story.script("b", kFails);
  story.script("c", fails_after(2s));
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "0s start c#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed (accepted): exit 1\n"
        "1s end b#1 exit 1\n"
        "1s breaker of p open until 6s: the same error 2 times in a row\n"
        "1s probe b#2 at 6s: the same error 2 times in a row\n"
        "2s end c#1 exit 1\n"
        "2s c failed: exit 1\n"
        "2s decided p/body failed: 'c' failed\n"
        "2s b cancelled: group 'p': 'c' failed\n"
        "2s joined p/body failed\n"
        "2s start tidy#1\n"
        "3s end tidy#1 exit 0\n"
        "3s joined p failed\n"
        "3s run failed, peak 3\n");
}

TEST_CASE("row 4f: two workers: what waits for a slot is held back as well") {
  const Mini plan = mini("a; b; c; d; (p: a b c d) =drain #repeats=2,cooldown=5s");
  Story story(plan.plan());
  story.options.max_workers = 2;
  story.script("a", kFails);
  story.script("b", kFails);
  CHECK(story.run() ==
        "0s start a#1\n"
        "0s start b#1\n"
        "1s end a#1 exit 1\n"
        "1s a failed: exit 1\n"
        "1s end b#1 exit 1\n"
        "1s breaker of p open until 6s: the same error 2 times in a row\n"
        "1s probe b#2 at 6s: the same error 2 times in a row\n"
        "6s start b#2\n"
        "7s end b#2 exit 0\n"
        "7s breaker of p closed\n"
        "7s start c#1\n"
        "7s start d#1\n"
        "8s end c#1 exit 0\n"
        "8s end d#1 exit 0\n"
        "8s joined p failed\n"
        "8s run failed, peak 2\n");
}

TEST_CASE("F92 row 4f: when the one try after the cooldown failed, a phase has no more rounds") {
  const Mini plan = mini("a; b <- a; [p: a b] *2 #repeats=1,cooldown=3s");
  Story story(plan.plan());
  story.script("a", kFails, 1);
  story.script("a", kFails, 2);
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 1\n"
        "1s breaker of p open until 4s: an error, and one is enough to open it\n"
        "1s probe a#2 at 4s: an error, and one is enough to open it\n"
        "4s start a#2\n"
        "5s end a#2 exit 1\n"
        "5s breaker of p open for good: the try after the cooldown failed: exit 1\n"
        "5s a failed: exit 1\n"
        "5s b skipped: dependency 'a' failed\n"
        "5s decided p failed: its circuit breaker is open: the try after the cooldown failed: exit "
        "1\n"
        "5s joined p failed\n"
        "5s run failed, peak 1\n");
}

TEST_CASE("row 4f: a breaker that closed and opens again cools down again") {
  const Mini plan = mini("a *9; b <- a; (p: a b) =drain #repeats=1,cooldown=3s");
  Story story(plan.plan());
  story.script("a", kFails, 1);
  story.script("b", kFails, 1);
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 1\n"
        "1s breaker of p open until 4s: an error, and one is enough to open it\n"
        "1s probe a#2 at 4s: an error, and one is enough to open it\n"
        "4s start a#2\n"
        "5s end a#2 exit 0\n"
        "5s breaker of p closed\n"
        "5s start b#1\n"
        "6s end b#1 exit 1\n"
        "6s breaker of p open until 9s: an error, and one is enough to open it\n"
        "6s probe b#2 at 9s: an error, and one is enough to open it\n"
        "9s start b#2\n"
        "10s end b#2 exit 0\n"
        "10s breaker of p closed\n"
        "10s joined p succeeded\n"
        "10s run succeeded, peak 1\n");
}

TEST_CASE("F60: a new round of a group begins with the breakers inside it closed") {
  const Mini plan = mini("a #repeats=1; (p: a) *2");
  Story story(plan.plan());
  story.script("a", kFails, 1);
  const std::string told = story.run();
  INFO(told);
  CHECK(story.starts().size() == 2);
  CHECK(story.state().status() == RunStatus::succeeded);
}

TEST_CASE("F58 F60: a group whose breaker is open for good has no more rounds") {
  for (const char* text : {"a; (p: a) *4 #attempts=2", "a; (p: a) *4 #repeats=2",
                           "a; (q: a) *4; (p: q) #attempts=2"}) {
    INFO(text);
    const Mini plan = mini(text);
    Story story(plan.plan());
    story.otherwise = [](const std::string&, std::uint32_t, std::uint32_t) {
      return Scripted{.outcome = Exited{1}};
    };
    story.script("a", {.outcome = Exited{1}});
    const std::string told = story.run();
    INFO(told);
    CHECK(story.starts().size() == 2);
    CHECK(story.state().status() == RunStatus::failed);
  }
}
