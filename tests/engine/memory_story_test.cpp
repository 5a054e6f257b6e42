// Stories of what need not run: a step that an earlier run did (idempotency_key), and one that
// changed nothing.
#include <map>

#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

class ScriptedMemory final : public Memory {
 public:
  [[nodiscard]] Result<std::optional<Remembered>> recall(NodeId /*node*/, std::string_view key,
                                                         WallTime since) const override {
    asked.emplace_back(key);
    asked_since.push_back(since);
    if (error) return *error;
    const auto found = done.find(key);
    if (found == done.end()) return std::optional<Remembered>();
    return std::optional(found->second);
  }
  std::map<std::string, Remembered, std::less<>> done;
  std::optional<Error> error;
  mutable std::vector<std::string> asked;
  mutable std::vector<WallTime> asked_since;
};

std::vector<StepFinished> ends(const Story& story) {
  std::vector<StepFinished> found;
  for (const Event& event : story.recorder.events)
    if (const auto* end = std::get_if<StepFinished>(&event.fact)) found.push_back(*end);
  return found;
}

}  // namespace

TEST_CASE("F64: what an earlier run did is not run again, and its outputs are handed on") {
  const Mini plan = mini("a =key:k =outputs:v; b<-a =key{b-${steps.a.outputs.v}}");
  ScriptedMemory memory;
  memory.done["k"] = {"run-0", {{"v", "7", ""}}};
  Story story(plan.plan());
  story.options.memory = &memory;
  CHECK(story.run() ==
        "0s start b#1\n"
        "1s end b#1 exit 0\n"
        "1s run succeeded, peak 1\n");
  CHECK(memory.asked == std::vector<std::string>{"k", "b-7"});
  CHECK(story.state().outputs(plan["a"])[0].json == "7");
  CHECK(story.state().why(plan["a"]) == "done before in run run-0: same idempotency key");
  CHECK(story.state().restored_from(plan["a"]) == "run-0");
  const auto all = ends(story);
  REQUIRE(all.size() == 2);
  CHECK(all[0].key.empty());  // does not refresh what it rests on
  CHECK(all[0].restored_from == "run-0");
  CHECK(all[1].key == "b-7");
  CHECK(all[1].restored_from.empty());
}

TEST_CASE("its age is counted from now; zero asks for ever") {
  const Mini plan = mini("a =key:k; b<-a =key:l =ttl:5s; c<-b =key:m =ttl:0s");
  ScriptedMemory memory;
  Story story(plan.plan());
  story.options.memory = &memory;
  story.run();
  REQUIRE(memory.asked_since.size() == 3);
  CHECK(memory.asked_since[0] == WallTime(-24h));
  CHECK(memory.asked_since[1] == WallTime(1s - 5s));
  CHECK(memory.asked_since[2] == WallTime::min());
}

TEST_CASE("only what really succeeded, in the last attempt, is kept") {
  const Mini plan = mini("a =key:k =manualtest; b =key:l; c =key:m *2:fixed:1s; d =key:n =nothing");
  ScriptedMemory memory;
  Story story(plan.plan());
  story.options.memory = &memory;
  story.script("b", {.outcome = Exited{1}});
  story.script("c", {.outcome = Exited{1}});
  story.run();
  for (const StepFinished& end : ends(story)) {
    INFO(plan.plan().display_name(end.node));
    CHECK(end.key == (end.node == plan["c"] ? "m" : ""));
  }
}

TEST_CASE("a key without a value, an empty one and a silent store fail the step") {
  const auto told = [](const char* text, const std::optional<Error>& error) {
    const Mini plan = mini(text);
    ScriptedMemory memory;
    memory.error = error;
    Story story(plan.plan());
    story.options.memory = &memory;
    story.script("a", {.outputs = {{"v", "\"\"", ""}}});
    story.run();
    CHECK(story.state_of("b") == StepState::failed);
    CHECK(story.starts() == std::vector<std::string>{"a"});
    return std::string(story.state().why(plan["b"]));
  };
  CHECK(told("a; b<-a =key{${steps.a.outputs.none}}", {})
            .starts_with("its idempotency_key has no value: "));
  CHECK(told("a; b<-a =key{${steps.a.outputs.v}}", {}) ==
        "its idempotency_key is empty: ${steps.a.outputs.v}");
  CHECK(told("a; b<-a =key:k", Error{"disk error", 5}) ==
        "what earlier runs did cannot be read: disk error");
}

TEST_CASE("every item of a fan-out has its own key, also when its text is the same") {
  const Mini plan = mini("a =each:3 =key{k{item}}; b =each:2 =key:k");
  ScriptedMemory memory;
  memory.done["1 k1"] = {"run-0", {}};
  memory.done["0 k"] = {"run-0", {}};
  Story story(plan.plan());
  story.options.memory = &memory;
  story.run();
  CHECK(memory.asked == std::vector<std::string>{"0 k", "1 k", "0 k0", "1 k1", "2 k2"});
  CHECK(story.starts() == std::vector<std::string>{"a[0]", "a[2]", "b[1]"});
}

TEST_CASE("a condition is asked first, and without a memory no key is") {
  const Mini plan = mini("a =key:k ?{false}; b<-a:done =key{${steps.a.outputs.none}}");
  ScriptedMemory memory;
  Story story(plan.plan());
  SECTION("with") {
    story.options.memory = &memory;
    story.run();
    CHECK(memory.asked.empty());
    CHECK(story.state_of("a") == StepState::skipped);
    CHECK(story.state_of("b") == StepState::failed);
  }
  SECTION("without") {
    story.run();
    CHECK(story.state_of("b") == StepState::succeeded);
  }
}

TEST_CASE("a rollback leaves alone what an earlier run did") {
  const Mini plan = mini("@w =saga; a =key:k =undo:0; b<-a =undo:0; c<-b");
  ScriptedMemory memory;
  memory.done["k"] = {"run-0", {}};
  Story story(plan.plan());
  story.options.memory = &memory;
  story.script("c", {.outcome = Exited{1}});
  story.run();
  CHECK(story.state_of("a") == StepState::succeeded);
  CHECK(story.state_of("b") == StepState::compensated);
}

TEST_CASE("a step that changed nothing is skipped: no failure, no tests, its slot is free") {
  const Mini plan = mini("a %1; b<-a; c<-a:done; d");
  Story story(plan.plan());
  story.options.max_workers = 1;
  Scripted unchanged;
  unchanged.facts.is_unchanged = true;
  unchanged.outputs = {{"v", "1", ""}};
  story.script("a", unchanged);
  CHECK(story.run() ==
        "0s start a#1\n"
        "1s end a#1 exit 0\n"
        "1s a skipped: it changed nothing\n"
        "1s b skipped: dependency 'a' skipped\n"
        "1s start c#1\n"
        "2s end c#1 exit 0\n"
        "2s start d#1\n"
        "3s end d#1 exit 0\n"
        "3s run succeeded, peak 1\n");
  CHECK(story.state().outputs(plan["a"]).empty());
  CHECK(story.state().busy() == 3s);
}

TEST_CASE("a step that changed nothing and failed has failed") {
  const Mini plan = mini("a");
  Story story(plan.plan());
  Scripted unchanged;
  unchanged.outcome = Exited{1};
  unchanged.facts.is_unchanged = true;
  story.script("a", unchanged);
  story.run();
  CHECK(story.state_of("a") == StepState::failed);
}
