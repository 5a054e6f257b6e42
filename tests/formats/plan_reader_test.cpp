#include <chrono>

#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using test::load_json;
using Strings = std::vector<std::string>;

std::string plan(const std::string& steps, const std::string& globals = "{}") {
  return R"({"plan_id": "P-1", "version": "1.0", "globals": )" + globals + R"(, "steps": [)" +
         steps + "]}";
}

TEST_CASE("a plan and its defaults") {
  const auto loaded = load_json(plan(
      R"({"id": "a", "name": "A", "command": "make", "args": ["-j", 2], "ui_hints": {"x": 1}},
         {"id": "b", "name": "B", "command": "echo", "args": ["$HOME", "a b"], "shell": true,
          "cwd": "sub", "env": {"K": "v"}, "depends_on": ["a"], "timeout_sec": 5, "retries": 2,
          "retry_delay_sec": 1.5, "critical": false, "condition": null, "on_failure": "continue",
          "something": "else"})"));
  INFO(loaded.text());
  CHECK(loaded.diagnostics.items().empty());
  const Workstream& ws = loaded.only();
  CHECK(ws.id == "P-1");
  CHECK(ws.version == "1.0");
  CHECK(ws.execution.max_workers == 1U);
  CHECK(ws.execution.timeout_per_step == 1800s);
  const Step& a = loaded.step("a");
  CHECK(std::get<CommandAction>(a.action).command.argv == Strings{"make", "-j", "2"});
  CHECK(a.on_failure == OnFailure::abort);
  CHECK(a.is_critical);
  CHECK(a.details().working_dir.empty());
  const Step& b = loaded.step("b");
  CHECK(std::get<CommandAction>(b.action).command.argv == Strings{"echo $HOME a b"});
  CHECK(std::get<CommandAction>(b.action).command.through_shell);
  CHECK(b.details().working_dir == "sub");
  CHECK(b.timeout == 5s);
  CHECK(b.on_failure == OnFailure::carry_on);
  CHECK_FALSE(b.is_critical);
  REQUIRE(b.details().retry);
  CHECK(b.details().retry->attempts == 3);
  CHECK(b.details().retry->initial_delay == 1500ms);
  CHECK(loaded.deferred() == Strings{});
}

TEST_CASE("globals") {
  const auto loaded =
      load_json(plan(R"({"id": "a", "name": "A", "command": "x", "args": []})",
                     R"({"max_concurrency": 4, "default_timeout_sec": 60, "default_retries": 1,
               "env": {"A": "1"}})"));
  CHECK(loaded.only().execution.max_workers == 4U);
  CHECK(loaded.only().execution.timeout_per_step == 60s);
  CHECK(loaded.only().env == Environment{{"A", "1"}});
  CHECK(loaded.step("a").details().retry->attempts == 2);
  CHECK(loaded.deferred() == Strings{});
}

TEST_CASE("variables are replaced as text, unknown ones left alone") {
  LoadOptions options = test::with_env({{"DIR", "/data"}, {"N", "7"}});
  options.vars = {{"DIR", "/mine"}};
  const auto loaded =
      load_json(plan(R"({"id": "a", "name": "A", "command": "${DIR}/run", "timeout_sec": "${N}",
               "args": ["${UNKNOWN}", "x${N}y${DIR}", "${env.N}", "${", "${N"]})"),
                options);
  INFO(loaded.text());
  CHECK(std::get<CommandAction>(loaded.step("a").action).command.argv ==
        Strings{"/mine/run", "${UNKNOWN}", "x7y/mine", "${env.N}", "${", "${N"});
  CHECK(loaded.step("a").timeout == 7s);
  CHECK(unused_vars(options, loaded.workset).empty());
}

TEST_CASE("what a plan must have") {
  CHECK(load_json(R"({"plan_id": "P"})").errors() ==
        Strings{"missing-key", "missing-key", "missing-key"});
  CHECK(load_json(plan(R"({"id": "a"})")).errors() ==
        Strings{"missing-key", "missing-key", "missing-key"});
  CHECK(load_json(plan(R"({"id": "a", "name": "A", "command": "x", "args": [], "retries": -1})"))
            .errors() == Strings{"out-of-range"});
  CHECK(load_json(plan(R"({"id": "a", "name": "A", "command": "x", "args": [],
                           "on_failure": "explode"})"))
            .errors() == Strings{"bad-value"});
  CHECK(load_json(plan(R"({"id": "a", "name": "A", "command": "x", "args": "y"})")).errors() ==
        Strings{"wrong-type"});
}

}  // namespace
}  // namespace ws
