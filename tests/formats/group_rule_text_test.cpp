// Every point of a group's rule space can be written in a file, and is lowered to exactly itself.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "loading.h"
#include "model/lower.h"
#include "support/catch.h"

namespace ws {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

constexpr OnFirstFailure kFirst[] = {OnFirstFailure::cancel, OnFirstFailure::drain};
constexpr FailIf kFailIf[] = {FailIf::any, FailIf::all, FailIf::none};
constexpr Errors kErrors[] = {Errors::surface, Errors::drop};

std::string policy_of(const GroupRule& rule) {
  std::string text;
  if (rule.is_policy_explicit) {
    text += fmt::format(", on_first_failure: {}",
                        rule.on_first_failure == OnFirstFailure::cancel ? "cancel" : "drain");
  }
  const char* const fail_if[] = {"any", "all", "none"};
  text += fmt::format(", fail_if: {}", fail_if[static_cast<int>(rule.fail_if)]);
  return text + (rule.errors == Errors::drop ? ", errors: drop" : ", errors: surface");
}

std::string join_of(const GroupRule& rule) {
  switch (rule.join) {
    case Join::all:
      return "all";
    case Join::any:
      return fmt::format("{{any: {}}}", rule.join_count);
    case Join::first:
      return "first";
    case Join::settled:
      return "settled";
  }
  return {};
}

// The whole group behind its id, in YAML or (the same with quotes) JSON.
std::string written(const GroupRule& rule) {
  std::string text = fmt::format("join: {}{}", join_of(rule), policy_of(rule));
  if (rule.losers)
    text += *rule.losers == Losers::cancel ? ", losers: cancel" : ", losers: background";
  if (rule.execute == Execute::sequential) text += ", execute: sequential";
  if (rule.max_workers > 0) text += fmt::format(", max_workers: {}", rule.max_workers);
  if (rule.timeout > 0s) text += fmt::format(", timeout: {}s", rule.timeout / 1s);
  return text;
}

void check_same(const GroupRule& found, const GroupRule& rule) {
  CHECK(found.join == rule.join);
  CHECK(found.join_count == rule.join_count);
  CHECK(found.on_first_failure == rule.on_first_failure);
  CHECK(found.fail_if == rule.fail_if);
  CHECK(found.errors == rule.errors);
  CHECK(found.losers == rule.losers);
  CHECK(found.execute == rule.execute);
  CHECK(found.max_workers == rule.max_workers);
  CHECK(found.timeout == rule.timeout);
  CHECK(found.is_policy_explicit == rule.is_policy_explicit);
}

void check_lowered(const std::string& text, GroupRole role, const GroupRule& rule) {
  const auto loaded = test::load_yaml(text);
  INFO(text << "\n" << loaded.text());
  REQUIRE(loaded.errors().empty());
  Diagnostics diagnostics;
  const std::optional<Plan> plan = lower(loaded.workset, {}, diagnostics);
  REQUIRE(plan);
  std::size_t count = 0;
  for (const PlanGroup& group : plan->groups()) {
    if (group.role != role) continue;
    check_same(group.rule, rule);
    ++count;
  }
  CHECK(count == 1);
}

template <class Do>
void each_policy(GroupRule rule, Do&& visit) {
  for (const bool is_explicit : {false, true})
    for (const OnFirstFailure first : kFirst)
      for (const FailIf fail_if : kFailIf)
        for (const Errors errors : kErrors) {
          // Not written, the others are cancelled; drained, it does not matter who said so.
          if (!is_explicit && first == OnFirstFailure::drain) continue;
          rule.on_first_failure = first;
          rule.fail_if = fail_if;
          rule.errors = errors;
          rule.is_policy_explicit = is_explicit;
          visit(rule);
        }
}

template <class Do>
void each_join(Do&& visit) {
  GroupRule rule;
  for (const Join join : {Join::all, Join::any, Join::first, Join::settled})
    for (const std::uint32_t count : {1U, 2U}) {
      if (count == 2 && join != Join::any) continue;
      rule.join = join;
      rule.join_count = count;
      visit(rule);
    }
}

TEST_CASE("F35-F45 F51: every point of the rule space can be written and is lowered to itself") {
  std::size_t points = 0;
  each_join([&](const GroupRule& join) {
    each_policy(join, [&](GroupRule rule) {
      for (const auto losers : {std::optional<Losers>(), std::optional(Losers::cancel),
                                std::optional(Losers::background)})
        for (const std::uint32_t limit : {0U, 1U, 2U})
          for (const Execute execute : {Execute::parallel, Execute::sequential})
            for (const Duration timeout : {Duration(0s), Duration(5s)}) {
              rule.losers = losers;
              rule.max_workers = limit;
              rule.execute = execute;
              rule.timeout = timeout;
              check_lowered(
                  "id: ws-t\nstep_groups:\n  - {id: g, steps: [{id: a}, {id: b}, {id: c}], " +
                      written(rule) + "}\n",
                  GroupRole::group, rule);
              ++points;
            }
    });
  });
  CHECK(points == 5 * 18 * 3 * 3 * 2 * 2);
}

TEST_CASE("F30: the items of a step have the same policies") {
  each_join([](const GroupRule& join) {
    each_policy(join, [](const GroupRule& rule) {
      check_lowered(
          "id: ws-t\nsteps:\n  - {id: a, command: x, for_each: [1, 2, 3], " + written(rule) + "}\n",
          GroupRole::fan_out, rule);
    });
  });
}

TEST_CASE("a part of the policy stands before the word") {
  const auto found = [](const std::string& keys) {
    const auto loaded = test::load_yaml(
        "id: ws-t\nstep_groups:\n  - {id: g, steps: [{id: a}, {id: b}], " + keys + "}\n");
    return loaded.found();
  };
  CHECK(found("on_failure: continue, on_first_failure: cancel").empty());
  CHECK(found("on_failure: fail_fast, fail_if: all").empty());
  CHECK(found("on_failure: drain, errors: drop").empty());
  CHECK(found("on_failure: drain, fail_if: any").empty());
  // Together they are another word: one of the two is a mistake.
  CHECK(found("on_failure: fail_fast, on_first_failure: drain") == Strings{"?contradiction 3:63"});
  CHECK(found("on_failure: ignore, errors: surface") == Strings{"?contradiction 3:60"});
  CHECK(found("on_failure: drain, fail_if: none") == Strings{"?contradiction 3:59"});
  // What the join leaves nothing to decide of.
  CHECK(found("join: settled, fail_if: any") == Strings{"?not-applicable 3:55"});
  CHECK(found("join: settled, fail_if: none").empty());
  CHECK(found("join: first, errors: drop") == Strings{"?not-applicable 3:53"});
  CHECK(found("fail_if: some") == Strings{"bad-value 3:49"});
  CHECK(found("fial_if: all") == Strings{"misspelt-key 3:40"});
  CHECK(found("on_first_falure: drain") == Strings{"misspelt-key 3:40"});
}

}  // namespace
}  // namespace ws
