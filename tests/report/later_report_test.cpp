// Every report over one hand-made run with retries, a breaker, a race, fan-outs, a pause and a
// rollback in it.
#include <sstream>

#include "later_events.h"
#include "report/event_stream.h"
#include "report/live.h"
#include "report/log_report.h"
#include "report/observers.h"
#include "report/occasions.h"
#include "report/plain.h"
#include "report/plan_text.h"
#include "report/progress_json.h"
#include "report/result_json.h"
#include "report/structured_log.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> no_log(const std::string& /*log*/, std::size_t /*lines*/) { return {}; }

struct Later {
  Sample sample;
  Plan plan;
  std::vector<Event> events;

  Later() {
    add_later(sample);
    plan = sample.plan();
    events = later_events(plan);
  }
};

}  // namespace

TEST_CASE("the console tells retries, breakers, groups, pauses, items and the rollback") {
  for (const bool is_ascii : {false, true}) {
    Later later;
    PlainOptions options;
    options.summary.style.ascii = is_ascii;
    options.summary.read_log = no_log;
    std::string out;
    PlainReport report(options, [&](std::string_view text) { out += text; });
    replay(later.plan, later.events, report);
    check_golden(is_ascii ? "report/plain_later_ascii.txt" : "report/plain_later.txt", out);
  }
}

TEST_CASE("the log tells them too, with the messages of error_handling at their level") {
  Later later;
  std::string out;
  LogReport report([&](std::uint32_t /*workstream*/, std::string_view text) { out += text; });
  replay(later.plan, later.events, report);
  check_golden("report/later.log", out);
}

TEST_CASE("every event is one line of JSON with names and a sequence without gaps") {
  Later later;
  std::string out;
  EventStream stream([&](std::string_view text) { out += text; });
  replay(later.plan, later.events, stream);
  check_golden("report/later.ndjson", out);
  std::istringstream lines(out);
  std::uint64_t seq = 0;
  std::int64_t last = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line);
    CHECK(json["seq"] == ++seq);
    CHECK(json["at_ms"].get<std::int64_t>() >= last);
    last = json["at_ms"];
  }
  CHECK(seq == later.events.size());
}

TEST_CASE("the structured log quotes what needs it") {
  Later later;
  std::string out;
  StructuredLog log([&](std::string_view text) { out += text; });
  replay(later.plan, later.events, log);
  check_golden("report/later_structured.log", out);
}

TEST_CASE("progress never goes back, also when items are found") {
  Later later;
  std::string out;
  ProgressJson progress([&](std::string_view text) { out += text; });
  replay(later.plan, later.events, progress);
  check_golden("report/later_progress.ndjson", out);
  std::istringstream lines(out);
  double percent = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line)["progress"];
    CHECK(json["percent"].get<double>() >= percent);
    percent = json["percent"];
    CHECK(json["done"] <= json["total"]);
  }
  CHECK(percent == 100);
}

TEST_CASE("the result holds groups, values in declaration order, errors by kind and the rollback") {
  Later later;
  const RunState state = replay(later.plan, later.events);
  ResultFacts facts;
  facts.exit_code = 1;
  facts.started = WallTime(1763806530s);
  facts.ended = WallTime(1763806580s);
  const std::string text = result_json(state, facts);
  check_golden("report/result_later.json", text);
  const Json json = Json::parse(text);
  for (const Json& group : json["groups"]) {
    if (group["id"] != "each") continue;
    CHECK(group["results"] == Json::parse("[[1,2], null, null]"));
    CHECK(group["errors"] == Json::parse(R"({"each[1]": "exit 3", "each[2]": "exit 3"})"));
    CHECK(group["error"] ==
          "parallel execution failed: 2 items failed with 1 error types: 'exit 3' (2 items)");
  }
}

TEST_CASE("the last line of a log is the category of a member's error") {
  Later later;
  for (Event& event : later.events) {
    auto* ended = std::get_if<AttemptFinished>(&event.fact);
    if (ended != nullptr && !ended->is_success) ended->facts.log = "some.log";
  }
  const RunState state = replay(later.plan, later.events);
  ResultFacts facts;
  facts.read_log = [](const std::string& log, std::size_t lines) {
    return std::vector<std::string>{log + " says: refused " + std::to_string(lines)};
  };
  const Json json = Json::parse(result_json(state, facts));
  for (const Json& group : json["groups"]) {
    if (group["id"] == "each") CHECK(group["errors"]["each[1]"] == "some.log says: refused 1");
  }
}

TEST_CASE("notices name their occasion and fill their message") {
  Later later;
  std::string out;
  RunState state(later.plan);
  for (const Event& event : later.events) {
    state.apply(event);
    for (const Notice& notice : notices_of(event, state)) out += notice_json(notice, event, state);
  }
  check_golden("report/later_notices.ndjson", out);
  CHECK(has_hooks(later.plan));
}

TEST_CASE("without error_handling the notices are failed steps and the end of the run") {
  Sample sample;
  add_troubled(sample);
  Story story(sample.plan());
  script_troubled(story);
  story.run();
  CHECK(!has_hooks(story.plan()));
  std::string told;
  replay(story.plan(), story.recorder.events, [&](const Event& event, const RunState& state) {
    for (const Notice& notice : plain_notices_of(event, state))
      told += std::string(notice.occasion) + " " + notice.why + "\n";
    CHECK(notices_of(event, state).empty());
  });
  CHECK(told == "step_failed exit 2\nstep_failed acceptance test 2 failed: exit 1\nrun_finished failed\n");
}

TEST_CASE("observers are made by name") {
  CHECK(make_observer("noop", [](std::string_view) {}) != nullptr);
  CHECK(make_observer("json", [](std::string_view) {}) != nullptr);
  CHECK(make_observer("slog", [](std::string_view) {}) != nullptr);
  CHECK(make_observer("jsno", [](std::string_view) {}) == nullptr);
  CHECK(observer_names() == std::vector<std::string>{"noop", "log", "slog", "json"});
}

TEST_CASE("the live view shows the time to the next attempt and folds the items of a fan-out") {
  Sample sample;
  sample.workstream("ws-live");
  RetryPolicy five;
  five.attempts = 5;
  sample.step("flaky").edit_details().retry = five;
  ForEach for_each;
  for_each.kind = ForEach::Kind::list;
  for (int i = 0; i < 100; ++i) for_each.items.push_back(std::to_string(i));
  sample.step("each").edit_details().for_each.emplace(for_each);
  Plan plan = sample.plan();
  RunState state(plan);
  Activity activity;
  std::uint64_t seq = 0;
  const auto tell = [&](Fact fact) {
    const Event event{++seq, std::chrono::seconds(seq), {}, std::move(fact)};
    state.apply(event);
    activity.observe(event, state);
  };
  const auto item = [&](int i) { return node_named(plan, "each[" + std::to_string(i) + "]"); };
  tell(RunStarted{"r", "ws-live", {"ws-live"}, 8, false, false, 1, 101});
  tell(AttemptStarted{{node_named(plan, "flaky"), 1, 0}, "x"});
  tell(AttemptFinished{{node_named(plan, "flaky"), 1, 0}, Exited{1}, false, "exit 1", 1s, {}});
  tell(RetryScheduled{node_named(plan, "flaky"), 2, 30s, "exit 1", false});
  for (int i = 0; i < 8; ++i) tell(AttemptStarted{{item(i), 1, 0}, "x"});
  tell(AttemptFinished{{item(0), 1, 0}, Exited{1}, false, "exit 1", 1s, {}});
  tell(StepFinished{item(0), StepState::failed, "exit 1", false});
  FrameView view;
  activity.fill(view, 20s, state, 10, {});
  std::string out;
  for (const std::string& line : frame(view, {80, 12}, false)) out += line + "\n";
  view.total = 101;
  check_golden("report/frame_later.txt", out);
  CHECK(view.running_count == 7);
  CHECK(view.row_count == 5);  // three items, the fold, the step between two attempts
}

TEST_CASE("the plan tells groups, retries, pools, fan-outs and what can be undone") {
  Later later;
  for (int i = 0; i < 13; ++i)
    later.sample.workset.workstreams[0].steps[3].edit_details().for_each->items.push_back("1");
  const Plan& plan = later.sample.plan();
  PlanSettings settings;
  check_golden("report/plan_later.txt", plan_text(plan, analyse(plan), settings));
  check_golden("report/plan_later.json", plan_json(plan, analyse(plan), settings));
}
