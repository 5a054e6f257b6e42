#include "engine/group_decision.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

std::uint32_t wanted_of(const GroupRule& rule) {
  return rule.join == Join::any ? rule.join_count : 1;
}

// A race that cannot be won although nobody failed.
std::string too_few(const PlanGroup& group, const GroupTally& tally) {
  const std::uint32_t wanted = wanted_of(group.rule);
  const std::string_view noun = group.role == GroupRole::fan_out ? "item" : "member";
  std::string text = fmt::format("it wants {} success{} of {}", wanted, wanted == 1 ? "" : "es",
                                 counted(tally.members(), noun));
  if (tally.neutral > 0) text += fmt::format("; {} gave none", tally.neutral);
  return text;
}

// `culprit`: who, and how that one ended.
std::string who_failed(const GroupRule& rule, GroupVerdict verdict, const std::string& culprit) {
  const bool is_race = rule.join == Join::any || rule.join == Join::first;
  const bool is_lost = is_race && verdict == GroupVerdict::failure &&
                       rule.on_first_failure != OnFirstFailure::cancel;
  if (!is_lost) return culprit;
  return fmt::format("{} of its members can succeed no more, {} last", wanted_of(rule), culprit);
}

}  // namespace

GroupDecision decision_of(const RunState& state, GroupId id, GroupVerdict verdict) {
  const Plan& plan = state.plan();
  const GroupRecord& record = state.group(id);
  const bool is_failure = verdict == GroupVerdict::failure;
  GroupDecision out{{id, is_failure ? StepState::failed : StepState::succeeded, NodeId(), ""}, ""};
  const std::string group = fmt::format("group '{}'", plan.group_id(id));
  if (record.failure.is_valid() && (is_failure || record.tally.failed > 0)) {
    const bool is_cancelled = state.node(record.failure).state == StepState::cancelled;
    const std::string culprit = fmt::format("'{}' {}", plan.member_name(record.failure),
                                            is_cancelled ? "was cancelled" : "failed");
    out.fact.cause = record.failure;
    out.fact.why = who_failed(plan.group(id).rule, verdict, culprit);
    out.rest = fmt::format("{}: {}", group, culprit);
  } else if (is_failure || !record.winner.is_valid()) {
    out.fact.why = too_few(plan.group(id), record.tally);
    out.rest = fmt::format("{}: {}", group, out.fact.why);
  }
  if (!is_failure && record.winner.is_valid()) {
    const std::string winner = plan.member_name(record.winner);
    out.fact.cause = record.winner;
    out.fact.why = fmt::format("'{}' succeeded", winner);
    out.rest = fmt::format("{} was decided by '{}'", group, winner);
  }
  return out;
}

}  // namespace ws
