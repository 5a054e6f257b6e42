#include "report/group_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

std::string_view name(Backoff backoff) {
  switch (backoff) {
    case Backoff::none:
      return "at once";
    case Backoff::fixed:
      return "fixed";
    case Backoff::linear:
      return "linear";
    case Backoff::exponential:
      return "exponential";
  }
  return {};
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string_view name(Join join) {
  switch (join) {
    case Join::all:
      return "all";
    case Join::any:
      return "any";
    case Join::first:
      return "first";
    case Join::settled:
      return "settled";
  }
  return {};
}

std::string_view name(OnFirstFailure what) {
  switch (what) {
    case OnFirstFailure::cancel:
      return "cancel";
    case OnFirstFailure::drain:
      return "drain";
  }
  return {};
}

std::string_view name(FailIf which) {
  switch (which) {
    case FailIf::any:
      return "any";
    case FailIf::all:
      return "all";
    case FailIf::none:
      return "none";
  }
  return {};
}

std::string_view name(Errors errors) {
  switch (errors) {
    case Errors::surface:
      return "surface";
    case Errors::drop:
      return "drop";
  }
  return {};
}

std::string rule_text(const GroupRule& rule) {
  std::vector<std::string> parts;
  const bool is_race = rule.join == Join::any || rule.join == Join::first;
  if (rule.join == Join::any) {
    parts.push_back(fmt::format("join: any {}", rule.join_count));
  } else if (rule.join != Join::all) {
    parts.push_back(fmt::format("join: {}", name(rule.join)));
  }
  if (is_race || rule.losers) {
    const bool is_cancelling = rule.losers.value_or(Losers::cancel) == Losers::cancel;
    parts.emplace_back(is_cancelling ? "losers cancelled" : "losers run on");
  }
  const bool is_said = !is_race || rule.is_policy_explicit;
  if (const std::string_view policy = preset_name(rule); policy.empty()) {
    if (is_said) parts.push_back(fmt::format("on_first_failure: {}", name(rule.on_first_failure)));
    parts.push_back(fmt::format("fail_if: {}", name(rule.fail_if)));
    if (rule.errors == Errors::drop) parts.emplace_back("errors: drop");
  } else if (policy != "fail_fast" || (is_race && rule.is_policy_explicit)) {
    parts.push_back(fmt::format("on_failure: {}", policy));
  }
  if (rule.execute == Execute::sequential) parts.emplace_back("sequential");
  if (rule.max_workers > 0) parts.push_back(fmt::format("max_workers {}", rule.max_workers));
  if (rule.timeout > Duration::zero()) parts.push_back("timeout " + format_exact(rule.timeout));
  return joined(parts);
}

GroupRule rule_from_text(std::string_view text) {
  GroupRule rule;
  const auto named = [](std::string_view part, std::string_view key, const auto& choices,
                        auto& value) {
    if (!part.starts_with(key)) return;
    for (const auto choice : choices) {
      if (part.substr(key.size()).starts_with(name(choice))) value = choice;
    }
  };
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(", "));
    text.remove_prefix(std::min(text.size(), part.size() + 2));
    if (part.starts_with("when ")) break;  // its own words may look like a rule's
    named(part, "join: ", std::array{Join::all, Join::any, Join::first, Join::settled}, rule.join);
    named(part, "on_first_failure: ", std::array{OnFirstFailure::cancel, OnFirstFailure::drain},
          rule.on_first_failure);
    named(part, "fail_if: ", std::array{FailIf::any, FailIf::all, FailIf::none}, rule.fail_if);
    if (part == "errors: drop") rule.errors = Errors::drop;
    if (part == "sequential") rule.execute = Execute::sequential;
    constexpr std::string_view kPreset = "on_failure: ";
    if (!part.starts_with(kPreset)) continue;
    const std::string_view word = part.substr(kPreset.size());
    if (word != "fail_fast") rule.on_first_failure = OnFirstFailure::drain;
    if (word == "collect") rule.fail_if = FailIf::all;
    if (word == "continue" || word == "ignore") rule.fail_if = FailIf::none;
    if (word == "ignore") rule.errors = Errors::drop;
  }
  return rule;
}

std::string retry_text(const RetryPolicy& retry) {
  if (retry.attempts <= 1) return {};
  std::string text = fmt::format("{}, {}", counted(retry.attempts, "attempt"), name(retry.backoff));
  if (retry.backoff != Backoff::none && retry.initial_delay > Duration::zero())
    text += " from " + format_exact(retry.initial_delay);
  if (retry.backoff != Backoff::none && retry.max_delay > Duration::zero())
    text += " to " + format_exact(retry.max_delay);
  return text;
}

std::string items_text(const PlanGroup& group) {
  if (group.is_dynamic && group.items.empty()) return "for_each: items found at run time";
  return "for_each: " + counted(group.items.size(), "item");
}

bool is_fan_out(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  return is_gate && plan.group(of.group).role == GroupRole::fan_out;
}

const GroupRule& written_rule(const Plan& plan, GroupId id) {
  if (plan.group(id).role == GroupRole::group) {
    for (const GroupId inner : plan.inner_groups(id)) {
      if (plan.group(inner).role == GroupRole::body) return plan.group(inner).rule;
    }
  }
  return plan.group(id).rule;
}

std::string group_text(const Plan& plan, GroupId id) {
  const PlanGroup& group = plan.group(id);
  std::vector<std::string> parts;
  if (group.role == GroupRole::fan_out) parts.push_back(items_text(group));
  if (std::string rule = rule_text(written_rule(plan, id)); !rule.empty())
    parts.push_back(std::move(rule));
  if (group.role != GroupRole::group || group.declared == PlanGroup::kWholeWorkstream)
    return joined(parts);
  const Group& written = plan.workset().workstreams[group.workstream].groups[group.declared];
  if (!written.when.empty()) parts.push_back("when " + written.when);
  if (written.retry) {
    if (std::string retry = retry_text(*written.retry); !retry.empty())
      parts.push_back(std::move(retry));
  }
  if (written.repeat) {
    const RepeatPolicy& repeat = *written.repeat;
    std::string rounds = fmt::format("at most {}", counted(repeat.max_rounds, "round"));
    if (!repeat.until.empty()) rounds += " until " + repeat.until;
    if (!repeat.while_.empty()) rounds += " while " + repeat.while_;
    parts.push_back(std::move(rounds));
  }
  if (!written.catch_steps.empty()) parts.push_back("catch: " + listed(written.catch_steps));
  if (!written.finally_steps.empty()) parts.push_back("finally: " + listed(written.finally_steps));
  return joined(parts);
}

}  // namespace ws
