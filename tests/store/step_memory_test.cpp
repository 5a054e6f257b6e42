// What later runs find of a step with an idempotency_key.
#include "store/step_memory.h"

#include "fixtures.h"
#include "support/catch.h"
#include "support/mini.h"
#include "support/temp_dir.h"

namespace ws {

using namespace std::chrono_literals;
using test::EventStream;
using test::Mini;
using test::mini;
using test::TempDir;

namespace {

std::uint64_t same_hash(const Workstream&, const Step&) { return 77; }
std::uint64_t other_hash(const Workstream&, const Step&) { return 78; }

struct World {
  World() : plan(mini("@ws-a; a; each =each:2")), path(temp.path() / "workstream.db") {}

  // A run in which the node succeeded with that key; `more` is added behind it.
  void run(const std::string& id, const std::string& node, const std::string& key,
           const std::vector<Fact>& more = {}) {
    auto recorder =
        SqliteRecorder::open(path, {}, test::some_context(), describe_nodes(plan.plan(), same_hash),
                             describe_groups(plan.plan(), same_hash));
    REQUIRE(recorder.has_value());
    EventStream stream;
    stream.add(test::started(id));
    stream.add(AttemptStarted{{plan[node], 1, 0}, "x"});
    stream.add(OutputsCollected{plan[node], 1, {{"v", "\"" + id + "\"", ""}}});
    StepFinished end{plan[node], StepState::succeeded, "", false};
    end.key = key;
    stream.add(end);
    for (const Fact& fact : more) stream.add(fact);
    REQUIRE((*recorder)->record(stream.all()).has_value());
  }
  // "RUN VALUE", or "none".
  std::string recalled(const std::string& node, const std::string& key,
                       WallTime since = WallTime::min(), const DefinitionHash& hash = same_hash,
                       const std::string& asking = "new") const {
    const auto memory = StepMemory::open(path, plan.plan(), hash, asking);
    REQUIRE(memory.has_value());
    const auto found = memory->recall(plan[node], key, since);
    INFO((found ? "" : found.error().message));
    REQUIRE(found.has_value());
    if (!*found) return "none";
    std::string text = (*found)->run_id;
    for (const NamedValue& value : (*found)->outputs) text += " " + value.json + value.file;
    return text;
  }

  TempDir temp;
  Mini plan;
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("the newest success with the same key and definition is found, with its outputs") {
  World world;
  world.run("one", "a", "k");
  CHECK(world.recalled("a", "k") == "one \"one\"");
  world.run("two", "a", "k");
  CHECK(world.recalled("a", "k") == "two \"two\"");
  CHECK(world.recalled("a", "other") == "none");
  CHECK(world.recalled("a", "k", WallTime::min(), other_hash) == "none");
  CHECK(world.recalled("each[0]", "k") == "none");
  CHECK(world.recalled("a", "k", WallTime::min(), same_hash, "two") == "none");
}

TEST_CASE("a success that is too old does not count") {
  World world;
  world.run("one", "a", "k");
  const WallTime done = test::start_of_time() + 3s;
  CHECK(world.recalled("a", "k", done) == "one \"one\"");
  CHECK(world.recalled("a", "k", done + 1us) == "none");
}

TEST_CASE("a success without a key is not remembered, and one that was undone is forgotten") {
  World world;
  world.run("one", "a", "");
  CHECK(world.recalled("a", "") == "none");
  world.run("two", "a", "k",
            {CompensationFinished{world.plan["a"], AttemptKey::kCompensation, false, "exit 1"}});
  CHECK(world.recalled("a", "k") == "two \"two\"");
  world.run("three", "a", "k",
            {CompensationFinished{world.plan["a"], AttemptKey::kCompensation, true, ""}});
  CHECK(world.recalled("a", "k") == "none");
}

TEST_CASE("an item is found wherever it stands in the list") {
  World world;
  world.run("one", "each[1]", "\"x\" k");
  CHECK(world.recalled("each[0]", "\"x\" k") == "one \"one\"");
  CHECK(world.recalled("each[1]", "\"y\" k") == "none");
}

TEST_CASE("a success whose output file is gone does not count") {
  World world;
  const std::string file = world.temp.write("value.bin", "x").string();
  world.run("one", "a", "k", {OutputsCollected{world.plan["a"], 1, {{"big", "", file}}}});
  CHECK(world.recalled("a", "k") == "one " + file + " \"one\"");
  std::filesystem::remove(file);
  CHECK(world.recalled("a", "k") == "none");
}

TEST_CASE("a success whose output held a secret does not count") {
  World world;
  NamedValue hidden{"token", "\"***\"", ""};
  hidden.is_masked = true;
  world.run("one", "a", "k");
  CHECK(world.recalled("a", "k") == "one \"one\"");
  world.run("two", "a", "k", {OutputsCollected{world.plan["a"], 1, {hidden}}});
  CHECK(world.recalled("a", "k") == "none");
}

}  // namespace ws
