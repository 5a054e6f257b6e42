// What every executor promises the engine, whatever it runs attempts with. Each executor's test
// calls check_executor_contract() with a way to make one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "executors/executor_fixture.h"
#include "platform/child_fixture.h"
#include "support/catch.h"

namespace ws::test {

using MakeExecutor = std::function<std::unique_ptr<Executor>(LocalWorld&)>;

inline void check_executor_contract(const MakeExecutor& make) {
  const auto edit = [](Workstream& workstream) {
    workstream.steps[0].action = CommandAction{Command::from_argv({helper("exit_with"), "0"})};
    workstream.steps[1].action = NoAction{};
    workstream.steps[2].action = CommandAction{Command::from_line("exit 0 # through the shell")};
  };
  LocalWorld world("a %2; b; c", edit);
  for (AcceptanceTest& test :
       world.workset.workstreams.front().steps[0].edit_details().acceptance_tests)
    test.command = Command::from_argv({helper("exit_with"), "0"});
  const std::unique_ptr<Executor> executor = make(world);

  const std::vector<AttemptKey> keys = {{world.node("a"), 1, 0}, {world.node("a"), 1, 1},
                                        {world.node("a"), 1, 2}, {world.node("a"), 2, 0},
                                        {world.node("b"), 1, 0}, {world.node("c"), 1, 0}};

  SECTION("an end follows every start, once, never from inside it") {
    world.seen.expected = keys.size();
    for (const AttemptKey& key : keys) {
      executor->start(key, world.values());
      CHECK(world.seen.ended.empty());
      CHECK(world.seen.running.empty());
    }
    world.loop.run();
    std::vector<AttemptKey> ended;
    for (const auto& [key, result] : world.seen.ended) {
      ended.push_back(key);
      CHECK(text_of(result.outcome) == "exit 0");
    }
    std::sort(ended.begin(), ended.end());
    std::vector<AttemptKey> expected = keys;
    std::sort(expected.begin(), expected.end());
    CHECK(ended == expected);
  }
  SECTION("an end follows a stop too, and a stop of what has ended is nothing") {
    executor->start(keys[0], world.values());
    executor->start(keys[4], world.values());
    world.seen.expected = 2;
    executor->stop(keys[0], StopWhy::interrupted);
    executor->stop(keys[4], StopWhy::interrupted);
    executor->stop(keys[0], StopWhy::killed);
    executor->stop(keys[4], StopWhy::killed);
    CHECK(world.seen.ended.empty());
    world.loop.run();
    executor->stop(keys[0], StopWhy::killed);
    CHECK(world.seen.ended.size() == 2);
  }
  SECTION("the command is said as a person would type it") {
    CHECK(executor->command_text(keys[0], world.values()) == helper("exit_with") + " 0");
    CHECK(executor->command_text(keys[1], world.values()) == helper("exit_with") + " 0");
    CHECK(executor->command_text(keys[4], world.values()).empty());
    CHECK(executor->command_text(keys[5], world.values()) == "exit 0 # through the shell");
  }
  SECTION("an executor may go while ends are on the way") {
    for (const AttemptKey& key : keys) executor->start(key, world.values());
  }
}

}  // namespace ws::test
