#include "formats/policy_reader.h"

#include <limits>

#include "base/source.h"
#include "formats/coerce.h"
#include "formats/reading.h"
#include "formats/shapes.h"
#include "formats/value_text.h"
#include "model/command.h"

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

void read_group_failure(const Field* field, GroupRule& rule) {
  if (field == nullptr) return;
  rule.is_policy_explicit = true;
  const std::string word = read_text(field);
  rule.on_first_failure = word == "fail_fast" ? OnFirstFailure::cancel : OnFirstFailure::drain;
  if (word == "collect") rule.fail_if = FailIf::all;
  if (word == "continue" || word == "ignore") rule.fail_if = FailIf::none;
  if (word == "ignore") rule.errors = Errors::drop;
}

void read_join(const Field* field, GroupRule& rule) {
  if (field == nullptr) return;
  if (field->value.is_object()) {
    const Fields fields(field->value, kJoinObject);
    rule.join = Join::any;
    rule.join_count = read_count(fields.find(Key::any), 1);
    return;
  }
  const std::string word = read_text(field);
  if (word == "first") rule.join = Join::first;
  if (word == "any") rule.join = Join::any;
  if (word == "settled") rule.join = Join::settled;
}

}  // namespace

std::optional<RetryPolicy> read_retry(const Field* field) {
  if (field == nullptr || !field->value.is_object()) return std::nullopt;
  const Fields fields(field->value, kRetryObject);
  if (!read_flag(fields.find(Key::enabled), true)) return std::nullopt;
  RetryPolicy policy;
  const Field* attempts = fields.find(Key::attempts);
  if (attempts == nullptr) attempts = fields.find(Key::max_attempts);
  policy.attempts = read_count(attempts, 0);
  const Field* backoff = fields.find(Key::backoff);
  if (backoff == nullptr) backoff = fields.find(Key::strategy);
  policy.backoff = backoff_named(read_text(backoff));
  policy.initial_delay = read_duration(fields.find(Key::initial_delay));
  if (backoff == nullptr && policy.initial_delay > Duration{}) policy.backoff = Backoff::fixed;
  policy.max_delay = read_duration(fields.find(Key::max_delay));
  if (const Field* factor = fields.find(Key::factor))
    policy.factor = to_number(factor->value).value_or(policy.factor);
  policy.jitter = read_flag(fields.find(Key::jitter), false);
  policy.on_exit = read_integers(fields.find(Key::on_exit));
  policy.on_output = read_texts(fields.find(Key::on_output));
  return policy;
}

RetryPolicy retries_of(std::uint32_t retries, Duration delay) {
  RetryPolicy policy;
  policy.attempts = plus_one(retries);
  policy.initial_delay = delay;
  policy.backoff = delay > Duration{} ? Backoff::fixed : Backoff::none;
  return policy;
}

std::optional<BreakerPolicy> read_breaker(const Field* field) {
  if (field == nullptr || !field->value.is_object()) return std::nullopt;
  const Fields fields(field->value, kBreakerObject);
  if (!read_flag(fields.find(Key::enabled), true)) return std::nullopt;
  BreakerPolicy policy;
  policy.max_attempts = read_count(fields.find(Key::max_attempts), 0);
  policy.max_error_repeats = read_count(fields.find(Key::max_error_repeats), 0);
  policy.oscillation_threshold = read_count(fields.find(Key::oscillation_threshold), 0);
  policy.per_phase = read_flag(fields.find(Key::per_phase), false);
  policy.per_step = read_flag(fields.find(Key::per_step), !policy.per_phase);
  policy.cooldown = read_duration(fields.find(Key::cooldown));
  policy.error_patterns = read_texts(fields.find(Key::error_patterns));
  policy.escalation_strategy = read_text(fields.find(Key::escalation_strategy));
  return policy;
}

std::optional<Compensation> read_compensation(const Field* field, const SourceSet& sources) {
  if (field == nullptr || !field->value.is_object()) return std::nullopt;
  const Fields fields(field->value, kCompensationObject);
  Compensation out;
  out.enabled = read_flag(fields.find(Key::enabled), true);
  out.timeout = read_duration(fields.find(Key::timeout));
  out.retries = read_count(fields.find(Key::retries), 0);
  if (const Field* parameters = fields.find(Key::parameters)) {
    for (const Member& member : parameters->value.members())
      out.parameters.emplace_back(std::string(member.key), plain_text(member.value, sources));
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

GroupRule read_group_rule(const Fields& fields) {
  GroupRule rule;
  read_join(fields.find(Key::join), rule);
  read_group_failure(fields.find(Key::on_failure), rule);
  const std::string losers = read_text(fields.find(Key::losers));
  if (losers == "cancel") rule.losers = Losers::cancel;
  if (losers == "background") rule.losers = Losers::background;
  if (read_text(fields.find(Key::execute)) == "sequential") rule.execute = Execute::sequential;
  rule.max_workers = read_count(fields.find(Key::max_workers), 0);
  rule.timeout = read_duration(fields.find(Key::timeout));
  return rule;
}

}  // namespace ws
