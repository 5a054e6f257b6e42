#include "engine/retry.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/breaker.h"

namespace ws {
namespace {

Backoff escalation_of(const BreakerPolicy& breaker) {
  if (breaker.escalation_strategy == "linear_backoff") return Backoff::linear;
  if (breaker.escalation_strategy == "exponential_backoff") return Backoff::exponential;
  return Backoff::none;
}

const RetryPolicy* written_retry(const Plan& plan, NodeId step) {
  const StepDetails& details = plan.step_of(step).details();
  if (details.retry) return &*details.retry;
  const std::optional<RetryPolicy>& of_workstream = plan.workstream_of(step).retry;
  return of_workstream ? &*of_workstream : nullptr;
}

// splitmix64 (Steele, Lea, Flood 2014): every input bit moves half of the output bits.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

// In [0, 1).
double chance(std::uint64_t seed, std::uint32_t salt, std::uint32_t attempt) {
  const std::uint64_t place = (static_cast<std::uint64_t>(salt) << 32) | attempt;
  return static_cast<double>(mixed(seed ^ mixed(place)) >> 11) * 0x1p-53;
}

double plain_delay(const RetryPolicy& policy, std::uint32_t retry) {
  const auto initial =
      static_cast<double>(std::max(policy.initial_delay, Duration::zero()).count());
  switch (policy.backoff) {
    case Backoff::none:
      return 0.0;
    case Backoff::fixed:
      return initial;
    case Backoff::linear:
      return initial * retry;
    case Backoff::exponential:
      // Zero times infinity is no number.
      if (initial == 0.0) return 0.0;
      return initial * std::pow(std::max(policy.factor, 0.0), retry - 1.0);
  }
  return 0.0;
}

bool has_exit_code(const RetryPolicy& policy, int code) {
  return std::find(policy.on_exit.begin(), policy.on_exit.end(), code) != policy.on_exit.end();
}

// Whether the filters of the policy let a failure through. `code`: what on_exit looks at.
bool is_let_through(const RetryPolicy& policy, std::optional<int> code, bool is_matched) {
  const bool has_patterns = !policy.on_output.empty();
  if (has_patterns && is_matched) return true;
  if (!code) return !has_patterns;
  if (!policy.on_exit.empty()) return has_exit_code(policy, *code);
  return !has_patterns;
}

}  // namespace

RetryPolicy effective_retry(const Plan& plan, NodeId node) {
  if (plan.step_if_any(node) == nullptr) return {};
  const RetryPolicy* written = written_retry(plan, node);
  const BreakerPolicy* breaker = breaker_of(plan, node).policy;
  if (written == nullptr && (breaker == nullptr || breaker->max_attempts == 0)) return {};

  RetryPolicy policy = written != nullptr ? *written : RetryPolicy{};
  if (written == nullptr) policy.attempts = 0;
  const std::uint32_t most = breaker != nullptr ? breaker->max_attempts : 0;
  if (policy.attempts == 0) policy.attempts = most > 0 ? most : kDefaultAttempts;
  if (most > 0) policy.attempts = std::min(policy.attempts, most);
  if (breaker != nullptr) {
    if (policy.backoff == Backoff::none) policy.backoff = escalation_of(*breaker);
    if (policy.on_output.empty()) policy.on_output = breaker->error_patterns;
  }
  if (policy.backoff != Backoff::none && policy.initial_delay <= Duration::zero())
    policy.initial_delay = kDefaultInitialDelay;
  return policy;
}

Duration delay_before(const RetryPolicy& policy, std::uint32_t next_attempt, std::uint64_t seed,
                      std::uint32_t salt) {
  if (next_attempt < 2) return Duration::zero();
  const Duration cap = policy.max_delay > Duration::zero()
                           ? std::min(policy.max_delay, kLongestDuration)
                           : kLongestDuration;
  const auto most = static_cast<double>(cap.count());
  double delay = plain_delay(policy, next_attempt - 1);
  if (!(delay > 0.0)) return Duration::zero();  // a factor that is no number too
  delay = std::min(delay, most);
  if (policy.jitter) {
    const double low = delay * 0.5;
    const double high = std::min(delay * 1.5, most);
    delay = low + (high - low) * chance(seed, salt, next_attempt);
    // In whole milliseconds where that says enough, so that it can be told again exactly.
    constexpr double kMillisecond = 1e6;
    if (low >= kMillisecond) delay = std::floor(delay / kMillisecond) * kMillisecond;
  }
  return Duration(static_cast<Duration::rep>(delay));
}

bool may_retry(const RetryPolicy& policy, const Outcome& outcome, const AttemptFacts& facts) {
  struct Judge {
    const RetryPolicy& policy;
    bool is_matched;
    bool operator()(const Exited& end) const {
      return is_let_through(policy, end.code, is_matched);
    }
    bool operator()(const Signaled& end) const {
      return is_let_through(policy, 128 + end.signal, is_matched);
    }
    bool operator()(const TimedOut& /*end*/) const {
      return is_let_through(policy, std::nullopt, is_matched);
    }
    bool operator()(const Cancelled& /*end*/) const { return false; }
    bool operator()(const SpawnFailed& end) const { return !end.is_lasting; }
    bool operator()(const RateLimited& /*end*/) const { return true; }
    bool operator()(const Lost& /*end*/) const {
      return is_let_through(policy, std::nullopt, is_matched);
    }
  };
  return std::visit(Judge{policy, facts.is_retryable}, outcome);
}

}  // namespace ws
