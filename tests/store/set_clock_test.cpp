// The clock on the wall is set while runs go on: what is stored keeps its order.
#include "fixtures.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws {

using test::EventStream;
using test::TempDir;

TEST_CASE("a clock that is set back while runs go on changes no order and no duration") {
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  for (const char* id : {"r1", "r2", "r3"}) {
    EventStream stream;
    test::add_whole_run(stream, id);
    std::vector<Event> events(stream.all().begin(), stream.all().end());
    // Each run begins a day before the one before it, and each event an hour before the last.
    std::chrono::hours back(24 * (id[1] - '0'));
    for (Event& event : events) event.wall -= (back += std::chrono::hours(1));
    REQUIRE(test::recorder_at(path)->record(events).has_value());
  }
  RunStore store = test::store_at(path);
  const auto runs = store.runs();
  REQUIRE(runs->size() == 3);
  CHECK(runs->front().id == "r3");
  CHECK(runs->back().id == "r1");
  CHECK(store.latest("ws-a")->value().id == "r3");
  for (const RunRow& run : *runs) {
    CHECK(*run.ended < run.started);
    CHECK(*run.duration == std::chrono::seconds(11));
  }
  for (const StepRow& step : *store.steps(1)) {
    if (step.started && step.ended) CHECK(*step.ended >= *step.started);
  }
}

}  // namespace ws
