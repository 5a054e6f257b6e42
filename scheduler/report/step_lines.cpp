#include "report/step_lines.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/run_reading.h"

namespace ws {
namespace {

std::string_view words(StepState state) {
  switch (state) {
    case StepState::timed_out:
      return "timed out";
    case StepState::cancelled:
      return "was cancelled";
    case StepState::skipped:
      return "was skipped";
    case StepState::waiting:
    case StepState::ready:
    case StepState::running:
    case StepState::backing_off:
    case StepState::succeeded:
    case StepState::noop:
    case StepState::unverified:
    case StepState::failed:
    case StepState::compensated:
      break;
  }
  return "failed";
}

// The test that made the step fail: one that may fail does not.
const AcceptanceFinished* failed_test(const RunState& state, NodeId node) {
  const auto tests = state.tests(node);
  const auto planned = state.plan().acceptance_tests(node);
  const auto found = std::find_if(tests.begin(), tests.end(), [&](const AcceptanceFinished& test) {
    const bool is_forgiven = test.test <= planned.size() && !planned[test.test - 1].is_blocking;
    return verdict_of(test) == TestVerdict::failed && !is_forgiven;
  });
  return found == tests.end() ? nullptr : &*found;
}

// What the whole group waited for in vain, or its condition.
std::string group_skip_reason(const RunState& state, GroupId id) {
  const Plan& plan = state.plan();
  const PlanGroup& group = plan.group(id);
  for (const PlanEdge& edge : plan.predecessors(group.begin)) {
    if (edge.why == EdgeWhy::gate || state.is_satisfied(edge.node, edge)) continue;
    const StepState ended = state.node(edge.node).state;
    return fmt::format("{} '{}' {}", is_gate(plan, edge.node) ? "group" : "dependency",
                       subject_name(plan, edge.node),
                       is_success(ended) ? std::string_view("succeeded") : words(ended));
  }
  const Group* written = written_group(plan.workset(), group);
  std::string_view condition = written != nullptr ? std::string_view(written->when) : "";
  if (group.role == GroupRole::fan_out)
    condition = plan.workset().workstreams[group.workstream].steps[group.step].details().when;
  if (!condition.empty()) return fmt::format("its condition is false: {}", condition);
  return "the group around it was not entered";
}

std::string skip_reason(const RunState& state, NodeId node) {
  const NodeId cause = state.node(node).cause;
  const std::string_view why = state.why(node);
  if (!cause.is_valid() && why.empty() && !state.stop() && is_gate(state.plan(), node))
    return group_skip_reason(state, state.plan().node(node).group);
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

// Of a group: its own reason, else that of the member that brought it down.
std::string group_reason(const RunState& state, NodeId end, Detail detail) {
  const Plan& plan = state.plan();
  const GroupId id = plan.node(end).group;
  if (const std::string_view why = state.why(end); !why.empty())
    return std::string(told(why, detail));
  const NodeId failed = state.failure_in(id);
  if (!failed.is_valid() || failed == end) return {};
  const std::string name = subject_name(plan, failed);
  const std::string why =
      is_gate(plan, failed) ? std::string(state.why(failed)) : reason_of(state, failed, detail);
  const StepState how = state.node(failed).state;
  if (why.starts_with("timed out")) return fmt::format("'{}' {}", name, why);
  return fmt::format("'{}' {}{}", name, words(how), why.empty() ? "" : ": " + why);
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

// " (accepted by group 'race')", of a failure that the run lives with.
std::string acceptance_of(const RunState& state, NodeId node) {
  const NodeRecord& record = state.node(node);
  if (record.state != StepState::failed && record.state != StepState::timed_out) return {};
  if (record.is_accepted) return " (accepted)";
  const GroupId by = accepting_group(state, node);
  if (!by.is_valid()) return {};
  const NodeId gate = state.plan().group(by).end;
  return fmt::format(" (accepted by {} '{}')", noun_of(state.plan(), gate),
                     subject_name(state.plan(), gate));
}

// Of a group from its begin; nothing of one that never began.
std::string time_of(const RunState& state, NodeId node, const NodeRecord& record) {
  if (!is_gate(state.plan(), node)) return format_duration(duration_of(record));
  if (is_unexpanded(state, node)) return {};
  const GroupRecord& group = state.group(state.plan().node(node).group);
  return format_duration(std::max(group.ended - group.began, Duration::zero()));
}

std::string in_brackets(std::string_view a, std::string_view b) {
  return a.empty() && b.empty() ? std::string() : fmt::format(" ({}{})", a, b);
}

// "cancelled: interrupted" beside a state that says so.
std::string_view without_state(std::string_view why) {
  constexpr std::string_view kTold = "cancelled: ";
  if (why.starts_with(kTold)) why.remove_prefix(kTold.size());
  return why;
}

// ", 3 attempts", when one was not enough.
std::string attempts_of(const NodeRecord& record) {
  return record.attempts < 2 ? "" : ", " + counted(record.attempts, "attempt");
}

std::string line_of(const Style& style, const RunState& state, NodeId node,
                    const NodeRecord& record, std::string_view why) {
  const std::string took = time_of(state, node, record);
  const std::string name = style.clean(subject_name(state.plan(), node));
  const std::string reason = style.clean(why);
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
      said = fmt::format("Failed{}{}", in_brackets(took, attempts_of(record)), colon);
      break;
    case StepState::timed_out:
      said = fmt::format("Timed out{}{}", in_brackets(took, limit_reached(state, node)),
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
  said += style.clean(acceptance_of(state, node));
  return fmt::format("{} [{}] {}",
                     style.paint(paint_of(record.state), style.symbol(symbol_of(record.state))),
                     name, said);
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
      return "killed on request";
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
    case StopWhy::quit:
      return "quit";
    case StopWhy::cancelled:
      return "cancelled by a person";
    case StopWhy::step_cancelled:
      return "cancelled by a person";
    case StopWhy::drained:
      return "the run was drained";
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
  if (is_gate(state.plan(), node)) return group_reason(state, node, detail);
  return std::string(told(without_state(state.why(node)), detail));
}

std::string started_line(const Style& style, const Plan& plan, AttemptKey key) {
  const std::string again = key.attempt > 1 ? fmt::format(" (attempt {})", key.attempt) : "";
  return fmt::format("  {} [{}] Starting...{}", style.symbol(Symbol::arrow),
                     style.clean(plan.display_name(key.node)), again);
}

std::string settled_line(const Style& style, const RunState& state, NodeId node, Detail detail) {
  return line_of(style, state, node, state.node(node), reason_of(state, node, detail));
}

NodeRecord as_finished(const RunState& state, const StepFinished& fact) {
  NodeRecord record = state.node(fact.node);
  if (is_settled(record.state)) return record;
  record.state = fact.state;
  record.is_accepted = fact.is_accepted;
  if (const std::uint32_t so_far = state.earlier_attempts(fact.node); so_far > 0)
    record.attempts = so_far;
  return record;
}

std::string reason_of(const RunState& state, const StepFinished& fact, Detail detail) {
  if (is_settled(state.node(fact.node).state)) return reason_of(state, fact.node, detail);
  return std::string(told(without_state(fact.why), detail));
}

std::string finished_line(const Style& style, const RunState& state, const StepFinished& fact) {
  return line_of(style, state, fact.node, as_finished(state, fact),
                 reason_of(state, fact, Detail::brief));
}

}  // namespace ws
