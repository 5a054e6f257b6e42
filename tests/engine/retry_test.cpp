#include "engine/retry.h"

#include <limits>

#include "support/catch.h"
#include "support/mini.h"

using namespace ws;
using namespace std::chrono_literals;
using ws::test::Mini;
using ws::test::mini;

namespace {

RetryPolicy waiting(Backoff backoff, Duration initial, Duration cap = {}, double factor = 2.0) {
  RetryPolicy policy;
  policy.attempts = 100;
  policy.backoff = backoff;
  policy.initial_delay = initial;
  policy.max_delay = cap;
  policy.factor = factor;
  return policy;
}

RetryPolicy attempts(std::uint32_t count) {
  RetryPolicy policy;
  policy.attempts = count;
  return policy;
}

BreakerPolicy breaker(std::uint32_t max_attempts, std::string escalation = {}) {
  BreakerPolicy policy;
  policy.max_attempts = max_attempts;
  policy.escalation_strategy = std::move(escalation);
  return policy;
}

// What holds for the one step of a workstream that says these.
RetryPolicy effective(std::optional<RetryPolicy> of_step, std::optional<BreakerPolicy> step_breaker,
                      std::optional<RetryPolicy> of_workstream = {},
                      std::optional<BreakerPolicy> workstream_breaker = {}) {
  Mini m = mini("a");
  Workstream& workstream = m.workset().workstreams[0];
  workstream.steps[0].edit_details().retry = std::move(of_step);
  workstream.steps[0].edit_details().breaker = std::move(step_breaker);
  workstream.retry = std::move(of_workstream);
  workstream.breaker = std::move(workstream_breaker);
  return effective_retry(m.plan(), m["a"]);
}

bool is_retried(const RetryPolicy& policy, const Outcome& outcome, bool is_matched = true) {
  AttemptFacts facts;
  facts.is_retryable = is_matched;
  return may_retry(policy, outcome, facts);
}

}  // namespace

TEST_CASE("without a retry block or max_attempts there is one attempt") {
  CHECK(effective({}, {}).attempts == 1);
  CHECK(effective({}, breaker(0)).attempts == 1);
  CHECK(effective({}, breaker(0, "exponential_backoff")).attempts == 1);
  const Mini m = mini("a; %2");
  CHECK(effective_retry(m.plan(), m["w/end"]).attempts == 1);
}

TEST_CASE("row 4f: max_attempts is the number of tries, the retry block says the delays") {
  CHECK(effective({}, breaker(4)).attempts == 4);
  CHECK(effective({}, breaker(4)).backoff == Backoff::none);
  CHECK(effective(attempts(0), breaker(4)).attempts == 4);
  CHECK(effective(attempts(0), {}).attempts == 3);
  CHECK(effective(attempts(2), {}).attempts == 2);
  // The smaller one holds where both are given.
  CHECK(effective(attempts(9), breaker(4)).attempts == 4);
  CHECK(effective(attempts(2), breaker(4)).attempts == 2);
  CHECK(effective(attempts(1), breaker(4)).attempts == 1);

  const RetryPolicy policy =
      effective(waiting(Backoff::exponential, 2s, 9s, 3.0), breaker(4, "linear_backoff"));
  CHECK(policy.attempts == 4);
  CHECK(policy.backoff == Backoff::exponential);
  CHECK(policy.initial_delay == 2s);
  CHECK(policy.max_delay == 9s);
}

TEST_CASE("the step's own blocks come before its workstream's") {
  CHECK(effective({}, {}, attempts(5)).attempts == 5);
  CHECK(effective(attempts(2), {}, attempts(5)).attempts == 2);
  CHECK(effective({}, {}, attempts(5), breaker(4)).attempts == 4);
  CHECK(effective(attempts(0), {}, {}, breaker(4)).attempts == 4);
  CHECK(effective({}, breaker(2), attempts(5), breaker(4)).attempts == 2);
  CHECK(effective({}, {}, {}, breaker(6)).attempts == 6);
}

TEST_CASE("escalation_strategy gives the backoff that the retry has not") {
  struct Case {
    const char* strategy;
    Backoff backoff;
    Duration initial;
  };
  for (const Case& c :
       {Case{"", Backoff::none, 0s}, Case{"immediate", Backoff::none, 0s},
        Case{"circuit_break", Backoff::none, 0s}, Case{"linear_backoff", Backoff::linear, 1s},
        Case{"exponential_backoff", Backoff::exponential, 1s}}) {
    INFO(c.strategy);
    CHECK(effective({}, breaker(3, c.strategy)).backoff == c.backoff);
    CHECK(effective({}, breaker(3, c.strategy)).initial_delay == c.initial);
    CHECK(effective(attempts(3), breaker(3, c.strategy)).backoff == c.backoff);
  }
  CHECK(effective(waiting(Backoff::fixed, 5s), breaker(3, "linear_backoff")).backoff ==
        Backoff::fixed);
  // FORMATS.md 3.1: exponential without a first delay is 1, 2, 4, 8 s.
  const RetryPolicy policy = effective(waiting(Backoff::exponential, 0s), {});
  CHECK(delay_before(policy, 2, 1, 1) == 1s);
  CHECK(delay_before(policy, 5, 1, 1) == 8s);
}

TEST_CASE("row 4g: error_patterns are what is tried again") {
  BreakerPolicy patterns = breaker(3);
  patterns.error_patterns = {"timeout"};
  CHECK(effective({}, patterns).on_output == std::vector<std::string>{"timeout"});
  RetryPolicy own = attempts(3);
  own.on_output = {"rate limit"};
  CHECK(effective(own, patterns).on_output == std::vector<std::string>{"rate limit"});
  CHECK(is_retried(effective({}, patterns), Exited{1}, true));
  CHECK_FALSE(is_retried(effective({}, patterns), Exited{1}, false));
}

TEST_CASE("delays: none, fixed, linear and exponential, capped") {
  struct Case {
    RetryPolicy policy;
    std::vector<Duration> delays;  // before attempts 2, 3, 4, …
  };
  const Case cases[] = {
      {waiting(Backoff::none, 5s), {0s, 0s, 0s}},
      {waiting(Backoff::fixed, 5s), {5s, 5s, 5s}},
      {waiting(Backoff::fixed, 5s, 3s), {3s, 3s}},
      {waiting(Backoff::linear, 5s), {5s, 10s, 15s, 20s}},
      {waiting(Backoff::linear, 5s, 12s), {5s, 10s, 12s, 12s}},
      {waiting(Backoff::exponential, 1s), {1s, 2s, 4s, 8s, 16s}},
      {waiting(Backoff::exponential, 1s, 5s), {1s, 2s, 4s, 5s, 5s}},
      {waiting(Backoff::exponential, 100ms, 0s, 3.0), {100ms, 300ms, 900ms, 2700ms}},
      {waiting(Backoff::exponential, 8s, 0s, 0.5), {8s, 4s, 2s, 1s}},
      {waiting(Backoff::exponential, 7s, 0s, 1.0), {7s, 7s, 7s}},
  };
  for (const Case& c : cases) {
    CHECK(delay_before(c.policy, 0, 1, 1) == 0s);
    CHECK(delay_before(c.policy, 1, 1, 1) == 0s);
    for (std::size_t i = 0; i < c.delays.size(); ++i)
      CHECK(delay_before(c.policy, static_cast<std::uint32_t>(i) + 2, 1, 1) == c.delays[i]);
  }
}

TEST_CASE("section 2.3: the presets moderate and aggressive") {
  const RetryPolicy moderate = waiting(Backoff::exponential, 1s, 60s);
  CHECK(delay_before(moderate, 3, 0, 0) == 2s);
  CHECK(delay_before(moderate, 20, 0, 0) == 60s);
  const RetryPolicy aggressive = waiting(Backoff::exponential, 500ms, 300s);
  CHECK(delay_before(aggressive, 2, 0, 0) == 500ms);
  CHECK(delay_before(aggressive, 5, 0, 0) == 4s);
  CHECK(delay_before(aggressive, 40, 0, 0) == 300s);
}

TEST_CASE("delays neither overflow nor turn negative") {
  const auto many = std::numeric_limits<std::uint32_t>::max();
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Backoff backoff :
       {Backoff::none, Backoff::fixed, Backoff::linear, Backoff::exponential})
    for (const Duration initial : {Duration(-5s), Duration(0s), Duration(1ns), Duration::max()})
      for (const Duration cap : {Duration(-1s), Duration(0s), Duration(60s), Duration::max()})
        for (const double factor : {-2.0, 0.0, 0.1, 1e308, inf, -inf, nan})
          for (const std::uint32_t attempt : {2U, 3U, 1000U, many})
            for (const bool jitter : {false, true}) {
              RetryPolicy policy = waiting(backoff, initial, cap, factor);
              policy.jitter = jitter;
              const Duration delay = delay_before(policy, attempt, 7, 7);
              CHECK(delay >= 0s);
              CHECK(delay <= kLongestDuration);
              if (cap > 0s) CHECK(delay <= cap);
            }
}

TEST_CASE("jitter spreads over half and one and a half, the same for the same seed") {
  RetryPolicy policy = waiting(Backoff::fixed, 10s);
  policy.jitter = true;
  Duration least = Duration::max();
  Duration most{};
  Duration sum{};
  for (std::uint32_t salt = 0; salt < 1000; ++salt) {
    const Duration delay = delay_before(policy, 2, 42, salt);
    CHECK(delay == delay_before(policy, 2, 42, salt));
    least = std::min(least, delay);
    most = std::max(most, delay);
    sum += delay;
  }
  CHECK(least >= 5s);
  CHECK(least < 5100ms);
  CHECK(most <= 15s);
  CHECK(most > 14900ms);
  CHECK(sum / 1000 > 9500ms);
  CHECK(sum / 1000 < 10500ms);
  CHECK(delay_before(policy, 2, 42, 1) != delay_before(policy, 3, 42, 1));
  CHECK(delay_before(policy, 2, 42, 1) != delay_before(policy, 2, 43, 1));
  CHECK(delay_before(policy, 2, 42, 1) != delay_before(policy, 2, 42, 2));
  // At the cap the spread is below it, not a clump on it.
  policy.max_delay = 10s;
  CHECK(delay_before(policy, 2, 42, 1) < 10s);
  CHECK(delay_before(policy, 2, 42, 1) != delay_before(policy, 2, 42, 2));
}

TEST_CASE("which failures are tried again") {
  const RetryPolicy plain = attempts(3);
  RetryPolicy codes = plain;
  codes.on_exit = {75, 137};
  RetryPolicy patterns = plain;
  patterns.on_output = {"rate limit"};
  RetryPolicy both = codes;
  both.on_output = {"rate limit"};

  struct Case {
    const char* name;
    Outcome outcome;
    bool plain, codes, patterns_matched, patterns_not, both_matched, both_not;
  };
  const Case cases[] = {
      {"exit 1", Exited{1}, true, false, true, false, true, false},
      {"exit 75", Exited{75}, true, true, true, false, true, true},
      {"exit 0 that broke its rule", Exited{0}, true, false, true, false, true, false},
      {"SIGKILL is 137", Signaled{9}, true, true, true, false, true, true},
      {"SIGSEGV", Signaled{11}, true, false, true, false, true, false},
      {"time", TimedOut{5s}, true, true, true, false, true, false},
      {"lost", Lost{"the scheduler was killed"}, true, true, true, false, true, false},
      {"rate limit", RateLimited{}, true, true, true, true, true, true},
      {"no memory", SpawnFailed{"cannot start", false}, true, true, true, true, true, true},
      {"no program", SpawnFailed{"not found", true}, false, false, false, false, false, false},
      {"cancelled", Cancelled{}, false, false, false, false, false, false},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(is_retried(plain, c.outcome) == c.plain);
    CHECK(is_retried(codes, c.outcome) == c.codes);
    CHECK(is_retried(patterns, c.outcome, true) == c.patterns_matched);
    CHECK(is_retried(patterns, c.outcome, false) == c.patterns_not);
    CHECK(is_retried(both, c.outcome, true) == c.both_matched);
    CHECK(is_retried(both, c.outcome, false) == c.both_not);
  }
}
