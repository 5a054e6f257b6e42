// What a group's rule, a retry, a fan-out or a saga says, in a few words for people.
//
// Pure; knows the model only. Used by `plan`, `graph`, the result and (through cli) the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"

namespace ws {

[[nodiscard]] std::string_view name(Join join);            // "all", "any", "first", "settled"
[[nodiscard]] std::string_view name(OnFirstFailure what);  // "cancel", "drain"
[[nodiscard]] std::string_view name(FailIf which);         // "any", "all", "none"
[[nodiscard]] std::string_view name(Errors errors);        // "surface", "drop"

// "join: first, losers cancelled, sequential, max_workers 2, timeout 5m"; empty for the usual rule.
[[nodiscard]] std::string rule_text(const GroupRule& rule);
// What rule_text() or group_text() said of how the members are joined, run and judged; limits and
// losers are not read back. The store keeps rules as text.
[[nodiscard]] GroupRule rule_from_text(std::string_view text);
// The rule as the file gave it: with `catch` or `finally` it stands at the group's body.
[[nodiscard]] const GroupRule& written_rule(const Plan& plan, GroupId id);
// The rule and what stands beside it: condition, retry, rounds, catch, finally.
[[nodiscard]] std::string group_text(const Plan& plan, GroupId id);

// "3 attempts, exponential from 1s"; empty for a single attempt.
[[nodiscard]] std::string retry_text(const RetryPolicy& retry);
// "for_each: 12 items", "for_each: items found at run time".
[[nodiscard]] std::string items_text(const PlanGroup& group);
// A gate of the group that a step's items make.
[[nodiscard]] bool is_fan_out(const Plan& plan, NodeId node);

}  // namespace ws
