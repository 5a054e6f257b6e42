#include "formats/kata/kata_variables.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <unordered_set>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ws {
namespace {

constexpr std::size_t kMostResults = 100;  // that one phase sees
constexpr std::size_t kMostPhases = 1000;  // that are looked at for them
constexpr std::size_t kMostDefaults = 60;  // that one value nests
constexpr std::string_view kParallel[] = {"parallel_results", "parallel_errors",
                                          "parallel_aggregated"};

bool is_plain(std::string_view name) {
  return !name.empty() && is_name_start(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_name_character(c) || c == '-'; });
}

}  // namespace

std::string kata_step_path(std::string_view id) {
  return is_plain(id) ? fmt::format("steps.{}", id) : fmt::format("steps['{}']", id);
}

std::string kata_member_path(std::string path, const std::vector<std::string_view>& names) {
  for (const std::string_view name : names)
    path += is_plain(name) ? fmt::format(".{}", name) : fmt::format("['{}']", name);
  return path;
}

std::string kata_first_of(const std::vector<std::string>& paths, std::size_t most,
                          KataMissing missing) {
  const std::size_t count = std::min(paths.size(), most);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i > 0 ? ":-${" : "${") + paths[i];
  if (missing == KataMissing::is_null) out += ":-null";
  return out + std::string(count, '}');
}

KataVariables::KataVariables(const Kata& kata, const KataGraph& graph)
    : kata_(kata), graph_(graph), results_(kata.phases.size()) {
  place_in_order_.resize(kata.phases.size());
  std::uint32_t place = 0;
  for (const std::uint32_t phase : graph.order()) place_in_order_[phase] = place++;
  for (const KataPhase& phase : kata.phases) {
    for (const KataTransition& transition : phase.transitions) {
      if (transition.kind == KataTransition::Kind::branch) missing_ = KataMissing::is_null;
    }
  }
}

void KataVariables::add(std::uint32_t phase, KataResult result) {
  if (result.kind == KataResult::Kind::spawn && !result.name.empty())
    bindings_.push_back(result.name);
  for (const auto& member : result.members) bindings_.push_back(member.first);
  results_[phase].push_back(std::move(result));
}

std::vector<KataVariables::Seen> KataVariables::seen(std::vector<std::uint32_t> from,
                                                     std::uint32_t own, std::size_t actions) const {
  std::vector<Seen> out;
  std::priority_queue<std::pair<std::uint32_t, std::uint32_t>> open;
  std::unordered_set<std::uint32_t> known;
  const auto visit = [&](std::uint32_t phase) {
    if (known.insert(phase).second) open.emplace(place_in_order_[phase], phase);
  };
  for (const std::uint32_t phase : from) visit(phase);
  for (std::size_t looked = 0; !open.empty() && looked < kMostPhases; ++looked) {
    const std::uint32_t phase = open.top().second;
    open.pop();
    const auto& results = results_[phase];
    const std::size_t count = phase == own ? std::min(actions, results.size()) : results.size();
    for (std::size_t i = count; i-- > 0;) {
      if (out.size() == kMostResults) return out;
      out.push_back({phase, &results[i]});
    }
    for (const KataEdge& edge : graph_.predecessors(phase)) visit(edge.from);
  }
  return out;
}

std::vector<const KataResult*> KataVariables::before(std::uint32_t phase,
                                                     std::size_t actions) const {
  std::vector<const KataResult*> out;
  for (const Seen& one : seen({phase}, phase, actions)) out.push_back(one.result);
  return out;
}

std::string KataVariables::value(const std::vector<std::string>& paths) const {
  return kata_first_of(paths, kMostDefaults, missing_);
}

// Names in the order of their first use, so that the text is the same for the same file.
void KataVariables::add_values(const std::vector<Seen>& seen, Datum::Map& out) const {
  std::vector<std::string_view> names;
  const auto paths_of = [&](std::string_view name) {
    std::vector<std::string> paths;
    for (const Seen& one : seen) {
      if (one.result->kind == KataResult::Kind::spawn && one.result->name == name)
        paths.push_back(one.result->path);
    }
    return paths;
  };
  for (auto it = seen.rbegin(); it != seen.rend(); ++it) {
    const KataResult& result = *it->result;
    const bool is_binding = result.kind == KataResult::Kind::spawn && !result.name.empty();
    if (is_binding && std::find(names.begin(), names.end(), result.name) == names.end())
      names.push_back(result.name);
  }
  for (const std::string_view name : names) {
    Datum::Map record;
    const auto last = std::find_if(seen.begin(), seen.end(), [&](const Seen& one) {
      return one.result->kind == KataResult::Kind::spawn && one.result->name == name;
    });
    record.emplace_back("childTaskId",
                        Datum{fmt::format("{}/{}", kata_.name.text, last->result->id)});
    record.emplace_back("success", Datum{true});
    record.emplace_back("output", Datum{value(paths_of(name))});
    out.emplace_back(std::string(name), Datum{std::move(record)});
  }
  for (const std::string_view key : kParallel) {
    std::vector<std::string> paths;
    for (const Seen& one : seen) {
      if (one.result->kind == KataResult::Kind::join)
        paths.push_back(fmt::format("{}.outputs.{}", kata_step_path(one.result->id), key));
    }
    if (!paths.empty()) out.emplace_back(std::string(key), Datum{value(paths)});
  }
}

Datum::Map KataVariables::values(std::uint32_t phase, std::size_t actions) const {
  const std::vector<Seen> all = seen({phase}, phase, actions);
  Datum::Map out;
  out.emplace_back("inputs", Datum{std::string("${inputs}")});
  Datum::Map phases;
  std::unordered_set<std::uint32_t> named;
  for (const Seen& one : all) {
    if (!named.insert(one.phase).second) continue;
    phases.emplace_back(std::string(kata_.phases[one.phase].name.text),
                        Datum{value({one.result->path})});
  }
  std::reverse(phases.begin(), phases.end());
  out.emplace_back("phases", Datum{std::move(phases)});
  add_values(all, out);
  return out;
}

std::vector<std::pair<std::string, std::string>> KataVariables::outputs() const {
  std::vector<std::uint32_t> ends;
  for (std::uint32_t i = 0; i < kata_.phases.size(); ++i) {
    const auto& transitions = kata_.phases[i].transitions;
    if (!transitions.empty() && transitions[0].kind == KataTransition::Kind::complete)
      ends.push_back(i);
  }
  if (ends.empty()) {
    for (std::uint32_t i = 0; i < kata_.phases.size(); ++i) ends.push_back(i);
  }
  const std::vector<Seen> all = seen(ends, static_cast<std::uint32_t>(kata_.phases.size()), 0);
  std::vector<std::pair<std::string, std::string>> out;
  if (all.empty()) {
    // Who spawns it may ask for its result all the same: null, when it has ended well.
    out.emplace_back("result", "${" + kata_step_path(kata_.initial.text) + ".error:-null}");
    return out;
  }
  // What a phase left behind counts only when no later one of the same way did: they come first.
  std::vector<std::string> paths;
  for (const Seen& one : all) paths.push_back(one.result->path);
  const bool is_certain = missing_ == KataMissing::is_error;
  out.emplace_back("result", is_certain ? "${" + paths[0] + "}" : value(paths));
  Datum::Map variables;
  add_values(all, variables);
  for (const auto& [name, datum] : variables) {
    if (name == "result") continue;
    if (const auto* text = std::get_if<std::string>(&datum.value)) {
      out.emplace_back(name, *text);
    } else {
      out.emplace_back(name, std::get<std::string>(datum.find("output")->value));
    }
  }
  return out;
}

}  // namespace ws
