#include "report/step_lines.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "report/event_lines.h"
#include "report/run_reading.h"

namespace ws {
namespace {

const AcceptanceFinished* failed_test(const RunState& state, NodeId node) {
  const auto tests = state.tests(node);
  const auto found = std::find_if(tests.begin(), tests.end(), [](const AcceptanceFinished& test) {
    return verdict_of(test) == TestVerdict::failed;
  });
  return found == tests.end() ? nullptr : &*found;
}

std::string skip_reason(const RunState& state, NodeId node) {
  const NodeId cause = state.node(node).cause;
  const std::string_view why = state.why(node);
  if (!cause.is_valid()) {
    if (why.empty() && state.stop()) return "the run was stopped: " + describe(*state.stop());
    return why.empty() ? "the run ended before it could start" : std::string(why);
  }
  // Not every cause is a dependency: a failure may have stopped the whole run.
  if (!why.empty() && !why.starts_with("dependency ")) return std::string(why);
  const std::string name = subject_name(state.plan(), cause);
  switch (state.node(cause).state) {
    case StepState::timed_out:
      return fmt::format("dependency '{}' timed out", name);
    case StepState::cancelled:
      return fmt::format("dependency '{}' was cancelled", name);
    case StepState::skipped:
      return fmt::format("dependency '{}' was skipped", name);
    case StepState::succeeded:
    case StepState::noop:
    case StepState::unverified:
      return fmt::format("dependency '{}' succeeded, and this step waits for its failure", name);
    case StepState::waiting:
    case StepState::ready:
    case StepState::running:
    case StepState::backing_off:
    case StepState::failed:
    case StepState::compensated:
      break;
  }
  return fmt::format("dependency '{}' failed", name);
}

std::string unverified_reason(const RunState& state, NodeId node) {
  const TestCounts counts = test_counts(state, node);
  if (counts.manual == 0) return "for a person to do and check";
  return fmt::format("{} for a person to check",
                     counts.manual == 1 ? "1 test" : fmt::format("{} tests", counts.manual));
}

// "; limit 1.00s" when the last attempt of the step's command reached it.
std::string limit_reached(const RunState& state, NodeId node) {
  for (const AttemptFinished& attempt : state.attempts(node)) {
    const auto* outcome = std::get_if<TimedOut>(&attempt.outcome);
    const bool is_last = attempt.key.attempt == state.node(node).attempts && attempt.key.part == 0;
    if (outcome != nullptr && is_last && outcome->limit > Duration::zero())
      return "; limit " + format_duration(outcome->limit);
  }
  return {};
}

// ", 3 attempts", when one was not enough.
std::string attempts_of(const NodeRecord& record) {
  return record.attempts < 2 ? "" : ", " + counted(record.attempts, "attempt");
}

}  // namespace

std::string_view told(std::string_view why, Detail detail) {
  if (detail == Detail::full) return why;
  // Written by platform/program.cpp; nothing follows the PATH.
  return why.substr(0, why.find("; searched PATH: "));
}

std::string describe(StopWhy why) {
  switch (why) {
    case StopWhy::timeout:
      return "its timeout";
    case StopWhy::run_timeout:
      return "the timeout of the whole run";
    case StopWhy::interrupted:
      return "interrupted";
    case StopWhy::terminated:
      return "terminated";
    case StopWhy::hang_up:
      return "the terminal went away";
    case StopWhy::fail_fast:
      return "a step failed and failures stop the run";
    case StopWhy::killed:
      return "interrupted twice";
    case StopWhy::store_failed:
      return "the run could not be recorded";
    case StopWhy::not_needed:
      return "its group is decided without it";
    case StopWhy::group_failed:
      return "another member of its group failed";
    case StopWhy::group_timeout:
      return "the timeout of its group";
    case StopWhy::rollback_timeout:
      return "the timeout of the rollback";
  }
  return {};
}

std::string test_text(const Plan& plan, NodeId node, std::uint32_t test) {
  const auto tests = plan.acceptance_tests(node);
  if (test == 0 || test > tests.size()) return {};
  const AcceptanceTest& found = tests[test - 1];
  return found.text.empty() ? found.command.text() : found.text;
}

std::string reason_of(const RunState& state, NodeId node, Detail detail) {
  const StepState settled = state.node(node).state;
  if (settled == StepState::skipped) return skip_reason(state, node);
  if (settled == StepState::unverified) return unverified_reason(state, node);
  if (settled == StepState::cancelled && state.stop()) return describe(*state.stop());
  if (is_failure(settled)) {
    if (const AcceptanceFinished* test = failed_test(state, node)) {
      const std::size_t promised = state.plan().acceptance_tests(node).size();
      const std::string of = promised > 1 ? fmt::format(" {} of {}", test->test, promised) : "";
      const std::string_view why = told(test->why, detail);
      return fmt::format("acceptance test{} failed{}{}: {}", of, why.empty() ? "" : ": ", why,
                         test_text(state.plan(), node, test->test));
    }
  }
  std::string_view why = state.why(node);
  constexpr std::string_view kTold = "cancelled: ";
  if (why.starts_with(kTold)) why.remove_prefix(kTold.size());
  return std::string(told(why, detail));
}

std::string started_line(const Style& style, const Plan& plan, AttemptKey key) {
  const std::string again = key.attempt > 1 ? fmt::format(" (attempt {})", key.attempt) : "";
  return fmt::format("  {} [{}] Starting...{}", style.symbol(Symbol::arrow),
                     style.clean(plan.display_name(key.node)), again);
}

std::string settled_line(const Style& style, const RunState& state, NodeId node, Detail detail) {
  const NodeRecord& record = state.node(node);
  const std::string took = format_duration(duration_of(record));
  const std::string name = style.clean(state.plan().display_name(node));
  const std::string reason = style.clean(reason_of(state, node, detail));
  const std::string colon = reason.empty() ? "" : ": " + reason;
  std::string said;
  switch (record.state) {
    case StepState::waiting:
    case StepState::ready:
    case StepState::running:
    case StepState::backing_off:
      said = "Not finished";
      break;
    case StepState::succeeded:
      said = state.restored_from(node).empty()
                 ? fmt::format("Complete ({}{})", took, attempts_of(record))
                 : fmt::format("Complete{}", colon);
      break;
    case StepState::noop:
      said = "Complete (nothing to run)";
      break;
    case StepState::compensated:
      said = fmt::format("Rolled back ({})", took);
      break;
    case StepState::unverified:
      said = fmt::format("Unverified ({}){}", took, colon);
      break;
    case StepState::failed:
      said = fmt::format("Failed ({}{}){}", took, attempts_of(record), colon);
      break;
    case StepState::timed_out:
      said = fmt::format("Timed out ({}{}){}", took, limit_reached(state, node),
                         reason.starts_with("timed out") ? "" : colon);
      break;
    case StepState::cancelled:
      said = record.attempts > 0 ? fmt::format("Cancelled ({}){}", took, colon)
                                 : fmt::format("Cancelled{}", colon);
      break;
    case StepState::skipped:
      said = fmt::format("Skipped{}", colon);
      break;
  }
  if (record.is_accepted) said += " (accepted)";
  return fmt::format("{} [{}] {}",
                     style.paint(paint_of(record.state), style.symbol(symbol_of(record.state))),
                     name, said);
}

}  // namespace ws
