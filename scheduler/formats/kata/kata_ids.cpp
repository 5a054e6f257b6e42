#include "formats/kata/kata_ids.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace ws {
namespace {

constexpr std::size_t kLongest = 180;  // bytes; the model's limit is 200

std::string_view last_part(std::string_view name) {
  while (name.ends_with('.')) name.remove_suffix(1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

class Ids {
 public:
  void reserve(std::string_view id) { used_.emplace(id); }

  std::string unique(std::string wanted) {
    if (wanted.size() > kLongest) wanted.resize(kLongest);
    if (used_.insert(wanted).second) return wanted;
    std::size_t& number = numbers_.try_emplace(wanted, 2).first->second;
    while (true) {
      std::string other = fmt::format("{}-{}", wanted, number++);
      if (used_.insert(other).second) return other;
    }
  }

  [[nodiscard]] bool are_free(const std::vector<std::string>& ids) const {
    return std::none_of(ids.begin(), ids.end(), [&](const std::string& id) {
      return id.size() > kLongest || used_.count(id) > 0;
    });
  }

 private:
  std::unordered_set<std::string> used_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

// Results go by the names of the members. Where one of those is taken, group and members are a
// scope of their own ("load:children", "load:part1"), which is no part of the name
// (engine/run_aggregate.cpp).
void parallel_ids(const KataPhase& phase, const KataAction& action, Ids& ids, KataActionIds& out) {
  const std::vector<std::string> names = kata_member_names(action);
  const std::string_view mark = ids.are_free(names) ? "" : ":";
  const auto of_phase = [&](std::string_view word, std::string_view between) {
    return ids.unique(fmt::format("{}{}{}", phase.name.text, between, word));
  };
  out.id = of_phase("children", mark.empty() ? "." : mark);
  out.joined = of_phase("joined", ".");
  out.check = of_phase("any-success", ".");
  for (const std::string& name : names)
    out.members.push_back(mark.empty() ? ids.unique(name) : of_phase(name, mark));
}

KataActionIds action_ids(const KataPhase& phase, const KataAction& action, bool is_alone,
                         Ids& ids) {
  KataActionIds out;
  const auto of_phase = [&](std::string_view word) {
    return ids.unique(fmt::format("{}.{}", phase.name.text, word));
  };
  switch (action.kind) {
    case KataAction::Kind::run_skill:
    case KataAction::Kind::wait_event:
      out.id = is_alone ? std::string(phase.name.text) : of_phase(last_part(action.name.text));
      break;
    case KataAction::Kind::spawn_kata: {
      const KataSpawn& spawn = action.spawn;
      out.id = is_alone                   ? std::string(phase.name.text)
               : spawn.binding.is_given() ? of_phase(spawn.binding.text)
                                          : of_phase(last_part(spawn.kata.text));
      break;
    }
    case KataAction::Kind::spawn_parallel:
      parallel_ids(phase, action, ids, out);
      break;
  }
  return out;
}

}  // namespace

std::vector<std::string> kata_member_names(const KataAction& parallel) {
  std::unordered_set<std::string_view> bindings;
  for (const KataSpawn& spawn : parallel.members) bindings.insert(spawn.binding.text);
  std::vector<std::string> out;
  Ids names;
  for (const std::string_view binding : bindings) names.reserve(binding);
  for (const KataSpawn& spawn : parallel.members) {
    out.push_back(spawn.binding.is_given() ? std::string(spawn.binding.text)
                                           : names.unique(std::string(last_part(spawn.kata.text))));
  }
  return out;
}

std::vector<KataPhaseIds> kata_ids(const Kata& kata) {
  Ids ids;
  for (const KataPhase& phase : kata.phases) ids.reserve(phase.name.text);
  std::vector<KataPhaseIds> out;
  for (const KataPhase& phase : kata.phases) {
    KataPhaseIds& one = out.emplace_back();
    one.id = phase.name.text;
    const KataTransition& transition = phase.transitions.front();
    const bool has_fail = transition.kind == KataTransition::Kind::fail;
    const bool is_parallel =
        !phase.actions.empty() && phase.actions.front().kind == KataAction::Kind::spawn_parallel;
    one.is_group = phase.actions.size() + (has_fail ? 1 : 0) > 1 || is_parallel;
    for (const KataAction& action : phase.actions)
      one.actions.push_back(action_ids(phase, action, !one.is_group, ids));
    if (has_fail) one.fail = one.is_group ? ids.unique(one.id + ".fail") : one.id;
    if (transition.kind == KataTransition::Kind::branch && !transition.has_else())
      one.stuck = ids.unique(one.id + ".no-branch");
  }
  return out;
}

}  // namespace ws
