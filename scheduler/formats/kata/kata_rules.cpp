#include "formats/kata/kata_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kCrowd = 32;       // the guide's "practical sweet spot"
constexpr std::size_t kShownEdges = 20;  // of one cycle
constexpr std::size_t kMostHints = 50;   // each costs a look at every name

// What every program of a kata finds beside the results; kata_variables.h.
constexpr std::array kTaken = {"inputs"sv, "phases"sv, "parallel_results"sv, "parallel_errors"sv,
                               "parallel_aggregated"sv};

class KataRules {
 public:
  KataRules(const Kata& kata, const KataGraph& graph, Diagnostics& diagnostics)
      : kata_(kata), graph_(graph), diagnostics_(diagnostics) {}

  void check() {
    check_phases();
    check_initial();
    check_requirements();
    for (const std::vector<KataEdge>& cycle : graph_.cycles()) report_cycle(cycle);
  }

 private:
  void check_phases() {
    for (std::uint32_t i = 0; i < kata_.phases.size(); ++i) {
      const KataPhase& phase = kata_.phases[i];
      if (phase.name.is_given() && graph_.find(phase.name.text) != i) report_duplicate(phase);
      check_transitions(phase);
      check_bindings(phase);
      for (const KataAction& action : phase.actions) check_crowd(action);
    }
  }

  void report_duplicate(const KataPhase& phase) {
    const KataPhase& first = kata_.phases[*graph_.find(phase.name.text)];
    diagnostics_
        .error(mistakes::duplicate_id, phase.name.place,
               fmt::format("phase '{}' is there twice", phase.name.text),
               "give one of them another name")
        .notes.push_back({first.name.place, "the first one is here"});
  }

  void check_transitions(const KataPhase& phase) {
    if (phase.transitions.empty() && phase.name.is_given() && !phase.is_misread) {
      diagnostics_.error(mistakes::missing_transition, phase.name.place,
                         fmt::format("phase '{}' does not say what follows", phase.name.text),
                         "end it with `next NAME`, `complete`, `fail` or `if …`");
    }
    for (std::size_t t = 1; t < phase.transitions.size(); ++t) report_second(phase, t);
    for (const KataTransition& transition : phase.transitions) {
      check_target(phase, transition.next);
      for (const KataBranch& branch : transition.branches) check_target(phase, branch.next);
    }
  }

  void report_second(const KataPhase& phase, std::size_t index) {
    const KataTransition& first = phase.transitions.front();
    const KataTransition& second = phase.transitions[index];
    const bool is_else = first.kind == KataTransition::Kind::branch && !first.has_else() &&
                         second.kind == KataTransition::Kind::next;
    diagnostics_
        .error(mistakes::conflicting_transition, second.place,
               fmt::format("phase '{}' says more than once what follows", phase.name.text),
               is_else ? "write `else` before it, if it is for when no condition holds"
                       : "a phase ends in one way; `if … else …` chooses between phases")
        .notes.push_back({first.place, "the first one is here"});
  }

  void check_target(const KataPhase& phase, const KataName& next) {
    if (!next.is_given() || graph_.find(next.text)) return;
    const bool is_keyword = next.text == "complete" || next.text == "fail";
    std::string hint =
        is_keyword ? fmt::format("`{}` alone ends the kata; a branch names a phase that says so",
                                 next.text)
                   : phase_hint(next.text);
    diagnostics_.error(
        mistakes::missing_phase, next.place,
        fmt::format("phase '{}' goes on with '{}', which is not there", phase.name.text, next.text),
        std::move(hint));
  }

  std::string phase_hint(std::string_view word) {
    if (hints_++ > kMostHints) return "";
    std::vector<std::string_view> names;
    for (const KataPhase& phase : kata_.phases) {
      if (phase.name.is_given()) names.push_back(phase.name.text);
    }
    const auto near = nearest(word, names);
    if (near) return fmt::format("did you mean '{}'?", *near);
    if (names.empty() || names.size() > 8) return "";
    return fmt::format("{} {}", names.size() == 1 ? "there is only" : "there are",
                       listed(std::vector<std::string>(names.begin(), names.end())));
  }

  void check_initial() {
    if (!kata_.has_initial) {
      if (kata_.is_misread && !kata_.name.is_given()) return;
      diagnostics_.error(
          mistakes::missing_initial_phase, kata_.name.is_given() ? kata_.name.place : kata_.place,
          fmt::format("kata '{}' does not say where it begins", kata_.name.text),
          kata_.phases.empty() || !kata_.phases[0].name.is_given()
              ? "write `initial NAME` and phases"
              : fmt::format("write `initial {}` before its phases", kata_.phases[0].name.text));
      return;
    }
    if (!kata_.initial.is_given()) return;
    const auto initial = graph_.find(kata_.initial.text);
    if (!initial) {
      diagnostics_.error(mistakes::missing_initial_phase, kata_.initial.place,
                         fmt::format("the initial phase '{}' is not there", kata_.initial.text),
                         phase_hint(kata_.initial.text));
      return;
    }
    if (kata_.is_misread) return;  // the way may have been in what was not understood
    const std::vector<bool> reached = graph_.reached_from(*initial);
    for (std::uint32_t i = 0; i < kata_.phases.size(); ++i) {
      const KataName& name = kata_.phases[i].name;
      if (reached[i] || !name.is_given() || graph_.find(name.text) != i) continue;
      diagnostics_.error(mistakes::unreachable_phase, name.place,
                         fmt::format("no way leads from the initial phase '{}' to phase '{}'",
                                     kata_.initial.text, name.text),
                         "name it behind `next`, or remove it");
    }
  }

  void report_cycle(const std::vector<KataEdge>& cycle) {
    const auto name_of = [&](std::uint32_t phase) { return kata_.phases[phase].name.text; };
    std::string path(name_of(cycle.front().from));
    const bool is_long = cycle.size() > kShownEdges;
    for (std::size_t i = 0; i < std::min(cycle.size(), kShownEdges); ++i)
      path += fmt::format(" -> {}", name_of(cycle[i].to));
    if (is_long) path += fmt::format(" -> … -> {}", name_of(cycle.back().to));
    Diagnostic& error = diagnostics_.error(
        mistakes::cycle_detected, cycle.back().place,
        fmt::format("the phases go round in a circle: {}", path),
        "a kata has no loops: one of these phases has to end it, or go on elsewhere");
    for (std::size_t i = 0; i + 1 < std::min(cycle.size(), kShownEdges); ++i) {
      error.notes.push_back(
          {cycle[i].place, fmt::format("'{}' goes on with '{}' here", name_of(cycle[i].from),
                                       name_of(cycle[i].to))});
    }
  }

  void check_requirements() {
    std::unordered_map<std::string_view, Place> skills;
    std::unordered_map<std::string_view, Place> katas;
    for (const KataRequirement& one : kata_.requirements) {
      auto& known = one.is_skill ? skills : katas;
      const auto [first, is_new] = known.emplace(one.name.text, one.name.place);
      if (is_new) continue;
      diagnostics_
          .warning(mistakes::duplicate_dependency, one.name.place,
                   fmt::format("'{}' is required twice", one.name.text), "remove one of them")
          .notes.push_back({first->second, "the first one is here"});
    }
    std::unordered_set<std::string_view> used;
    std::unordered_set<std::string_view> spawned;
    for (const KataPhase& phase : kata_.phases) {
      for (const KataAction& action : phase.actions) {
        if (action.kind == KataAction::Kind::run_skill && used.insert(action.name.text).second &&
            skills.count(action.name.text) == 0)
          report_undeclared(action.name, skills);
        if (action.spawn.kata.is_given()) spawned.insert(action.spawn.kata.text);
        for (const KataSpawn& member : action.members) spawned.insert(member.kata.text);
      }
    }
    if (kata_.is_misread) return;
    for (const KataRequirement& one : kata_.requirements) {
      if ((one.is_skill ? used : spawned).count(one.name.text) > 0) continue;
      diagnostics_.warning(
          mistakes::unused_requirement, one.name.place,
          fmt::format("{} '{}' is required and never {}", one.is_skill ? "skill" : "kata",
                      one.name.text, one.is_skill ? "run" : "spawned"),
          spawned.count(one.name.text) > 0
              ? fmt::format("it is spawned: write `requires kata {}`", one.name.text)
              : "remove the line");
    }
  }

  void report_undeclared(const KataName& skill,
                         const std::unordered_map<std::string_view, Place>& known) {
    std::string hint = fmt::format("write `requires skill {}` before the first phase", skill.text);
    if (hints_++ < kMostHints) {
      std::vector<std::string_view> names;
      for (const auto& [name, place] : known) names.push_back(name);
      std::sort(names.begin(), names.end());
      if (const auto near = nearest(skill.text, names))
        hint = fmt::format(
            "did you mean '{}'? Else write `requires skill {}` before the first "
            "phase",
            *near, skill.text);
    }
    diagnostics_.warning(mistakes::undeclared_skill, skill.place,
                         fmt::format("skill '{}' is run, but not required", skill.text),
                         std::move(hint));
  }

  void check_bindings(const KataPhase& phase) {
    std::unordered_map<std::string_view, Place> known;
    const auto check = [&](const KataName& binding) {
      if (!binding.is_given()) return;
      if (std::find(kTaken.begin(), kTaken.end(), binding.text) != kTaken.end()) {
        diagnostics_.error(mistakes::taken_id, binding.place,
                           fmt::format("the name '{}' is taken", binding.text),
                           "every program of a kata finds something else under it");
      }
      const auto [first, is_new] = known.emplace(binding.text, binding.place);
      if (is_new) return;
      diagnostics_
          .error(mistakes::duplicate_binding, binding.place,
                 fmt::format("two results of phase '{}' are named '{}'", phase.name.text,
                             binding.text),
                 "give one of them another name behind `->`")
          .notes.push_back({first->second, "the first one is here"});
    };
    for (const KataAction& action : phase.actions) {
      check(action.spawn.binding);
      for (const KataSpawn& member : action.members) check(member.binding);
    }
  }

  void check_crowd(const KataAction& action) {
    if (action.members.size() <= kCrowd) return;
    diagnostics_.warning(
        mistakes::unusual_value, action.place,
        fmt::format("{} katas are spawned at once", action.members.size()),
        fmt::format("more than {} rarely help; --max-workers says how many run at a time", kCrowd));
  }

  const Kata& kata_;
  const KataGraph& graph_;
  Diagnostics& diagnostics_;
  std::size_t hints_ = 0;
};

}  // namespace

void check_kata(const Kata& kata, const KataGraph& graph, Diagnostics& diagnostics) {
  KataRules(kata, graph, diagnostics).check();
}

}  // namespace ws
