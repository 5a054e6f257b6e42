#include "report/log_report.h"

#include <map>

#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("the log of a troubled run") {
  Sample sample;
  add_troubled(sample);
  Story story(sample.plan());
  script_troubled(story);
  story.at(21s, [](Engine& engine) { engine.request_stop(StopWhy::terminated); });
  story.run();
  std::string out;
  LogReport report([&](std::uint32_t /*workstream*/, std::string_view text) { out += text; });
  replay(story.plan(), story.recorder.events, report);
  check_golden("report/orchestrator.log", out);
}

TEST_CASE("each workstream's log holds its own steps and the run's events") {
  Sample sample;
  sample.workstream("ws-a");
  sample.step("one");
  sample.workstream("ws-b");
  sample.step("two");
  Story story(sample.plan());
  story.run();
  std::map<std::uint32_t, std::string> logs;
  LogReport report(
      [&](std::uint32_t workstream, std::string_view text) { logs[workstream] += text; });
  replay(story.plan(), story.recorder.events, report);
  REQUIRE(logs.size() == 2);
  CHECK(logs[0].find("[one]") != std::string::npos);
  CHECK(logs[0].find("[two]") == std::string::npos);
  CHECK(logs[1].find("[two]") != std::string::npos);
  for (const auto& [workstream, text] : logs) {
    CHECK(text.find("run run-1 started: 2 steps") != std::string::npos);
    CHECK(text.find("run run-1 succeeded") != std::string::npos);
  }
}

TEST_CASE("events are held until flush, so a turn is one write") {
  Sample sample;
  add_example(sample);
  Story story(sample.plan());
  story.run();
  std::size_t writes = 0;
  LogReport report([&](std::uint32_t /*workstream*/, std::string_view text) {
    ++writes;
    CHECK(text.ends_with('\n'));
  });
  RunState state(story.plan());
  for (std::size_t i = 0; i < 5; ++i) {
    state.apply(story.recorder.events[i]);
    report.observe(story.recorder.events[i], state);
  }
  CHECK(writes == 0);
  report.flush();
  CHECK(writes == 1);
  report.flush();
  CHECK(writes == 1);
}

TEST_CASE("a hostile command is one clean line") {
  Sample sample;
  sample.workstream("ws");
  sample.step("s");
  Plan& plan = sample.plan();
  const AttemptStarted fact{{node_named(plan, "s"), 1, 0}, "echo '\x1b[2J\n2025 fake line\xff'"};
  CHECK(log_line(Event{1, 0s, WallTime{}, fact}, RunState(plan)) ==
        "1970-01-01T00:00:00.000Z INFO  [s] command started: echo '·[2J·2025 fake line\\xFF'");
  const AttemptStarted endless{{node_named(plan, "s"), 2, 0}, std::string(100000, 'x')};
  CHECK(log_line(Event{1, 0s, WallTime{}, endless}, RunState(plan)).size() < 2200);
}
