// The event stream under the names of the other systems: each from the same run in virtual time,
// with the names and fields of FORMATS.md 2.3, 4.3, 5.3, 6.3.
#include "report/event_names/event_names.h"

#include <map>

#include "later_events.h"
#include "report/event_stream.h"
#include "report/observers.h"
#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/mini.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

// What a reader of the stream gets of the run that the story tells.
std::string stream_of(std::string_view names, Story& story) {
  std::string text;
  EventStream stream([&](std::string_view line) { text += line; }, names);
  replay(story.plan(), story.recorder.events, stream);
  return text;
}

std::vector<Json> events_of(std::string_view names, Story& story) {
  std::vector<Json> events;
  const std::string text = stream_of(names, story);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    events.push_back(Json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return events;
}

std::vector<Json> of_type(const std::vector<Json>& events, std::string_view type) {
  std::vector<Json> found;
  for (const Json& event : events) {
    if (event.value("type", event.value("Type", "")) == type) found.push_back(event);
  }
  return found;
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

Scripted says(const std::string& json) { return {.lasts = 1s, .outputs = {{"out", json, ""}}}; }
Scripted fails(int code) { return {.lasts = 2s, .outcome = Exited{code}}; }

constexpr std::array<const char*, 4> kSystems = {"kata", "go", "blok", "workstream"};

}  // namespace

TEST_CASE("every system's events of one run") {
  // A tolerant group with a value, a failure, a retry and a timeout; a fan-out behind it; a
  // sequence with a skipped member.
  const Mini plan = mini(
      "fetch; one; two *2:fixed:1s; slow; each =each:2 <- chunks; first; second ?{'a' == 'b'}; "
      "(chunks: one two slow) <- fetch =tolerate; (line: first second) <- chunks =sequential; "
      "(race: fast late) <- chunks =first =background; fast; late");
  Story story(plan.plan());
  story.options.max_workers = 8;
  story.script("one", says("{\"n\": 1}"));
  story.script("two", fails(3), 1);
  story.script("two", fails(3), 2);
  story.script("slow", {.lasts = 4s, .outcome = TimedOut{1500ms}});
  story.script("late", {.lasts = 5s});
  story.run();
  for (const char* names : kSystems) {
    CAPTURE(names);
    check_golden("report/events_" + std::string(names) + ".ndjson", stream_of(names, story));
  }
}

TEST_CASE("sequence numbers have no gaps and times never go back") {
  Sample sample;
  add_later(sample);
  Plan& plan = sample.plan();
  const std::vector<Event> events = later_events(plan);
  for (const char* names : kSystems) {
    CAPTURE(names);
    std::uint64_t next = 1;
    std::int64_t last = 0;
    EventStream stream(
        [&](std::string_view line) {
          const Json event = Json::parse(line);
          CHECK(event["seq"] == next++);
          CHECK(event["at_ms"] >= last);
          last = event["at_ms"];
        },
        names);
    replay(plan, events, stream);
    CHECK(next > 5);
  }
}

TEST_CASE("kata: the parallel events have the members of the source document") {
  const Mini plan = mini("a; b; (both: a b) =any:1 =drain");
  Story story(plan.plan());
  story.script("a", fails(1));
  story.script("b", {.lasts = 3s, .outputs = {{"out", "\"B\"", ""}}});
  story.run();
  const std::vector<Json> events = events_of("kata", story);
  const auto spawned = of_type(events, "task.parallel_spawned");
  REQUIRE(spawned.size() == 1);
  CHECK(spawned[0]["parentTaskId"] == "w");
  CHECK(spawned[0]["childCount"] == 2);
  CHECK(spawned[0]["joinStrategy"] == "any");
  CHECK(spawned[0]["failureMode"] == "fail_first");
  const auto done = of_type(events, "task.parallel_child_completed");
  REQUIRE(done.size() == 1);
  CHECK(keys_of(done[0]) == std::vector<std::string>{"seq", "at_ms", "wall", "type", "parentTaskId",
                                                     "childName", "result"});
  CHECK(done[0]["result"] == "B");
  const auto failed = of_type(events, "task.child_failed");
  REQUIRE(failed.size() == 1);
  CHECK(failed[0]["error"] == "exit 1");
  const auto joined = of_type(events, "task.parallel_joined");
  REQUIRE(joined.size() == 1);
  CHECK(joined[0]["successCount"] == 1);
  CHECK(joined[0]["failureCount"] == 1);
}

TEST_CASE(
    "go: workers are numbered from zero, never more than there are, and items by their order") {
  const Mini plan = mini("each =each:6 =most:2 =drain");
  Story story(plan.plan());
  story.options.max_workers = 4;
  story.script("each[1]", fails(1));
  story.run();
  const std::vector<Json> events = events_of("go", story);
  for (const Json& event : events)
    CHECK(keys_of(event) ==
          std::vector<std::string>{"seq", "at_ms", "Type", "Timestamp", "Source", "Data"});
  const auto begun = of_type(events, "parallel.start");
  REQUIRE(begun.size() == 1);
  CHECK(begun[0]["Data"] == Json::parse(R"({"item_count": 6, "worker_count": 2, "fail_fast": false,
                        "has_progress_callback": false})"));
  std::map<std::int64_t, int> busy;
  int items = 0;
  for (const Json& event : events) {
    const Json& data = event["Data"];
    if (event["Type"] == "worker.start") {
      CHECK(data["item_index"] == items++);
      CHECK(data["total_items"] == 6);
      CHECK(data["worker_id"] < 2);
      CHECK(++busy[data["worker_id"]] == 1);
    } else if (event["Type"] == "worker.complete") {
      CHECK(--busy[data["worker_id"]] == 0);
      CHECK(data["error"] == (data["item_index"] == 1));
    }
  }
  CHECK(items == 6);
  const auto ended = of_type(events, "parallel.complete");
  REQUIRE(ended.size() == 1);
  CHECK(ended[0]["Data"]["items_processed"] == 5);
  CHECK(ended[0]["Data"]["items_failed"] == 1);
  CHECK(ended[0]["Data"]["error"] == true);
}

TEST_CASE("go: an empty fan-out starts and completes with counts of zero") {
  const Mini plan = mini("each =glob:*.c");
  Story story(plan.plan());
  story.script("each", {.lasts = 1s}, 1, AttemptKey::kExpansion);
  story.run();
  const std::vector<Json> events = events_of("go", story);
  REQUIRE(of_type(events, "parallel.start").size() == 1);
  CHECK(of_type(events, "parallel.start")[0]["Data"]["item_count"] == 0);
  CHECK(of_type(events, "parallel.complete")[0]["Data"]["items_processed"] == 0);
  CHECK(of_type(events, "worker.start").empty());
}

TEST_CASE("rounds: an inner group begins and ends in each, the outer one once") {
  const Mini plan = mini("a; b; (inner: a b); (outer: inner) =repeat:2 =lenient");
  Story story(plan.plan());
  story.run();
  const std::vector<Json> events = events_of("go", story);
  std::map<std::string, int> begun;
  for (const Json& event : of_type(events, "parallel.start")) ++begun[event["Source"]];
  std::map<std::string, int> ended;
  for (const Json& event : of_type(events, "parallel.complete")) ++ended[event["Source"]];
  CHECK(begun == ended);
  CHECK(begun["outer"] == 1);
  CHECK(begun["inner"] >= 1);
}

TEST_CASE("a skipped group is in no parallel event; blok says that the nodes were skipped") {
  const Mini plan = mini("a; b; c; (both: b c) <- a");
  Story story(plan.plan());
  story.script("a", fails(1));
  story.run();
  CHECK(of_type(events_of("go", story), "parallel.start").empty());
  CHECK(of_type(events_of("kata", story), "task.parallel_spawned").empty());
  const std::vector<Json> blok = events_of("blok", story);
  CHECK(of_type(blok, "NODE_SKIPPED").size() == 3);
  CHECK(of_type(blok, "RUN_FAILED").size() == 1);
}

TEST_CASE("a stop is a plan_aborted, a cancelled run and canceled tasks") {
  const Mini plan = mini("a; b <- a");
  Story story(plan.plan());
  story.script("a", {.lasts = 60s});
  story.at(2s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  story.run();
  const auto original = events_of("workstream", story);
  CHECK(of_type(original, "plan_aborted").size() == 1);
  CHECK(of_type(original, "run_completed")[0]["status"] == "canceled");
  CHECK(of_type(original, "step_completed")[0]["status"] == "CANCELED");
  CHECK(of_type(events_of("blok", story), "RUN_CANCELLED").size() == 1);
  const auto kata = of_type(events_of("kata", story), "task.state_changed");
  REQUIRE(!kata.empty());
  CHECK(kata.back()["taskId"] == "w");
  CHECK(kata.back()["to"] == "canceled");
}

TEST_CASE("names of systems, and ours") {
  CHECK(event_name_systems() ==
        std::vector<std::string>{"native", "kata", "go", "blok", "workstream"});
  CHECK(make_translator("native") == nullptr);
  CHECK(make_translator("katta") == nullptr);
  for (const char* names : kSystems) CHECK(make_translator(names) != nullptr);
  std::string text;
  const auto observer = make_observer(
      "json", [&](std::string_view line) { text += line; }, "workstream");
  const Mini plan = mini("a");
  Story story(plan.plan());
  story.run();
  replay(story.plan(), story.recorder.events, *observer);
  CHECK(text.find("\"type\":\"run_created\"") != std::string::npos);
}
