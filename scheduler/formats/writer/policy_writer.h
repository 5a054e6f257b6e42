// Policies of the model as native keys: retry, breaker, success, group rules, loops.
//
// The other way of policy_reader.h and group_rule_reader.h. Knows nothing of steps and groups.
#pragma once

#include <optional>

#include "formats/writer/native_value.h"
#include "formats/writer/writing.h"
#include "model/policy.h"

namespace ws {

[[nodiscard]] std::string_view word_of(OnFailure on_failure);

void put_retry(NativeObject& out, const std::optional<RetryPolicy>& retry);
void put_breaker(NativeObject& out, const std::optional<BreakerPolicy>& breaker);
void put_success(NativeObject& out, const SuccessRule& rule);
void put_repeat(NativeObject& out, const std::optional<RepeatPolicy>& repeat);

// join, the policy (under `preset`, or in its parts), execute and max_workers.
void put_rule(NativeObject& out, const GroupRule& rule, Key preset);

}  // namespace ws
