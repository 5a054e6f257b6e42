#include "cli/event_outputs.h"

#include <sys/stat.h>

#include "engine/run_state.h"
#include "model/lower.h"
#include "support/catch.h"
#include "support/mini.h"
#include "support/temp_dir.h"

namespace ws::cli {

using test::read_file;
using test::TempDir;

TEST_CASE("events go to a file, one line each") {
  const TempDir temp;
  EventWish wish;
  wish.events = (temp.path() / "events").string();
  auto outputs = EventOutputs::open(wish);
  REQUIRE(outputs.has_value());
  EventOutputs moved = std::move(*outputs);
  Plan plan = test::Mini("a").plan();
  const RunState state(plan);
  REQUIRE(moved.observers().size() == 1);
  moved.observers().front()->observe(Event{1, {}, {}, RunResumed{}}, state);
  moved.finish();
  CHECK(
      read_file(wish.events) ==
      "{\"seq\":1,\"at_ms\":0,\"wall\":\"1970-01-01T00:00:00.000Z\",\"event\":\"run_resumed\"}\n");
}

TEST_CASE("an output that cannot be opened is an error, a full one is not") {
  const TempDir temp;
  EventWish wish;
  wish.events = (temp.path() / "none" / "events").string();
  auto outputs = EventOutputs::open(wish);
  REQUIRE(outputs.has_error());
  CHECK(outputs.error().message.find("--events: cannot write") == 0);
  const auto fifo = temp.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  wish.events = fifo.string();
  CHECK(EventOutputs::open(wish).has_error());  // nobody reads
  wish.events = "/dev/full";
  auto full = EventOutputs::open(wish);
  REQUIRE(full.has_value());
  Plan plan = test::Mini("a").plan();
  const RunState state(plan);
  for (std::uint64_t i = 1; i < 5; ++i)
    full->observers().front()->observe(Event{i, {}, {}, RunResumed{}}, state);
  full->finish();
}

TEST_CASE("an unknown observer is an error with the list") {
  EventWish wish;
  wish.observers = {"slog", "jsno"};
  auto outputs = EventOutputs::open(wish);
  REQUIRE(outputs.has_error());
  CHECK(outputs.error().message == "--observer 'jsno' is unknown: write noop, log, slog and json");
}

}  // namespace ws::cli
