// The fold of what was stored is the state the engine had: over random graphs, outcomes, stops and
// ways to cut the events into transactions. And the tables agree with it.
#include <fmt/format.h>

#include "fixtures.h"
#include "model/definition.h"
#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"
#include "support/temp_dir.h"

namespace ws {

using test::dump;
using test::Random;
using test::Story;
using test::TempDir;

namespace {

std::uint64_t below(Random& random, std::uint64_t limit) { return random() % limit; }

// Two workstreams of random steps, the second after the first.
std::string random_graph(Random& random) {
  std::string text;
  for (int w = 0; w < 2; ++w) {
    text += w == 0 ? "@w0" : "; @w1 <- w0:done";
    const std::uint64_t steps = 1 + below(random, 7);
    for (std::uint64_t i = 0; i < steps; ++i) {
      text += fmt::format("; s{}", i);
      std::string needs;
      for (std::uint64_t k = 0; k < i; ++k) {
        if (below(random, 3) != 0) continue;
        const char* on[] = {"", ":done", ":failure"};
        needs += fmt::format(" s{}{}", k, on[below(random, 3)]);
      }
      if (!needs.empty()) text += " <-" + needs;
      const std::vector<std::string> extras = {"",          "",
                                               " %2",       " =continue",
                                               " =abort",   " =noncritical",
                                               " =nothing", " =manualtest",
                                               " =manual"};
      text += extras[below(random, extras.size())];
    }
  }
  return text;
}

void random_script(Random& random, Plan& plan, Story& story) {
  const std::vector<Outcome> outcomes = {Exited{0},
                                         Exited{0},
                                         Exited{0},
                                         Exited{1},
                                         Signaled{9, false},
                                         Lost{"gone\xff"},
                                         SpawnFailed{"no\0such"}};
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    for (std::uint32_t part = 0; part < 3; ++part) {
      test::Scripted how;
      how.lasts = std::chrono::microseconds(1 + below(random, 5000000));
      how.outcome = outcomes[below(random, outcomes.size())];
      how.facts.output_bytes = below(random, 100);
      how.facts.log = below(random, 2) == 0 ? "" : test::random_text(random);
      story.script(plan.display_name(NodeId(i)), how, 1, part);
    }
  }
  story.options.max_workers = static_cast<std::uint32_t>(1 + below(random, 3));
  story.options.is_fail_fast = below(random, 4) == 0;
  if (below(random, 3) == 0) {
    story.at(std::chrono::microseconds(below(random, 6000000)),
             [](Engine& engine) { engine.request_stop(StopWhy::interrupted); });
  }
}

std::string show(const RunState& state) {
  std::string text = dump(Fact(state.header()));
  const RunState::Counts& c = state.counts();
  text += fmt::format("\n{} {} {} {} {} {} {} {} {} {} {}\n", c.total, c.waiting, c.ready,
                      c.running, c.succeeded, c.unverified, c.failed, c.timed_out, c.cancelled,
                      c.skipped, c.accepted);
  text += fmt::format("{} {} {} {} {} {} {} {} {}\n", name(state.status()),
                      state.stop() ? name(*state.stop()) : "none", state.stop_cause().value,
                      state.duration().count(), state.last_event().count(), state.peak(),
                      state.first_failure().value, state.has_failed(), state.busy().count());
  for (const AttemptState& a : state.running()) {
    text += fmt::format("running {}#{}.{} {} {}\n", a.key.node.value, a.key.attempt, a.key.part,
                        a.pid, a.stopping ? name(*a.stopping) : "");
  }
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId id(i);
    const NodeRecord& node = state.node(id);
    text += fmt::format("{}: {} {} {} {} {} {} {} {} '{}'\n", i, name(node.state), node.attempts,
                        node.unmet, node.ready.count(), node.started.count(), node.ended.count(),
                        node.is_accepted, node.cause.value, state.why(id));
    for (const AcceptanceFinished& f : state.tests(id)) text += "  " + dump(Fact(f)) + "\n";
    for (const AttemptFinished& f : state.attempts(id)) text += "  " + dump(Fact(f)) + "\n";
  }
  return text;
}

// What the steps table must say about a state that cannot tell waiting from ready.
void check_tables(RunStore& store, const RunState& state) {
  const auto steps = store.steps(1);
  REQUIRE(steps.has_value());
  CHECK(steps->size() == state.counts().total);
  for (const StepRow& row : *steps) {
    const NodeRecord& node = state.node(row.node);
    const StepState expected = node.state == StepState::ready ? StepState::waiting : node.state;
    CHECK(row.state == expected);
    CHECK(row.attempts == node.attempts);
    CHECK(row.is_accepted == node.is_accepted);
    CHECK(row.cause == node.cause);
    CHECK(row.why == state.why(row.node));
    if (row.started) CHECK(*row.started == node.started);
    if (row.ended) CHECK(*row.ended == node.ended);
    CHECK(row.ended.has_value() == is_settled(node.state));
  }
  const auto runs = store.runs();
  REQUIRE(runs.has_value());
  const RunRow& run = runs->front();
  CHECK(run.status == state.status());
  CHECK(run.stop == state.stop());
  CHECK(run.stop_cause == state.stop_cause());
  const RunState::Counts& c = state.counts();
  CHECK(run.counts.total == c.total);
  CHECK(run.counts.waiting == c.waiting + c.ready);
  CHECK(run.counts.running == c.running);
  CHECK(run.counts.succeeded == c.succeeded);
  CHECK(run.counts.unverified == c.unverified);
  CHECK(run.counts.failed == c.failed);
  CHECK(run.counts.timed_out == c.timed_out);
  CHECK(run.counts.cancelled == c.cancelled);
  CHECK(run.counts.skipped == c.skipped);
  CHECK(run.counts.accepted == c.accepted);
  if (run.ended) CHECK(run.peak == state.peak());
}

std::unique_ptr<SqliteRecorder> recorder_for(Plan& plan, const std::filesystem::path& path) {
  auto recorder =
      SqliteRecorder::open(path, {}, test::some_context(), describe_nodes(plan, definition_hash),
                           describe_groups(plan, definition_hash));
  REQUIRE(recorder.has_value());
  return std::move(*recorder);
}

}  // namespace

TEST_CASE("the fold of the stored events is the live state, at every transaction") {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    Random random(seed);
    const std::string graph = random_graph(random);
    INFO("seed " << seed << ": " << graph);
    const test::Mini mini(graph);
    Plan& plan = mini.plan();
    Story story(plan);
    random_script(random, plan, story);
    story.run();

    const TempDir temp;
    const auto recorder = recorder_for(plan, temp.path() / "workstream.db");
    std::optional<RunStore> store;
    RunState live(plan);
    std::span<const Event> rest = story.recorder.events;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + below(random, 12));
      for (const Event& event : rest.first(size)) live.apply(event);
      const auto done = recorder->record(rest.first(size));
      INFO((done ? "" : done.error().message));
      REQUIRE(done.has_value());
      rest = rest.subspan(size);
      if (!store) store = test::store_at(temp.path() / "workstream.db");
      Plan own = plan;
      const auto folded = store->replay(1, own);
      INFO((folded ? "" : folded.error().message));
      REQUIRE(folded.has_value());
      REQUIRE(show(*folded) == show(live));
      check_tables(*store, live);
    }
    CHECK(show(live) == show(story.state()));
  }
}

TEST_CASE("the nodes of a plan are described with names, kinds and hashes") {
  const test::Mini mini("a; b <- a");
  const auto nodes = describe_nodes(mini.plan(), definition_hash);
  REQUIRE(nodes.size() == mini.plan().node_count());
  const NodeDescription& a = nodes[mini["a"].index()];
  CHECK(a.workstream == "w");
  CHECK(a.step == "a");
  CHECK(a.kind == NodeKind::step);
  const Workstream& workstream = mini.plan().workset().workstreams[0];
  CHECK(a.definition == definition_hash(workstream, workstream.steps[0]));
  CHECK(nodes[mini["begin"].index()].kind == NodeKind::begin);
  CHECK(nodes[mini["begin"].index()].step.empty());
}

TEST_CASE("a run is replayed only into the plan it had") {
  const test::Mini mini("a; b <- a");
  Story story(mini.plan());
  story.run();
  const TempDir temp;
  const auto path = temp.path() / "workstream.db";
  REQUIRE(recorder_for(mini.plan(), path)->record(story.recorder.events).has_value());
  RunStore store = test::store_at(path);
  const auto refusal = [&](const char* text) -> std::string {
    const test::Mini other(text);
    Plan plan = other.plan();
    const auto replayed = store.replay(1, plan);
    return replayed.has_error() ? replayed.error().message : "";
  };
  CHECK(refusal("a; b <- a").empty());
  CHECK(refusal("a; c <- a").find("cannot replay: the run had another plan: its node ") == 0);
  CHECK(refusal("a; c <- a").find(" is not 'c' of 'w'") != std::string::npos);
  CHECK(refusal("a").find("cannot replay: the run had another plan: ") == 0);
  CHECK(refusal("a; b; c").find("cannot replay: the run had another plan: ") == 0);
}

TEST_CASE("events that point out of the plan are refused, not folded") {
  const test::Mini mini("a");
  Story story(mini.plan());
  story.run();
  const auto refusal = [&](const std::string& change) -> std::string {
    const TempDir temp;
    const auto path = temp.path() / "workstream.db";
    REQUIRE(recorder_for(mini.plan(), path)->record(story.recorder.events).has_value());
    test::sql(path, change);
    Plan plan = mini.plan();
    const auto replayed = test::store_at(path).replay(1, plan);
    return replayed.has_error() ? replayed.error().message : "";
  };
  CHECK(refusal("SELECT 1").empty());
  CHECK(refusal("UPDATE events SET node = 77 WHERE seq = 2") ==
        "cannot replay: event 2 is about a node that is not in the plan");
  CHECK(refusal("UPDATE events SET node = NULL WHERE seq = 2") ==
        "cannot replay: event 2 is about a node that is not in the plan");
  CHECK(refusal("UPDATE events SET body = '{\"group\":9}' WHERE type = 'group_joined'")
            .find("about a node that is not in the plan") != std::string::npos);
  CHECK(refusal("DELETE FROM events WHERE seq = 3") == "cannot replay: event 3 is missing");
}

}  // namespace ws
