#include "report/plain.h"

#include "sample.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> no_log(const std::string& /*log*/, std::size_t /*lines*/) { return {}; }

PlainOptions quiet(Style style = {}) {
  PlainOptions options;
  options.summary.style = style;
  options.summary.read_log = no_log;
  return options;
}

std::string plain_text(Plan& plan, const std::vector<Event>& events, PlainOptions options) {
  std::string out;
  PlainReport report(std::move(options), [&](std::string_view text) { out += text; });
  replay(plan, events, report);
  return out;
}

std::string run_text(Sample& sample, const std::function<void(Story&)>& prepare, Style style = {}) {
  Story story(sample.plan());
  if (prepare) prepare(story);
  story.run();
  return plain_text(story.plan(), story.recorder.events, quiet(style));
}

}  // namespace

TEST_CASE("a run of the source document's example reads as the document") {
  Sample sample;
  add_example(sample);
  check_golden("report/plain_example.txt", run_text(sample, script_example));
}

TEST_CASE("failures, skips and tests for a person are told in plain") {
  Sample sample;
  add_troubled(sample);
  Story story(sample.plan());
  script_troubled(story);
  story.run();
  PlainOptions options = quiet();
  options.summary.read_log = [](const std::string& log, std::size_t lines) {
    return std::vector<std::string>{log + " of " + std::to_string(lines),
                                    "E   assert \x1b[31m1 == 2", std::string(300, 'x')};
  };
  options.summary.columns = 60;
  check_golden("report/plain_troubled.txt",
               plain_text(story.plan(), story.recorder.events, options));
  options.summary.style.ascii = true;
  check_golden("report/plain_troubled_ascii.txt",
               plain_text(story.plan(), story.recorder.events, options));
  options.summary.style = Style{.colour = true};
  check_golden("report/plain_troubled_colour.txt",
               plain_text(story.plan(), story.recorder.events, options));
}

TEST_CASE("lost output is not told as silence") {
  Sample sample;
  sample.workstream("ws-full");
  sample.step("lost");
  sample.step("short");
  sample.step("fine");
  Story story(sample.plan());
  Scripted lost{.lasts = 1s, .outcome = Exited{1}};
  lost.facts.output_bytes = 9;
  lost.facts.log_error = "cannot create the directory 'x': No space left on device";
  story.script("lost", lost);
  Scripted cut{.lasts = 2s, .outcome = Exited{1}};
  cut.facts.log = "logs/short/1/out.log";
  cut.facts.log_error = "cannot write 'logs/short/1/out.log': No space left on device";
  story.script("short", cut);
  Scripted fine{.lasts = 3s};
  fine.facts.log_error = "cannot write 'y': File too large";
  story.script("fine", fine);
  story.run();
  check_golden("report/plain_lost_output.txt",
               plain_text(story.plan(), story.recorder.events, quiet()));
}

TEST_CASE("a sequential run claims no time saved") {
  Sample sample;
  add_example(sample);
  const std::string text = run_text(sample, [](Story& story) {
    script_example(story);
    story.options.is_sequential = true;
  });
  CHECK(text.find("Sequential would have") == std::string::npos);
  CHECK(text.find("Workstream complete in 8m 38s") != std::string::npos);
}

TEST_CASE("a dry run claims nothing") {
  Sample sample;
  add_example(sample);
  check_golden("report/plain_dry.txt",
               run_text(sample, [](Story& story) { story.options.is_dry = true; }));
}

TEST_CASE("an interrupted run says so") {
  Sample sample;
  add_example(sample);
  sample.step("step-04-last", {"step-01-math-utils"});
  check_golden("report/plain_interrupted.txt", run_text(sample, [](Story& story) {
                 script_example(story);
                 story.at(170s, [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
               }));
}

TEST_CASE("timeouts name their limit") {
  Sample sample;
  sample.workstream("ws-slow");
  sample.step("slow").timeout = 5min;
  sample.step("after", {"slow"});
  Step& tested = sample.step("tested");
  tested.edit_details().acceptance_tests = {command_test("sleep 100")};
  tested.edit_details().acceptance_tests[0].timeout = 30s;
  check_golden("report/plain_timeout.txt", run_text(sample, [](Story& story) {
                 story.script("slow", {.lasts = 1h});
                 story.script("tested", {.lasts = 100s}, 1, 1);
               }));
}

TEST_CASE("the timeout of the whole run is the reason shown") {
  Sample sample;
  add_example(sample);
  check_golden("report/plain_run_timeout.txt", run_text(sample, [](Story& story) {
                 script_example(story);
                 story.options.max_workers = 2;
                 story.options.run_timeout = 100s;
               }));
}

TEST_CASE("an accepted failure is not a failed run") {
  Sample sample;
  sample.workstream("ws-lenient");
  sample.step("flaky").on_failure = OnFailure::carry_on;
  sample.step("after", {"flaky"});
  check_golden("report/plain_accepted.txt", run_text(sample, [](Story& story) {
                 story.script("flaky", {.lasts = 3s, .outcome = Signaled{11, true}});
               }));
}

TEST_CASE("an accepted failure is called so in ASCII too") {
  Sample sample;
  sample.workstream("ws-lenient");
  sample.step("flaky").is_critical = false;
  const std::string text = run_text(
      sample, [](Story& story) { story.script("flaky", {.lasts = 3s, .outcome = Exited{1}}); },
      Style{.ascii = true});
  CHECK(text.find("[accepted] 0 of 1 step complete, 1 failure accepted\n") != std::string::npos);
  CHECK(text.find("[accepted] Workstream complete in 3.00s, with accepted failures\n") !=
        std::string::npos);
  CHECK(text.find("[check]") == std::string::npos);
}

TEST_CASE("the searched PATH is told once for each failure") {
  Sample sample;
  sample.workstream("ws-missing");
  sample.step("a");
  sample.step("b").edit_details().acceptance_tests = {command_test("pytset -q")};
  const std::string text = run_text(sample, [](Story& story) {
    const SpawnFailed missing{"program 'x' was not found; searched PATH: /usr/bin:/bin"};
    story.script("a", {.lasts = 1s, .outcome = missing});
    story.script("b", {.lasts = 1s, .outcome = missing}, 1, 1);
  });
  std::size_t told = 0;
  for (std::size_t at = text.find("/usr/bin:/bin"); at != std::string::npos;
       at = text.find("/usr/bin:/bin", at + 1))
    ++told;
  CHECK(told == 2);
  CHECK(text.find("\n✗ [a] Failed (1.00s): could not start: program 'x' was not found\n") !=
        std::string::npos);
  CHECK(text.ends_with("step 'a' failed: could not start: program 'x' was not found\n"));
}

TEST_CASE("fail-fast names the step that stopped the run") {
  Sample sample;
  add_troubled(sample);
  check_golden("report/plain_fail_fast.txt", run_text(sample, [](Story& story) {
                 script_troubled(story);
                 story.options.is_fail_fast = true;
               }));
}

TEST_CASE("several workstreams are told with full names") {
  Sample sample;
  sample.workstream("ws-a");
  sample.step("one").edit_details().acceptance_tests = {command_test("true"), command_test("id")};
  sample.step("two", {"one"});
  sample.workset.workstreams[0].acceptance_tests = {command_test("make check")};
  sample.workstream("ws-b").depends_on = {{"ws-a", DependencyOn::success, {}}};
  sample.step("one");
  check_golden("report/plain_several.txt", run_text(sample, nullptr));
}

TEST_CASE("steps without a command complete with nothing to run, prose is unverified") {
  Sample sample;
  sample.workstream("ws-prose");
  sample.step("nothing").action = NoAction{};
  sample.step("read").action = ManualAction{"Read the contract & <sign> it."};
  sample.step("verify").action = NoAction{};
  sample.workset.workstreams[0].steps[2].edit_details().acceptance_tests = {
      command_test("test -e x"), manual_test("it works\non every machine")};
  check_golden("report/plain_prose.txt", run_text(sample, nullptr));
}

TEST_CASE("hostile ids and outputs never reach the screen raw") {
  Sample sample;
  sample.workstream("ws-hostile\x1b]0;owned\a");
  sample.step("st\x1b[2Jep\n✓ fake");
  const std::string text = run_text(sample, [](Story& story) {
    story.script("st\x1b[2Jep\n✓ fake",
                 {.lasts = 1s, .outcome = SpawnFailed{"no such \x1b[31mfile\r\n✓ all good"}});
  });
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find("\n✓ ") == std::string::npos);
}

TEST_CASE("a run of no steps ends well") {
  Sample sample;
  sample.workstream("ws-empty");
  RunState state(sample.plan());
  CHECK(results_text(state, quiet().summary) == "✓ Nothing to run\n");
  CHECK(details_text(state, quiet().summary).empty());
}

TEST_CASE("every event is at most one write of whole lines") {
  Sample sample;
  add_troubled(sample);
  Story story(sample.plan());
  script_troubled(story);
  story.run();
  std::size_t writes = 0;
  PlainReport report(quiet(), [&](std::string_view text) {
    ++writes;
    CHECK(text.ends_with('\n'));
  });
  replay(story.plan(), story.recorder.events, [&](const Event& event, const RunState& state) {
    const std::size_t before = writes;
    report.observe(event, state);
    CHECK(writes - before <= 1);
  });
}

TEST_CASE("the heartbeat says what runs, every half minute and not before") {
  Sample sample;
  sample.workstream("ws-slow");
  for (const char* id : {"a", "b", "c", "d", "e"}) sample.step(id);
  Story story(sample.plan());
  story.options.max_workers = 4;
  story.run();
  // Only the start of the run: four attempts under way.
  std::vector<Event> events;
  for (const Event& event : story.recorder.events) {
    if (event.at > Duration::zero()) break;
    events.push_back(event);
  }
  std::string out;
  PlainReport report(quiet(), [&](std::string_view text) { out += text; });
  const RunState state = replay(story.plan(), events, report);
  out.clear();
  report.tick(29s, state);
  CHECK(out.empty());
  CHECK(report.next_tick() == 30s);
  report.tick(31s, state);
  report.tick(40s, state);
  CHECK(out == "\n⟳ 31s: 0/5 done, 4 running: a (31s), b (31s), c (31s) and 1 more\n");
  out.clear();
  report.tick(125s, state);
  CHECK(out == "⟳ 2m 05s: 0/5 done, 4 running: a (2m 05s), b (2m 05s), c (2m 05s) and 1 more\n");
}

TEST_CASE("a second attempt says so") {
  Sample sample;
  sample.workstream("ws-retry");
  sample.step("flaky");
  Plan& plan = sample.plan();
  const NodeId node = node_named(plan, "flaky");
  CHECK(console_line(Style{}, Event{1, 0s, {}, AttemptStarted{{node, 2, 0}, "run"}},
                     RunState(plan)) == "  → [flaky] Starting... (attempt 2)");
  CHECK(
      console_line(Style{}, Event{1, 0s, {}, AttemptStarted{{node, 1, 1}, "test"}}, RunState(plan))
          .empty());
}
