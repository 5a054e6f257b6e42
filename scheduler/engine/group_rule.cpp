#include "engine/group_rule.h"

namespace ws {
namespace {

// Successes that decide a join any(n) or first.
std::uint32_t wanted(const GroupRule& rule) { return rule.join == Join::any ? rule.join_count : 1; }

bool ends_at_first_failure(const GroupRule& rule) {
  return rule.on_first_failure == OnFirstFailure::cancel;
}

// A defaulted policy never pre-empts a join that lives with failures (F45).
bool is_preempting(const GroupRule& rule) {
  return rule.is_policy_explicit && ends_at_first_failure(rule);
}

GroupVerdict judge_all(const GroupRule& rule, const GroupTally& tally) {
  const bool is_over = tally.unsettled == 0 || (tally.failed > 0 && ends_at_first_failure(rule));
  if (!is_over) return GroupVerdict::open;
  switch (rule.fail_if) {
    case FailIf::any:
      return tally.failed > 0 ? GroupVerdict::failure : GroupVerdict::success;
    case FailIf::all:
      return tally.failed > 0 && tally.succeeded == 0 ? GroupVerdict::failure
                                                      : GroupVerdict::success;
    case FailIf::none:
      return GroupVerdict::success;
  }
  return GroupVerdict::open;
}

GroupVerdict judge_any(const GroupRule& rule, const GroupTally& tally) {
  if (tally.succeeded >= wanted(rule)) return GroupVerdict::success;
  const bool is_tolerant = rule.fail_if == FailIf::none;
  if (tally.failed > 0 && is_preempting(rule))
    return is_tolerant ? GroupVerdict::success : GroupVerdict::failure;
  if (tally.succeeded + tally.unsettled >= wanted(rule)) return GroupVerdict::open;
  return is_tolerant ? GroupVerdict::success : GroupVerdict::failure;
}

}  // namespace

GroupVerdict judge(const GroupRule& rule, const GroupTally& tally) {
  if (tally.members() == 0) return GroupVerdict::success;
  switch (rule.join) {
    case Join::all:
      return judge_all(rule, tally);
    case Join::any:
    case Join::first:
      return judge_any(rule, tally);
    case Join::settled:
      if (tally.unsettled == 0 || (tally.failed > 0 && is_preempting(rule)))
        return GroupVerdict::success;
      return GroupVerdict::open;
  }
  return GroupVerdict::open;
}

GroupVerdict judge_at_timeout(const GroupRule& rule, const GroupTally& tally) {
  if (const GroupVerdict verdict = judge(rule, tally); verdict != GroupVerdict::open)
    return verdict;
  const bool goes_on = rule.fail_if == FailIf::none || rule.join == Join::settled;
  return goes_on ? GroupVerdict::success : GroupVerdict::failure;
}

Rest rest_of(const GroupRule& rule, GroupVerdict verdict) {
  if (verdict == GroupVerdict::failure) return Rest::cancelled;
  const bool is_race = rule.join == Join::any || rule.join == Join::first;
  if (!is_race) return Rest::cancelled;
  return rule.losers.value_or(Losers::cancel) == Losers::background ? Rest::in_background
                                                                    : Rest::cancelled;
}

bool shows_errors(const GroupRule& rule) {
  if (rule.errors == Errors::drop) return false;
  switch (rule.join) {
    case Join::all:
    case Join::settled:
      return true;
    case Join::any:
    case Join::first:
      return false;
  }
  return true;
}

}  // namespace ws
