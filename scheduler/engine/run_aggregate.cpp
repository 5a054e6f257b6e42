// What a group came to: `steps.GROUP.aggregate`, and the text of a failure.
#include <string>
#include <utility>

#include "engine/run_state.h"
#include "engine/run_values.h"
#include "model/calls.h"

namespace ws {
namespace {

// A member as its group knows it: without the scope that both are in.
std::string name_in_group(const Plan& plan, GroupId group, NodeId member) {
  const PlanNode& node = plan.node(member);
  if (plan.group(group).role == GroupRole::fan_out) return std::to_string(node.item);
  const std::string_view own = plan.group_id(group);
  const std::size_t mark = own.rfind(kScopeMark);
  std::string_view name =
      node.kind == NodeKind::end ? plan.group_id(node.group) : plan.short_name(member);
  if (mark != std::string_view::npos && name.starts_with(own.substr(0, mark + 1)))
    name.remove_prefix(mark + 1);
  return std::string(name);
}

std::int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// A group whose member was cancelled from outside has failed for no reason of its own.
bool was_cancelled(const RunState& state, NodeId member) {
  if (state.node(member).state == StepState::cancelled) return true;
  const PlanNode& node = state.plan().node(member);
  if (node.kind != NodeKind::end) return false;
  const NodeId failed = state.failure_in(node.group);
  return failed.is_valid() && state.node(failed).state == StepState::cancelled;
}

}  // namespace

std::string failure_text(const RunState& state, NodeId node) {
  const Plan& plan = state.plan();
  if (!is_failure(state.node(node).state)) return "";
  if (plan.node(node).kind == NodeKind::end) {
    const NodeId failed = state.failure_in(plan.node(node).group);
    if (state.node(node).state == StepState::failed && failed.is_valid() && failed != node)
      return failure_text(state, failed);
  } else {
    const auto attempts = state.attempts(node);
    for (auto it = attempts.rbegin(); it != attempts.rend(); ++it) {
      if (it->is_success || it->key.is_compensation()) continue;
      // An exit code alone says less than the program did.
      const auto* exited = std::get_if<Exited>(&it->outcome);
      const bool is_told = exited == nullptr || it->why != describe(it->outcome);
      if (!is_told && !it->facts.last_line.empty()) return it->facts.last_line;
      break;
    }
  }
  const std::string_view why = state.why(node);
  return std::string(why.empty() ? name(state.node(node).state) : why);
}

Datum RunValues::aggregate_of(GroupId group) const {
  const Plan& plan = state_.plan();
  const GroupRecord& record = state_.group(group);
  Datum::Map results;
  Datum::Map errors;
  Datum::List list;
  Datum::List failures;
  std::int64_t total = 0;
  // Who was cancelled because somebody else won has not failed.
  const Join join = plan.group(group).rule.join;
  const bool is_won = (join == Join::any || join == Join::first) && record.tally.succeeded > 0 &&
                      is_success(record.decision);
  for (const NodeId member : members_in_order(group)) {
    ++total;
    Datum value;
    if (member.is_valid() && is_success(state_.node(member).state)) {
      value = value_of_member(member, 0);
      results.emplace_back(name_in_group(plan, group, member), value);
    } else if (member.is_valid() && is_failure(state_.node(member).state) &&
               !(is_won && was_cancelled(state_, member))) {
      std::string name = name_in_group(plan, group, member);
      const Datum error{failure_text(state_, member)};
      failures.push_back(Datum{Datum::Map{{"node", Datum{name}}, {"error", error}}});
      errors.emplace_back(std::move(name), error);
    }
    list.push_back(std::move(value));
  }
  const auto succeeded = static_cast<std::int64_t>(results.size());
  const auto failed = static_cast<std::int64_t>(errors.size());
  const bool has_ended = is_settled(record.state);
  const Duration ended = has_ended ? record.ended : state_.last_event();
  return {Datum::Map{
      {"results", Datum{std::move(results)}},
      {"errors", Datum{std::move(errors)}},
      {"list", Datum{std::move(list)}},
      {"failures", Datum{std::move(failures)}},
      {"total", Datum{total}},
      {"succeeded", Datum{succeeded}},
      {"failed", Datum{failed}},
      {"timestamp", Datum{milliseconds(state_.started_at().time_since_epoch() + ended)}},
      {"duration_ms", Datum{milliseconds(ended - record.entered.value_or(ended))}},
      {"peak", Datum{std::int64_t{record.peak}}},
  }};
}

}  // namespace ws
