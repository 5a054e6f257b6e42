#include "sample.h"

#include <fmt/format.h>

#include "support/catch.h"

namespace ws::test {

using namespace std::chrono_literals;

Workstream& Sample::workstream(const std::string& id) {
  Workstream added;
  added.id = id;
  added.file = id + ".json";
  workset.workstreams.push_back(std::move(added));
  return workset.workstreams.back();
}

Step& Sample::step(const std::string& id, std::initializer_list<std::string> needs) {
  Step added;
  added.id = id;
  added.action = CommandAction{Command::from_argv({"run", id})};
  for (const std::string& need : needs)
    added.depends_on.push_back({need, DependencyOn::success, {}});
  workset.workstreams.back().steps.push_back(std::move(added));
  return workset.workstreams.back().steps.back();
}

Plan& Sample::plan(const LowerOptions& options) {
  Diagnostics diagnostics;
  auto made = lower(workset, options, diagnostics);
  INFO(render(diagnostics, workset.sources, {}));
  REQUIRE(made.has_value());
  plan_ = std::make_unique<Plan>(std::move(*made));
  return *plan_;
}

AcceptanceTest command_test(const std::string& line) {
  AcceptanceTest test;
  test.command = Command::from_line(line);
  test.text = line;
  return test;
}

AcceptanceTest manual_test(const std::string& text) {
  AcceptanceTest test;
  test.text = text;
  test.manual_reason = "it reads like a sentence";
  return test;
}

void add_example(Sample& sample) {
  sample.workstream("ws-example-02-parallel-execution").version = "1.2.0";
  for (const char* id : {"step-01-math-utils", "step-02-string-utils", "step-03-file-utils"})
    sample.step(id).edit_details().acceptance_tests = {command_test("python -m pytest -q")};
}

void script_example(Story& story) {
  story.options.max_workers = 3;
  const auto lasts = [&](const std::string& step, Duration total) {
    story.script(step, {.lasts = total - 1s});
  };
  lasts("step-01-math-utils", 172s);
  lasts("step-02-string-utils", 165s);
  lasts("step-03-file-utils", 181s);
}

void add_troubled(Sample& sample) {
  sample.workstream("ws-release").version = "0.3";
  sample.step("fetch");
  sample.step("build", {"fetch"}).edit_details().acceptance_tests = {command_test("test -s a.out")};
  sample.step("unit", {"build"}).edit_details().acceptance_tests = {
      command_test("true"), command_test("pytest -q tests/")};
  sample.step("lint", {"fetch"});
  sample.step("pack", {"unit"});
  sample.step("ship", {"pack", "lint"});
  sample.step("docs").edit_details().acceptance_tests = {
      command_test("test -s README.md"), manual_test("The pages read well on a phone.")};
}

void script_troubled(Story& story) {
  Scripted lint{.lasts = 7s, .outcome = Exited{2}};
  lint.facts.log = "logs/lint/1/out.log";
  story.script("lint", lint);
  Scripted unit{.lasts = 12s, .outcome = Exited{1}};
  unit.facts.log = "logs/unit/1/out.log";
  story.script("unit", unit, 1, 2);
  Scripted docs{.lasts = 2500ms};
  docs.facts.log = "logs/docs/1/out.log";
  docs.facts.user_time = 1200ms;
  docs.facts.max_rss_kib = 20480;
  docs.facts.output_bytes = 77;
  story.script("docs", docs);
}

SummaryOptions logs_that_say(std::vector<std::string> lines) {
  SummaryOptions options;
  options.read_log = [lines = std::move(lines)](const std::string& /*log*/, std::size_t /*lines*/) {
    return lines;
  };
  return options;
}

RunState replay(Plan& plan, const std::vector<Event>& events,
                const std::function<void(const Event&, const RunState&)>& look) {
  RunState state(plan);
  for (const Event& event : events) {
    state.apply(event);
    if (look) look(event, state);
  }
  return state;
}

RunState replay(Plan& plan, const std::vector<Event>& events, Observer& observer) {
  return replay(plan, events,
                [&](const Event& event, const RunState& state) { observer.observe(event, state); });
}

NodeId node_named(const Plan& plan, const std::string& display_name) {
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    if (plan.display_name(NodeId(i)) == display_name) return NodeId(i);
  }
  FAIL("no node " << display_name);
  return {};
}

void add_layers(Sample& sample, std::size_t count) {
  sample.workstream("ws-large");
  constexpr std::size_t kWidth = 100;
  for (std::size_t i = 0; i < count; ++i) {
    if (i < kWidth) {
      sample.step(fmt::format("step-{:05}", i));
    } else {
      sample.step(fmt::format("step-{:05}", i), {fmt::format("step-{:05}", i - kWidth)});
    }
  }
}

}  // namespace ws::test
