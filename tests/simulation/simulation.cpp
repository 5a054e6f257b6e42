#include "simulation/simulation.h"

#include <exception>

#include <fmt/format.h>

#include "simulation/carry_on.h"
#include "simulation/random_tale.h"
#include "support/broken_invariant.h"
#include "support/mini.h"

namespace ws::test {
namespace {

// What random files may be refused for: a step that comes between two members of a group with
// rounds; a condition that takes the outputs of a fan-out for one value.
bool is_contradiction(const std::string& complaints) {
  return complaints.find("step deadlock") != std::string::npos ||
         complaints.find("cannot compare a list (steps.s") != std::string::npos;
}

}  // namespace

void prepare(const Tale& tale, Story& story) {
  story.options.max_workers = tale.max_workers;
  story.options.is_sequential = tale.is_sequential;
  story.options.is_fail_fast = tale.is_fail_fast;
  story.options.start_gap = tale.start_gap;
  story.options.run_timeout = tale.run_timeout;
  story.options.seed = tale.seed;
  story.recorder.fails_at = tale.refused_call;
  story.clock().lateness = tale.lateness;
  story.clock().most_asked = 5'000'000;
  for (const auto& [what, how] : tale.scripts)
    story.script(std::get<0>(what), how, std::get<1>(what), std::get<2>(what));
  // Borrows the tale: it outlives the story.
  story.otherwise = [&tale](const std::string& name, std::uint32_t attempt, std::uint32_t part) {
    if (tale.is_drawn) return drawn_attempt(tale.seed, name, tale.is_calm ? 1 : attempt, part);
    const auto first = tale.scripts.find({name, 1, part});
    return tale.is_calm && first != tale.scripts.end() ? first->second : Scripted();
  };
  for (const Wish& wish : tale.wishes) {
    story.at(wish.at, [wish, &story](Engine& engine) {
      switch (wish.kind) {
        case Wish::Kind::interrupt:
          return engine.request_stop(StopWhy::interrupted);
        case Wish::Kind::terminate:
          return engine.request_stop(StopWhy::terminated);
        case Wish::Kind::hang_up:
          return engine.request_stop(StopWhy::hang_up);
        case Wish::Kind::workers:
          return engine.request_workers(wish.number, "asked");
        case Wish::Kind::wall_back:
          return story.clock().set_wall_back(std::chrono::seconds(wish.number));
        case Wish::Kind::pause:
          return engine.request_pause(std::chrono::seconds(wish.number), "asked");
        case Wish::Kind::resume:
          return engine.request_resume();
        case Wish::Kind::drain:
          return engine.request_drain("asked");
        case Wish::Kind::end_step: {
          const Plan& plan = engine.state().plan();
          const bool is_step = wish.number < plan.node_count() &&
                               plan.node(NodeId(wish.number)).kind == NodeKind::step;
          if (is_step) engine.request_step_stop(NodeId(wish.number));
          return;
        }
      }
    });
  }
}

void kill(const Crash& crash, MemoryRecorder& recorder) {
  (crash.is_kept ? recorder.dies_after : recorder.dies_before) = crash.call;
}

namespace {

// What the dead one recorded is what the other one did first, and gives a state again.
void check_prefix(const Tale& tale, const std::vector<Event>& all,
                  const std::vector<Event>& recorded) {
  require(recorded.size() <= all.size(), "prefix", [] { return "the dead one did more"; });
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const bool is_same = recorded[i].seq == all[i].seq && recorded[i].at == all[i].at &&
                         name(recorded[i].fact) == name(all[i].fact);
    require(is_same, "prefix", [&] {
      return fmt::format("event {}: {} and {}", i + 1, name(recorded[i].fact), name(all[i].fact));
    });
  }
  Mini plan = mini(mini_text(tale));
  RunState folded(plan.plan());
  for (const Event& event : recorded) folded.apply(event);
  const auto& counts = folded.counts();
  require(counts.waiting + counts.ready + counts.running + counts.settled() == counts.total, "fold",
          [] { return "the counts of what the dead one recorded"; });
}

void check_order(const Plan& plan) {
  std::vector<std::size_t> place(plan.node_count(), 0);
  for (std::size_t i = 0; i < plan.order().size(); ++i) place[plan.order()[i].index()] = i;
  for (const NodeId node : plan.order()) {
    for (const PlanEdge& edge : plan.successors(node)) {
      require(place[node.index()] < place[edge.node.index()], "plan-order", [&] {
        return fmt::format("{} before {}", plan.full_name(edge.node), plan.full_name(node));
      });
    }
  }
}

void check_status(const Story& story) {
  const RunState& state = story.state();
  require(state.status() != RunStatus::running, "ends", [] { return "its status is 'running'"; });
  if (state.stop() == StopWhy::interrupted && !state.is_rolling_back())
    require(state.status() == RunStatus::cancelled, "verdict",
            [] { return "interrupted, and not cancelled"; });
}

}  // namespace

Simulated simulate(const Tale& tale) {
  Simulated out;
  const auto broken = [&](std::string invariant, std::string what) {
    out.end = Simulated::End::broken;
    out.invariant = std::move(invariant);
    out.what = std::move(what);
    return out;
  };
  try {
    const Mini plan = mini(mini_text(tale));
    if (!plan.has_plan()) {
      const std::string complaints = plan.complaints();
      if (!is_contradiction(complaints)) return broken("refused", complaints);
      out.end = Simulated::End::contradictory;
      return out;
    }
    Story story(plan.plan());
    prepare(tale, story);
    try {
      check_order(plan.plan());
      story.run();
      out.events = story.recorder.events.size();
      check_status(story);
      if (tale.is_calm) carry_on(tale);
      if (tale.crashes.empty()) return out;
      const Mini other = mini(mini_text(tale));
      Story dying(other.plan());
      prepare(tale, dying);
      kill(tale.crashes.front(), dying.recorder);
      dying.run();
      if (dying.has_died()) check_prefix(tale, story.recorder.events, dying.recorder.events);
    } catch (const BrokenInvariant& caught) {
      out.scripts = story.scripts();
      return broken(caught.invariant, caught.what());
    }
  } catch (const std::exception& caught) {
    return broken("exception", caught.what());
  }
  return out;
}

}  // namespace ws::test
