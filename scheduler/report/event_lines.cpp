#include "report/event_lines.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/retry.h"
#include "report/step_lines.h"

namespace ws {
namespace {

// The plan was made a moment before the event: what is shown is the delay that was planned.
std::string planned(Duration left) {
  constexpr Duration kShown = std::chrono::milliseconds(10);
  return format_duration(std::max((left + kShown / 2) / kShown, Duration::rep{0}) * kShown);
}

// "in 2.00s", or "at once".
std::string in_time(Duration due, Duration now) {
  return due <= now ? "at once" : "in " + planned(due - now);
}

std::string because(std::string_view why) {
  return why.empty() ? std::string() : fmt::format(": {}", told(why, Detail::brief));
}

struct NewsOf {
  const RunState& state;
  Duration now;

  using Answer = std::optional<News>;

  // The try before is an earlier run's, which may have lost it: nobody knows that it failed.
  [[nodiscard]] bool is_after_earlier_run(const RetryScheduled& fact) const {
    const auto attempts = state.attempts(fact.node);
    if (state.node(fact.node).attempts + 1 != fact.attempt) return false;
    return std::none_of(attempts.begin(), attempts.end(), [&](const AttemptFinished& one) {
      return one.key.attempt + 1 == fact.attempt;
    });
  }

  [[nodiscard]] const Plan& plan() const { return state.plan(); }
  [[nodiscard]] NodeId gate(GroupId group) const { return plan().group(group).end; }

  Answer operator()(const RunStarted& /*fact*/) const { return {}; }
  Answer operator()(const AttemptStarted& fact) const {
    if (!fact.key.is_compensation()) return {};
    const std::uint32_t action = fact.key.part - AttemptKey::kCompensation;
    const bool is_of_step = plan().node(fact.key.node).kind == NodeKind::step;
    std::string text =
        is_of_step ? "Rolling back..." : fmt::format("Compensation action {}...", action + 1);
    if (fact.key.attempt > 1 && !is_of_step) text += fmt::format(" (attempt {})", fact.key.attempt);
    return News{Symbol::arrow, Paint::plain, Weight::info, fact.key.node, std::move(text)};
  }
  Answer operator()(const AttemptRunning& /*fact*/) const { return {}; }
  Answer operator()(const AttemptStopping& /*fact*/) const { return {}; }
  Answer operator()(const AttemptFinished& /*fact*/) const { return {}; }
  Answer operator()(const AcceptanceFinished& /*fact*/) const { return {}; }
  Answer operator()(const StepFinished& /*fact*/) const { return {}; }
  Answer operator()(const StepSkipped& /*fact*/) const { return {}; }
  Answer operator()(const StopRequested& /*fact*/) const { return {}; }
  Answer operator()(const RunFinished& /*fact*/) const { return {}; }
  Answer operator()(const GroupBegan& /*fact*/) const { return {}; }

  Answer operator()(const OutputsCollected& fact) const {
    std::vector<std::string> names;
    for (const NamedValue& value : fact.values) names.push_back(value.name);
    if (names.empty()) return {};
    return News{Symbol::arrow, Paint::plain, Weight::detail, fact.node,
                "handed on " + listed(names)};
  }
  Answer operator()(const RetryScheduled& fact) const {
    const std::uint32_t tries = std::max(effective_retry(plan(), fact.node).attempts, fact.attempt);
    const std::string which = fact.is_probe ? "one more try after the circuit opened"
                                            : fmt::format("{}/{}", fact.attempt, tries);
    const std::string when = in_time(fact.due, now);
    const std::string said =
        is_after_earlier_run(fact)
            ? fmt::format("Trying again {} ({}){}", when, which, because(fact.why))
            : fmt::format("Attempt {} failed{}; trying again {} ({})", fact.attempt - 1,
                          because(fact.why), when, which);
    return News{Symbol::busy, Paint::yellow, Weight::warning, fact.node, said};
  }
  Answer operator()(const BreakerOpened& fact) const {
    const std::string next = fact.until > Duration::zero()
                                 ? "one more try " + in_time(fact.until, now)
                                 : "no more tries";
    const bool is_own = fact.cause == fact.scope || !fact.cause.is_valid();
    const std::string by = is_own ? "" : fmt::format(" by '{}'", subject_name(plan(), fact.cause));
    return News{Symbol::stopped, Paint::yellow, Weight::warning, fact.scope,
                fmt::format("Circuit opened{}{}; {}", by, because(fact.why), next)};
  }
  Answer operator()(const BreakerClosed& fact) const {
    return News{Symbol::ok, Paint::green, Weight::info, fact.scope, "Circuit closed again"};
  }
  Answer operator()(const FanOutExpanded& fact) const {
    return News{Symbol::arrow, Paint::plain, Weight::info, gate(fact.group),
                counted(fact.items.size(), "item") + " found"};
  }

  // Whether a member had not ended yet when the group was decided.
  [[nodiscard]] bool had_others(GroupId id) const {
    const auto is_other = [&](NodeId member) {
      const NodeRecord& record = state.node(member);
      return !is_settled(record.state) ||
             (record.state == StepState::cancelled && record.ended >= now);
    };
    const auto members = plan().members(id);
    if (std::any_of(members.begin(), members.end(), is_other)) return true;
    const auto inner = plan().inner_groups(id);
    return std::any_of(inner.begin(), inner.end(),
                       [&](GroupId group) { return is_other(gate(group)); });
  }
  // "; the others are cancelled": what becomes of the members that had not ended.
  [[nodiscard]] std::string rest(const GroupDecided& fact) const {
    if (!had_others(fact.group)) return {};
    const GroupVerdict verdict =
        is_success(fact.state) ? GroupVerdict::success : GroupVerdict::failure;
    const Rest what = rest_of(plan().group(fact.group).rule, verdict);
    return what == Rest::cancelled ? "; the others are cancelled" : "; the others run on";
  }
  [[nodiscard]] std::string timed_out_text(const GroupDecided& fact) const {
    const Duration limit = plan().group(fact.group).rule.timeout;
    const std::string after = limit > Duration::zero() ? " after " + format_exact(limit) : "";
    const std::string_view rest = had_others(fact.group) ? "; what still runs is cancelled" : "";
    const std::string_view on = is_success(fact.state) ? ", and the run goes on" : "";
    return fmt::format("Timed out{}{}{}", after, rest, on);
  }
  [[nodiscard]] std::string decided_text(const GroupDecided& fact) const {
    const GroupRule& rule = plan().group(fact.group).rule;
    const NodeId who = fact.cause.is_valid() ? fact.cause : state.group(fact.group).winner;
    const std::string cause = who.is_valid() ? fmt::format("'{}'", subject_name(plan(), who)) : "";
    std::string how = fact.why;
    if (!is_success(fact.state)) {
      if (how.empty() && !cause.empty()) how = cause + " failed";
      return fmt::format("Failed{}{}", because(how), rest(fact));
    }
    if (how.empty() && !cause.empty()) how = cause + " was first";
    if (rule.join == Join::any && rule.join_count > 1 && !cause.empty())
      how = fmt::format("{} succeeded, the last one {}", rule.join_count, cause);
    return fmt::format("Decided{}{}", because(how), rest(fact));
  }
  Answer operator()(const GroupDecided& fact) const {
    // A success that no member brought about is one that time allows.
    const bool is_late =
        fact.state == StepState::timed_out || (is_success(fact.state) && !fact.cause.is_valid());
    const bool is_timed = is_late && plan().group(fact.group).rule.timeout > Duration::zero();
    const bool is_out_of_time = is_timed || fact.state == StepState::timed_out;
    News news{Symbol::ok, Paint::green, Weight::info, gate(fact.group),
              is_out_of_time ? timed_out_text(fact) : decided_text(fact)};
    if (is_success(fact.state) && is_out_of_time) {
      news.symbol = Symbol::accepted;
      news.paint = Paint::yellow;
      news.weight = Weight::warning;
    } else if (!is_success(fact.state)) {
      news.symbol = Symbol::failed;
      news.paint = Paint::red;
      news.weight = Weight::warning;
    }
    return news;
  }
  Answer operator()(const GroupRestarted& fact) const {
    return News{
        Symbol::busy, Paint::yellow, Weight::warning, gate(fact.group),
        fmt::format("Round {} starts {}{}", fact.round, in_time(fact.due, now), because(fact.why))};
  }
  Answer operator()(const GroupJoined& fact) const {
    const PlanGroup& group = plan().group(fact.group);
    const bool has_run = group.role == GroupRole::fan_out && !group.items.empty();
    if (!has_run || fact.state == StepState::skipped) return {};
    return joined_items(group, fact);
  }
  Answer operator()(const RunPaused& fact) const {
    const std::string until =
        fact.until > Duration::zero() ? "for " + planned(fact.until - now) : "until it is resumed";
    return News{Symbol::stopped,
                Paint::yellow,
                Weight::warning,
                {},
                fact.is_draining
                    ? fmt::format("Draining{}: what runs may finish, nothing more starts",
                                  because(fact.why))
                    : fmt::format("Paused {}{}", until, because(fact.why))};
  }
  Answer operator()(const RunResumed& /*fact*/) const {
    return News{Symbol::busy, Paint::cyan, Weight::info, {}, "Going on after the pause"};
  }
  Answer operator()(const AttemptsResumed& fact) const {
    return News{Symbol::busy, Paint::cyan, Weight::info, fact.node,
                fmt::format("Goes on with attempt {}{}", fact.attempts + 1, because(fact.why))};
  }
  Answer operator()(const RoundResumed& fact) const {
    return News{Symbol::busy, Paint::cyan, Weight::info, gate(fact.group),
                fmt::format("Goes on with round {}", fact.round)};
  }
  Answer operator()(const WorkersChanged& fact) const {
    return News{Symbol::busy,
                Paint::yellow,
                Weight::warning,
                {},
                fmt::format("At most {} at once from now on{}", counted(fact.workers, "step"),
                            because(fact.why))};
  }
  // What was cancelled is a consequence: then the stop is the cause.
  [[nodiscard]] std::string rollback_cause(NodeId cause) const {
    const bool is_own = cause.is_valid() && state.node(cause).state != StepState::cancelled;
    if (!is_own && state.stop()) return ", because of " + describe(*state.stop());
    if (!is_own) return {};
    const std::string_view how =
        state.node(cause).state == StepState::timed_out ? "timed out" : "failed";
    return fmt::format(", because '{}' {}", subject_name(plan(), cause), how);
  }
  Answer operator()(const RollbackStarted& fact) const {
    std::string what = counted(fact.steps, "step");
    if (fact.actions > 0) {
      const std::string actions = counted(fact.actions, "compensation action");
      what = fact.steps == 0 ? actions : fmt::format("{} and {}", what, actions);
    }
    return News{Symbol::busy,
                Paint::yellow,
                Weight::warning,
                {},
                fmt::format("Rolling back {}{}", what, rollback_cause(fact.cause))};
  }
  Answer operator()(const CompensationFinished& fact) const {
    const bool is_of_step = plan().node(fact.node).kind == NodeKind::step;
    const std::uint32_t action = fact.part - AttemptKey::kCompensation + 1;
    std::string text;
    if (is_of_step) {
      text = fact.is_success ? "Rolled back" : "Not rolled back" + because(fact.why);
    } else {
      text = fmt::format("Compensation action {} {}{}", action,
                         fact.is_success ? "complete" : "failed",
                         fact.is_success ? "" : because(fact.why));
    }
    return News{fact.is_success ? Symbol::ok : Symbol::failed,
                fact.is_success ? Paint::green : Paint::red,
                fact.is_success ? Weight::info : Weight::error, fact.node, std::move(text)};
  }

  // "11 of 12 items complete, 1 failed".
  Answer joined_items(const PlanGroup& group, const GroupJoined& fact) const {
    std::size_t good = 0;
    std::size_t bad = 0;
    std::size_t rest = 0;
    for (const NodeId item : plan().members(fact.group)) {
      if (is_success(state.node(item).state)) ++good;
      const StepState ended = state.node(item).state;
      if (ended == StepState::failed || ended == StepState::timed_out) ++bad;
      if (ended == StepState::cancelled || ended == StepState::skipped) ++rest;
    }
    const bool is_good = is_success(fact.state);
    std::string text = fmt::format("{} of {} complete", good, counted(group.items.size(), "item"));
    if (bad > 0) text += fmt::format(", {} failed", bad);
    if (rest > 0) text += fmt::format(", {} not done", rest);
    if (fact.is_accepted) text += " (accepted)";
    return News{symbol_of(fact.state), paint_of(fact.state),
                is_good ? Weight::info : Weight::warning, group.end, std::move(text)};
  }
};

}  // namespace

std::string subject_name(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  if (of.kind != NodeKind::begin && of.kind != NodeKind::end) return plan.display_name(node);
  const std::string group(plan.group_id(of.group));
  const bool is_whole = plan.group(of.group).role == GroupRole::workstream;
  if (is_whole || plan.workstreams().size() == 1) return group;
  return fmt::format("{}/{}", plan.workstream_of(node).id, group);
}

std::optional<News> news_of(const Event& event, const RunState& state) {
  return std::visit(NewsOf{state, event.at}, event.fact);
}

std::string news_line(const Style& style, const Event& event, const RunState& state) {
  const std::optional<News> news = news_of(event, state);
  if (!news || news->weight == Weight::detail) return {};
  const std::string who =
      news->about.is_valid()
          ? fmt::format("[{}] ", style.clean(subject_name(state.plan(), news->about)))
          : "";
  const std::string indent = news->symbol == Symbol::arrow ? "  " : "";
  return fmt::format("{}{} {}{}", indent, style.paint(news->paint, style.symbol(news->symbol)), who,
                     style.clean(news->text));
}

}  // namespace ws
