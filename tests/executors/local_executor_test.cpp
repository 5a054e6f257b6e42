// Attempts as real processes: environment, directories, logs, patterns, stops.
#include "executors/local_executor.h"

#include <csignal>
#include <filesystem>
#include <sys/resource.h>

#include "executors/contract.h"

using namespace std::chrono_literals;
using namespace ws;
using namespace ws::test;

TEST_CASE("the local executor keeps the contract") {
  check_executor_contract([](LocalWorld& world) {
    auto executor =
        std::make_unique<LocalExecutor>(*world.plan, world.tools, world.loop, world.options);
    executor->report_to(world.seen);
    return executor;
  });
  CHECK(own_children().empty());
}

TEST_CASE("an attempt ends with what its process said") {
  LocalWorld world("a", with_argv({helper("exit_with"), "255"}));
  const AttemptResult result = world.run("a");
  CHECK(text_of(result.outcome) == "exit 255");
  CHECK(result.facts.max_rss_kib > 0);
  REQUIRE(world.seen.running.size() == 1);
  CHECK(world.seen.running[0].second.pid > 0);
  CHECK(world.seen.running[0].second.start_ticks > 0);

  LocalWorld crash("a", with_argv({helper("crasher"), "11"}));
  CHECK(text_of(crash.run("a").outcome) == "signal 11");
}

TEST_CASE("exit 15 and SIGTERM are not the same") {
  LocalWorld exits("a", with_argv({helper("exit_with"), "15"}));
  CHECK(text_of(exits.run("a").outcome) == "exit 15");
  LocalWorld dies("a", with_argv({helper("crasher"), "15"}));
  CHECK(text_of(dies.run("a").outcome) == "signal 15");
}

TEST_CASE("a silent attempt that succeeds leaves no file") {
  LocalWorld world("a", with_argv({helper("exit_with"), "0"}));
  const AttemptResult result = world.run("a");
  CHECK(result.facts.log.empty());
  CHECK(result.facts.output_bytes == 0);
  CHECK_FALSE(std::filesystem::exists(world.dir({world.node("a"), 1, 0})));
}

TEST_CASE("a silent attempt that fails leaves its command") {
  LocalWorld world("a", with_argv({helper("exit_with"), "1"}));
  CHECK(world.run("a").facts.log.empty());
  CHECK(read_file(world.dir({world.node("a"), 1, 0}) + "/cmd") == helper("exit_with") + " 1\n");
}

TEST_CASE("output goes to out.log, both streams in order, with the command beside it") {
  LocalWorld world("a", with_line("echo one; echo two >&2; echo three > /dev/stderr; printf four"));
  const AttemptResult result = world.run("a");
  const std::string dir = world.dir({world.node("a"), 1, 0});
  CHECK(result.facts.log == dir + "/out.log");
  CHECK(read_file(dir + "/out.log") == "one\ntwo\nthree\nfour");
  CHECK(result.facts.output_bytes == 18);
  CHECK(read_file(dir + "/cmd") ==
        "echo one; echo two >&2; echo three > /dev/stderr; printf four\n");
}

TEST_CASE("acceptance tests have logs of their own") {
  LocalWorld world("a %2", [](Workstream& workstream) {
    auto& tests = workstream.steps[0].edit_details().acceptance_tests;
    tests[0].command = Command::from_line("echo first; exit 1");
    tests[1].command = Command::from_line("echo second");
  });
  CHECK(text_of(world.run({world.node("a"), 1, 1}).outcome) == "exit 1");
  CHECK(text_of(world.run({world.node("a"), 1, 2}).outcome) == "exit 0");
  const std::string dir = world.dir({world.node("a"), 1, 0});
  CHECK(read_file(dir + "/test-1.log") == "first\n");
  CHECK(read_file(dir + "/test-1.cmd") == "echo first; exit 1\n");
  CHECK(read_file(dir + "/test-2.log") == "second\n");
}

TEST_CASE("a step sees who it is") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_line("env | sort")(workstream);
    workstream.env = {{"SHARED", "from workstream"}, {"HOME", "/home"}};
    workstream.steps[0].edit_details().env = {{"SHARED", "from step"}};
  });
  (void)world.run("a");
  const std::string dir = world.dir({world.node("a"), 1, 0});
  const std::string run = world.temp.path().string() + "/state/w/run-1";
  const std::string expected =
      "HOME=/home\nPATH=/usr/bin:/bin\nPWD=" + std::filesystem::current_path().string() +
      "\nRUN_ID=run-1\nSHARED=from step\nSTEP_ATTEMPT=1\nSTEP_DIR=" + dir +
      "\nSTEP_ID=a\nWORKSTREAM_ID=w\nWORKSTREAM_OUTPUT=" + run + "/outputs/a.1\n";
  CHECK(read_file(dir + "/out.log") == expected);
}

TEST_CASE("WORKSTREAM_OUTPUT can be written at once, and STEP_DIR when it is spoken of") {
  LocalWorld world("a", with_line("echo k=v > \"$WORKSTREAM_OUTPUT\" && echo x > \"$STEP_DIR/x\""));
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  CHECK(world.temp.read("state/w/run-1/outputs/a.1") == "k=v\n");
  CHECK(read_file(world.dir({world.node("a"), 1, 0}) + "/x") == "x\n");
}

TEST_CASE("a second attempt finds the first one's directory") {
  LocalWorld world("a", with_line("ls -d \"$PREVIOUS_ATTEMPT_DIR\""));
  CHECK(text_of(world.run({world.node("a"), 2, 0}).outcome) == "exit 0");
  CHECK(read_file(world.dir({world.node("a"), 2, 0}) + "/out.log") ==
        world.dir({world.node("a"), 1, 0}) + "\n");
}

TEST_CASE("stdin, working directory and PATH of the step are respected") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_argv({"tool"})(workstream);
    StepDetails& details = workstream.steps[0].edit_details();
    details.working_dir = "sub";
    details.stdin_text = "from stdin";
    details.env = {{"PATH", "/usr/bin:/bin:../bin"}};
  });
  const auto tool = world.temp.write("bin/tool", "#!/bin/sh\npwd\ncat\n");
  std::filesystem::permissions(tool, std::filesystem::perms::owner_all);
  std::filesystem::create_directory(world.temp.path() / "sub");
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  CHECK(read_file(world.dir({world.node("a"), 1, 0}) + "/out.log") ==
        world.temp.path().string() + "/sub\nfrom stdin");
}

TEST_CASE("a script is a file in the attempt's directory") {
  LocalWorld world("a", [](Workstream& workstream) {
    workstream.steps[0].action = ScriptAction{"echo \"$0\"\nfalse\necho never\n", {}};
  });
  CHECK(text_of(world.run("a").outcome) == "exit 1");
  const std::string dir = world.dir({world.node("a"), 1, 0});
  CHECK(read_file(dir + "/script") == "echo \"$0\"\nfalse\necho never\n");
  CHECK(read_file(dir + "/out.log") == dir + "/script\n");
}

TEST_CASE("a tool gets its prompt on stdin or as a file") {
  LocalWorld world("a; b", [](Workstream& workstream) {
    workstream.steps[0].action = ToolAction{"reader", {}, {"do this", "and that"}};
    workstream.steps[1].action = ToolAction{"filer", {}, {"do {prompt_file}"}};
  });
  world.tools["reader"].argv = {"cat"};
  world.tools["reader"].stdin_template = "{prompt}";
  world.tools["filer"].argv = {"cat", "{prompt_file}"};
  CHECK(text_of(world.run("a").outcome) == "exit 0");
  CHECK(read_file(world.dir({world.node("a"), 1, 0}) + "/out.log") == "do this\nand that\n");
  CHECK(text_of(world.run("b").outcome) == "exit 0");
  CHECK(read_file(world.dir({world.node("b"), 1, 0}) + "/out.log") == "do {prompt_file}\n");
}

TEST_CASE("patterns in the output are facts") {
  LocalWorld world("a", [](Workstream& workstream) {
    with_line("echo one error; echo FAILED here; printf 'no end'")(workstream);
    SuccessRule& rule = workstream.steps[0].edit_details().success;
    rule.require_output = {"^one", "never", "end$"};
    rule.fail_on_output = {"FAIL(ED)?", "error"};
  });
  const AttemptResult result = world.run("a");
  CHECK(text_of(result.outcome) == "exit 0");
  CHECK(result.facts.missing_output == std::vector<std::string>{"never"});
  CHECK(result.facts.forbidden_output == "'error' in \"one error\"");
}

TEST_CASE("a log has a cap, the child never waits for it") {
  LocalWorld world("a", with_argv({helper("flooder"), "5000000"}));
  world.options.log_cap = 100000;
  const AttemptResult result = world.run("a");
  CHECK(text_of(result.outcome) == "exit 0");
  CHECK(result.facts.output_bytes == 5000000);
  const std::string log = read_file(result.facts.log);
  const std::string note =
      "\n[workstream: the log ends here, after 100000 bytes; the output went on]\n";
  CHECK(log.size() == 100000 + note.size());
  CHECK(log.ends_with(note));
  CHECK(result.facts.log_error == "the log ends after 100000 bytes (--log-limit)");
}

TEST_CASE("a log that cannot be written does not stop the attempt") {
  LocalWorld world("a", with_argv({helper("flooder"), "1000000"}));
  world.options.attempt_dir = [](AttemptKey) { return "/proc/nowhere"; };
  const AttemptResult result = world.run("a");
  CHECK(text_of(result.outcome) == "exit 0");
  CHECK(result.facts.output_bytes == 1000000);
  CHECK(result.facts.log.empty());
  CHECK(result.facts.log_error ==
        "cannot make the directory '/proc/nowhere': No such file or directory");
}

TEST_CASE("a log that is cut short says why") {
  LocalWorld world("a", with_argv({helper("flooder"), "1000000"}));
  const AttemptKey key{world.node("a"), 1, 0};
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{4096, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const AttemptResult result = world.run("a");
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(text_of(result.outcome) == "exit 0");
  CHECK(result.facts.log == world.dir(key) + "/out.log");
  CHECK(result.facts.log_error == "cannot write '" + world.dir(key) + "/out.log': File too large");
}

TEST_CASE("the last line is there while the attempt runs") {
  LocalWorld world("a",
                   with_line("printf 'first\\n10%%\\r20%%\\r\\n\\n'; exec " + helper("stubborn")));
  world.make_executor();
  const AttemptKey key{world.node("a"), 1, 0};
  world.executor->start(key, world.values());
  std::string line;
  world.loop.on_batch_end([&] {
    line = world.executor->last_line(key);
    if (line == "ready") world.executor->stop(key, StopWhy::killed);
  });
  world.loop.run();
  CHECK(text_of(world.seen.ended[0].second.outcome) == "signal 9");
  CHECK(world.executor->last_line(key).empty());
}

TEST_CASE("one stop is one SIGTERM, a killing stop is SIGKILL at once") {
  LocalWorld world("a; b", [](Workstream& workstream) {
    workstream.steps[0].action = CommandAction{Command::from_argv({helper("term_counter")})};
    workstream.steps[1].action = CommandAction{Command::from_argv({helper("stubborn")})};
  });
  world.make_executor();
  const AttemptKey counted{world.node("a"), 1, 0};
  const AttemptKey stubborn{world.node("b"), 1, 0};
  world.seen.expected = 2;
  world.executor->start(counted, world.values());
  world.executor->start(stubborn, world.values());
  bool is_counted_stopped = false;
  bool is_stubborn_stopped = false;
  world.loop.on_batch_end([&] {
    if (world.executor->last_line(counted) == "ready" && !std::exchange(is_counted_stopped, true))
      world.executor->stop(counted, StopWhy::timeout);
    if (world.executor->last_line(stubborn) == "ready" &&
        !std::exchange(is_stubborn_stopped, true)) {
      world.executor->stop(stubborn, StopWhy::interrupted);
      world.executor->stop(stubborn, StopWhy::killed);
    }
  });
  world.loop.run();
  CHECK(read_file(world.dir(counted) + "/out.log") == "ready\nTERM=1 INT=0\n");
  CHECK(text_of(world.seen.ended[0].second.outcome) == "signal 9");
  CHECK(text_of(world.seen.ended[1].second.outcome) == "exit 0");
}

TEST_CASE("an interrupted attempt gets one SIGINT and no SIGTERM") {
  LocalWorld world("a", with_argv({helper("term_counter")}));
  world.make_executor();
  const AttemptKey key{world.node("a"), 1, 0};
  world.executor->start(key, world.values());
  bool is_stopped = false;
  world.loop.on_batch_end([&] {
    if (world.executor->last_line(key) == "ready" && !std::exchange(is_stopped, true))
      world.executor->stop(key, StopWhy::interrupted);
  });
  world.loop.run();
  CHECK(read_file(world.dir(key) + "/out.log") == "ready\nTERM=0 INT=1\n");
}

TEST_CASE("nothing survives an attempt, and no descriptor is left") {
  const std::size_t before = open_descriptors();
  {
    LocalWorld world("a; b; c", [](Workstream& workstream) {
      workstream.steps[0].action = CommandAction{Command::from_argv({helper("spawner"), "leave"})};
      workstream.steps[1].action = CommandAction{Command::from_argv({helper("daemoniser")})};
      workstream.steps[2].action =
          CommandAction{Command::from_argv({helper("daemoniser"), "bare"})};
    });
    CHECK(text_of(world.run("a").outcome) == "exit 7");
    CHECK(own_children().empty());
    CHECK(text_of(world.run("b").outcome) == "exit 0");
    CHECK(own_children().empty());
    CHECK(text_of(world.run("c").outcome) == "exit 0");
    CHECK(own_children().empty());
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("an executor that goes takes its attempts with it") {
  const std::size_t before = open_descriptors();
  {
    LocalWorld world("a", with_argv({helper("spawner"), "stay"}));
    world.make_executor();
    world.executor->start({world.node("a"), 1, 0}, world.values());
    world.seen.on_running = [&](AttemptKey) { world.loop.stop(); };
    world.loop.run();
    world.executor.reset();
    CHECK(own_children().empty());
    CHECK(world.seen.ended.empty());
  }
  CHECK(open_descriptors() == before);
}
