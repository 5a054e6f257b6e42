#include "report/live.h"

#include <fmt/format.h>

#include "report/plain.h"
#include "sample.h"
#include "screen.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

SummaryOptions summary() { return logs_that_say({"last words"}); }

std::string plain_report(Plan& plan, const std::vector<Event>& events) {
  std::string text;
  PlainOptions options;
  options.summary = summary();
  PlainReport report(options, [&](std::string_view more) { text += more; });
  replay(plan, events, report);
  return text;
}

// A run with a live view on a pretend terminal.
struct Watched {
  explicit Watched(ScreenSize at) : size(at), screen(at.columns, at.rows) {
    LiveOptions options;
    options.summary = summary();
    options.size = [this] { return size; };
    options.last_output = [](AttemptKey key) {
      return fmt::format("working on part {}\x1b[2J", key.part);
    };
    report = std::make_unique<LiveReport>(std::move(options), [this](std::string_view bytes) {
      ++writes;
      raw += bytes;
      screen.write(bytes);
    });
  }

  ScreenSize size;
  Screen screen;
  std::size_t writes = 0;
  std::string raw;
  std::unique_ptr<LiveReport> report;
};

std::vector<Event> events_of(Sample& sample, const std::function<void(Story&)>& prepare) {
  Story story(sample.plan());
  prepare(story);
  story.run();
  return story.recorder.events;
}

}  // namespace

TEST_CASE("after a run the screen holds what the plain report would have written") {
  Sample sample;
  add_troubled(sample);
  const auto events = events_of(sample, script_troubled);
  Plan& plan = sample.plan();
  const std::string plain = plain_report(plan, events);

  for (const ScreenSize size :
       {ScreenSize{200, 50}, ScreenSize{160, 6}, ScreenSize{30, 8}, ScreenSize{9, 3}}) {
    Watched watched(size);
    replay(plan, events, [&](const Event& event, const RunState& state) {
      watched.report->tick(event.at, state);
      watched.report->observe(event, state);
    });
    CHECK(watched.screen.text() == plain);
    CHECK(watched.screen.is_cursor_shown());
    CHECK_FALSE(watched.screen.has_unknown());
  }
}

TEST_CASE("the screen during a run") {
  Sample sample;
  add_troubled(sample);
  const auto events = events_of(sample, script_troubled);
  Plan& plan = sample.plan();
  Watched watched({60, 12});
  std::string out;
  Duration now{};
  replay(plan, events, [&](const Event& event, const RunState& state) {
    if (event.at > now) {
      watched.report->tick(event.at - 100ms, state);
      out += fmt::format("--- {}\n{}", format_exact(event.at - 100ms), watched.screen.text());
      CHECK_FALSE(watched.screen.is_cursor_shown());
      now = event.at;
    }
    watched.report->observe(event, state);
  });
  check_golden("report/live_screens.txt", out);
}

TEST_CASE("a terminal made narrower in the middle of a run keeps no torn lines") {
  Sample sample;
  add_example(sample);
  const auto events = events_of(sample, script_example);
  Plan& plan = sample.plan();
  Watched watched({100, 20});
  bool is_resized = false;
  replay(plan, events, [&](const Event& event, const RunState& state) {
    watched.report->observe(event, state);
    if (!is_resized && state.running().size() == 3) {
      watched.report->tick(10s, state);
      watched.size = {40, 10};
      watched.screen.resize(40, 10);
      watched.report->tick(11s, state);
      is_resized = true;
      check_golden("report/live_resized.txt", watched.screen.text());
    }
  });
  REQUIRE(is_resized);
  const std::string text = watched.screen.text();
  CHECK(text.find("working on") == std::string::npos);
  CHECK(text.find("running") == std::string::npos);
}

TEST_CASE("a terminal made narrower and wider again and again keeps every line once") {
  Sample sample;
  add_example(sample);
  const auto events = events_of(sample, script_example);
  Plan& plan = sample.plan();
  const std::string plain = plain_report(plan, events);

  const auto drawn_while = [&](const std::vector<std::size_t>& widths) {
    Watched watched({100, 40});
    Duration now = 10s;
    bool is_resized = false;
    replay(plan, events, [&](const Event& event, const RunState& state) {
      watched.report->observe(event, state);
      if (is_resized || state.running().size() != 3) return;
      is_resized = true;
      watched.report->tick(now, state);
      for (const std::size_t width : widths) {
        watched.size = {width, 40};
        watched.screen.resize(width, 40);
        now += 1s;
        watched.report->tick(now, state);
        const std::string text = watched.screen.text();
        INFO("at " << width << " columns:\n" << text);
        CHECK(text.find("Starting...\n  → [step-03-file-utils] Starting...\n⟳ ") !=
              std::string::npos);
        CHECK(text.find("/3", text.find("/3") + 1) == std::string::npos);  // one totals line
      }
    });
    CHECK(watched.screen.text() == plain);
  };
  drawn_while({40, 25, 110});
  drawn_while({25, 60, 12, 100});
  drawn_while({99, 20, 21, 200, 13, 100});
}

TEST_CASE("a terminal without a size is survived") {
  Sample sample;
  add_troubled(sample);
  const auto events = events_of(sample, script_troubled);
  for (const ScreenSize size : {ScreenSize{0, 0}, ScreenSize{1, 1}, ScreenSize{0, 24}}) {
    std::string raw;
    LiveOptions options;
    options.summary = summary();
    options.size = [size] { return size; };
    LiveReport report(options, [&](std::string_view bytes) { raw += bytes; });
    replay(sample.plan(), events, report);
    CHECK(raw.find("✗ Workstream failed after 17s") != std::string::npos);
    CHECK(raw.ends_with("\x1b[?25h"));
  }
}

TEST_CASE("redraws are debounced, and timers tick without events") {
  Sample sample;
  add_example(sample);
  const auto events = events_of(sample, script_example);
  Watched watched({80, 24});
  std::vector<Event> started;
  for (const Event& event : events) {
    if (event.at > Duration::zero()) break;
    started.push_back(event);
  }
  const RunState state = replay(sample.plan(), started, *watched.report);
  CHECK(watched.writes == 0);  // all of it happened within the first 50 ms
  CHECK(watched.report->next_tick() == 50ms);
  watched.report->tick(20ms, state);
  CHECK(watched.writes == 0);
  watched.report->tick(50ms, state);
  CHECK(watched.writes == 1);
  watched.report->tick(300ms, state);
  CHECK(watched.writes == 1);
  CHECK(watched.report->next_tick() == 550ms);
  watched.report->tick(600ms, state);
  CHECK(watched.writes == 2);
  CHECK(watched.screen.text().find("0.60s") != std::string::npos);
}

TEST_CASE("every redraw is one synchronised write") {
  Sample sample;
  add_troubled(sample);
  const auto events = events_of(sample, script_troubled);
  LiveOptions options;
  options.summary = summary();
  std::size_t frames = 0;
  LiveReport report(options, [&](std::string_view bytes) {
    if (bytes.find("\x1b[?25h") != std::string_view::npos) return;  // the last: cursor back
    ++frames;
    CHECK(bytes.starts_with("\x1b[?2026h"));
    CHECK(bytes.ends_with("\x1b[?2026l"));
  });
  replay(sample.plan(), events, report);
  CHECK(frames > 3);
}

TEST_CASE("closing early leaves the last frame and gives the cursor back, once") {
  Sample sample;
  add_example(sample);
  const auto events = events_of(sample, script_example);
  Watched watched({80, 24});
  RunState state(sample.plan());
  for (const Event& event : events) {
    if (event.at > Duration::zero()) break;
    state.apply(event);
    watched.report->observe(event, state);
  }
  watched.report->tick(1s, state);
  watched.report->close();
  CHECK(watched.screen.is_cursor_shown());
  CHECK(watched.screen.text().find("0/3 done") != std::string::npos);
  const std::size_t writes = watched.writes;
  watched.report->close();
  watched.report.reset();
  CHECK(watched.writes == writes);
}

TEST_CASE("ten thousand steps that end at once are a handful of writes") {
  Sample sample;
  add_layers(sample, 10000);
  const auto events = events_of(sample, [](Story& story) { story.options.max_workers = 1000; });
  Watched watched({80, 24});
  replay(sample.plan(), events, *watched.report);
  CHECK(watched.writes < 200);
}
