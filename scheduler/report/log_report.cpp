#include "report/log_report.h"

#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/occasions.h"
#include "report/run_outputs.h"
#include "report/run_reading.h"
#include "report/step_lines.h"

namespace ws {
namespace {

// Beyond this a batch is written before its turn ends: a log must not grow in memory.
constexpr std::size_t kMostHeld = 64U * 1024U;
constexpr std::size_t kLongestCommand = 2000;

constexpr std::string_view kInfo = "INFO ";
constexpr std::string_view kWarning = "WARN ";
constexpr std::string_view kError = "ERROR";

struct Entry {
  std::string_view level;
  std::string text;
};

std::string_view level_of(StepState state) {
  if (state == StepState::failed || state == StepState::timed_out) return kError;
  return is_success(state) && state != StepState::unverified ? kInfo : kWarning;
}

std::string part_name(AttemptKey key) {
  std::string part = key.part == 0 ? "command" : fmt::format("acceptance test {}", key.part);
  if (key.is_expansion()) part = "search for items";
  if (key.is_compensation()) {
    const std::uint32_t action = key.part - AttemptKey::kCompensation;
    part = action == 0 ? "compensation" : fmt::format("compensation {}", action + 1);
  }
  return key.attempt == 1 ? part : fmt::format("{} (attempt {})", part, key.attempt);
}

std::string because(std::string_view why) {
  return why.empty() ? std::string() : fmt::format(": {}", why);
}

struct EntryOf {
  const Event& event;
  const RunState& state;

  Entry operator()(const RunStarted& fact) const {
    const std::string how = fact.is_dry ? ", dry run" : fact.is_sequential ? ", sequential" : "";
    return {kInfo, fmt::format("run {} started: {}, max_workers={}{}", fact.run_id,
                               counted(state.step_counts().total, "step"), fact.max_workers, how)};
  }
  Entry operator()(const AttemptStarted& fact) const {
    return {kInfo, fmt::format("{} started{}", part_name(fact.key),
                               because(truncate_to_width(fact.command, kLongestCommand)))};
  }
  Entry operator()(const AttemptRunning& fact) const {
    return {kInfo, fmt::format("{} is process {}", part_name(fact.key), fact.process.pid)};
  }
  Entry operator()(const AttemptStopping& fact) const {
    return {kWarning,
            fmt::format("{} is being stopped: {}", part_name(fact.key), describe(fact.why))};
  }
  Entry operator()(const AttemptFinished& fact) const {
    std::string log = fact.facts.log.empty() ? "" : fmt::format("; log: {}", fact.facts.log);
    if (!fact.facts.log_error.empty())
      log += fmt::format("; output was lost: {}", fact.facts.log_error);
    const std::string outcome = describe(fact.outcome);
    const bool is_told = fact.is_success || fact.why.empty() || fact.why == outcome;
    return {fact.is_success ? kInfo : kWarning,
            fmt::format("{} ended after {}: {}{}{}", part_name(fact.key),
                        format_duration(fact.duration), outcome,
                        is_told ? "" : " (" + fact.why + ")", log)};
  }
  Entry operator()(const AcceptanceFinished& fact) const {
    const TestVerdict verdict = verdict_of(fact);
    return {verdict == TestVerdict::passed ? kInfo : kWarning,
            fmt::format("acceptance test {}: {}{}", fact.test, name(verdict), because(fact.why))};
  }
  Entry operator()(const StepFinished& fact) const {
    const std::string took = format_duration(duration_of(as_finished(state, fact)));
    const std::string accepted = fact.is_accepted ? " (accepted)" : "";
    const std::vector<std::string> unwritten = unwritten_outputs(state, fact.node);
    const std::string missing =
        unwritten.empty() ? "" : "; declared and not written: " + listed(unwritten);
    return {unwritten.empty() ? level_of(fact.state) : kWarning,
            fmt::format("{} in {}{}{}{}", name(fact.state), took,
                        because(reason_of(state, fact, Detail::full)), accepted, missing)};
  }
  Entry operator()(const StepSkipped& fact) const {
    return {kWarning, "skipped: " + reason_of(state, fact.node)};
  }
  Entry operator()(const GroupBegan& /*fact*/) const { return {}; }
  Entry operator()(const GroupJoined& /*fact*/) const { return news(); }
  Entry operator()(const OutputsCollected& /*fact*/) const { return news(); }
  Entry operator()(const RetryScheduled& /*fact*/) const { return news(); }
  Entry operator()(const BreakerOpened& /*fact*/) const { return news(); }
  Entry operator()(const BreakerClosed& /*fact*/) const { return news(); }
  Entry operator()(const FanOutExpanded& /*fact*/) const { return news(); }
  Entry operator()(const GroupDecided& /*fact*/) const { return news(); }
  Entry operator()(const GroupRestarted& /*fact*/) const { return news(); }
  Entry operator()(const RunPaused& /*fact*/) const { return news(); }
  Entry operator()(const RunResumed& /*fact*/) const { return news(); }
  Entry operator()(const WorkersChanged& /*fact*/) const { return news(); }
  Entry operator()(const AttemptsResumed& /*fact*/) const { return news(); }
  Entry operator()(const RoundResumed& /*fact*/) const { return news(); }
  Entry operator()(const RollbackStarted& /*fact*/) const { return news(); }
  Entry operator()(const CompensationFinished& /*fact*/) const { return news(); }

  [[nodiscard]] Entry news() const {
    const std::optional<News> found = news_of(event, state);
    if (!found) return {};
    std::string text = found->text;
    if (!text.empty() && is_upper(text.front()))
      text.front() = static_cast<char>(text.front() - 'A' + 'a');  // as all entries of the log
    switch (found->weight) {
      case Weight::detail:
      case Weight::info:
        return {kInfo, std::move(text)};
      case Weight::warning:
        return {kWarning, std::move(text)};
      case Weight::error:
        return {kError, std::move(text)};
    }
    return {};
  }
  Entry operator()(const StopRequested& fact) const {
    const bool is_first_wish = fact.why == StopWhy::interrupted ||
                               fact.why == StopWhy::terminated || fact.why == StopWhy::hang_up ||
                               fact.why == StopWhy::cancelled;
    if (state.is_rolling_back() && is_first_wish)
      return {kWarning, describe(fact.why) + "; the rollback goes on"};
    return {kWarning, "stopping: " + describe(fact.why)};
  }
  Entry operator()(const RunFinished& fact) const {
    const Tally steps = step_tally(state);
    const RunState::Counts& counts = steps.counts;
    const std::uint32_t accepted = steps.lived_with();
    const std::string others = accepted == 0 ? "" : fmt::format(" ({} accepted)", accepted);
    return {fact.status == RunStatus::succeeded ? kInfo : kError,
            fmt::format("run {} {} in {}: {} succeeded, {} failed{}, {} skipped, {} cancelled; at "
                        "most {} at once",
                        state.header().run_id, name(fact.status), format_duration(fact.duration),
                        counts.succeeded, counts.failed, others, counts.skipped, counts.cancelled,
                        fact.peak)};
  }
};

struct NodeOf {
  const Plan& plan;

  std::optional<NodeId> operator()(const AttemptStarted& fact) const { return fact.key.node; }
  std::optional<NodeId> operator()(const AttemptRunning& fact) const { return fact.key.node; }
  std::optional<NodeId> operator()(const AttemptStopping& fact) const { return fact.key.node; }
  std::optional<NodeId> operator()(const AttemptFinished& fact) const { return fact.key.node; }
  std::optional<NodeId> operator()(const AcceptanceFinished& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const StepFinished& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const StepSkipped& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const OutputsCollected& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const RetryScheduled& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const BreakerOpened& fact) const { return fact.scope; }
  std::optional<NodeId> operator()(const BreakerClosed& fact) const { return fact.scope; }
  std::optional<NodeId> operator()(const CompensationFinished& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const GroupBegan& fact) const { return gate(fact.group); }
  std::optional<NodeId> operator()(const FanOutExpanded& fact) const { return gate(fact.group); }
  std::optional<NodeId> operator()(const GroupDecided& fact) const { return gate(fact.group); }
  std::optional<NodeId> operator()(const GroupRestarted& fact) const { return gate(fact.group); }
  std::optional<NodeId> operator()(const GroupJoined& fact) const { return gate(fact.group); }
  std::optional<NodeId> operator()(const RunStarted& /*fact*/) const { return std::nullopt; }
  std::optional<NodeId> operator()(const StopRequested& /*fact*/) const { return std::nullopt; }
  std::optional<NodeId> operator()(const RunFinished& /*fact*/) const { return std::nullopt; }
  std::optional<NodeId> operator()(const RunPaused& /*fact*/) const { return std::nullopt; }
  std::optional<NodeId> operator()(const RunResumed& /*fact*/) const { return std::nullopt; }
  std::optional<NodeId> operator()(const WorkersChanged& /*fact*/) const { return std::nullopt; }
  std::optional<NodeId> operator()(const AttemptsResumed& fact) const { return fact.node; }
  std::optional<NodeId> operator()(const RoundResumed& fact) const { return gate(fact.group); }
  std::optional<NodeId> operator()(const RollbackStarted& /*fact*/) const { return std::nullopt; }

  [[nodiscard]] NodeId gate(GroupId group) const { return plan.group(group).end; }
};

// The hook's own level, as wide as ours.
std::string_view level_named(std::string_view level) {
  if (level == "debug") return "DEBUG";
  if (level == "info") return kInfo;
  if (level == "error") return kError;
  if (level == "critical") return "CRIT ";
  return kWarning;
}

// Its own log knows the workstream: names there are short.
std::string who_of(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  return std::string(is_gate ? plan.group_id(of.group) : plan.short_name(node));
}

}  // namespace

std::string log_line(const Event& event, const RunState& state) {
  const Entry entry = std::visit(EntryOf{event, state}, event.fact);
  if (entry.text.empty()) return {};
  const std::optional<NodeId> node = std::visit(NodeOf{state.plan()}, event.fact);
  const std::string who = node ? fmt::format("[{}] ", who_of(state.plan(), *node)) : std::string();
  return fmt::format("{} {} {}", iso_utc(event.wall), entry.level, printable(who + entry.text));
}

LogReport::LogReport(LogSink sink, MessageFacts facts)
    : sink_(std::move(sink)), facts_(std::move(facts)) {}

LogReport::~LogReport() { flush(); }

void LogReport::append(std::uint32_t workstream, const std::string& line) {
  if (held_.size() <= workstream) held_.resize(workstream + std::size_t{1});
  std::string& held = held_[workstream];
  if (held.empty()) with_text_.push_back(workstream);
  held += line;
  held += '\n';
  if (held.size() > kMostHeld) flush();
}

void LogReport::tell_notices(const Event& event, const RunState& state) {
  for (const Notice& notice : notices_of(event, state, facts_)) {
    if (notice.message.empty()) continue;
    const std::string text = fmt::format("[{}] {}: {}", who_of(state.plan(), notice.about),
                                         notice.occasion, notice.message);
    append(state.plan().node(notice.about).workstream,
           fmt::format("{} {} {}", iso_utc(event.wall), level_named(notice.hook->log_level),
                       printable(text)));
  }
}

void LogReport::observe(const Event& event, const RunState& state) {
  if (!has_hooks_) has_hooks_ = has_hooks(state.plan());
  const std::string line = log_line(event, state);
  if (!line.empty()) {
    const Plan& plan = state.plan();
    if (const std::optional<NodeId> node = std::visit(NodeOf{plan}, event.fact)) {
      append(plan.node(*node).workstream, line);
    } else {
      for (const std::uint32_t workstream : plan.workstreams()) append(workstream, line);
    }
  }
  if (*has_hooks_) tell_notices(event, state);
  if (std::holds_alternative<RunFinished>(event.fact)) flush();
}

void LogReport::flush() {
  for (const std::uint32_t workstream : with_text_) {
    sink_(workstream, held_[workstream]);
    held_[workstream].clear();
  }
  with_text_.clear();
}

}  // namespace ws
