// results_text and verdict_text of summary.h; the details are in summary.cpp.
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/run_reading.h"
#include "report/step_lines.h"
#include "report/summary.h"

namespace ws {
namespace {

std::string marked(const Style& style, StepState state, std::string_view text) {
  return fmt::format("{} {}\n", style.paint(paint_of(state), style.symbol(symbol_of(state))), text);
}

std::string marked_accepted(const Style& style, std::string_view text) {
  return fmt::format("{} {}\n", style.paint(Paint::yellow, style.symbol(Symbol::accepted)), text);
}

// ", 1 skipped, 2 cancelled": what else did not succeed.
std::string others(const Tally& steps) {
  std::string out;
  const std::uint32_t accepted = steps.lived_with();
  if (steps.counts.skipped > 0) out += fmt::format(", {} skipped", steps.counts.skipped);
  if (steps.counts.cancelled > 0) out += fmt::format(", {} cancelled", steps.counts.cancelled);
  if (accepted > 0) out += fmt::format(", {} accepted", counted(accepted, "failure"));
  if (steps.failed_groups > 0)
    out += fmt::format(", {} failed", counted(steps.failed_groups, "group"));
  return out;
}

std::string steps_line(const RunState& state, const Style& style) {
  const Tally steps = step_tally(state);
  const RunState::Counts& counts = steps.counts;
  const bool is_all_well = counts.succeeded == counts.total && steps.failed_groups == 0;
  if (is_all_well && written_steps(state.plan()) == 0) {
    // A workstream's own tests have their own line.
    if (state.counts().total > counts.total) return {};
    return marked(style, StepState::succeeded, "Nothing to run");
  }
  const std::string of = fmt::format("of {}", counted(counts.total, "step"));
  if (steps.real_failures() > 0)
    return marked(style, StepState::failed,
                  fmt::format("{} {} failed{}", steps.real_failures(), of, others(steps)));
  const std::string text = fmt::format("{} {} complete{}", counts.succeeded, of, others(steps));
  if (steps.failed_groups > 0) return marked(style, StepState::failed, text);
  if (steps.lived_with() > 0) return marked_accepted(style, text);
  if (!is_all_well) return marked(style, StepState::cancelled, text);
  if (counts.unverified > 0)
    return marked(style, StepState::unverified,
                  fmt::format("All steps complete ({} unverified)", counts.unverified));
  return marked(style, StepState::succeeded, "All steps complete");
}

// " (make lint: exit 1; make audit: exit 2)": all of them, because those that may fail stop
// nothing.
std::string failed_tests_text(const RunState& state, NodeId node, const Style& style) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> texts;
  std::size_t found = 0;
  for (const AcceptanceFinished& test : state.tests(node)) {
    if (verdict_of(test) != TestVerdict::failed || ++found > kShown) continue;
    const std::string why =
        test.why.empty() ? "" : ": " + style.clean(told(test.why, Detail::brief));
    texts.push_back(style.cut(test_text(state.plan(), node, test.test), 60) + why);
  }
  std::string out = fmt::format("{}", fmt::join(texts, "; "));
  if (found > kShown) out += fmt::format("; and {} more", found - kShown);
  return fmt::format(" ({})", out);
}

// "  → step-01: FAIL (test 2 of 3: exit 1)"
std::string test_line(const RunState& state, NodeId node, const TestCounts& counts,
                      const Style& style) {
  std::string verdict(name(TestVerdict::passed));
  std::string extra;
  Paint paint = Paint::green;
  if (counts.failed > 0) {
    verdict = name(TestVerdict::failed);
    paint = Paint::red;
    extra = failed_tests_text(state, node, style);
  } else if (counts.manual > 0) {
    verdict = name(TestVerdict::manual);
    paint = Paint::yellow;
    if (counts.passed > 0)
      extra = fmt::format(" ({} passed, {} manual)", counts.passed, counts.manual);
  } else if (counts.passed > 1) {
    extra = fmt::format(" ({} tests)", counts.passed);
  }
  return fmt::format("  {} {}: {}{}\n", style.symbol(Symbol::arrow),
                     style.clean(state.plan().display_name(node)), style.paint(paint, verdict),
                     extra);
}

TestVerdict worst_of(const TestCounts& counts) {
  if (counts.failed > 0) return TestVerdict::failed;
  return counts.manual > 0 ? TestVerdict::manual : TestVerdict::passed;
}

// One line per step; of each verdict at most kShown, so that a long list of passes hides nothing.
std::string tests_text(const RunState& state, const Style& style) {
  constexpr std::size_t kShown = 50;
  TestCounts total;
  std::array<std::size_t, 3> seen = {};
  std::string lines;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    const TestCounts counts = test_counts(state, node);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.manual += counts.manual;
    total.not_run += counts.not_run;
    if (counts.ran() + counts.manual == 0) continue;
    if (++seen[static_cast<std::size_t>(worst_of(counts))] <= kShown)
      lines += test_line(state, node, counts, style);
  }
  for (const TestVerdict verdict :
       {TestVerdict::passed, TestVerdict::failed, TestVerdict::manual}) {
    const std::size_t count = seen[static_cast<std::size_t>(verdict)];
    if (count > kShown)
      lines += fmt::format("  {} and {} more: {}\n", style.symbol(Symbol::ellipsis), count - kShown,
                           name(verdict));
  }
  if (total.ran() + total.manual + total.not_run == 0) return {};
  StepState mark = StepState::succeeded;
  if (total.manual + total.not_run > 0) mark = StepState::unverified;
  if (total.failed > 0) mark = StepState::failed;
  std::string extra;
  if (total.manual > 0) extra += fmt::format(", {} manual", total.manual);
  if (total.not_run > 0) extra += fmt::format(", {} not run", total.not_run);
  return marked(
             style, mark,
             fmt::format("Running acceptance tests ({}/{}{})", total.passed, total.ran(), extra)) +
         lines;
}

// Nothing ran, so nothing passed.
std::string dry_text(const RunState& state, const Style& style) {
  std::size_t tests = 0;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i)
    tests += state.plan().acceptance_tests(NodeId(i)).size();
  const std::string with = tests == 0 ? "" : " and " + counted(tests, "acceptance test");
  return marked(style, StepState::succeeded,
                fmt::format("{}{} would run; nothing was started",
                            counted(written_steps(state.plan()), "step"), with));
}

std::string subject(const RunState& state) {
  const std::size_t count = state.plan().workstreams().size();
  return count == 1 ? "Workstream" : fmt::format("{} workstreams", count);
}

// "Workstream failed", "1 of 3 workstreams failed, 1 skipped", "Run of 3 workstreams cancelled".
std::string bad_subject(const RunState& state, std::string_view how) {
  const std::size_t total = state.plan().workstreams().size();
  if (total == 1) return fmt::format("Workstream {}", how);
  std::size_t failed = 0;
  std::size_t cancelled = 0;
  std::size_t skipped = 0;
  for (const PlanGroup& group : state.plan().groups()) {
    if (group.parent.is_valid()) continue;
    const StepState ended = state.node(group.end).state;
    if (ended == StepState::failed || ended == StepState::timed_out) ++failed;
    if (ended == StepState::cancelled) ++cancelled;
    if (ended == StepState::skipped) ++skipped;
  }
  std::string out = failed > 0 && state.status() == RunStatus::failed
                        ? fmt::format("{} of {} workstreams failed", failed, total)
                        : fmt::format("Run of {} workstreams {}", total, how);
  if (cancelled > 0) out += fmt::format(", {} cancelled", cancelled);
  if (skipped > 0) out += fmt::format(", {} skipped", skipped);
  return cancelled + skipped > 0 ? out + "," : out;
}

// One worker saves nothing, so a sequential run has no such line; a run that ended early did not do
// the work it would be compared with.
std::string saved_line(const RunState& state) {
  const Duration sequential = state.busy();
  const int percent = time_saved_percent(sequential, state.duration());
  const bool is_complete = state.status() == RunStatus::succeeded && !state.header().is_dry;
  if (percent == 0 || !is_complete) return {};
  return fmt::format("  (Sequential would have taken ~{} - {}% time saved)\n",
                     format_duration(sequential), percent);
}

// The first failure in one clause: "step 'unit' failed: exit 1"; or what an accepted one kept from
// running. Empty without one.
std::string root_cause(const RunState& state, const Style& style) {
  const NodeId first = state.first_failure();
  if (!first.is_valid()) return {};
  if (state.node(first).state == StepState::cancelled) {
    // A consequence of the stop, unless somebody wanted this one gone.
    if (!state.node(first).is_unwanted) return {};
    return fmt::format("{} '{}' was cancelled by a person", noun_of(state.plan(), first),
                       style.clean(subject_name(state.plan(), first)));
  }
  const NodeId blocked = state.first_blocked();
  if (state.node(first).is_accepted && blocked.is_valid())
    return fmt::format("step '{}' could not run: {}",
                       style.clean(subject_name(state.plan(), blocked)),
                       style.clean(reason_of(state, blocked, Detail::brief)));
  const std::string_view noun = noun_of(state.plan(), first);
  const std::string name = style.clean(subject_name(state.plan(), first));
  const std::string reason = style.clean(reason_of(state, first, Detail::brief));
  if (reason.starts_with("timed out")) return fmt::format("{} '{}' {}", noun, name, reason);
  const std::string_view how =
      state.node(first).state == StepState::timed_out ? "timed out" : "failed";
  return fmt::format("{} '{}' {}{}", noun, name, how, reason.empty() ? "" : ": " + reason);
}

// What a run that ended well lives with.
std::string lived_with(const RunState& state) {
  const std::size_t unwanted = unwanted_steps(state).size();
  if (unwanted == 0 || !failures(state).empty()) return "accepted failures";
  return counted(unwanted, "step") + " cancelled by a person";
}

// The failure explains a run that failed or was rolled back; what stopped it besides is told after
// it. Another run ended because of its stop.
std::string why_ended(const RunState& state, const Style& style) {
  const RunStatus status = state.status();
  const bool is_rollback =
      status == RunStatus::rolled_back || status == RunStatus::partially_rolled_back;
  const std::string stop = state.stop() ? describe(*state.stop()) : std::string();
  std::vector<std::string> parts;
  if (is_rollback || status == RunStatus::failed || stop.empty())
    parts.push_back(root_cause(state, style));
  const bool is_consequence = state.stop() == StopWhy::fail_fast;
  const bool is_told = is_rollback && !is_consequence;
  if (is_told || parts.empty() || parts.front().empty()) parts.push_back(stop);
  std::erase(parts, std::string());
  return parts.empty() ? std::string() : fmt::format(": {}", fmt::join(parts, "; "));
}

}  // namespace

std::string results_text(const RunState& state, const SummaryOptions& options) {
  if (state.header().is_dry) return dry_text(state, options.style);
  return steps_line(state, options.style) + tests_text(state, options.style);
}

std::string verdict_text(const RunState& state, const SummaryOptions& options) {
  const Style& style = options.style;
  const std::string took = format_duration(state.duration());
  const auto bad = [&](std::string_view how) {
    const std::string line = fmt::format("{} {} after {}{}", style.symbol(Symbol::failed),
                                         bad_subject(state, how), took, why_ended(state, style));
    return style.paint(Paint::red, line) + "\n";
  };
  switch (state.status()) {
    case RunStatus::running:
      return fmt::format("{} {} running\n", style.symbol(Symbol::busy), subject(state));
    case RunStatus::succeeded:
      return marked(style, StepState::succeeded,
                    fmt::format("{} complete in {}{}", subject(state), took,
                                state.header().is_dry ? " (dry run)" : "")) +
             saved_line(state);
    case RunStatus::completed_with_errors:
      return marked_accepted(style, fmt::format("{} complete in {}, with {}", subject(state), took,
                                                lived_with(state)));
    case RunStatus::failed:
      return bad("failed");
    case RunStatus::timed_out:
      return bad("timed out");
    case RunStatus::cancelled:
      return bad("cancelled");
    case RunStatus::rolled_back:
      return bad("rolled back");
    case RunStatus::partially_rolled_back:
      return bad("partially rolled back");
    case RunStatus::crashed:
      return style.paint(Paint::red,
                         fmt::format("{} {} crashed: its process is gone without an end",
                                     style.symbol(Symbol::failed), subject(state))) +
             "\n";
  }
  return {};
}

}  // namespace ws
