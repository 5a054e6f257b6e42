// Stories of runs that go on with earlier ones and undo what those did: in which order, and what
// stands of a failure that somebody had begun to handle.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "support/catch.h"
#include "support/left_by.h"
#include "support/mini.h"
#include "support/story.h"

using namespace ws;
using namespace ws::test;
using namespace std::chrono_literals;

namespace {

using Starts = std::vector<std::string>;

// Runs of one workstream, each of which goes on with all before it.
class Chain {
 public:
  explicit Chain(std::string text) : text_(std::move(text)) {}

  // The steps that fail, and how long some take; of the runs to come.
  Chain& fails(const std::string& step) {
    script_[step].outcome = Exited{1};
    return *this;
  }
  Chain& succeeds(const std::string& step) {
    script_[step].outcome = Exited{0};
    return *this;
  }
  Chain& takes(const std::string& step, Duration how_long) {
    script_[step].lasts = how_long;
    return *this;
  }

  // Until the scheduler is killed at that moment, or to its end. What it started.
  Starts run(std::optional<Duration> dies = {}) {
    begin();
    Story& story = *runs_.back().story;
    if (dies)
      story.at(*dies, [&story](Engine&) { story.recorder.dies_before = story.recorder.calls; });
    return finish();
  }
  Starts run_until(Duration when, StopWhy why) {
    begin();
    runs_.back().story->at(when, [why](Engine& engine) { engine.request_stop(why); });
    return finish();
  }
  const Story& last() const { return *runs_.back().story; }

 private:
  struct Run {
    Mini plan;
    std::unique_ptr<Resume> resume;
    std::unique_ptr<Story> story;
  };

  void begin() {
    EarlierRuns left;
    for (const Run& run : runs_) {
      Mini as_it_was = mini(text_);
      add_left_by(run.story->recorder.events, as_it_was.plan(), left);
    }
    Run& made = runs_.emplace_back(Run{mini(text_), nullptr, nullptr});
    made.story = std::make_unique<Story>(made.plan.plan());
    made.story->options.run_id = fmt::format("run-{}", runs_.size());
    for (const auto& [step, how] : script_) made.story->script(step, how);
    if (runs_.size() == 1) return;
    made.resume = resume_of(made.plan.plan(), std::move(left));
    made.story->options.resume = made.resume.get();
  }

  Starts finish() {
    told_ = runs_.back().story->run();
    INFO(told_);
    return runs_.back().story->starts();
  }

  std::string text_;
  std::map<std::string, Scripted> script_;
  std::vector<Run> runs_;
  std::string told_;
};

// b ends first, then c, then a.
constexpr const char* kSaga =
    "@w =saga:reverse; a =undo:0:9s; b =undo:0:9s; c =undo:0:9s; bad <- a b c";

Chain saga(const std::string& text = kSaga) {
  Chain chain(text);
  chain.takes("a", 5s).takes("b", 1s).takes("c", 3s).fails("bad");
  return chain;
}

}  // namespace

TEST_CASE("a rollback that goes on undoes in the order in which it would have") {
  Chain undisturbed = saga();
  CHECK(undisturbed.run() == Starts{"a", "b", "c", "bad", "a", "c", "b"});
  Chain chain = saga();
  CHECK(chain.run(6500ms) == Starts{"a", "b", "c", "bad", "a"});
  CHECK(chain.run() == Starts{"a", "c", "b"});
  CHECK(chain.last().state().status() == RunStatus::rolled_back);
}

TEST_CASE("it does so however often it is cut off") {
  Chain chain = saga();
  chain.run(6500ms);
  CHECK(chain.run(500ms) == Starts{"a"});
  CHECK(chain.run(1500ms) == Starts{"a", "c"});
  CHECK(chain.run() == Starts{"c", "b"});
}

TEST_CASE("what earlier runs did is undone after what this one did, the latest first") {
  Chain chain = saga(
      "@w =saga:reverse; a =undo:0:9s; b =undo:0:9s; c =undo:0:9s; d =undo:0:9s; bad <- a b c d");
  chain.takes("d", 4s).takes("b", 3s).takes("c", 1s);
  chain.run(3500ms);                             // b and c are done
  CHECK(chain.run(4500ms) == Starts{"a", "d"});  // d is, before a would be
  CHECK(chain.run() == Starts{"a", "bad", "a", "d", "b", "c"});
  CHECK(chain.last().state().status() == RunStatus::rolled_back);
}

TEST_CASE("the rollback of the third run knows when the first and the second did what") {
  Chain chain = saga();
  chain.run(1500ms);                             // b is done
  CHECK(chain.run(3500ms) == Starts{"a", "c"});  // c is
  CHECK(chain.run(6500ms) == Starts{"a", "bad", "a"});
  CHECK(chain.run() == Starts{"a", "c", "b"});
}

TEST_CASE("items are undone in the order in which they ended, too") {
  const std::string text = "@w =saga:reverse; each =each:3 =undo:0:9s; bad <- each";
  for (const bool is_cut : {false, true}) {
    Chain chain(text);
    chain.takes("each[0]", 5s).takes("each[1]", 1s).takes("each[2]", 3s).fails("bad");
    if (is_cut) chain.run(6500ms);
    const Starts starts = chain.run();
    const Starts last(starts.end() - 3, starts.end());
    CHECK(last == Starts{"each[0]", "each[2]", "each[1]"});
  }
}

TEST_CASE("a failure that a catch step has begun to handle stands") {
  // The body ends at 2 s, c1 at 3 s; c2 is under way.
  for (const bool is_killed : {true, false}) {
    Chain chain("a; b<-a; c1; c2; (g: a b) =catch:c1,c2; z<-g");
    chain.fails("b");
    if (is_killed) {
      chain.run(3500ms);
    } else {
      chain.run_until(3500ms, StopWhy::interrupted);
    }
    CHECK(chain.run() == Starts{"c2", "z"});
    CHECK(chain.last().state_of("b") == StepState::failed);
    CHECK(chain.last().state_of("c1") == StepState::succeeded);
    CHECK(chain.last().state().status() == RunStatus::succeeded);
  }
}

TEST_CASE("so does what was skipped or cancelled with it") {
  Chain chain("a; b; d<-a; c1; c2; (g: a b d) =catch:c1,c2 =fail_fast; z<-g");
  chain.fails("a").takes("b", 1h);
  chain.run(2500ms);
  CHECK(chain.run() == Starts{"c2", "z"});
  CHECK(chain.last().state_of("b") == StepState::cancelled);
  CHECK(chain.last().state_of("d") == StepState::skipped);
}

TEST_CASE("a failure inside a group of the body stands, too") {
  Chain chain("a; b<-a; c1; c2; (in: a b); (g: in) =catch:c1,c2; z<-g");
  chain.fails("b");
  chain.run(3500ms);
  CHECK(chain.run() == Starts{"c2", "z"});
}

TEST_CASE("a failure that nobody had begun to handle is tried again") {
  Chain chain("a; b; c1; (g: a b) =catch:c1 =drain; z<-g");
  chain.fails("a").takes("b", 3s);
  chain.run(2500ms);  // b is under way
  CHECK(chain.run() == Starts{"a", "b", "c1", "z"});
}

TEST_CASE("a failure whose handling failed is tried again") {
  Chain chain("a; c1; c2; (g: a) =catch:c1,c2; z<-g");
  chain.fails("a").fails("c2");
  chain.run();
  CHECK(chain.last().state().status() == RunStatus::failed);
  chain.succeeds("c2");
  CHECK(chain.run() == Starts{"a", "c1", "c2", "z"});
}

TEST_CASE("a failure that counts is tried again, and what ran because of it") {
  Chain chain("a; h<-a:failure; y");
  chain.fails("a").takes("y", 5s);
  chain.run(2500ms);
  CHECK(chain.run() == Starts{"a", "y", "h"});
}

TEST_CASE("handlers may be groups and fan-outs") {
  for (const std::string handler : {"c1; c2<-c1; (h: c1 c2)", "c1; c2 =each:1 <-c1; (h: c1 c2)"}) {
    for (const bool is_killed : {true, false}) {
      Chain chain("a; " + handler + "; (g: a) =catch:h; z<-g");
      chain.fails("a");
      if (is_killed) {
        chain.run(2500ms);
      } else {
        chain.run_until(2500ms, StopWhy::interrupted);
      }
      INFO(handler);
      CHECK(chain.run().size() == 2);
      CHECK(chain.last().state_of("a") == StepState::failed);
      CHECK(chain.last().state_of("c1") == StepState::succeeded);
    }
  }
}

TEST_CASE("a `finally` step that was cut off runs again alone when nothing else does") {
  Chain chain("a; b<-a; f1; f2; (g: a b) =finally:f1,f2; z<-g");
  chain.run(3500ms);
  CHECK(chain.run() == Starts{"f2", "z"});
  Chain caught("a; c; f; (g: a) =catch:c =finally:f; z<-g");
  caught.fails("a");
  caught.run(2500ms);
  CHECK(caught.run() == Starts{"f", "z"});
}

TEST_CASE("a later round knows nothing of what an earlier run did in the one before") {
  Chain chain("a; b<-a; c<-b; (g: a b c) =repeat:3");
  chain.run(2500ms);                             // c is under way
  CHECK(chain.run(1500ms) == Starts{"c", "a"});  // in the second round
  CHECK(chain.run() == Starts{"a", "b", "c", "a", "b", "c"});
  Chain inner("a; each =each:2 <- a; c <- each; (in: each); (g: a in c) =repeat:2");
  inner.run(2500ms);
  CHECK(inner.run(1500ms) == Starts{"c", "a"});
  CHECK(inner.run() == Starts{"a", "each[0]", "each[1]", "c"});
}

TEST_CASE("what was taken over in one round and done in the next was done by this run") {
  Chain chain("@w =saga:reverse; m =undo:0:9s; a =undo:0:9s; b<-a; (g: a b) =repeat:2; bad<-g m");
  chain.fails("bad").takes("m", 5s);
  chain.run(1500ms);  // a is done
  chain.takes("m", 500ms);
  CHECK(chain.run(4500ms) == Starts{"m", "b", "a", "b", "bad", "a"});
  CHECK(chain.run() == Starts{"a", "m"});
}
