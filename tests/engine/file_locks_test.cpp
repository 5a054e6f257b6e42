// Who claims the same files never holds a slot at the same time, whatever became of the edges that
// keep them in order.
#include "engine/file_locks.h"

#include "engine/admission.h"
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

// Which of the steps could start while `held` runs.
std::string free_beside(const char* text, const char* held) {
  const Mini m = mini(text);
  FileLocks locks(m.plan());
  locks.take(m[held]);
  std::string out;
  for (const NodeId id : m.plan().order()) {
    if (m.plan().node(id).kind != NodeKind::step || id == m[held]) continue;
    if (locks.is_free(id)) out += (out.empty() ? "" : " ") + m.plan().display_name(id);
  }
  const bool had_any = locks.give_back(m[held]);
  for (const NodeId id : m.plan().order()) CHECK(locks.is_free(id));
  CHECK((had_any || out.size() >= 3));
  return out;
}

}  // namespace

TEST_CASE("an overlapping claim is taken, whichever of the two is the wider") {
  CHECK(free_beside("a ^s; b ^s; c ^s/x; d ^t; e", "a") == "d e");
  CHECK(free_beside("a ^s/1; b ^s/2; c ^s; d ^t; e", "a") == "b d e");
  CHECK(free_beside("a ^s/1; b ^s/2; c ^s; d ^t; e", "c") == "d e");
  CHECK(free_beside("a ^s/1,t; b ^s/2; c ^s; d ^t; e", "a") == "b e");
}

TEST_CASE("nobody waits for an unclaimed file") {
  CHECK(free_beside("a ^s; b ^t; c", "a") == "b c");
  CHECK(free_beside("a; b; c", "a") == "b c");
}

TEST_CASE("a workstream's claim holds for each of its steps, not among them") {
  CHECK(free_beside("@u ^s; a; b; @v ^s/x; c; @w; d ^s/y; e", "u/a") == "u/b w/e");
  CHECK(free_beside("@u ^s; a ^s; b ^s; c; @v; d", "u/a") == "u/c v/d");
}

TEST_CASE("two holders of one claim count twice") {
  const Mini m = mini("a ^s =each:2; b ^s");
  FileLocks locks(m.plan());
  const auto items = m.plan().members(m.plan().node(m.plan().find(0, "a")).group);
  REQUIRE(items.size() == 2);
  locks.take(items[0]);
  CHECK(locks.is_free(items[1]));
  locks.take(items[1]);
  CHECK(locks.give_back(items[0]));
  CHECK_FALSE(locks.is_free(m["b"]));
  CHECK(locks.give_back(items[1]));
  CHECK(locks.is_free(m["b"]));
}

// F34. b stood between a and c; its skip lets c through while a still runs.
TEST_CASE("a skipped step between two that share a file does not let them meet") {
  const Mini plan = mini("a ^f; q; b<-q ^f; c ^f");
  Story story(plan.plan());
  story.script("a", {.lasts = 10s});
  story.script("q", {.outcome = Exited{1}});
  const std::string told = story.run();
  CHECK(told.find("1s b skipped") != std::string::npos);
  CHECK(told.find("10s start c#1") != std::string::npos);
}

TEST_CASE("a loser that runs on in the background keeps its files") {
  const Mini plan = mini("a ^f; b; c<-g ^f; d<-g; (g: a b) =any =background");
  Story story(plan.plan());
  story.script("a", {.lasts = 10s});
  const std::string told = story.run();
  CHECK(told.find("1s start d#1") != std::string::npos);
  CHECK(told.find("10s start c#1") != std::string::npos);
}

TEST_CASE("who waits for files lets others pass, and is forgotten like any other") {
  const Mini m = mini("a ^f; b ^f; c");
  Admission admission(m.plan(), {.slots = 3});
  const MonotonicTime start{};
  for (const char* step : {"a", "b", "c"}) admission.add(m[step]);
  CHECK(admission.next(start) == m["a"]);
  CHECK(admission.next(start) == m["c"]);
  CHECK_FALSE(admission.next(start));
  CHECK_FALSE(admission.is_empty());
  admission.forget(m["b"]);
  CHECK(admission.is_empty());
  admission.add(m["b"]);
  CHECK_FALSE(admission.next(start));
  admission.release(m["a"]);
  CHECK(admission.next(start) == m["b"]);
}
