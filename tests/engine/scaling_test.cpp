#include "engine/scaling.h"

#include "support/catch.h"

using namespace ws;

namespace {

MachineReading load(double value) { return {.load_per_processor = value}; }
MachineReading memory(double value) { return {.memory_available = value}; }
MachineReading stalls(double value) { return {.memory_stalled = value}; }
MachineReading refusals(std::uint32_t count) { return {.rate_limited = count}; }

}  // namespace

TEST_CASE("row F21: half the workers under pressure, one more at a time when it is gone") {
  struct Case {
    const char* name;
    std::uint32_t current, configured;
    MachineReading reading;
    std::uint32_t workers;
    const char* why;
  };
  const Case cases[] = {
      {"nothing known", 8, 8, {}, 8, ""},
      {"calm and full", 8, 8, load(0.1), 8, ""},
      {"busy", 8, 8, load(2.5), 4, "the machine is busy: load 2.5 per processor"},
      {"busy, odd", 5, 8, load(2.5), 2, "the machine is busy: load 2.5 per processor"},
      {"exactly at the limit", 8, 8, load(2.0), 8, ""},
      {"never below one", 1, 8, load(50), 1, ""},
      {"two become one", 2, 8, load(50), 1, "the machine is busy: load 50.0 per processor"},
      {"in between nothing changes", 4, 8, load(1.8), 4, ""},
      {"calm again", 4, 8, load(1.5), 5, "the pressure is gone"},
      {"the last step", 7, 8, load(0), 8, "the pressure is gone"},
      {"little memory", 8, 8, memory(0.034), 4, "memory is low: 3% available"},
      {"memory in between", 4, 8, memory(0.07), 4, ""},
      {"memory back", 4, 8, memory(0.10), 5, "the pressure is gone"},
      {"stalled", 8, 8, stalls(0.35), 4,
       "memory is short: 35% of the time is spent waiting for it"},
      {"stalls in between", 4, 8, stalls(0.15), 4, ""},
      {"no stalls", 4, 8, stalls(0.0), 5, "the pressure is gone"},
      {"rate limit", 8, 8, refusals(1), 4, "1 attempt turned away by a rate limit"},
      {"rate limits", 8, 8, refusals(3), 4, "3 attempts turned away by a rate limit"},
      {"nothing known of a lowered limit", 4, 8, {}, 5, "the pressure is gone"},
      {"more than configured", 20, 8, {}, 8, ""},
      {"none at all", 0, 0, {}, 1, ""},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const WorkerLimit limit = next_limit(c.current, c.configured, c.reading);
    CHECK(limit.workers == c.workers);
    CHECK(limit.why == c.why);
  }
}

TEST_CASE("a reading that stays the same ends in one limit and stays there") {
  for (const double value : {0.0, 1.6, 2.1, 100.0}) {
    std::uint32_t workers = 6;
    for (int i = 0; i < 20; ++i) workers = next_limit(workers, 12, load(value)).workers;
    const WorkerLimit last = next_limit(workers, 12, load(value));
    CHECK(last.workers == workers);
    CHECK(last.why.empty());
    CHECK(workers == (value > kHighLoad ? 1U : value > kCalmLoad ? 6U : 12U));
  }
}
