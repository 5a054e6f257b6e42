// Attempts that are no plain command: waits, expansions, artifacts, compensations; and the checks
// after a command.
#include <csignal>
#include <filesystem>

#include "executors/dry_executor.h"
#include "executors/executor_fixture.h"
#include "executors/waits.h"
#include "platform/child_fixture.h"
#include "support/catch.h"

using namespace std::chrono_literals;
using namespace ws;
using namespace ws::test;

namespace {

std::function<void(Workstream&)> with_action(const Action& action) {
  return [action](Workstream& workstream) { workstream.steps[0].action = action; };
}

AttemptKey expansion_of(const LocalWorld& world) {
  for (std::size_t i = 0; i < world.plan->groups().size(); ++i) {
    const PlanGroup& group = world.plan->groups()[i];
    if (group.role == GroupRole::fan_out) return {group.begin, 1, AttemptKey::kExpansion};
  }
  FAIL("no fan-out");
  return {};
}

std::function<void(Workstream&)> with_items_of(ForEach::Kind kind, const std::string& source,
                                               const std::string& file = "flow/w.yaml") {
  return [=](Workstream& workstream) {
    workstream.file = file;
    ForEach& list = workstream.steps[0].edit_details().for_each.emplace();
    list.kind = kind;
    list.source = source;
  };
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += item + " ";
  return out;
}

// A value that only the run knows: what is written is looked at before.
std::function<void(Workstream&)> with_wait_for(std::string value, std::string WaitAction::*what) {
  return [=](Workstream& workstream) {
    workstream.inputs.push_back({"moment", "\"" + value + "\"", "", {}});
    WaitAction wait;
    wait.*what = "${inputs.moment}";
    workstream.steps[0].action = wait;
  };
}

}  // namespace

TEST_CASE("the event that a wait is for is read back from what the store keeps of it") {
  WaitAction wait;
  wait.event = "it's 'here'";
  CHECK(awaited_event(text_of(wait)) == wait.event);
  for (const char* text : {"", "wait 10s", "wait for the event ", "wait for the event ''", "true"})
    CHECK(awaited_event(text).empty());
}

TEST_CASE("a wait is over after its time") {
  LocalWorld world("a", with_action(WaitAction{30ms, "", ""}));
  const auto before = world.loop.now();
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  CHECK(world.loop.now() - before >= 30ms);
  CHECK(world.seen.running.empty());
  CHECK(world.executor->command_text({world.node("a"), 1, 0}, world.values()) == "wait 30ms");
}

TEST_CASE("a wait until a time that has passed is over, one that is none never starts") {
  LocalWorld past("a", with_action(WaitAction{{}, "2020-01-01T00:00:00Z", ""}));
  CHECK(text_of(past.run("a").outcome) == "exit 0");
  LocalWorld bad("a", with_wait_for("soon", &WaitAction::until));
  CHECK(text_of(bad.run("a").outcome) ==
        "not started: 'soon' is no time to wait for: write 14:30 or 2026-03-01T14:30:00Z");
}

TEST_CASE("a wait for an event ends with its file, also one that was there before") {
  LocalWorld world("a; b", [](Workstream& workstream) {
    workstream.steps[0].action = WaitAction{{}, "", "go"};
    workstream.steps[1].action = WaitAction{{}, "", "later"};
  });
  (void)world.temp.write("state/w/run-1/signals/go", "");
  world.make_executor();
  world.executor->start({world.node("a"), 1, 0}, world.values());
  world.executor->start({world.node("b"), 1, 0}, world.values());
  CHECK(world.seen.ended.empty());
  world.loop.run();
  REQUIRE(world.seen.ended.size() == 1);
  CHECK(world.seen.ended[0].first.node == world.node("a"));
  (void)world.temp.write("state/w/run-1/signals/later", "");
  world.seen.expected = 2;
  world.loop.run();
  CHECK(text_of(world.seen.ended[1].second.outcome) == "exit 0");
}

TEST_CASE("a wait can be stopped, and an event's name cannot lead elsewhere") {
  LocalWorld world("a; b", [](Workstream& workstream) {
    workstream.steps[0].action = WaitAction{1h, "", ""};
    workstream.steps[1].action = WaitAction{{}, "", "never"};
  });
  world.make_executor();
  world.seen.expected = 2;
  for (const char* step : {"a", "b"}) {
    world.executor->start({world.node(step), 1, 0}, world.values());
    world.executor->stop({world.node(step), 1, 0}, StopWhy::interrupted);
    world.executor->stop({world.node(step), 1, 0}, StopWhy::killed);
  }
  CHECK(world.seen.ended.empty());
  world.loop.run();
  REQUIRE(world.seen.ended.size() == 2);
  for (const auto& [key, result] : world.seen.ended) CHECK(text_of(result.outcome) == "signal 15");
  LocalWorld bad("a", with_wait_for("../x", &WaitAction::event));
  CHECK(text_of(bad.run("a").outcome) == "not started: '../x' cannot be the name of an event");
}

TEST_CASE("a glob's items are paths as the step's own directory sees them") {
  LocalWorld world("a", with_items_of(ForEach::Kind::glob, "../src/*.c"));
  (void)world.temp.write("src/b.c", "");
  (void)world.temp.write("src/a.c", "");
  (void)world.temp.write("flow/x.c", "");
  CHECK(joined(world.run(expansion_of(world)).items) == "\"src/a.c\" \"src/b.c\" ");

  LocalWorld inside("a", [](Workstream& workstream) {
    with_items_of(ForEach::Kind::glob, "src/*.c")(workstream);
    workstream.steps[0].edit_details().working_dir = "src";
  });
  (void)inside.temp.write("flow/src/a.c", "");
  CHECK(joined(inside.run(expansion_of(inside)).items) == "\"a.c\" ");
}

TEST_CASE("a file's lines are items") {
  LocalWorld world("a", with_items_of(ForEach::Kind::lines, "hosts"));
  (void)world.temp.write("flow/hosts", "one\r\n\n  \ntwo words\nlast");
  CHECK(joined(world.run(expansion_of(world)).items) == "\"one\" \"two words\" \"last\" ");

  (void)world.temp.write("flow/hosts", "one\n\xff\n");
  const std::string path = (world.temp.path() / "flow/hosts").string();
  CHECK(text_of(world.run(expansion_of(world)).outcome) ==
        "not started: line 2 of '" + path + "' is not UTF-8");
  std::filesystem::remove(path);
  CHECK(text_of(world.run(expansion_of(world)).outcome) ==
        "not started: cannot open '" + path + "': No such file or directory");
  std::string many;
  for (int i = 0; i <= 1'000'000; ++i) many += "x\n";
  (void)world.temp.write("flow/hosts", many);
  CHECK(text_of(world.run(expansion_of(world)).outcome) ==
        "not started: 'hosts' has more than 1000000 lines");
}

TEST_CASE("an artifact is a file that is there") {
  LocalWorld world("a", [](Workstream& workstream) {
    auto& tests = workstream.steps[0].edit_details().acceptance_tests;
    for (const char* artifact : {"dist/*.whl", "dist/b.whl"}) {
      tests.emplace_back();
      tests.back().artifact = artifact;
    }
  });
  AttemptResult result = world.run({world.node("a"), 1, 1});
  CHECK(text_of(result.outcome) == "exit 1");
  CHECK(result.error_text == "nothing matches 'dist/*.whl'");
  CHECK(result.facts.broken_rule == result.error_text);
  (void)world.temp.write("dist/a.whl", "");
  CHECK(text_of(world.run({world.node("a"), 1, 1}).outcome) == "exit 0");
  CHECK(world.run({world.node("a"), 1, 2}).error_text == "there is no 'dist/b.whl'");
}

TEST_CASE("a compensation is a command with a log of its own") {
  LocalWorld world("a", [](Workstream& workstream) {
    Compensation undo;
    undo.action = CommandAction{Command::from_line("echo undo \"$PARAM_FILE_NAME\" $STEP_ID")};
    undo.parameters = {{"file-name", "x y"}};
    workstream.steps[0].edit_details().compensation = undo;
    Compensation last;
    last.action = CommandAction{Command::from_line("echo last")};
    workstream.compensation_actions = {undo, last};
  });
  const AttemptResult result = world.run({world.node("a"), 1, AttemptKey::kCompensation});
  CHECK(text_of(result.outcome) == "exit 0");
  CHECK(result.facts.log == world.dir({world.node("a"), 1, 0}) + "/comp.log");
  CHECK(read_file(result.facts.log) == "undo x y a\n");
  const AttemptResult second = world.run({world.node("end"), 1, AttemptKey::kCompensation + 1});
  CHECK(second.facts.log.ends_with("/comp-2.log"));
  CHECK(read_file(second.facts.log) == "last\n");
}

TEST_CASE("an attempt that says nothing for too long is stopped") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_line("echo begun; exec sleep 30")(workstream);
    workstream.steps[0].edit_details().idle_timeout = 60ms;
  });
  const AttemptResult result = world.run("a");
  CHECK(std::holds_alternative<TimedOut>(result.outcome));
  CHECK(result.facts.broken_rule == "no output for 60ms");
  LocalWorld busy("a", [](Workstream& workstream) {
    with_line("for i in 1 2 3 4 5 6; do echo $i; sleep 0.05; done")(workstream);
    workstream.steps[0].edit_details().idle_timeout = 250ms;
  });
  CHECK(text_of(busy.run("a").outcome) == "exit 0");
}

TEST_CASE("only a failure that matches a retry pattern may be tried again") {
  const auto is_retryable = [](const std::string& line, bool has_own) {
    LocalWorld world("a", [&](Workstream& workstream) {
      with_line(line)(workstream);
      workstream.breaker = BreakerPolicy{};
      workstream.breaker->error_patterns = {"rate limit"};
      if (has_own) workstream.steps[0].edit_details().breaker = BreakerPolicy{};
    });
    return world.run("a").facts.is_retryable;
  };
  CHECK(is_retryable("echo hit the rate limit; exit 1", false));
  CHECK_FALSE(is_retryable("echo syntax error; exit 1", false));
  CHECK(is_retryable("echo syntax error; exit 1", true));
}

TEST_CASE("files that must be there are facts") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_line("touch \"$T/made.bin\"")(workstream);
    workstream.steps[0].edit_details().success.files = {"made.bin", "*.txt", "made.*"};
  });
  world.options.environment.emplace_back("T", world.temp.path().string());
  CHECK(world.run("a").facts.missing_files == std::vector<std::string>{"*.txt"});
}

TEST_CASE("a step that must change something is caught when it does not") {
  const auto broken_rule = [](const std::string& line, const std::string& no_change) {
    LocalWorld world("a", [&](Workstream& workstream) {
      with_line(line)(workstream);
      StepDetails& details = workstream.steps[0].edit_details();
      details.success.no_change = no_change;
      details.files_scope = {{"src/", {}}, {"one.txt", {}}, {"lib/*.c", {}}};
    });
    for (const char* file : {"src/a", "one.txt", "lib/x.c", "elsewhere"})
      (void)world.temp.write(file, "old");
    world.options.environment.emplace_back("T", world.temp.path().string());
    const AttemptFacts facts = world.run("a").facts;
    return facts.is_unchanged ? "unchanged" : facts.broken_rule;
  };
  const std::string unchanged = "it changed no file in its files_scope";
  CHECK(broken_rule("true", "fail") == unchanged);
  CHECK(broken_rule("echo new > \"$T/elsewhere\"", "fail") == unchanged);
  CHECK(broken_rule("echo new > \"$T/lib/y.h\"", "fail") == unchanged);
  CHECK(broken_rule("echo new > \"$T/src/b\"", "fail").empty());
  CHECK(broken_rule("echo newer > \"$T/one.txt\"", "fail").empty());
  CHECK(broken_rule("rm \"$T/lib/x.c\"", "fail").empty());
  CHECK(broken_rule("true", "ok").empty());
  CHECK(broken_rule("true", "skip") == "unchanged");
  CHECK(broken_rule("echo newer > \"$T/one.txt\"", "skip").empty());
}

TEST_CASE("promised creations and undeclared files are facts") {
  LocalWorld world("a; b", [](Workstream& workstream) {
    with_line(
        "cd \"$T\"; mkdir sub; touch out.txt sub/stray theirs.o scoped.c .quiet; echo more >> "
        "before; echo more >> known.c; rm gone")(workstream);
    StepDetails& details = workstream.steps[0].edit_details();
    details.files_create = {"out.txt", "never.txt"};
    details.files_scope = {{"*.c", {}}};
    workstream.steps[1].edit_details().files_create = {"theirs.o"};
  });
  for (const char* name : {"before", "known.c", "gone", "kept"}) (void)world.temp.write(name, "");
  world.options.environment.emplace_back("T", world.temp.path().string());
  const AttemptResult result = world.run("a");
  CHECK(text_of(result.outcome) == "exit 0");
  CHECK(result.facts.uncreated_files == std::vector<std::string>{"never.txt"});
  CHECK(result.facts.undeclared_files ==
        std::vector<std::string>{".quiet", "before (changed)", "gone (deleted)", "sub/stray"});
}

TEST_CASE("a fan-out's step is told its item") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_line("echo \"$INDEX $ITEM_OS_NAME $ITEM\"")(workstream);
    ForEach& list = workstream.steps[0].edit_details().for_each.emplace();
    list.kind = ForEach::Kind::list;
    list.items = {"\"plain\"", "{\"os name\":\"linux\"}"};
  });
  CHECK(read_file(world.run("a[0]").facts.log) == "0  plain\n");
  CHECK(read_file(world.run("a[1]").facts.log) == "1 linux {\"os name\":\"linux\"}\n");
}

TEST_CASE("a dry run pretends what the rule allows, and reads items where it can") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_items_of(ForEach::Kind::lines, "no/such/file")(workstream);
    workstream.steps[0].edit_details().success.exit_codes = {3, 4};
  });
  DryExecutor executor(*world.plan, world.tools, world.loop);
  executor.report_to(world.seen);
  executor.start(expansion_of(world), world.values());
  world.loop.run();
  CHECK(text_of(world.seen.ended[0].second.outcome) == "exit 0");
  CHECK(world.seen.ended[0].second.items.empty());

  LocalWorld plain("a", [](Workstream& workstream) {
    workstream.steps[0].edit_details().success.exit_codes = {3, 4};
  });
  DryExecutor other(*plain.plan, plain.tools, plain.loop);
  other.report_to(plain.seen);
  other.start({plain.node("a"), 1, 0}, plain.values());
  plain.loop.run();
  CHECK(text_of(plain.seen.ended[0].second.outcome) == "exit 3");
}
