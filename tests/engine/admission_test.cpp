#include "engine/admission.h"

#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {
const MonotonicTime kStart{};
}

TEST_CASE("a slot is held from next() to release()") {
  const Mini plan = mini("a; b; c");
  Admission admission(plan.plan(), {.slots = 2});
  for (const char* step : {"a", "b", "c"}) admission.add(plan[step]);
  CHECK(admission.next(kStart) == plan["a"]);
  CHECK(admission.next(kStart) == plan["b"]);
  CHECK_FALSE(admission.next(kStart));
  admission.release(plan["a"]);
  CHECK(admission.next(kStart) == plan["c"]);
  CHECK(admission.held() == 2);
  CHECK(admission.is_empty());
}

TEST_CASE("zero slots would never end: one is the least") {
  const Mini plan = mini("a");
  Admission admission(plan.plan(), {.slots = 0});
  admission.add(plan["a"]);
  CHECK(admission.next(kStart) == plan["a"]);
}

TEST_CASE("the start gap is measured from start to start and says when it ends") {
  const Mini plan = mini("a; b");
  Admission admission(plan.plan(), {.slots = 2, .start_gap = 250ms});
  admission.add(plan["a"]);
  admission.add(plan["b"]);
  CHECK(admission.next(kStart) == plan["a"]);
  CHECK_FALSE(admission.next(kStart + 249ms));
  CHECK(admission.gap_ends(kStart + 249ms) == kStart + 250ms);
  CHECK(admission.next(kStart + 250ms) == plan["b"]);
  CHECK_FALSE(admission.gap_ends(kStart + 250ms));  // nobody waits
}

TEST_CASE("a full group parks its nodes; others pass; a release lets the best of the parked in") {
  const Mini plan = mini("@ws-a &1; a1; a2; a3 !1; @ws-b; b1");
  Admission admission(plan.plan(), {.slots = 3});
  for (const char* step : {"a1", "a2", "a3", "b1"}) admission.add(plan[step]);
  CHECK(admission.next(kStart) == plan["a3"]);
  CHECK(admission.next(kStart) == plan["b1"]);
  CHECK_FALSE(admission.next(kStart));
  CHECK_FALSE(admission.is_empty());
  admission.release(plan["a3"]);
  CHECK(admission.next(kStart) == plan["a1"]);
  admission.clear();
  admission.release(plan["a1"]);
  CHECK_FALSE(admission.next(kStart));
}
