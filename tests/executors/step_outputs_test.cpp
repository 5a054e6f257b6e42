// What steps hand on, and what steps are told, with real processes.
#include <filesystem>

#include <fmt/format.h>

#include "executors/attempt_environment.h"
#include "executors/executor_fixture.h"
#include "platform/child_fixture.h"
#include "support/catch.h"

using namespace ws;
using namespace ws::test;

namespace {

std::function<void(Workstream&)> with_outputs(
    std::string line, std::vector<std::pair<std::string, std::string>> outputs) {
  return [line = std::move(line), outputs = std::move(outputs)](Workstream& workstream) {
    with_line(line)(workstream);
    workstream.steps[0].edit_details().outputs = outputs;
  };
}

std::string outputs_of(const std::string& line,
                       const std::vector<std::pair<std::string, std::string>>& outputs) {
  LocalWorld world("a", with_outputs(line, outputs));
  const AttemptResult result = world.run("a");
  if (!result.facts.broken_rule.empty()) return "broken: " + result.facts.broken_rule;
  std::string out;
  for (const NamedValue& value : result.outputs) out += value.name + "=" + value.json + ";";
  return out;
}

// Gives the fold of a run the results of a step.
void hand_on(LocalWorld& world, const std::string& step, std::vector<NamedValue> values) {
  (void)world.values();
  Event event;
  event.seq = 1;
  event.fact = StepFinished{world.node(step), StepState::succeeded, "", false};
  world.state->apply(event);
  event.seq = 2;
  event.fact = OutputsCollected{world.node(step), 1, std::move(values)};
  world.state->apply(event);
}

}  // namespace

TEST_CASE("stdout is a result, without its last newline") {
  CHECK(outputs_of("echo one; echo two >&2", {{"out", "stdout"}}) == "out=\"one\";");
  CHECK(outputs_of("printf 'a\\nb\\n'", {{"out", "stdout"}}) == "out=\"a\\nb\";");
  CHECK(outputs_of("printf '{\\n \"a\": 1\\n}\\n'", {{"out", "stdout"}}) == "out={\"a\":1};");
  CHECK(outputs_of("echo loading; echo '[1,2]'", {{"out", "stdout"}}) == "out=[1,2];");
  CHECK(outputs_of("echo 1.10", {{"out", "stdout"}}) == "out=\"1.10\";");
  CHECK(outputs_of("true", {{"out", "stdout"}}) == "out=\"\";");
  CHECK(outputs_of("echo one", {}) == "");
}

TEST_CASE("both streams are in the log although stdout is apart") {
  LocalWorld world("a", with_outputs("echo one; echo two >&2", {{"out", "stdout"}}));
  const AttemptResult result = world.run("a");
  const std::string log = read_file(result.facts.log);
  CHECK((log == "one\ntwo\n" || log == "two\none\n"));
  CHECK(result.facts.output_bytes == 8);
}

TEST_CASE("declared keys come first, under their names; a missing one has no value") {
  const std::string write = "printf 'x=1\\nver=2.0.1\\ny=true\\n' > \"$WORKSTREAM_OUTPUT\"";
  CHECK(outputs_of(write, {{"version", "ver"}, {"y", "file"}, {"never", "file"}}) ==
        "version=\"2.0.1\";y=true;x=1;");
  CHECK(outputs_of("echo hi; echo x=1 > \"$WORKSTREAM_OUTPUT\"", {{"x", "stdout"}}) ==
        "broken: its outputs cannot be used: 'x' is the name of two outputs");
  CHECK(outputs_of("echo x > \"$WORKSTREAM_OUTPUT\"", {}) ==
        "broken: its outputs cannot be used: $WORKSTREAM_OUTPUT: line 1: 'x' is neither key=value "
        "nor key<<END");
  CHECK(outputs_of("mkdir \"$WORKSTREAM_OUTPUT\"", {})
            .starts_with("broken: its outputs cannot be used: cannot read "));
  // This hung once: nobody will ever write there.
  CHECK(outputs_of("mkfifo \"$WORKSTREAM_OUTPUT\"", {}).ends_with("it is no regular file"));
}

TEST_CASE("a failed command hands nothing on, and is no second failure") {
  LocalWorld world("a", with_outputs("echo x > \"$WORKSTREAM_OUTPUT\"; echo bad; exit 3", {}));
  const AttemptResult result = world.run("a");
  CHECK(text_of(result.outcome) == "exit 3");
  CHECK(result.facts.broken_rule.empty());
  CHECK(result.outputs.empty());
  CHECK(result.error_text == "bad\n");
}

TEST_CASE("large and binary values go by file") {
  const auto run = [](const std::string& line) {
    LocalWorld world("a", with_outputs(line, {{"out", "stdout"}}));
    const AttemptResult result = world.run("a");
    REQUIRE(result.outputs.size() == 1);
    CHECK(result.outputs[0].json.empty());
    CHECK(result.outputs[0].file.starts_with(world.dir({world.node("a"), 1, 0}) + "/"));
    return read_file(result.outputs[0].file);
  };
  CHECK(run("printf '\\377\\376'") == "\xff\xfe");
  CHECK(run("head -c 70000 /dev/zero | tr '\\0' x") == std::string(70000, 'x'));
  CHECK(run("head -c 3000000 /dev/zero | tr '\\0' x").size() == 3000000);

  LocalWorld keys("a", with_outputs("{ printf big=; head -c 70000 /dev/zero | tr '\\0' x; } > "
                                    "\"$WORKSTREAM_OUTPUT\"",
                                    {}));
  const AttemptResult result = keys.run("a");
  REQUIRE(result.outputs.size() == 1);
  CHECK(read_file(result.outputs[0].file) == std::string(70000, 'x'));

  // The answer behind a long talk is still found.
  CHECK(outputs_of("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo '{\"a\":1}'",
                   {{"out", "stdout"}}) == "out={\"a\":1};");
}

TEST_CASE("what an earlier try of the same number wrote does not count") {
  LocalWorld world("a", with_outputs("true", {}));
  (void)world.temp.write("state/w/run-1/outputs/a.1", "x=1\n");
  CHECK(world.run("a").outputs.empty());
}

TEST_CASE("results reach a dependent as environment, file and stdin") {
  LocalWorld world("up; down<-up", [](Workstream& workstream) {
    Step& down = workstream.steps[1];
    down.action =
        CommandAction{Command::from_line("echo \"$WS_RESULT_UP_BUILD_ID\"; cat; cmp "
                                         "\"$WS_RESULTS\" - < \"$STEP_DIR/results.json\"")};
    down.edit_details().stdin_context = true;
    workstream.steps[0].edit_details().outputs = {{"build-id", "file"}};
  });
  hand_on(world, "up", {{"build-id", "\"a b\"", ""}, {"big", "", "/tmp/big"}});
  const AttemptResult result = world.run("down");
  CHECK(text_of(result.outcome) == "exit 0");
  const std::string log = read_file(result.facts.log);
  CHECK(log.starts_with("a b\n{\n"));
  CHECK(log.find("\"up_build-id\": \"a b\"") != std::string::npos);
  CHECK(log.find("\"up_big\": {\"file\":\"/tmp/big\"}") != std::string::npos);
}

TEST_CASE("a step without results gets an empty object on stdin, and no file") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_line("cat; echo \"[$WS_RESULTS]\"")(workstream);
    workstream.steps[0].edit_details().stdin_context = true;
  });
  CHECK(read_file(world.run("a").facts.log) == "{\n}\n[]\n");
}

TEST_CASE("results that do not fit into an environment are in the file only") {
  const EnvironmentBase base({});
  EnvironmentBlock block(base);
  std::vector<NamedValue> results;
  for (int i = 0; i < 10; ++i)
    results.push_back({fmt::format("r{}", i), "\"" + std::string(60000, 'x') + "\"", ""});
  results.push_back({"last", "1", ""});
  results.push_back({"huge", "", "/somewhere"});
  set_results(block, results);
  CHECK(block.value("WS_RESULT_R7").size() == 60000);
  CHECK(block.value("WS_RESULT_R8").empty());
  CHECK(block.value("WS_RESULT_LAST") == "1");
  CHECK(block.value("WS_RESULT_HUGE_FILE") == "/somewhere");
  CHECK(result_variable("über.a-b1") == "WS_RESULT___BER_A_B1");
}

TEST_CASE("the next attempt learns why the last one failed") {
  LocalWorld world("a %2", [](Workstream& workstream) {
    with_line("echo \"$PREVIOUS_FAILURE\"; cat \"$PREVIOUS_ATTEMPT_DIR/test-2.log\"")(workstream);
    workstream.steps[0].edit_details().acceptance_tests[1].command =
        Command::from_line("echo not green; exit 1");
  });
  const AttemptResult test = world.run({world.node("a"), 1, 2});
  CHECK(test.error_text == "not green\n");
  Event event;
  event.seq = 1;
  event.fact = AttemptStarted{{world.node("a"), 1, 2}, "test 2"};
  world.state->apply(event);
  event.seq = 2;
  AttemptFinished finished;
  finished.key = {world.node("a"), 1, 2};
  finished.outcome = Exited{1};
  finished.why = "exit 1";
  event.fact = finished;
  world.state->apply(event);
  const AttemptResult second = world.run({world.node("a"), 2, 0});
  CHECK(read_file(second.facts.log) == "acceptance test 2 (test 2) failed: exit 1\nnot green\n");
}
