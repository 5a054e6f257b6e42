#include "engine/rollback_order.h"

#include <chrono>

#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using namespace std::chrono_literals;
using ws::test::Mini;
using ws::test::mini;

namespace {

// A run of which only the ends of steps are told: "a=1 b=3 c!4" - a and b succeeded after 1 and 3
// seconds, c failed after 4. All steps but those in `without` have a compensation.
class Told {
 public:
  Told(const std::string& graph, RollbackOrder order, std::vector<std::string> custom = {},
       const std::string& without = {})
      : mini_(mini(graph)) {
    for (Workstream& workstream : mini_.workset().workstreams) {
      workstream.saga = SagaPolicy{};
      workstream.saga->order = order;
      workstream.saga->custom_order = custom;
      for (Step& step : workstream.steps) {
        if (without.find(step.id) == std::string::npos)
          step.edit_details().compensation = Compensation{};
      }
    }
    state_ = std::make_unique<RunState>(mini_.plan());
  }

  Told& ends(const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string word = text.substr(at, end - at);
      const std::size_t sign = word.find_first_of("=!");
      const Duration when = std::chrono::seconds(std::stoi(word.substr(sign + 1)));
      apply(when, StepFinished{mini_[word.substr(0, sign)],
                               word[sign] == '=' ? StepState::succeeded : StepState::failed,
                               {}});
      at = end + 1;
    }
    return *this;
  }

  void apply(Duration when, Fact fact) {
    Event event;
    event.seq = ++seq_;
    event.at = when;
    event.fact = std::move(fact);
    state_->apply(event);
  }

  void all_end() {
    for (const NodeId node : mini_.plan().order()) {
      if (mini_.plan().step_if_any(node) != nullptr)
        apply(1s, StepFinished{node, StepState::succeeded, {}});
    }
  }

  std::size_t wave_count() const { return rollback_waves(mini_.plan(), *state_, 0).size(); }

  // "c, a b": two waves.
  std::string waves(std::uint32_t workstream = 0) const {
    std::string out;
    for (const auto& wave : rollback_waves(mini_.plan(), *state_, workstream)) {
      if (!out.empty()) out += ",";
      for (const NodeId node : wave) {
        if (!out.empty()) out += ' ';
        out += mini_.plan().short_name(node);
      }
    }
    return out;
  }

  Workstream& workstream() { return mini_.workset().workstreams[0]; }

 private:
  Mini mini_;
  std::unique_ptr<RunState> state_;
  std::uint64_t seq_ = 0;
};

}  // namespace

TEST_CASE("row 4m: reverse is the order of completion backwards, one after the other") {
  CHECK(Told("a; b; c; d<-a b c", RollbackOrder::reverse).ends("b=1 c=2 a=3 d!4").waves() ==
        "a, c, b");
  // At the same moment: what is later in the graph, then in the file, first.
  CHECK(Told("a; b; c", RollbackOrder::reverse).ends("a=1 b=1 c=1").waves() == "c, b, a");
  CHECK(Told("c<-b; b<-a; a", RollbackOrder::reverse).ends("a=1 b=1 c=1").waves() == "c, b, a");
}

TEST_CASE("only completed steps with an enabled compensation are undone") {
  Told told("a; b; c; d", RollbackOrder::reverse, {}, "b");
  told.workstream().steps[2].edit_details().compensation->enabled = false;
  CHECK(told.ends("a=1 b=2 c=3 d!4").waves() == "a");
  CHECK(Told("a; b", RollbackOrder::parallel).waves().empty());
  told.workstream().saga.reset();
  CHECK(told.waves().empty());
}

TEST_CASE("row 4m: parallel is reverse topological waves") {
  CHECK(Told("a; b<-a; c<-a; d<-b c; e<-d", RollbackOrder::parallel)
            .ends("a=1 c=2 b=3 d=4 e!5")
            .waves() == "d, b c, a");
  // Independent branches of different length.
  CHECK(
      Told("a; b<-a; c<-b; x; y<-x", RollbackOrder::parallel).ends("a=1 x=1 b=2 y=2 c=3").waves() ==
      "c y, b x, a");
  // Through steps that are not undone themselves: failed, or without compensation.
  CHECK(Told("a; b<-a; c<-b:done", RollbackOrder::parallel).ends("a=1 b!2 c=3").waves() == "c, a");
  CHECK(Told("a; m<-a; n<-m; c<-n", RollbackOrder::parallel, {}, "mn")
            .ends("a=1 m=2 n=3 c=4")
            .waves() == "c, a");
  // Of one workstream, whatever the others did.
  Told two("@u; a; b<-a; @v<-u; c; d<-c", RollbackOrder::parallel);
  two.ends("u/a=1 u/b=2 v/c=3 v/d=4");
  CHECK(two.waves(0) == "b, a");
  CHECK(two.waves(1) == "d, c");
}

TEST_CASE("custom is the listed order, then the rest in reverse") {
  const std::string graph = "a; b; c; d; e";
  const std::string ends = "a=1 b=2 c=3 d=4 e!5";
  CHECK(Told(graph, RollbackOrder::custom, {"b", "d"}).ends(ends).waves() == "b, d, c, a");
  CHECK(Told(graph, RollbackOrder::custom).ends(ends).waves() == "d, c, b, a");
  CHECK(Told(graph, RollbackOrder::custom, {"e", "a", "nobody", "a"}).ends(ends).waves() ==
        "a, d, c, b");
  CHECK(Told(graph, RollbackOrder::custom, {"a", "b", "c", "d"}).ends(ends).waves() ==
        "a, b, c, d");
}

TEST_CASE("a long chain and a wide layer are ordered in linear time, without recursion") {
  constexpr std::size_t kSteps = 30'000;
  std::string chain = "s0";
  std::string layers = "s0";
  for (std::size_t i = 1; i < kSteps; ++i) {
    chain += "; s" + std::to_string(i) + "<-s" + std::to_string(i - 1);
    // Every step needs two of the layer before: more paths than could ever be walked.
    const std::size_t before = i < 2 ? 0 : (i / 2 - 1) * 2;
    layers += "; s" + std::to_string(i) + "<-s" + std::to_string(before);
    if (i >= 2) layers += " s" + std::to_string(before + 1);
  }
  for (const std::string& graph : {chain, layers}) {
    Told told(graph, RollbackOrder::parallel);
    told.all_end();
    const auto start = std::chrono::steady_clock::now();
    const std::size_t waves = told.wave_count();
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK(waves == (graph == chain ? kSteps : kSteps / 2 + 1));
  }
}
