// Stories of runs that go on with earlier ones: what stands, what runs again and why.
#include <memory>
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

using Setup = std::function<void(Story&)>;

const Scripted kFails{.outcome = Exited{1}};

bool is_first(const Story& story) { return story.options.run_id == "run-1"; }

// The scheduler is killed at that time; nothing of that moment is kept.
void dies_at(Story& story, Duration when) {
  story.at(when, [&story](Engine&) { story.recorder.dies_before = story.recorder.calls; });
}

// A run of `before` that dies at that moment (or ends), and one of `now` that goes on with it.
class Pair {
 public:
  explicit Pair(const std::string& text) : Pair(text, text) {}
  Pair(const std::string& before, const std::string& now) : before_(mini(before)), now_(mini(now)) {
    first_ = std::make_unique<Story>(before_.plan());
    first_->options.run_id = "run-1";
  }

  Story& first() { return *first_; }
  Story& second() { return *second_; }

  void dies_at(Duration when) { ::dies_at(*first_, when); }
  std::string run(const Setup& setup = {}, ResumeWish wish = {}) {
    if (setup) setup(*first_);
    Plan unrun = before_.plan();
    first_->run();
    resume_ =
        resume_of(now_.plan(), left_by(first_->recorder.events, std::move(unrun)), std::move(wish));
    second_ = std::make_unique<Story>(now_.plan());
    second_->options.run_id = "run-2";
    second_->options.resume = resume_.get();
    if (setup) setup(*second_);
    return second_->run();
  }
  std::string counts() const {
    const Resume::Counts& counts = resume_->counts();
    std::string text =
        fmt::format("{} kept, {} changed, {} to run", counts.kept, counts.changed, counts.to_run);
    for (const Resume::Again& again : resume_->again())
      text += fmt::format("; {}: {}", now_.plan().member_name(again.node), again.why);
    return text;
  }
  Plan& plan() { return now_.plan(); }

 private:
  Mini before_;
  Mini now_;
  std::unique_ptr<Story> first_;
  std::unique_ptr<Resume> resume_;
  std::unique_ptr<Story> second_;
};

using Starts = std::vector<std::string>;

}  // namespace

TEST_CASE("what had succeeded is kept, what was running is lost and runs again") {
  Pair pair("a; b<-a; c<-b; d");
  pair.dies_at(1500ms);
  pair.run();
  CHECK(pair.counts() == "2 kept, 0 changed, 2 to run");
  CHECK(pair.second().starts() == Starts{"b", "c"});
  CHECK(pair.second().state().status() == RunStatus::succeeded);
  CHECK(pair.second().state().restored_from(pair.plan().find(0, "a")) == "run-1");
  CHECK(pair.second().state().header().resumes == std::vector<std::string>{"run-1"});
}

TEST_CASE("a step that was edited runs again, and what follows it") {
  Pair pair("a; b<-a; c<-b; d; e<-d; z<-c e !1", "a; b<-a; c<-b; d; e<-d; z<-c e !2");
  pair.dies_at(4s + 1ms);
  pair.run();
  CHECK(pair.counts() == "6 kept, 0 changed, 0 to run");  // priority is no part of a definition
  Pair other("a; b<-a; c<-b; d; e<-d; z<-c e", "a; b<-a %1; c<-b; d; e<-d; z<-c e");
  other.dies_at(4s + 1ms);
  other.run();
  CHECK(other.counts() ==
        "3 kept, 3 changed, 0 to run; b: its acceptance tests changed; c: 'b' runs again; "
        "z: 'c' runs again");
  CHECK(other.second().starts() == Starts{"b", "b", "c", "z"});
}

TEST_CASE("a step that is new runs, and what depends on it now") {
  Pair pair("a; b<-a; c", "a; n; b<-a n; c");
  pair.dies_at(2s + 1ms);
  pair.run();
  CHECK(pair.counts() == "2 kept, 1 changed, 1 to run; b: 'n' has not run yet");
  CHECK(pair.second().starts() == Starts{"n", "b"});
}

TEST_CASE("outputs of kept steps are there for those that follow") {
  Pair pair("a =outputs:x; b<-a ?{steps.a.outputs.x == 7}");
  pair.dies_at(1500ms);
  const Scripted gives{.outputs = {{"x", "7", ""}}};
  pair.run([&](Story& story) { story.script("a", gives); });
  CHECK(pair.second().starts() == Starts{"b"});
}

TEST_CASE("the exit code of a kept step is there for conditions") {
  const std::string text = "a =continue; b<-a:done ?{steps.a.exit_code == 3}";
  Pair pair(text);
  pair.dies_at(1500ms);
  const Scripted fails{.outcome = Exited{3}};
  pair.run([&](Story& story) { story.script("a", fails); });
  CHECK(pair.counts() == "1 kept, 0 changed, 1 to run");  // a failure that the run went on with
  CHECK(pair.second().starts() == Starts{"b"});
  CHECK(pair.second().state().status() == RunStatus::completed_with_errors);
}

TEST_CASE("a failure that counted runs again, with a new set of tries") {
  Pair pair("a; b<-a *2:fixed:1s; c<-b");
  pair.run([&](Story& story) {
    if (!is_first(story)) return;
    story.script("b", kFails, 1);
    story.script("b", kFails, 2);
  });
  CHECK(pair.first().state().status() == RunStatus::failed);
  CHECK(pair.counts() == "1 kept, 0 changed, 2 to run");
  CHECK(pair.second().starts() == Starts{"b", "c"});
  CHECK(pair.second().state().status() == RunStatus::succeeded);
}

TEST_CASE("a lost attempt uses up a try, and the next one waits as the retry policy says") {
  Pair pair("a *3:fixed:10s");
  pair.dies_at(500ms);
  CHECK(pair.run() ==
        "0s retry a#2 at 10s: attempt 1 was lost with run run-1\n"
        "10s start a#2\n"
        "11s end a#2 exit 0\n"
        "11s run succeeded, peak 1\n");
}

TEST_CASE("a lost attempt never is the last one") {
  Pair pair("a");
  pair.dies_at(500ms);
  pair.run();
  CHECK(pair.second().state().status() == RunStatus::succeeded);
  Pair other("a *2:fixed:1s");
  other.dies_at(2500ms);
  other.run([&](Story& story) {
    if (is_first(story)) story.script("a", kFails, 1);
  });
  CHECK(other.second().state().status() == RunStatus::succeeded);
}

TEST_CASE("a step that was backing off goes on waiting") {
  Pair pair("a *3:fixed:1h");
  pair.dies_at(60s);
  const std::string told = pair.run([&](Story& story) {
    if (is_first(story)) story.script("a", kFails, 1);
  });
  CHECK(told.find("start a#2") != std::string::npos);
  CHECK(told.find("start a#1") == std::string::npos);
}

TEST_CASE("a group goes on member by member, in the round it was in") {
  const std::string text = "(g: a b) =repeat:3; a; b; z<-g";
  Pair pair(text);
  // Two rounds of a second each, and half a third: b is slower.
  const Scripted slow{.lasts = 2s};
  pair.dies_at(5500ms);
  pair.run([&](Story& story) {
    for (std::uint32_t attempt = 1; attempt < 5; ++attempt) story.script("b", slow, attempt);
  });
  CHECK(pair.second().starts() == Starts{"b", "z"});
  CHECK(pair.second().state().status() == RunStatus::succeeded);
}

TEST_CASE("a group with rounds whose step was edited begins from its first round") {
  Pair pair("(g: a b) =repeat:2; a; b<-a", "(g: a b) =repeat:2; a %1; b<-a");
  pair.dies_at(3500ms);
  pair.run();
  CHECK(pair.second().starts() == Starts{"a", "a", "b", "a", "a", "b"});
}

TEST_CASE("a race that was won stays won") {
  const std::string text = "(g: a b) =first; a; b; z<-g";
  Pair pair(text);
  const Scripted slow{.lasts = 1h};
  pair.dies_at(1500ms);
  pair.run([&](Story& story) { story.script("b", slow); });
  CHECK(pair.second().starts() == Starts{"z"});
  CHECK(pair.second().state_of("b") == StepState::cancelled);
}

TEST_CASE("items of a fan-out are known by what they are") {
  Pair pair("each =each:3; z<-each", "each =each:4; z<-each");
  pair.dies_at(1s + 1ms);
  pair.run();
  CHECK(pair.counts().starts_with("3 kept, 0 changed, 2 to run"));
  CHECK(pair.second().starts() == Starts{"each[3]", "z"});
}

TEST_CASE("items that a run finds are kept by what they are, too") {
  const std::string text = "each =glob:*.c; z<-each";
  Pair pair(text);
  const Scripted slow{.lasts = 1h};
  pair.dies_at(3s);
  pair.run([&](Story& story) {
    Scripted found;
    found.lasts = 0s;
    found.items = is_first(story) ? std::vector<std::string>{"\"a\"", "\"b\"", "\"b\""}
                                  : std::vector<std::string>{"\"n\"", "\"b\"", "\"a\"", "\"b\""};
    story.script("each", found, 1, AttemptKey::kExpansion);
    if (is_first(story)) story.script("each[1]", slow);
  });
  // The first "b" was running.
  CHECK(pair.second().starts() == Starts{"each", "each[0]", "each[1]", "z"});
}

TEST_CASE("a rollback goes on where it was") {
  const std::string text = "@w =saga:reverse; a =undo:0:9s; b<-a =undo:0:9s; c<-b =undo:0:9s; d<-c";
  Pair pair(text);
  // d fails at 4 s, c is undone at 5 s; b is being undone.
  pair.dies_at(5500ms);
  const std::string told = pair.run([&](Story& story) { story.script("d", kFails); });
  CHECK(pair.second().starts() == Starts{"b", "a"});
  CHECK(pair.second().state().status() == RunStatus::rolled_back);
  INFO(told);
  CHECK(pair.second().state_of("c") == StepState::compensated);
}

TEST_CASE("a failure after resuming undoes what the earlier run had done, too") {
  const std::string text = "@w =saga:reverse; a =undo:0:9s; b<-a =undo:0:9s; c<-b";
  Pair pair(text);
  pair.dies_at(2500ms);
  pair.run([&](Story& story) {
    if (!is_first(story)) story.script("c", kFails);
  });
  CHECK(pair.second().starts() == Starts{"c", "b", "a"});
  CHECK(pair.second().state().status() == RunStatus::rolled_back);
}

TEST_CASE("one step is run again alone, or with all that follows it") {
  const std::string text = "a; b<-a; c<-b; d";
  for (const bool is_alone : {true, false}) {
    Pair pair(text);
    ResumeWish wish;
    wish.again = {pair.plan().find(0, "b")};
    wish.keeps_dependents = is_alone;
    pair.run({}, wish);
    CHECK(pair.second().starts() == (is_alone ? Starts{"b"} : Starts{"b", "c"}));
    CHECK(pair.second().state().status() == RunStatus::succeeded);
  }
}

TEST_CASE("edited steps are kept by force") {
  Pair pair("a; b<-a", "a %1; b<-a");
  ResumeWish wish;
  wish.is_definition_kept = true;
  pair.run({}, wish);
  CHECK(pair.second().starts().empty());
  CHECK(pair.second().state().status() == RunStatus::succeeded);
}

TEST_CASE("failures that the run went on with are tried again when asked for") {
  const std::string text = "a =continue; b; z<-a:done";
  for (const bool is_retry : {true, false}) {
    Pair pair(text);
    ResumeWish wish;
    wish.retries_failures = is_retry;
    pair.run(
        [&](Story& story) {
          if (is_first(story)) story.script("a", kFails);
        },
        wish);
    CHECK(pair.second().starts() == (is_retry ? Starts{"a", "z"} : Starts{}));
  }
}

TEST_CASE("what is interrupted twice goes on with the second") {
  const std::string text = "a; b<-a; c<-b";
  Pair pair(text);
  pair.dies_at(1500ms);
  pair.run([&](Story& story) {
    if (!is_first(story)) dies_at(story, 500ms);
  });
  CHECK(pair.second().starts() == Starts{"b"});
  Mini third_plan = mini(text);
  const auto resume =
      resume_of(third_plan.plan(), left_by(pair.second().recorder.events, third_plan.plan()));
  Story third(third_plan.plan());
  third.options.run_id = "run-3";
  third.options.resume = resume.get();
  third.run();
  CHECK(third.starts() == Starts{"b", "c"});
  CHECK(third.state().restored_from(third_plan.plan().find(0, "a")) == "run-2");
}
