#include "report/group_results.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/group_text.h"
#include "report/run_reading.h"
#include "report/step_lines.h"

namespace ws {
namespace {

constexpr std::size_t kMostLogsRead = 10'000;

Json value_json(const NamedValue& value) {
  if (!value.file.empty()) return Json{{"file", value.file}};
  Json parsed = Json::parse(value.json, nullptr, /*allow_exceptions=*/false);
  return parsed.is_discarded() ? Json(value.json) : parsed;
}

// Of another group its name, because its own record holds its values.
Json result_of(const RunState& state, NodeId member) {
  const Plan& plan = state.plan();
  const PlanNode& node = plan.node(member);
  if (node.kind == NodeKind::end) {
    if (!is_fan_out(plan, member)) return Json{{"group", std::string(plan.group_id(node.group))}};
    Json list = Json::array();
    for (const NodeId item : plan.members(node.group)) list.push_back(result_of(state, item));
    return list;
  }
  const auto values = state.outputs(member);
  if (values.empty()) return nullptr;
  return values.size() == 1 ? value_json(values.front()) : outputs_json(state, member);
}

std::string member_name(const Plan& plan, NodeId member) {
  const PlanNode& node = plan.node(member);
  return std::string(node.kind == NodeKind::end ? plan.group_id(node.group)
                                                : plan.short_name(member));
}

struct Totals {
  std::size_t completed = 0, failed = 0, skipped = 0, cancelled = 0;
};

Totals totals_of(const RunState& state, const std::vector<NodeId>& members) {
  Totals totals;
  for (const NodeId member : members) {
    const StepState ended = state.node(member).state;
    if (is_success(ended) || ended == StepState::compensated) ++totals.completed;
    if (ended == StepState::failed || ended == StepState::timed_out) ++totals.failed;
    if (ended == StepState::skipped) ++totals.skipped;
    if (ended == StepState::cancelled) ++totals.cancelled;
  }
  return totals;
}

void add_errors(Json& item, const Plan& plan, const std::vector<NodeId>& members,
                const std::vector<MemberError>& errors) {
  item["errors"] = Json::object();
  item["error_list"] = Json::array();
  for (const MemberError& error : errors) {
    const std::string name = member_name(plan, members[error.index]);
    item["errors"][name] = error.message;
    item["error_list"].push_back(
        {{"node", name}, {"index", error.index}, {"error", error.message}});
  }
  item["error_categories"] = Json::array();
  for (const ErrorCategory& category : categorise(errors))
    item["error_categories"].push_back({{"error", category.message}, {"count", category.count}});
  item["error"] = errors.empty() ? Json() : Json(describe_errors(errors));
}

void add_times(Json& item, const RunState& state, GroupId id) {
  const GroupRecord& record = state.group(id);
  const bool has_ended = record.entered && is_settled(state.node(state.plan().group(id).end).state);
  item["started_ms"] = record.entered ? Json(milliseconds_of(*record.entered)) : Json();
  item["ended_ms"] = has_ended ? Json(milliseconds_of(record.ended)) : Json();
  const Duration limit = written_rule(state.plan(), id).timeout;
  if (limit > Duration::zero()) item["timeout_ms"] = milliseconds_of(limit);
}

Json group_json(const RunState& state, GroupId id, const LogReader& read_log) {
  const Plan& plan = state.plan();
  const PlanGroup& group = plan.group(id);
  const NodeRecord& end = state.node(group.end);
  const std::vector<NodeId> members = declared_members(plan, id);
  const Totals totals = totals_of(state, members);
  Json item{{"id", std::string(plan.group_id(id))},
            {"workstream", plan.workset().workstreams[group.workstream].id},
            {"role", name(group.role)},
            {"join", name(written_rule(plan, id).join)}};
  add_policy(item, written_rule(plan, id));
  item["execute"] =
      written_rule(plan, id).execute == Execute::sequential ? "sequential" : "parallel";
  if (const Group* written = written_group(plan.workset(), group); written && written->is_phase)
    item["is_phase"] = true;
  item["state"] = name(end.state);
  item["success"] = is_success(end.state);
  if (const NodeId speaker = result_member(plan, group.end); speaker.is_valid())
    item["result"] = member_result(state, speaker);
  add_times(item, state, id);
  if (end.is_accepted) item["is_accepted"] = true;
  if (end.cause.is_valid()) item["cause"] = subject_name(plan, end.cause);
  const bool has_failed = end.state == StepState::failed || end.state == StepState::timed_out;
  std::string why = has_failed ? reason_of(state, group.end) : std::string(state.why(group.end));
  item["members"] = Json::array();
  item["results"] = Json::array();
  item["states"] = Json::array();
  for (const NodeId member : members) {
    item["members"].push_back(member_name(plan, member));
    item["states"].push_back(name(state.node(member).state));
    item["results"].push_back(result_of(state, member));
  }
  const bool is_dropped = written_rule(plan, id).errors == Errors::drop;
  add_errors(item, plan, members,
             is_dropped ? std::vector<MemberError>() : member_errors(state, members, read_log));
  // What no member of it explains: time, items that were not found, a `finally` step.
  if (has_failed && item["error"].is_null() && !why.empty()) item["error"] = why;
  if (!why.empty()) item["why"] = std::move(why);
  item["execution_info"] = Json{{"total", members.size()},
                                {"completed", totals.completed},
                                {"failed", totals.failed},
                                {"skipped", totals.skipped},
                                {"cancelled", totals.cancelled},
                                {"duration_ms", milliseconds_of(state.time_in(id))},
                                {"concurrent_peak", state.group(id).peak}};
  return item;
}

// A group fails because a step in it did, unless it has a reason of its own.
NodeId culprit_of(const RunState& state, NodeId member) {
  if (!is_gate(state.plan(), member) || state.node(member).state == StepState::timed_out)
    return member;
  const NodeId failed = state.failure_in(state.plan().node(member).group);
  return failed.is_valid() ? failed : member;
}

std::string message_of(const RunState& state, NodeId member, const LogReader& read_log) {
  const NodeId culprit = culprit_of(state, member);
  std::string why = reason_of(state, culprit, Detail::brief);
  // What it wrote last explains an exit code; not a failed check, a broken rule or a time limit.
  if (read_log && why == outcome_of(state, culprit)) {
    const std::string log = log_of(state, culprit);
    if (!log.empty()) {
      const std::vector<std::string> last = read_log(log, 1);
      if (!last.empty())
        return capped(printable(capped(trimmed(last.back()), kLongestError)), kLongestError);
    }
  }
  return why.empty() ? std::string(name(state.node(member).state)) : capped(why, kLongestError);
}

}  // namespace

std::vector<NodeId> declared_members(const Plan& plan, GroupId id) {
  const PlanGroup& group = plan.group(id);
  std::vector<NodeId> members;
  const bool is_written = (group.role == GroupRole::group || group.role == GroupRole::body) &&
                          group.declared != PlanGroup::kWholeWorkstream;
  if (is_written) {
    const Group& written = plan.workset().workstreams[group.workstream].groups[group.declared];
    for (const Dependency& member : written.members) {
      const NodeId found = plan.find(group.workstream, member.name);
      if (found.is_valid()) members.push_back(found);
    }
    return members;
  }
  for (const NodeId member : plan.members(id)) members.push_back(member);
  for (const GroupId inner : plan.inner_groups(id)) members.push_back(plan.group(inner).end);
  if (group.role != GroupRole::fan_out) std::sort(members.begin(), members.end());
  return members;
}

std::vector<MemberError> member_errors(const RunState& state, const std::vector<NodeId>& members,
                                       const LogReader& read_log) {
  std::vector<MemberError> errors;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const StepState ended = state.node(members[i]).state;
    if (ended != StepState::failed && ended != StepState::timed_out) continue;
    const LogReader reader = errors.size() < kMostLogsRead ? read_log : LogReader();
    errors.push_back({i, message_of(state, members[i], reader)});
  }
  return errors;
}

// Groups nest as deep as files may (formats/ limits that).
Json member_result(const RunState& state, NodeId member) {
  const Plan& plan = state.plan();
  const NodeId speaker = result_member(plan, member);
  const NodeId node = speaker.is_valid() ? speaker : member;
  if (!is_gate(plan, node) || is_fan_out(plan, node)) return result_of(state, node);
  Json list = Json::array();
  for (const NodeId inner : declared_members(plan, plan.node(node).group))
    list.push_back(member_result(state, inner));
  return list;
}

Json outputs_json(const RunState& state, NodeId node) {
  Json outputs = Json::object();
  for (const NamedValue& value : state.outputs(node)) outputs[value.name] = value_json(value);
  return outputs;
}

Json groups_json(const RunState& state, const LogReader& read_log) {
  Json list = Json::array();
  for (std::size_t i = 0; i < state.plan().groups().size(); ++i) {
    // The members of a body are told by the group around it.
    if (state.plan().group(GroupId(i)).role == GroupRole::body) continue;
    list.push_back(group_json(state, GroupId(i), read_log));
  }
  return list;
}

}  // namespace ws
