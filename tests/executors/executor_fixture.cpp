#include "executors/executor_fixture.h"

#include <unistd.h>

#include <fmt/format.h>

#include "platform/process_setup.h"
#include "support/catch.h"

namespace ws::test {

std::string text_of(const Outcome& outcome) {
  if (const auto* exited = std::get_if<Exited>(&outcome))
    return fmt::format("exit {}", exited->code);
  if (const auto* signaled = std::get_if<Signaled>(&outcome))
    return fmt::format("signal {}", signaled->signal);
  if (const auto* failed = std::get_if<SpawnFailed>(&outcome))
    return "not started: " + failed->error;
  return "something else";
}

LocalWorld::LocalWorld(const std::string& text, const std::function<void(Workstream&)>& edit)
    : workset(mini_workset(text)) {
  REQUIRE(prepare_this_process().has_value());
  if (edit) edit(workset.workstreams.front());
  Diagnostics diagnostics;
  plan = lower(workset, {}, diagnostics);
  REQUIRE(plan.has_value());
  options.run_id = "run-1";
  options.start_dir = temp.path();
  options.state_dir = "state";
  options.attempt_dir = [this](AttemptKey key) { return dir(key); };
  options.run_dir = [this](NodeId id) { return "state/" + plan->workstream_of(id).id + "/run-1"; };
  options.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/"}};
}

void LocalWorld::make_executor() {
  executor = std::make_unique<LocalExecutor>(*plan, tools, loop, options);
  executor->report_to(seen);
}

NodeId LocalWorld::node(const std::string& name) const {
  for (std::size_t i = 0; i < plan->node_count(); ++i)
    if (plan->short_name(NodeId(i)) == name) return NodeId(i);
  FAIL("no node " << name);
  return {};
}

std::string LocalWorld::dir(AttemptKey key) const {
  return fmt::format("{}/state/{}/run-1/steps/{}/{}", temp.path().string(),
                     plan->workstream_of(key.node).id, plan->short_name(key.node), key.attempt);
}

const RunValues& LocalWorld::values() {
  if (!values_if_any) {
    state = std::make_unique<RunState>(*plan);
    values_if_any = std::make_unique<RunValues>(*state, inputs);
  }
  return *values_if_any;
}

AttemptResult LocalWorld::run(AttemptKey key) {
  if (!executor) make_executor();
  seen.expected = seen.ended.size() + 1;
  executor->start(key, values());
  loop.run();
  REQUIRE(seen.ended.size() == seen.expected);
  CHECK(seen.ended.back().first == key);
  return seen.ended.back().second;
}

std::function<void(Workstream&)> with_command(Command command) {
  return [command = std::move(command)](Workstream& workstream) {
    workstream.steps.front().action = CommandAction{command};
  };
}

std::function<void(Workstream&)> with_argv(std::vector<std::string> argv) {
  return with_command(Command::from_argv(std::move(argv)));
}

std::function<void(Workstream&)> with_line(std::string line) {
  return with_command(Command::from_line(std::move(line)));
}

}  // namespace ws::test
