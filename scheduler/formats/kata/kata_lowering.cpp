#include "formats/kata/kata_lowering.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "formats/kata/kata_condition_text.h"
#include "formats/kata/kata_ids.h"
#include "formats/kata/kata_parallel.h"
#include "formats/kata/kata_variables.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr Duration kSkillTimeout = std::chrono::seconds(30);  // the original's, of a skill
constexpr std::size_t kMostText = 64U << 20U;  // of all conditions and inputs together

class KataLowering {
 public:
  KataLowering(const Kata& kata, const KataGraph& graph, Diagnostics& diagnostics)
      : kata_(kata),
        graph_(graph),
        diagnostics_(diagnostics),
        ids_(kata_ids(kata)),
        variables_(kata, graph) {}

  Workstream run() {
    out_.id = kata_.name.text;
    out_.place = kata_.name.place;
    out_.version = kata_.version.text;
    out_.notation = "kata";
    out_.takes_any_input = true;
    out_.execution.timeout_per_step = kSkillTimeout;
    add_settings(kata_.ai, out_.env);
    for (std::uint32_t p = 0; p < ids_.size(); ++p) add_results(p);
    for (std::uint32_t p = 0; p < ids_.size() && !is_too_much_; ++p) add_phase(p);
    for (auto& [name, source] : variables_.outputs())
      out_.outputs.push_back({std::move(name), std::move(source), kata_.name.place});
    return std::move(out_);
  }

 private:
  // AI_MODEL, AI_TAGS, AI_FALLBACK: for the programs of skills.
  static void add_settings(const std::vector<KataAi>& settings, Environment& env) {
    for (const KataAi& ai : settings) {
      std::string key(ai.key);
      for (char& c : key) c = c == '-' ? '_' : to_upper(c);
      env.emplace_back(std::move(key), fmt::format("{}", fmt::join(ai.words, " ")));
    }
  }

  void add_results(std::uint32_t p) {
    const KataPhase& phase = kata_.phases[p];
    for (std::size_t a = 0; a < phase.actions.size(); ++a) {
      const KataAction& action = phase.actions[a];
      const KataActionIds& ids = ids_[p].actions[a];
      KataResult result;
      result.id = ids.id;
      result.path = kata_step_path(ids.id) + ".result";
      switch (action.kind) {
        case KataAction::Kind::wait_event:
          continue;
        case KataAction::Kind::run_skill:
          result.name = action.name.text;
          break;
        case KataAction::Kind::spawn_kata:
          result.kind = KataResult::Kind::spawn;
          result.name = action.spawn.binding.text;
          break;
        case KataAction::Kind::spawn_parallel:
          result.kind = KataResult::Kind::join;
          result.id = ids.joined;
          result.path = kata_step_path(ids.joined) + ".outputs.parallel_results";
          for (std::size_t m = 0; m < ids.members.size(); ++m) {
            result.members.emplace_back(action.members[m].binding.text,
                                        kata_step_path(ids.members[m]) + ".result");
          }
          break;
      }
      variables_.add(p, std::move(result));
    }
  }

  // What a phase needs before it and when it runs: of its step or its group.
  struct Entrance {
    std::vector<Dependency> depends_on;
    std::string when;
    Place when_place;
  };

  void add_phase(std::uint32_t p) {
    const KataPhase& phase = kata_.phases[p];
    const KataPhaseIds& ids = ids_[p];
    Entrance entrance = entrance_of(p);
    std::vector<Dependency> before = ids.is_group ? std::vector<Dependency>() : entrance.depends_on;
    if (ids.is_group) {
      Group group;
      group.id = ids.id;
      group.place = phase.name.place;
      group.depends_on = std::move(entrance.depends_on);
      group.when = entrance.when;
      group.when_place = entrance.when_place;
      // What a spawn parallel leaves behind is kept even when it has failed.
      group.rule.on_first_failure = OnFirstFailure::drain;
      group.rule.is_policy_explicit = true;
      group_ = out_.groups.size();
      out_.groups.push_back(std::move(group));
    }
    std::size_t seen = 0;
    for (std::size_t a = 0; a < phase.actions.size(); ++a) {
      add_action(p, a, seen, before);
      if (phase.actions[a].kind != KataAction::Kind::wait_event) ++seen;
    }
    const bool is_empty = phase.actions.empty();
    if (!ids.fail.empty()) {
      Step step = new_step(ids.fail, phase.transitions[0].place, before);
      step.action =
          CommandAction{failing_with(fmt::format("phase '{}' ends with `fail`", phase.name.text)),
                        phase.transitions[0].place};
      add_step(std::move(step), ids.is_group);
    } else if (is_empty) {
      add_step(new_step(ids.id, phase.name.place, before), false);
    }
    if (!ids.is_group) set_condition(entrance);
    if (!ids.stuck.empty()) add_stuck(p);
  }

  // A phase that is one step: the one added last.
  void set_condition(const Entrance& entrance) {
    if (entrance.when.empty()) return;
    StepDetails& details = out_.steps.back().edit_details();
    details.when = entrance.when;
    details.when_place = entrance.when_place;
  }

  static Step new_step(std::string id, Place place, std::vector<Dependency> depends_on) {
    Step step;
    step.id = std::move(id);
    step.place = place;
    step.depends_on = std::move(depends_on);
    return step;
  }

  void add_step(Step step, bool is_member) {
    if (is_member)
      out_.groups[group_].members.push_back({step.id, DependencyOn::success, step.place});
    out_.steps.push_back(std::move(step));
  }

  // `before` becomes what the next action waits for.
  void add_action(std::uint32_t p, std::size_t a, std::size_t seen,
                  std::vector<Dependency>& before) {
    const KataPhase& phase = kata_.phases[p];
    const KataAction& action = phase.actions[a];
    const KataActionIds& ids = ids_[p].actions[a];
    const bool is_member = ids_[p].is_group;
    std::vector<Dependency> after = {{ids.id, DependencyOn::success, action.place}};
    switch (action.kind) {
      case KataAction::Kind::run_skill: {
        Step step = new_step(ids.id, phase_place(phase, action), std::move(before));
        step.action =
            ToolAction{fmt::format("skill:{}", action.name.text), action.name.place, {}, {"skill"}};
        StepDetails& details = step.edit_details();
        details.stdin_json = counted(to_json(Datum{variables_.values(p, seen)}));
        details.outputs.emplace_back("result", "stdout");
        add_settings(phase.ai, details.env);
        add_step(std::move(step), is_member);
        break;
      }
      case KataAction::Kind::wait_event: {
        Step step = new_step(ids.id, phase_place(phase, action), std::move(before));
        WaitAction wait;
        wait.event = action.name.text;
        wait.place = action.name.place;
        step.action = std::move(wait);
        step.timeout = action.timeout;
        add_step(std::move(step), is_member);
        break;
      }
      case KataAction::Kind::spawn_kata: {
        Step step = new_step(ids.id, phase_place(phase, action), std::move(before));
        call(action.spawn, action.spawn.binding.text, variables_.values(p, seen), step);
        add_settings(phase.ai, step.edit_details().env);
        add_step(std::move(step), is_member);
        break;
      }
      case KataAction::Kind::spawn_parallel:
        after = add_parallel(p, action, ids, seen, std::move(before));
        break;
    }
    before = std::move(after);
  }

  // A phase of one step is shown where the phase is named.
  [[nodiscard]] static Place phase_place(const KataPhase& phase, const KataAction& action) {
    return phase.actions.size() == 1 ? phase.name.place : action.place;
  }

  void call(const KataSpawn& spawn, std::string_view child, Datum::Map values, Step& step) {
    CallAction call;
    call.workstream = spawn.kata.text;
    call.version = spawn.version.text;
    call.place = spawn.kata.place;
    call.tools = {fmt::format("kata:{}@{}", spawn.kata.text, spawn.version.text), "kata"};
    if (!child.empty()) values.emplace_back("childName", Datum{std::string(child)});
    for (auto& [name, value] : values)
      call.inputs.emplace_back(std::move(name), counted(to_json(value)));
    step.action = std::move(call);
    step.timeout = kSpawnTimeout;
    step.edit_details().outputs.emplace_back("result", "stdout");
  }

  std::vector<Dependency> add_parallel(std::uint32_t p, const KataAction& action,
                                       const KataActionIds& ids, std::size_t seen,
                                       std::vector<Dependency> before) {
    Group children = kata_children(action, ids, std::move(before));
    const Place at = action.place;
    const auto add_member = [&](const std::string& id) {
      out_.groups[group_].members.push_back({id, DependencyOn::success, at});
    };
    const std::vector<std::string> names = kata_member_names(action);
    const Datum::Map values = variables_.values(p, seen);
    for (std::size_t m = 0; m < action.members.size(); ++m) {
      const KataSpawn& spawn = action.members[m];
      Step step = new_step(ids.members[m], spawn.kata.place, {});
      call(spawn, names[m], values, step);
      add_settings(kata_.phases[p].ai, step.edit_details().env);
      add_step(std::move(step), false);
    }
    add_member(children.id);
    out_.groups.push_back(std::move(children));
    add_step(kata_joined(action, ids), true);
    std::vector<Dependency> after = {{ids.id, DependencyOn::success, at},
                                     {ids.joined, DependencyOn::success, at}};
    if (!needs_kata_check(action)) return after;
    auto [check, step] = kata_check(action, ids);
    add_member(check.id);
    after.push_back({check.id, DependencyOn::success, at});
    out_.groups.push_back(std::move(check));
    add_step(std::move(step), false);
    return after;
  }

  Entrance entrance_of(std::uint32_t p) {
    Entrance out;
    const auto& edges = graph_.predecessors(p);
    const bool is_one = std::all_of(edges.begin(), edges.end(), [&](const KataEdge& edge) {
      return edge.from == edges.front().from;
    });
    for (std::size_t first = 0; first < edges.size();) {
      std::size_t end = first;
      std::string guard;
      for (; end < edges.size() && edges[end].from == edges[first].from; ++end) {
        const std::string one = guard_of(edges[end]);
        if (!one.empty()) guard += (guard.empty() ? "" : " or ") + one;
      }
      const std::string& from = ids_[edges[first].from].id;
      out.depends_on.push_back(
          {from, is_one ? DependencyOn::success : DependencyOn::done, edges[first].place});
      if (!is_one) {
        const std::string reached =
            fmt::format("{}.state in ['succeeded', 'unverified']", kata_step_path(from));
        guard = guard.empty() ? reached : fmt::format("({} and ({}))", reached, guard);
        if (end < edges.size()) guard += " or ";
      }
      out.when += guard;
      first = end;
    }
    if (!out.when.empty()) out.when_place = edges.front().place;
    out.when = counted(std::move(out.when));
    return out;
  }

  // When the transition takes this edge; empty: always.
  std::string guard_of(const KataEdge& edge) {
    const KataTransition& transition = kata_.phases[edge.from].transitions.front();
    if (transition.kind != KataTransition::Kind::branch) return "";
    return guard(edge.from, transition, edge.branch);
  }

  // The branch holds, and none before it; the one behind the last: none holds.
  std::string guard(std::uint32_t from, const KataTransition& transition, std::size_t branch) {
    std::string out;
    const std::vector<std::string>& texts = conditions_of(from, transition);
    for (std::size_t b = 0; b < branch; ++b)
      out += fmt::format("{}not ({})", out.empty() ? "" : " and ", texts[b]);
    const bool has_own = branch < texts.size() && !texts[branch].empty();
    if (has_own) out += (out.empty() ? "" : " and ") + texts[branch];
    return branch == 0 || !has_own ? out : fmt::format("({})", out);
  }

  // Mistakes are told once: phases in order ask for the conditions of the same phase many times.
  const std::vector<std::string>& conditions_of(std::uint32_t from,
                                                const KataTransition& transition) {
    std::vector<std::string>& texts = conditions_.try_emplace(from).first->second;
    if (!texts.empty()) return texts;
    for (const KataBranch& branch : transition.branches) {
      texts.push_back(branch.condition
                          ? kata_condition_text(*branch.condition, variables_, from, diagnostics_)
                          : "");
    }
    return texts;
  }

  void add_stuck(std::uint32_t p) {
    const KataPhase& phase = kata_.phases[p];
    const KataTransition& transition = phase.transitions.front();
    Step step = new_step(ids_[p].stuck, transition.place,
                         {{ids_[p].id, DependencyOn::success, transition.place}});
    step.action =
        CommandAction{failing_with(fmt::format(
                          "no condition of phase '{}' holds, and it has no else", phase.name.text)),
                      transition.place};
    StepDetails& details = step.edit_details();
    details.when = counted(guard(p, transition, transition.branches.size()));
    details.when_place = transition.place;
    add_step(std::move(step), false);
  }

  std::string counted(std::string text) {
    text_ += text.size();
    if (text_ > kMostText && !is_too_much_) {
      is_too_much_ = true;
      diagnostics_.error(mistakes::limit_exceeded, kata_.name.place,
                         "the conditions and inputs of the kata take more than 64 MiB",
                         "make several katas of it");
    }
    return text;
  }

  const Kata& kata_;
  const KataGraph& graph_;
  Diagnostics& diagnostics_;
  std::vector<KataPhaseIds> ids_;
  KataVariables variables_;
  Workstream out_;
  std::size_t group_ = 0;                                                   // of the phase
  std::unordered_map<std::uint32_t, std::vector<std::string>> conditions_;  // by phase
  std::size_t text_ = 0;
  bool is_too_much_ = false;
};

}  // namespace

Workstream lower_kata(const Kata& kata, const KataGraph& graph, Diagnostics& diagnostics) {
  return KataLowering(kata, graph, diagnostics).run();
}

}  // namespace ws
