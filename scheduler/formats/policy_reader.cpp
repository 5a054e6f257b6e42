#include "formats/policy_reader.h"

#include <limits>

#include <fmt/format.h>

#include "formats/coerce.h"
#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

Backoff backoff_named(std::string_view word) {
  if (word == "fixed") return Backoff::fixed;
  if (word == "linear") return Backoff::linear;
  if (word == "exponential") return Backoff::exponential;
  return Backoff::none;
}

std::uint32_t plus_one(std::uint32_t count) {
  return count == std::numeric_limits<std::uint32_t>::max() ? count : count + 1;
}

// Whether the breaker gives a retry without a backoff one that grows (engine/retry.h does it).
bool escalates(const std::optional<BreakerPolicy>& breaker) {
  return breaker && (breaker->escalation_strategy == "linear_backoff" ||
                     breaker->escalation_strategy == "exponential_backoff");
}

class RetryReader {
 public:
  RetryReader(const Field& field, const std::optional<BreakerPolicy>& breaker, Reading& reading)
      : fields_(field.value, kRetryObject), is_escalated_(escalates(breaker)), reading_(reading) {}

  RetryPolicy read() {
    RetryPolicy policy;
    if (!read_flag(fields_.find(Key::enabled), true)) return policy;
    policy.attempts = read_count(either(Key::attempts, Key::max_attempts), 0);
    policy.initial_delay = read_duration(fields_.find(Key::initial_delay));
    policy.backoff = backoff(policy.initial_delay);
    policy.max_delay = read_duration(fields_.find(Key::max_delay));
    if (const Field* factor = fields_.find(Key::factor))
      policy.factor = to_number(factor->value).value_or(policy.factor);
    policy.jitter = read_flag(fields_.find(Key::jitter), false);
    policy.on_exit = read_integers(fields_.find(Key::on_exit));
    policy.on_output = read_texts(fields_.find(Key::on_output));
    check_delays(policy);
    return policy;
  }

 private:
  [[nodiscard]] const Field* either(Key first, Key second) const {
    const Field* field = fields_.find(first);
    return field != nullptr ? field : fields_.find(second);
  }

  [[nodiscard]] Backoff backoff(Duration initial_delay) const {
    const Field* word = either(Key::backoff, Key::strategy);
    if (word != nullptr) return backoff_named(read_text(word));
    return initial_delay > Duration{} && !is_escalated_ ? Backoff::fixed : Backoff::none;
  }

  void check_delays(const RetryPolicy& policy) {
    const bool is_growing = is_escalated_ || policy.backoff == Backoff::linear ||
                            policy.backoff == Backoff::exponential;
    Diagnostics& diagnostics = reading_.diagnostics;
    const bool is_first_given = policy.initial_delay > Duration{};
    const Duration first = is_first_given ? policy.initial_delay : kDefaultInitialDelay;
    if (const Field* cap = fields_.find(Key::max_delay)) {
      if (!is_growing && either(Key::backoff, Key::strategy) == nullptr) {
        diagnostics.error(mistakes::contradiction, cap->key_place,
                          fmt::format("'{}' has a meaning only beside 'backoff'", cap->key),
                          "add 'backoff: exponential' or 'backoff: linear'");
      } else if (!is_growing) {
        no_effect(*cap, "a delay that does not grow needs no longest one");
      } else if (policy.max_delay > Duration{} && policy.max_delay < first) {
        diagnostics.error(
            mistakes::contradiction, cap->value.place(),
            fmt::format("'{}' is {}, less than 'initial_delay', which is {}{}", cap->key,
                        format_duration(policy.max_delay), format_duration(first),
                        is_first_given ? "" : " unless it is given"),
            "the delay begins at 'initial_delay' and grows up to 'max_delay'");
      }
    }
    if (const Field* jitter = fields_.find(Key::jitter);
        jitter != nullptr && policy.jitter && !is_escalated_ && policy.backoff == Backoff::none)
      no_effect(*jitter, "there is no delay to spread: add 'backoff' or 'initial_delay'");
    if (const Field* factor = fields_.find(Key::factor);
        factor != nullptr && !is_escalated_ && policy.backoff != Backoff::exponential)
      no_effect(*factor, "only 'backoff: exponential' grows by a factor");
  }

  void no_effect(const Field& field, std::string why) {
    reading_.diagnostics.warning(mistakes::not_applicable, field.key_place,
                                 fmt::format("'{}' has no effect here", field.key), std::move(why));
  }

  Fields fields_;
  bool is_escalated_;
  Reading& reading_;
};

std::optional<BreakerPolicy> read_breaker(const Field* field) {
  if (field == nullptr || !field->value.is_object()) return std::nullopt;
  const Fields fields(field->value, kBreakerObject);
  BreakerPolicy policy;
  if (!read_flag(fields.find(Key::enabled), true)) return policy;
  policy.max_attempts = read_count(fields.find(Key::max_attempts), 0);
  policy.max_error_repeats = read_count(fields.find(Key::max_error_repeats), 0);
  policy.oscillation_threshold = read_count(fields.find(Key::oscillation_threshold), 0);
  policy.per_phase = read_flag(fields.find(Key::per_phase), false);
  policy.per_step = read_flag(fields.find(Key::per_step), !policy.per_phase);
  policy.cooldown = read_duration(fields.find(Key::cooldown));
  policy.error_patterns = read_texts(fields.find(Key::error_patterns));
  policy.escalation_strategy = read_text(fields.find(Key::escalation_strategy));
  // It opens at once.
  if (policy.escalation_strategy == "circuit_break") policy.max_error_repeats = 1;
  return policy;
}

}  // namespace

RetryPolicy retries_of(std::uint32_t retries, Duration delay) {
  RetryPolicy policy;
  policy.attempts = plus_one(retries);
  policy.initial_delay = delay;
  policy.backoff = delay > Duration{} ? Backoff::fixed : Backoff::none;
  return policy;
}

Trying read_trying(const Fields& fields, Reading& reading) {
  Trying out;
  out.breaker = read_breaker(fields.find(Key::circuit_breaker));
  const Field* retry = fields.find(Key::retry);
  if (retry != nullptr && retry->value.is_object()) {
    out.retry = RetryReader(*retry, out.breaker, reading).read();
  } else if (const Field* retries = fields.find(Key::retries)) {
    out.retry = retries_of(read_count(retries, 0), {});
  }
  return out;
}

SuccessRule read_success(const Field* field) {
  SuccessRule rule;
  if (field == nullptr || !field->value.is_object()) return rule;
  const Fields fields(field->value, kSuccessObject);
  rule.exit_codes = read_integers(fields.find(Key::exit_codes));
  rule.require_output = read_texts(fields.find(Key::require_output));
  rule.fail_on_output = read_texts(fields.find(Key::fail_on_output));
  rule.files = read_texts(fields.find(Key::files));
  rule.no_change = read_text(fields.find(Key::no_change));
  return rule;
}

std::optional<OnFailure> read_on_failure(const Field* field) {
  const std::string word = read_text(field);
  if (word == "abort" || word == "fail_fast") return OnFailure::abort;
  if (word == "skip_dependents") return OnFailure::skip_dependents;
  if (word == "continue") return OnFailure::carry_on;
  return std::nullopt;
}

}  // namespace ws
