// Retry, breaker, success, compensation and group rules: from their blocks to the model's policies.
//
// Does not carry anything out and does not report: SchemaCheck did.
#pragma once

#include <optional>

#include "formats/fields.h"
#include "model/command.h"
#include "model/policy.h"

namespace ws {

class SourceSet;

// Nothing when the field is absent or switched off.
[[nodiscard]] std::optional<RetryPolicy> read_retry(const Field* field);
[[nodiscard]] std::optional<BreakerPolicy> read_breaker(const Field* field);
[[nodiscard]] std::optional<Compensation> read_compensation(const Field* field,
                                                            const SourceSet& sources);

// `retries` extra attempts, `delay` apart (the plan form).
[[nodiscard]] RetryPolicy retries_of(std::uint32_t retries, Duration delay);

[[nodiscard]] SuccessRule read_success(const Field* field);

// From on_failure of steps and execution: abort and fail_fast, skip_dependents, continue.
[[nodiscard]] std::optional<OnFailure> read_on_failure(const Field* field);

// execute, join, on_failure, losers, max_workers and timeout of a group or phase.
[[nodiscard]] GroupRule read_group_rule(const Fields& fields);

}  // namespace ws
