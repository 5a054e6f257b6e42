// Every first wish to stop, every second one, in every state a run can be in: nothing starts after
// the first, each attempt is asked once, the second kills, and the run is never a success.
#include <map>

#include "support/catch.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration kFirst = 5s;
constexpr Duration kSecond = 6s;
constexpr Duration kGrace = 30s;  // what every step takes to end once it is asked

// Counts what each attempt was sent.
class CountingStory final : public Story {
 public:
  using Story::Story;
  void stop(AttemptKey key, StopWhy why) override {
    ++(why == StopWhy::killed ? kills : asks)[key];
    Story::stop(key, why);
  }
  std::map<AttemptKey, int> asks, kills;
};

struct State {
  const char* name;
  const char* plan;
  void (*prepare)(Story& story);
  bool has_running = true;  // something is there to be asked
  bool is_rolling_back = false;
};

const State kStates[] = {
    {"waiting for a slot", "a; b; c",
     [](Story& story) {
       story.options.max_workers = 1;
       story.script("a", {.lasts = 600s, .dies_after = kGrace});
     }},
    {"waiting for the start gap", "a; b", [](Story& story) { story.options.start_gap = 60s; },
     false},
    {"a wait step", "a =wait:600s; b<-a", [](Story& story) { story.script("a", {.lasts = 600s}); }},
    {"waiting for what a condition needs", "a; b<-a:done ?{steps.a.state == 'cancelled'}",
     [](Story& story) { story.script("a", {.lasts = 600s, .dies_after = kGrace}); }},
    {"starting", "a; b<-a; c<-b", [](Story& story) { story.script("a", {.lasts = kFirst}); },
     false},
    {"running", "a; b<-a; c<-a:done",
     [](Story& story) { story.script("a", {.lasts = 600s, .dies_after = kGrace}); }},
    {"stopping", "bad =abort; a; b<-a",
     [](Story& story) {
       story.script("bad", {.outcome = Exited{1}});
       story.script("a", {.lasts = 600s, .dies_after = kGrace});
     }},
    {"stopping members of a group", "bad; a; (g: bad a) =fail_fast; b<-g:done",
     [](Story& story) {
       story.script("bad", {.outcome = Exited{1}});
       story.script("a", {.lasts = 600s, .dies_after = kGrace});
     }},
    {"backing off", "a *3:fixed:600s; b<-a",
     [](Story& story) { story.script("a", {.outcome = Exited{1}}); }, false},
    {"between two rounds", "a; (g: a) =repeat:3 *3:fixed:600s",
     [](Story& story) { story.script("a", {.outcome = Exited{1}}); }, false},
    {"testing", "a %2; b<-a",
     [](Story& story) { story.script("a", {.lasts = 600s, .dies_after = kGrace}, 1, 1); }},
    {"paused", "a; b<-a",
     [](Story& story) {
       story.at(0s, [](Engine& engine) { engine.request_pause(Duration::zero(), "for a while"); });
     },
     false},
    {"draining", "a; b; c<-a",
     [](Story& story) {
       story.script("b", {.lasts = 600s, .dies_after = kGrace});
       story.at(0s, [](Engine& engine) { engine.request_drain("for good"); });
     }},
    {"rolling back", "@w =saga; a =undo; b =undo<-a; bad<-b",
     [](Story& story) {
       story.script("bad", {.outcome = Exited{1}});
       story.script("b", {.lasts = 600s, .dies_after = kGrace}, 1, AttemptKey::kCompensation);
     },
     true, true},
};

constexpr StopWhy kWishes[] = {StopWhy::interrupted, StopWhy::terminated, StopWhy::hang_up,
                               StopWhy::cancelled};

struct Ended {
  Duration at{};
  int starts_after = 0;  // of steps' commands and tests, after the first wish
};

Ended read(const CountingStory& story) {
  Ended ended;
  for (const Event& event : story.recorder.events) {
    const auto* started = std::get_if<AttemptStarted>(&event.fact);
    if (started != nullptr && event.at >= kFirst && !started->key.is_compensation())
      ++ended.starts_after;
    if (std::holds_alternative<RunFinished>(event.fact)) ended.at = event.at;
  }
  return ended;
}

void check(const State& state, StopWhy first, std::optional<StopWhy> second) {
  const Mini plan = mini(state.plan);
  CountingStory story(plan.plan());
  state.prepare(story);
  story.at(kFirst, [first](Engine& engine) { engine.request_stop(first); });
  if (second) story.at(kSecond, [why = *second](Engine& engine) { engine.request_stop(why); });
  story.run();

  const Ended ended = read(story);
  CHECK(ended.starts_after == 0);
  CHECK(story.state().stop() == first);
  for (const auto& [key, count] : story.asks) CHECK(count == 1);
  for (const auto& [key, count] : story.kills) CHECK(count == 1);
  if (state.is_rolling_back) {
    CHECK(story.state().status() ==
          (second ? RunStatus::partially_rolled_back : RunStatus::rolled_back));
    CHECK(ended.at == (second ? kSecond : 604s));
    CHECK(story.asks.empty());
    return;
  }
  CHECK(story.state().status() == RunStatus::cancelled);
  CHECK(ended.at <= (second ? kSecond : kFirst + kGrace));
  CHECK(story.asks.size() == (state.has_running ? 1U : 0U));
}

}  // namespace

TEST_CASE("F100: every first and second wish to stop, in every state") {
  for (const State& state : kStates) {
    for (const StopWhy first : kWishes) {
      INFO(state.name << ", first " << name(first));
      SECTION("none") { check(state, first, std::nullopt); }
      SECTION("another") {
        for (const StopWhy second : kWishes) {
          INFO("second " << name(second));
          check(state, first, second);
        }
      }
    }
  }
}

TEST_CASE("QUIT kills at once in every state") {
  for (const State& state : kStates) {
    INFO(state.name);
    const Mini plan = mini(state.plan);
    CountingStory story(plan.plan());
    state.prepare(story);
    story.at(kFirst, [](Engine& engine) {
      engine.request_stop(StopWhy::quit);
      engine.request_stop(StopWhy::quit);
    });
    story.run();
    const Ended ended = read(story);
    CHECK(ended.starts_after == 0);
    CHECK(ended.at == kFirst);
    CHECK(story.state().stop() == StopWhy::quit);
  }
}

TEST_CASE("the limit holds after a failure and with long-lived steps; back-off frees the slot") {
  // Long ones hold two of three slots, what fails and is tried again goes through the third. That
  // no more than three run at once is checked by every story.
  const Mini plan = mini("l; m; a *9:fixed:5s; b *9:fixed:5s; c; d; e");
  Story story(plan.plan());
  story.options.max_workers = 3;
  story.script("l", {.lasts = 600s});
  story.script("m", {.lasts = 600s});
  for (const char* step : {"a", "b"}) {
    story.script(step, {.outcome = Exited{1}}, 1);
    story.script(step, {.outcome = Exited{1}}, 2);
  }
  story.run();
  // The others ran while a and b backed off.
  CHECK(story.starts() ==
        std::vector<std::string>{"l", "m", "a", "b", "c", "d", "e", "a", "b", "a", "b"});
  CHECK(story.state().peak() == 3);
  CHECK(story.state().status() == RunStatus::succeeded);
}
