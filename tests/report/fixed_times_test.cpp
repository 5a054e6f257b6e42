// What --deterministic leaves out of the events, and that the reports are those of the same run.
#include "report/fixed_times.h"

#include "later_events.h"
#include "report/event_stream.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("F128: an event has the time of its number, and no figure of the machine") {
  Event ended{7, 3s, WallTime(5h), AttemptFinished{}};
  auto& fact = std::get<AttemptFinished>(ended.fact);
  fact.duration = 2s;
  fact.facts.user_time = 1s;
  fact.facts.max_rss_kib = 9;
  fact.facts.output_bytes = 4;
  const Event fixed = with_fixed_times(ended);
  CHECK(fixed.seq == 7);
  CHECK(fixed.at == 6ms);
  CHECK(fixed.wall == std::chrono::sys_days{std::chrono::year{2000} / 1 / 1} + 6ms);
  const auto& told = std::get<AttemptFinished>(fixed.fact);
  CHECK(told.duration == 0s);
  CHECK(told.facts.user_time == 0s);
  CHECK(told.facts.max_rss_kib == 0);
  CHECK(told.facts.output_bytes == 4);
}

TEST_CASE("F128: what is to come keeps its distance, in whole milliseconds") {
  const Event retry = with_fixed_times({11, 3s + 7us, {}, RetryScheduled{{}, 2, 5s, "exit 1"}});
  CHECK(std::get<RetryScheduled>(retry.fact).due == 10ms + 2s);
  const Event open = with_fixed_times({11, 3s, {}, BreakerOpened{}});
  CHECK(std::get<BreakerOpened>(open.fact).until == 0s);  // for good
}

TEST_CASE("F128: the same run at another time is told the same") {
  const auto told = [](Duration later) {
    Sample sample;
    add_later(sample);
    Plan plan = sample.plan();
    std::vector<Event> events = later_events(plan);
    std::string text;
    EventStream stream([&](std::string_view line) { text += line; });
    FixedTimes fixed(plan, {&stream});
    RunState state(plan);
    for (Event& event : events) {
      event.at += later * static_cast<int>(event.seq);
      event.wall += later;
      state.apply(event);
      fixed.observe(event, state);
    }
    CHECK(fixed.state().status() == state.status());
    CHECK(fixed.state().counts().succeeded == state.counts().succeeded);
    return text;
  };
  const std::string text = told(0s);
  CHECK(text.find("\"at_ms\":1,") != std::string::npos);
  CHECK(told(0s) == text);
}
