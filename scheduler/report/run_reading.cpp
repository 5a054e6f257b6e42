#include "report/run_reading.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "report/group_reading.h"

namespace ws {

std::string_view name(TestVerdict verdict) {
  switch (verdict) {
    case TestVerdict::passed:
      return "PASS";
    case TestVerdict::failed:
      return "FAIL";
    case TestVerdict::manual:
      return "MANUAL";
  }
  return {};
}

TestVerdict verdict_of(const AcceptanceFinished& test) {
  if (test.is_manual) return TestVerdict::manual;
  return test.is_success ? TestVerdict::passed : TestVerdict::failed;
}

bool is_shown(const Plan& plan, NodeId node) {
  const NodeKind kind = plan.node(node).kind;
  return kind != NodeKind::begin && kind != NodeKind::end;
}

std::size_t written_steps(const Plan& plan) {
  std::size_t count = plan.step_count();
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    if (!workstream.is_single_step || workstream.steps.size() != 1) continue;
    const Step& step = workstream.steps.front();
    const bool is_empty =
        std::holds_alternative<NoAction>(step.action) && step.details().acceptance_tests.empty();
    if (is_empty) --count;
  }
  return count;
}

TestCounts test_counts(const RunState& state, NodeId node) {
  TestCounts counts;
  const NodeKind kind = state.plan().node(node).kind;
  if (kind != NodeKind::step && kind != NodeKind::acceptance) return counts;
  const std::size_t promised = state.plan().acceptance_tests(node).size();
  if (state.header().is_dry) {  // whatever its events say, nothing was tested
    counts.not_run = promised;
    return counts;
  }
  const auto tests = state.tests(node);
  for (const AcceptanceFinished& test : tests) {
    switch (verdict_of(test)) {
      case TestVerdict::passed:
        ++counts.passed;
        break;
      case TestVerdict::failed:
        ++counts.failed;
        break;
      case TestVerdict::manual:
        ++counts.manual;
        break;
    }
  }
  counts.not_run = promised - std::min(promised, tests.size());
  return counts;
}

TestCounts test_counts(const RunState& state) {
  TestCounts total;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const TestCounts one = test_counts(state, NodeId(i));
    total.passed += one.passed;
    total.failed += one.failed;
    total.manual += one.manual;
    total.not_run += one.not_run;
  }
  return total;
}

Duration duration_of(const NodeRecord& record) {
  if (record.attempts == 0 || !is_settled(record.state)) return Duration::zero();
  return std::max(record.ended - record.started, Duration::zero());
}

std::string outcome_of(const RunState& state, NodeId node) {
  const std::uint32_t last = state.node(node).attempts;
  for (const AttemptFinished& attempt : state.attempts(node)) {
    if (attempt.key.attempt == last && attempt.key.part == 0) return describe(attempt.outcome);
  }
  // Silent successes are not kept; with the usual rule of success there is only one way.
  const Step* step = state.plan().step_if_any(node);
  const bool is_usual = step != nullptr && (step->details().success.exit_codes.empty() ||
                                            step->details().success.exit_codes == std::vector{0});
  const bool has_ended = is_settled(state.node(node).state) && last > 0;
  return is_usual && has_ended ? "exit 0" : "";
}

std::optional<Duration> limit_of(const RunState& state, NodeId node) {
  if (state.node(node).state != StepState::timed_out) return std::nullopt;
  std::optional<Duration> limit;
  for (const AttemptFinished& attempt : state.attempts(node)) {
    const auto* out_of_time = std::get_if<TimedOut>(&attempt.outcome);
    const bool is_last = attempt.key.attempt == state.node(node).attempts;
    if (is_last && !attempt.key.is_compensation() && out_of_time != nullptr)
      limit = out_of_time->limit;
  }
  return limit;
}

ExplainingLog explaining_log(const RunState& state, NodeId node) {
  const std::uint32_t last = state.node(node).attempts;
  ExplainingLog log;
  for (const AttemptFinished& attempt : state.attempts(node)) {
    const AttemptFacts& facts = attempt.facts;
    const bool is_silent = facts.log.empty() && facts.log_error.empty();
    const bool is_own = attempt.key.part == 0 || attempt.key.is_test();
    if (attempt.key.attempt != last || is_silent || !is_own) continue;
    if (attempt.key.part == 0 || !attempt.is_success)
      log = {facts.log, facts.log_error, attempt.key.part};
  }
  return log;
}

std::string log_of(const RunState& state, NodeId node) { return explaining_log(state, node).path; }

std::string log_error_of(const RunState& state, NodeId node) {
  return explaining_log(state, node).error;
}

std::vector<NodeId> failures(const RunState& state) {
  std::vector<NodeId> found;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    const StepState settled = state.node(node).state;
    const bool is_failed = settled == StepState::failed || settled == StepState::timed_out;
    if (is_failed && is_shown(state.plan(), node)) found.push_back(node);
  }
  const std::vector<NodeId> groups = own_failures(state);
  found.insert(found.end(), groups.begin(), groups.end());
  std::unordered_map<NodeId, bool> accepted;
  for (const NodeId node : found) accepted[node] = is_accepted(state, node);
  std::stable_sort(found.begin(), found.end(), [&](NodeId a, NodeId b) {
    // Several may end in one turn; the engine knows which came first.
    if (a == state.first_failure() || b == state.first_failure())
      return a == state.first_failure() && a != b;
    if (accepted[a] != accepted[b]) return accepted[b];
    return state.node(a).ended < state.node(b).ended;
  });
  return found;
}

int time_saved_percent(Duration sequential, Duration wall) {
  if (sequential <= Duration::zero() || wall >= sequential) return 0;
  const Duration saved = sequential - std::max(wall, Duration::zero());
  return static_cast<int>(to_seconds(saved) * 100.0 / to_seconds(sequential) + 1e-9);
}

std::string iso_utc(WallTime time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(ms);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(ms - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace ws
