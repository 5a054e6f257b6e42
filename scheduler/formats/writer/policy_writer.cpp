#include "formats/writer/policy_writer.h"

#include <algorithm>

#include <fmt/format.h>

namespace ws {
namespace {

NativeValue write_integers(const std::vector<int>& numbers) {
  NativeValue::List list;
  for (const int number : numbers) list.push_back(NativeValue::number(std::to_string(number)));
  return {std::move(list)};
}

std::string_view word_of(Backoff backoff) {
  switch (backoff) {
    case Backoff::none:
      return "none";
    case Backoff::fixed:
      return "fixed";
    case Backoff::linear:
      return "linear";
    case Backoff::exponential:
      return "exponential";
  }
  return "none";
}

std::string_view word_of(FailIf fail_if) {
  switch (fail_if) {
    case FailIf::any:
      return "any";
    case FailIf::all:
      return "all";
    case FailIf::none:
      return "none";
  }
  return "any";
}

void put_join(NativeObject& out, const GroupRule& rule) {
  switch (rule.join) {
    case Join::all:
      return;
    case Join::first:
      return out.text(Key::join, "first");
    case Join::settled:
      return out.text(Key::join, "settled");
    case Join::any:
      break;
  }
  if (rule.join_count == 1) return out.text(Key::join, "any");
  NativeObject any;
  any.count(Key::any, rule.join_count);
  out.object(Key::join, std::move(any));
}

void put_parts(NativeObject& out, const GroupRule& rule) {
  if (rule.fail_if != FailIf::any) out.text(Key::fail_if, word_of(rule.fail_if));
  if (rule.errors == Errors::drop) out.text(Key::errors, "drop");
}

void put_policy(NativeObject& out, const GroupRule& rule, Key preset) {
  // A policy nobody wrote says nothing of the first failure, and a join that lives with failures
  // does not ask it; `join: all` does.
  const bool is_said = rule.is_policy_explicit ||
                       (rule.join == Join::all && rule.on_first_failure == OnFirstFailure::drain);
  if (!is_said) return put_parts(out, rule);
  if (const std::string_view word = preset_name(rule); !word.empty()) return out.text(preset, word);
  out.text(Key::on_first_failure,
           rule.on_first_failure == OnFirstFailure::cancel ? "cancel" : "drain");
  put_parts(out, rule);
}

}  // namespace

std::string_view word_of(OnFailure on_failure) {
  switch (on_failure) {
    case OnFailure::skip_dependents:
      return "skip_dependents";
    case OnFailure::abort:
      return "abort";
    case OnFailure::carry_on:
      return "continue";
  }
  return "skip_dependents";
}

void put_retry(NativeObject& out, const std::optional<RetryPolicy>& retry) {
  if (!retry) return;
  NativeObject object;
  if (retry->attempts > 0) object.count(Key::attempts, retry->attempts);
  const bool has_delay =
      retry->initial_delay > Duration::zero() || retry->max_delay > Duration::zero();
  if (retry->backoff != Backoff::none || has_delay)
    object.text(Key::backoff, word_of(retry->backoff));
  Duration first = retry->initial_delay;
  const bool is_growing =
      retry->backoff == Backoff::linear || retry->backoff == Backoff::exponential;
  // A delay that begins above its own limit is refused; it is the limit.
  const Duration effective = first > Duration::zero() ? first : kDefaultInitialDelay;
  if (is_growing && retry->max_delay > Duration::zero() && retry->max_delay < effective)
    first = retry->max_delay;
  put_duration(object, Key::initial_delay, first);
  put_duration(object, Key::max_delay, retry->max_delay);
  if (retry->factor != RetryPolicy{}.factor)
    object.put(Key::factor, NativeValue::number(fmt::format("{}", retry->factor)));
  if (retry->jitter) object.flag(Key::jitter, true);
  if (!retry->on_exit.empty()) object.put(Key::on_exit, write_integers(retry->on_exit));
  object.texts(Key::on_output, retry->on_output);
  out.put(Key::retry, std::move(object).take());
}

void put_breaker(NativeObject& out, const std::optional<BreakerPolicy>& breaker) {
  if (!breaker) return;
  NativeObject object;
  if (breaker->max_attempts > 0) object.count(Key::max_attempts, breaker->max_attempts);
  if (breaker->max_error_repeats > 0)
    object.count(Key::max_error_repeats, breaker->max_error_repeats);
  if (breaker->oscillation_threshold > 0)
    object.count(Key::oscillation_threshold, breaker->oscillation_threshold);
  if (breaker->per_phase) object.flag(Key::per_phase, true);
  if (breaker->per_step == breaker->per_phase) object.flag(Key::per_step, breaker->per_step);
  put_duration(object, Key::cooldown, breaker->cooldown);
  object.texts(Key::error_patterns, breaker->error_patterns);
  object.text(Key::escalation_strategy, breaker->escalation_strategy);
  if (object.is_empty()) object.flag(Key::enabled, false);
  out.object(Key::circuit_breaker, std::move(object));
}

void put_success(NativeObject& out, const SuccessRule& rule) {
  NativeObject object;
  if (!rule.exit_codes.empty()) object.put(Key::exit_codes, write_integers(rule.exit_codes));
  object.texts(Key::require_output, rule.require_output);
  object.texts(Key::fail_on_output, rule.fail_on_output);
  object.texts(Key::files, rule.files);
  object.text(Key::no_change, rule.no_change);
  out.object(Key::success, std::move(object));
}

void put_repeat(NativeObject& out, const std::optional<RepeatPolicy>& repeat) {
  if (!repeat) return;
  NativeObject object;
  put_condition(object, Key::while_, repeat->while_);
  put_condition(object, Key::until, repeat->until);
  object.count(Key::max, std::max<std::uint32_t>(repeat->max_rounds, 1));
  const bool is_usual_error = !repeat->while_.empty() || !repeat->until.empty();
  if (repeat->is_bound_an_error != is_usual_error)
    object.text(Key::at_max, repeat->is_bound_an_error ? "fail" : "done");
  out.object(Key::repeat, std::move(object));
}

void put_rule(NativeObject& out, const GroupRule& rule, Key preset) {
  if (rule.execute == Execute::sequential) out.text(Key::execute, "sequential");
  put_join(out, rule);
  put_policy(out, rule, preset);
  if (rule.losers) out.text(Key::losers, *rule.losers == Losers::cancel ? "cancel" : "background");
  if (rule.max_workers > 0) out.count(Key::max_workers, rule.max_workers);
}

}  // namespace ws
