#include "report/plain.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "report/event_lines.h"
#include "report/run_reading.h"
#include "report/step_lines.h"

namespace ws {
namespace {

struct LineOf {
  const Style& style;
  const Event& event;
  const RunState& state;

  std::string operator()(const AttemptStarted& fact) const {
    if (fact.key.is_compensation()) return news();
    return is_first_part(state, fact.key) ? started_line(style, state.plan(), fact.key) : "";
  }
  std::string operator()(const StepFinished& fact) const {
    return finished_line(style, state, fact);
  }
  std::string operator()(const StepSkipped& fact) const {
    return settled_line(style, state, fact.node);
  }
  std::string operator()(const StopRequested& fact) const {
    const bool is_first_wish = fact.why == StopWhy::interrupted ||
                               fact.why == StopWhy::terminated || fact.why == StopWhy::hang_up ||
                               fact.why == StopWhy::cancelled;
    if (state.is_rolling_back() && is_first_wish) return going_on(fact.why);
    // To quit is to kill: it has been said.
    if (fact.why == StopWhy::killed && state.stop() == StopWhy::quit) return {};
    const bool is_second_told = fact.why == StopWhy::interrupted && !state.running().empty();
    return fmt::format(
        "{} Stopping: {}{}", style.paint(Paint::yellow, style.symbol(Symbol::stopped)),
        describe(fact.why), is_second_told ? "; press Ctrl-C again to kill what still runs" : "");
  }
  std::string operator()(const RunStarted& /*fact*/) const { return {}; }
  std::string operator()(const AttemptRunning& /*fact*/) const { return {}; }
  std::string operator()(const AttemptStopping& /*fact*/) const { return {}; }
  std::string operator()(const AttemptFinished& fact) const {
    if (fact.facts.log_error.empty()) return {};
    return fmt::format("{} [{}] Output was lost: {}", style.paint(Paint::yellow, "!"),
                       style.clean(state.plan().display_name(fact.key.node)),
                       style.clean(fact.facts.log_error));
  }
  std::string operator()(const AcceptanceFinished& /*fact*/) const { return {}; }
  std::string operator()(const RunFinished& /*fact*/) const { return {}; }
  std::string operator()(const GroupBegan& /*fact*/) const { return {}; }
  std::string operator()(const OutputsCollected& /*fact*/) const { return {}; }
  std::string operator()(const GroupJoined& /*fact*/) const { return news(); }
  std::string operator()(const RetryScheduled& /*fact*/) const { return news(); }
  std::string operator()(const BreakerOpened& /*fact*/) const { return news(); }
  std::string operator()(const BreakerClosed& /*fact*/) const { return news(); }
  std::string operator()(const FanOutExpanded& /*fact*/) const { return news(); }
  std::string operator()(const GroupDecided& /*fact*/) const { return news(); }
  std::string operator()(const GroupRestarted& /*fact*/) const { return news(); }
  std::string operator()(const RunPaused& /*fact*/) const { return news(); }
  std::string operator()(const RunResumed& /*fact*/) const { return news(); }
  std::string operator()(const WorkersChanged& /*fact*/) const { return news(); }
  std::string operator()(const AttemptsResumed& /*fact*/) const { return news(); }
  std::string operator()(const RoundResumed& /*fact*/) const { return news(); }
  std::string operator()(const RollbackStarted& /*fact*/) const { return news(); }
  std::string operator()(const CompensationFinished& /*fact*/) const { return news(); }

  // Half undone is worse than done.
  [[nodiscard]] std::string going_on(StopWhy why) const {
    const std::string_view how =
        why == StopWhy::interrupted ? "press Ctrl-C again" : "a second signal is needed";
    return fmt::format("{} The rollback goes on ({}); {} to end it",
                       style.paint(Paint::yellow, style.symbol(Symbol::stopped)), describe(why),
                       how);
  }

  [[nodiscard]] std::string news() const { return news_line(style, event, state); }

  // The command, or the first test that can run when there is none.
  static bool is_first_part(const RunState& state, AttemptKey key) {
    if (key.part == 0) return true;
    if (!key.is_test()) return false;
    if (has_command(state.plan().step_if_any(key.node))) return false;
    const auto tests = state.plan().acceptance_tests(key.node);
    const auto first = std::find_if(tests.begin(), tests.end(),
                                    [](const AcceptanceTest& test) { return !test.is_manual(); });
    return key.part == static_cast<std::uint32_t>(first - tests.begin()) + 1;
  }
};

}  // namespace

bool is_step_start(const Event& event, const RunState& state) {
  const auto* started = std::get_if<AttemptStarted>(&event.fact);
  return started != nullptr && LineOf::is_first_part(state, started->key);
}

std::string console_line(const Style& style, const Event& event, const RunState& state) {
  return std::visit(LineOf{style, event, state}, event.fact);
}

PlainReport::PlainReport(PlainOptions options, TextSink sink)
    : options_(std::move(options)), sink_(std::move(sink)) {}

// The document's picture: the first starts, a blank line, what ends; later starts stay among the
// ends.
void PlainReport::write_line(Section section, std::string line) {
  if (section == Section::ends && !has_ends_) {
    has_ends_ = true;
    if (last_ == Section::starts) line.insert(0, "\n");
  }
  last_ = section;
  sink_(line + "\n");
}

void PlainReport::observe(const Event& event, const RunState& state) {
  const std::string line = console_line(options_.summary.style, event, state);
  if (!line.empty())
    write_line(is_step_start(event, state) ? Section::starts : Section::ends, line);
  if (std::holds_alternative<RunFinished>(event.fact))
    sink_("\n" + closing_text(state, options_.summary));
}

void PlainReport::tick(Duration at, const RunState& state) {
  if (options_.heartbeat <= Duration::zero() || at < next_tick()) return;
  last_beat_ = at;
  if (!state.running().empty()) write_line(Section::ends, beat(at, state));
}

std::string PlainReport::beat(Duration at, const RunState& state) const {
  constexpr std::size_t kNamed = 3;
  const Style& style = options_.summary.style;
  const RunState::Counts& counts = state.step_counts();
  std::vector<std::string> names;
  for (const AttemptState& attempt : state.running()) {
    if (names.size() == kNamed) break;
    const Duration since = at - state.node(attempt.key.node).started;
    names.push_back(fmt::format("{} ({})",
                                style.clean(subject_name(state.plan(), attempt.key.node)),
                                format_duration(since)));
  }
  const std::size_t rest = state.running().size() - names.size();
  return fmt::format("{} {}: {}/{} done, {} running: {}{}",
                     style.paint(Paint::cyan, style.symbol(Symbol::busy)), format_duration(at),
                     counts.settled(), counts.total, state.running().size(), fmt::join(names, ", "),
                     rest > 0 ? fmt::format(" and {} more", rest) : "");
}

}  // namespace ws
