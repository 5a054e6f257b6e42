// What changes the definition hash of a step, and what does not.
#include "model/definition.h"

#include <functional>
#include <set>

#include "support/catch.h"

using namespace ws;
using namespace std::chrono_literals;

namespace {

struct Pair {
  Workstream workstream;
  Step step;

  Pair() {
    workstream.id = std::string("w");
    step.id = std::string("s");
    step.action = CommandAction{Command::from_argv({"make", "all"})};
  }
  [[nodiscard]] std::uint64_t hash() const { return definition_hash(workstream, step); }
};

std::uint64_t after(const std::function<void(Pair&)>& change) {
  Pair pair;
  change(pair);
  return pair.hash();
}

}  // namespace

TEST_CASE("the definition hash is stable across versions") {
  CHECK(Pair().hash() == 0xaa47dd1be7a16d7bU);
}

TEST_CASE("everything that changes what a step does changes the hash") {
  std::set<std::uint64_t> seen = {Pair().hash()};
  const auto differs = [&](const std::function<void(Pair&)>& change) {
    CHECK(seen.insert(after(change)).second);
  };
  const auto act = [&](const Action& action) { differs([&](Pair& p) { p.step.action = action; }); };
  act(NoAction{});
  act(ManualAction{"make"});
  act(CommandAction{Command::from_argv({"make", "al", "l"})});
  act(CommandAction{Command::from_argv({"makeall"})});
  act(CommandAction{Command{{"make all"}, true}});
  act(CommandAction{Command{{"make all"}, false}});
  act(ScriptAction{"make", {}});
  act(ScriptAction{"make", Command::from_argv({"bash"})});
  act(ScriptAction{"make", Command::from_argv({"run"}), {}, "ws-a"});
  act(ScriptAction{"make", Command::from_argv({"run"}), {}, "ws-b"});
  act(ToolAction{"ai", {}, {"make"}});
  act(ToolAction{"ai", {}, {"make", ""}});
  act(ToolAction{"aider", {}, {"make"}});
  act(WaitAction{5s, "", ""});
  act(WaitAction{{}, "", "event"});
  differs([](Pair& p) { p.workstream.env = {{"A", "1"}}; });
  differs([](Pair& p) { p.step.edit_details().env = {{"A", "1"}}; });
  differs([](Pair& p) { p.step.edit_details().env = {{"A1", ""}}; });
  differs([](Pair& p) { p.step.edit_details().working_dir = "src"; });
  differs([](Pair& p) { p.step.edit_details().stdin_file = "src"; });
  differs([](Pair& p) { p.step.edit_details().stdin_text = ""; });
  differs([](Pair& p) { p.step.edit_details().stdin_text = std::string("x"); });
  differs([](Pair& p) { p.step.edit_details().success.exit_codes = {0, 1}; });
  differs([](Pair& p) { p.step.edit_details().success.exit_codes = {0}; });
  differs([](Pair& p) { p.step.edit_details().success.require_output = {"x"}; });
  differs([](Pair& p) { p.step.edit_details().success.fail_on_output = {"x"}; });
  differs([](Pair& p) { p.step.edit_details().success.files = {"x"}; });
  differs([](Pair& p) { p.step.edit_details().success.no_change = "fail"; });
  differs([](Pair& p) { p.step.edit_details().outputs = {{"v", "stdout"}}; });
  differs([](Pair& p) { p.step.edit_details().for_each.emplace().text = "[1]"; });
  differs([](Pair& p) {
    p.step.edit_details().acceptance_tests.emplace_back().command = Command::from_argv({"true"});
  });
  differs([](Pair& p) {
    AcceptanceTest& test = p.step.edit_details().acceptance_tests.emplace_back();
    test.text = "looks good";
    test.manual_reason = "prose";
  });
}

TEST_CASE("what only says when, how long or for whom does not") {
  const std::uint64_t before = Pair().hash();
  CHECK(after([](Pair& p) { p.step.id = std::string("t"); }) == before);
  CHECK(after([](Pair& p) { p.workstream.id = std::string("v"); }) == before);
  CHECK(after([](Pair& p) { p.step.place.offset = 9; }) == before);
  CHECK(after([](Pair& p) { p.step.depends_on.push_back({"x", {}, {}}); }) == before);
  CHECK(after([](Pair& p) { p.step.timeout = 5s; }) == before);
  CHECK(after([](Pair& p) { p.step.priority = 5; }) == before);
  CHECK(after([](Pair& p) { p.step.on_failure = OnFailure::abort; }) == before);
  CHECK(after([](Pair& p) { p.step.edit_details().description = std::string("x"); }) == before);
  CHECK(after([](Pair& p) { p.step.edit_details().tags = {"x"}; }) == before);
  CHECK(after([](Pair& p) { p.step.edit_details().files_scope = {{"src", {}}}; }) == before);
  CHECK(after([](Pair& p) { p.step.edit_details().retry.emplace(); }) == before);
  CHECK(after([](Pair& p) { p.step.edit_details().when = std::string("x"); }) == before);
}

TEST_CASE("files count where a tool is given them") {
  const auto tool = [](Pair& p) { p.step.action = ToolAction{"ai", {}, {}}; };
  const std::uint64_t before = after(tool);
  CHECK(after([&](Pair& p) {
          tool(p);
          p.workstream.files_scope = {{"src", {}}};
        }) != before);
  CHECK(after([&](Pair& p) {
          tool(p);
          p.step.edit_details().files_create = {"src"};
        }) != before);
}

TEST_CASE("how this program is called for a run inside a run does not count") {
  const auto called_with = [](const std::vector<std::string>& words) {
    return after([&](Pair& p) {
      p.step.action = ScriptAction{"{}", Command::from_argv(words), {}, "ws-called"};
    });
  };
  CHECK(called_with({"run", "--mask", "A"}) == called_with({"run"}));
}
