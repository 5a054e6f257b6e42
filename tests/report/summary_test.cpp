#include "report/summary.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/run_reading.h"
#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

TEST_CASE("a summary of ten thousand steps stays short") {
  Sample sample;
  add_layers(sample, 10000);
  Story story(sample.plan());
  story.options.max_workers = 100;
  for (int i = 0; i < 50; ++i) {
    Scripted failing{.lasts = std::chrono::seconds(50 - i), .outcome = Exited{i + 1}};
    failing.facts.log = "logs/out.log";
    story.script(fmt::format("step-{:05}", i), failing);
  }
  story.run();
  const SummaryOptions options = logs_that_say({});
  const std::string details = details_text(story.state(), options);
  CHECK(std::count(details.begin(), details.end(), '\n') < 60);
  check_golden("report/summary_large.txt", results_text(story.state(), options) + "\n" + details +
                                               "\n" + verdict_text(story.state(), options));
}

TEST_CASE("a long list of tests is cut, and no failure hides among the passes") {
  Sample sample;
  sample.workstream("ws-tested");
  for (int i = 0; i < 200; ++i)
    sample.step(fmt::format("s{:03}", i)).edit_details().acceptance_tests = {command_test("true")};
  Story story(sample.plan());
  story.script("s150", {.lasts = 1s, .outcome = Exited{1}}, 1, 1);
  story.run();
  const std::string text = results_text(story.state(), logs_that_say({}));
  CHECK(text.find("✗ Running acceptance tests (199/200)\n") != std::string::npos);
  CHECK(text.find("  → s150: FAIL (true: exit 1)\n") != std::string::npos);
  CHECK(text.find("  … and 149 more: PASS\n") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 54);
}

TEST_CASE("the failure that came first is the cause shown") {
  Sample sample;
  sample.workstream("ws-two");
  sample.step("late");
  sample.step("early");
  Story story(sample.plan());
  story.script("late", {.lasts = 20s, .outcome = Exited{1}});
  story.script("early", {.lasts = 10s, .outcome = Exited{2}});
  story.run();
  const auto failed = failures(story.state());
  REQUIRE(failed.size() == 2);
  CHECK(story.plan().display_name(failed[0]) == "early");
  CHECK(verdict_text(story.state(), logs_that_say({})) ==
        "✗ Workstream failed after 20s: step 'early' failed: exit 2\n");
}

TEST_CASE("an accepted failure is the cause of a failed run only when there is no other") {
  Sample sample;
  sample.workstream("ws-lenient");
  sample.step("flaky").is_critical = false;
  sample.step("real");
  Story story(sample.plan());
  story.script("flaky", {.lasts = 1s, .outcome = Exited{1}});
  story.script("real", {.lasts = 5s, .outcome = Exited{2}});
  story.run();
  CHECK(story.state().first_failure() == node_named(story.plan(), "real"));
  const auto failed = failures(story.state());
  REQUIRE(failed.size() == 2);
  CHECK(story.plan().display_name(failed[0]) == "real");
  CHECK(verdict_text(story.state(), logs_that_say({})) ==
        "✗ Workstream failed after 5.00s: step 'real' failed: exit 2\n");
}

TEST_CASE("a step that an accepted failure kept from running is the cause shown") {
  Sample sample;
  sample.workstream("ws-lenient");
  sample.step("a").is_critical = false;
  sample.step("b", {"a"});
  Story story(sample.plan());
  story.script("a", {.lasts = 1s, .outcome = Exited{1}});
  story.run();
  REQUIRE(story.state().status() == RunStatus::failed);
  CHECK(story.state().first_blocked() == node_named(story.plan(), "b"));
  CHECK(verdict_text(story.state(), logs_that_say({})) ==
        "✗ Workstream failed after 1.00s: step 'b' could not run: dependency 'a' failed\n");
}

TEST_CASE("row 4c: steps are counted without the workstream's own tests, which are named apart") {
  Sample sample;
  sample.workstream("ws-tested").acceptance_tests = {command_test("make check")};
  sample.step("a");
  sample.step("b");
  Story failed(sample.plan());
  failed.script("b", {.lasts = 1s, .outcome = Exited{1}});
  failed.run();
  CHECK(results_text(failed.state(), logs_that_say({})) ==
        "✗ 1 of 2 steps failed\n● Running acceptance tests (0/0, 1 not run)\n");
  Story tests_failed(sample.plan());
  tests_failed.script("acceptance", {.lasts = 1s, .outcome = Exited{1}}, 1, 1);
  tests_failed.run();
  CHECK(results_text(tests_failed.state(), logs_that_say({})) ==
        "✓ All steps complete\n✗ Running acceptance tests (0/1)\n"
        "  → acceptance: FAIL (make check: exit 1)\n");
}

TEST_CASE("the verdict on several workstreams counts what each became") {
  Sample sample;
  sample.workstream("ws-a");
  sample.step("one");
  sample.workstream("ws-b").depends_on = {{"ws-a", DependencyOn::success, {}}};
  sample.step("two");
  sample.workstream("ws-c");
  sample.step("three");
  Story failed(sample.plan());
  failed.script("ws-a/one", {.lasts = 1s, .outcome = Exited{1}});
  failed.run();
  CHECK(verdict_text(failed.state(), logs_that_say({})) ==
        "✗ 1 of 3 workstreams failed, 1 skipped, after 1.00s: step 'ws-a/one' failed: exit 1\n");
  Story stopped(sample.plan());
  stopped.options.max_workers = 3;
  stopped.script("ws-a/one", {.lasts = 100s});
  stopped.at(5s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  stopped.run();
  CHECK(verdict_text(stopped.state(), logs_that_say({}))
            .starts_with("✗ Run of 3 workstreams cancelled"));
}

TEST_CASE("a file without steps has nothing to run") {
  Sample sample;
  sample.workstream("ws-empty").is_single_step = true;
  sample.step("ws-empty").action = NoAction{};
  Story story(sample.plan());
  story.run();
  CHECK(results_text(story.state(), logs_that_say({})) == "✓ Nothing to run\n");
}

TEST_CASE("the log suggested is the failed test's, and where the run is") {
  Sample sample;
  sample.workstream("ws-tested");
  sample.step("a").edit_details().acceptance_tests = {command_test("true"), command_test("false")};
  Story story(sample.plan());
  Scripted command{.lasts = 1s};
  command.facts.log = "logs/a/1/out.log";
  story.script("a", command);
  Scripted failing{.lasts = 1s, .outcome = Exited{1}};
  failing.facts.log = "logs/a/1/test-2/out.log";
  story.script("a", failing, 1, 2);
  story.run();
  SummaryOptions options = logs_that_say({});
  std::string read;
  options.read_log = [&](const std::string& log, std::size_t /*lines*/) {
    read = log;
    return std::vector<std::string>{"2 != 3"};
  };
  const std::string details = details_text(story.state(), options);
  CHECK(read == failing.facts.log);
  CHECK(details.find("│ 2 != 3\n") != std::string::npos);
  CHECK(details.ends_with("\nWhole log: workstream logs run-1 a --test 2\n"));
  options.state_dir_option = "--state-dir 'my runs'";
  CHECK(details_text(story.state(), options)
            .ends_with("workstream logs run-1 a --test 2 --state-dir 'my runs'\n"));
}

TEST_CASE("row 4o: time saved is computed from the durations and rounded down") {
  CHECK(time_saved_percent(518s, 181s) == 65);
  CHECK(time_saved_percent(540s, 180s) == 66);
  CHECK(time_saved_percent(100s, 100s) == 0);
  CHECK(time_saved_percent(0s, 0s) == 0);
  CHECK(time_saved_percent(100s, 0s) == 100);
  CHECK(time_saved_percent(10s, 20s) == 0);
}

TEST_CASE("wall times are ISO 8601 in UTC with milliseconds") {
  CHECK(iso_utc(WallTime{}) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_utc(WallTime(1763806530s + 123456us)) == "2025-11-22T10:15:30.123Z");
  CHECK(iso_utc(WallTime(-1ms)) == "1969-12-31T23:59:59.999Z");
  CHECK(iso_utc(WallTime(951782400s)) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("a run still going has no verdict yet") {
  Sample sample;
  add_example(sample);
  const RunState state(sample.plan());
  CHECK(verdict_text(state, logs_that_say({})) == "⟳ Workstream running\n");
}
