// Retry, breaker and success rules: from their blocks to the model's policies.
//
// Does not carry anything out. Reports what contradicts itself inside one block; kinds, words and
// ranges were SchemaCheck's.
#pragma once

#include <optional>

#include "formats/fields.h"
#include "formats/reading.h"
#include "model/policy.h"

namespace ws {

// `retry` (or `retries`) and `circuit_breaker` of a step, group, phase or workstream. Nothing where
// the key is absent; what is switched off is a policy that asks for nothing, so that it stands
// before the workstream's. A breaker that says neither per_step nor per_phase is one for each step.
struct Trying {
  std::optional<RetryPolicy> retry;
  std::optional<BreakerPolicy> breaker;
};
[[nodiscard]] Trying read_trying(const Fields& fields, Reading& reading);

// `retries` extra attempts, `delay` apart (the plan form).
[[nodiscard]] RetryPolicy retries_of(std::uint32_t retries, Duration delay);

[[nodiscard]] SuccessRule read_success(const Field* field);

// From on_failure of steps and execution: abort and fail_fast, skip_dependents, continue.
[[nodiscard]] std::optional<OnFailure> read_on_failure(const Field* field);

}  // namespace ws
