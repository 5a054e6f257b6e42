#include "engine/run_values.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/retry.h"
#include "engine/run_state.h"
#include "model/result_names.h"
#include "model/run_names.h"

namespace ws {
namespace {

constexpr std::size_t kDeepestResults = 100;  // lists of groups inside groups

using Names = std::span<const std::string>;

bool is_gate(const PlanNode& node) {
  return node.kind == NodeKind::begin || node.kind == NodeKind::end;
}

// The member of a value that the rest of a path names.
Evaluated member(const Datum& whole, Names names) {
  const Datum* at = &whole;
  for (const std::string& name : names) {
    const Datum* next = at->find(name);
    if (next == nullptr) {
      if (at->is_null()) return NoValue{fmt::format("there is no '{}' in null", name)};
      return NoValue{fmt::format("{} has no member '{}'", describe_kind(*at), name)};
    }
    at = next;
  }
  return *at;
}

Evaluated alone(Datum value, Names names) {
  if (names.empty()) return value;
  return member(value, names);
}

// What a stored value is, or the path of its file.
Evaluated value_of(const NamedValue& value, Names names) {
  if (value.file.empty()) {
    const auto datum = parse_json(value.json);
    if (!datum) return NoValue{fmt::format("'{}' is not JSON", value.name)};
    return member(*datum, names);
  }
  if (names.size() == 1 && names[0] == "file") return Datum{value.file};
  return NoValue{
      fmt::format("'{}' is too large or binary for a text: its bytes are in the file "
                  "that the path with .file behind it gives",
                  value.name)};
}

Datum list_item(const NamedValue* value) {
  if (value == nullptr) return {};
  if (!value->file.empty()) return Datum{Datum::Map{{"file", Datum{value->file}}}};
  return parse_json(value->json).value_or(Datum{});
}

}  // namespace

RunValues::RunValues(const RunState& state, const InputValues& inputs)
    : state_(state), inputs_(inputs) {}

LookUp RunValues::look_up(AttemptKey asking) const {
  return [this, asking](const Reference& path) { return value(asking, path); };
}

Evaluated RunValues::value(AttemptKey asking, const Reference& path) const {
  const Names names(path.names);
  if (names.empty()) return NoValue{"the path is empty"};
  const std::string& first = names[0];
  const Names rest = names.subspan(1);
  const RunName* name = find_run_name(first);
  if (name == nullptr) return NoValue{fmt::format("nothing is named '{}'", printable(first))};
  if (!rest.empty() && !name->has_members)
    return NoValue{fmt::format("'{}' has no members", first)};
  switch (name->id) {
    case RunNameId::steps:
      return of_step(asking, rest);
    case RunNameId::inputs:
      return of_input(asking.node, rest);
    case RunNameId::item:
    case RunNameId::index:
      return of_item(asking.node, names);
    case RunNameId::error:
      return of_error(asking.node, rest);
    case RunNameId::step_output:
      if (!asking.is_compensation() || rest.empty())
        return NoValue{"only the compensation of a step has outputs of that step"};
      return output(asking.node, asking.node, rest);
    case RunNameId::step_id:
    case RunNameId::attempt_number:
    case RunNameId::max_attempts:
    case RunNameId::workstream_id:
    case RunNameId::worktree_path:
    case RunNameId::pause_duration:
    case RunNameId::compensation_count:
      return of_attempt(asking, first);
  }
  return NoValue{};
}

Evaluated RunValues::of_step(AttemptKey asking, Names names) const {
  if (names.size() < 2) return NoValue{"say what of the step: outputs.KEY, result or state"};
  const Plan& plan = state_.plan();
  NodeId node = plan.find(plan.node(asking.node).workstream, names[0]);
  if (!node.is_valid()) return NoValue{fmt::format("no step of this run is named '{}'", names[0])};
  const std::string& what = names[1];
  if (const NodeId member = result_member(plan, node);
      member.is_valid() && (what == "result" || what == "outputs"))
    node = member;
  if (plan.node(node).kind == NodeKind::end) return of_group(node, names.subspan(1));
  const Names rest = names.subspan(2);
  const StepState now = state_.node(node).state;
  if (what == "state") return alone(Datum{std::string(name(now))}, rest);
  if (what == "exit_code") {
    if (!is_settled(now)) return missing(asking.node, node, "");
    return alone(exit_code_of(node), rest);
  }
  if (what == "result") return result(asking.node, node, rest);
  if (what == "outputs" && rest.empty()) return all_outputs(asking.node, node);
  if (what == "outputs") return output(asking.node, node, rest);
  if (what == "error") return alone(error_of(node), rest);
  return NoValue{
      fmt::format("a step has outputs.KEY, result, state, exit_code and error, no '{}'", what)};
}

Evaluated RunValues::of_group(NodeId end, Names names) const {
  const Plan& plan = state_.plan();
  const GroupId group = plan.node(end).group;
  const bool is_fan_out = plan.group(group).role == GroupRole::fan_out;
  const std::string& what = names[0];
  if (what == "state")
    return alone(Datum{std::string(name(state_.node(end).state))}, names.subspan(1));
  if (what == "results" || what == "result") return alone(results_of(group, 0), names.subspan(1));
  if (what == "outputs" && is_fan_out && names.size() > 1)
    return alone(outputs_of(group, names[1]), names.subspan(2));
  if (what == "aggregate") return alone(aggregate_of(group), names.subspan(1));
  if (what == "error") return alone(error_of(end), names.subspan(1));
  return NoValue{fmt::format("a group has {}results, aggregate, state and error, no '{}'",
                             is_fan_out ? "outputs.KEY, " : "", what)};
}

Evaluated RunValues::output(NodeId asking, NodeId node, Names names) const {
  if (const NamedValue* found = find_output(node, names[0]))
    return value_of(*found, names.subspan(1));
  std::vector<std::string> written;
  for (const NamedValue& value : state_.outputs(node)) written.push_back(value.name);
  std::string why =
      fmt::format("step '{}' wrote no '{}'", state_.plan().short_name(node), printable(names[0]));
  if (written.empty()) return missing(asking, node, std::move(why));
  return missing(asking, node, fmt::format("{}; it wrote: {}", why, listed(written)));
}

Evaluated RunValues::all_outputs(NodeId asking, NodeId node) const {
  if (!is_success(state_.node(node).state)) return missing(asking, node, "");
  Datum::Map all;
  for (const NamedValue& value : state_.outputs(node))
    all.emplace_back(value.name, list_item(&value));
  return Datum{std::move(all)};
}

// Null when it did not fail.
Datum RunValues::error_of(NodeId node) const {
  const std::string error = failure_text(state_, node);
  return error.empty() ? Datum{} : Datum{error};
}

Evaluated RunValues::result(NodeId asking, NodeId node, Names names) const {
  if (const NamedValue* found = find_result(node)) return value_of(*found, names);
  if (is_success(state_.node(node).state)) return alone(Datum{}, names);
  return missing(asking, node, "");
}

// `why`: of a step that succeeded and could have had the value.
Evaluated RunValues::missing(NodeId asking, NodeId node, std::string why) const {
  const StepState now = state_.node(node).state;
  if (is_success(now)) return NoValue{std::move(why)};
  if (state_.node(node).is_accepted || may_lack_value(asking, node)) return Datum{};
  const std::string_view step = state_.plan().short_name(node);
  if (!is_settled(now))
    return NoValue{fmt::format("step '{}' has not ended ({})", step, name(now))};
  if (now == StepState::skipped || now == StepState::cancelled)
    return NoValue{fmt::format("step '{}' was {}", step, name(now))};
  if (now == StepState::timed_out) return NoValue{fmt::format("step '{}' timed out", step)};
  if (!why.empty()) return NoValue{fmt::format("step '{}' failed: {}", step, why)};
  return NoValue{fmt::format("step '{}' failed", step)};
}

bool RunValues::is_inside(NodeId node, GroupId group) const {
  const Plan& plan = state_.plan();
  for (GroupId g = plan.node(node).group; g.is_valid(); g = plan.group(g).parent) {
    if (g == group) return true;
  }
  return false;
}

bool RunValues::may_lack_value(NodeId asking, NodeId node) const {
  const Plan& plan = state_.plan();
  for (GroupId g = plan.node(node).group; g.is_valid(); g = plan.group(g).parent) {
    const PlanGroup& group = plan.group(g);
    if (group.role == GroupRole::workstream) return false;
    const bool is_tolerant = group.rule.join != Join::all || group.rule.fail_if != FailIf::any;
    if (is_tolerant && !is_inside(asking, g)) return true;
  }
  return false;
}

const NamedValue* RunValues::find_output(NodeId node, std::string_view key) const {
  for (const NamedValue& value : state_.outputs(node)) {
    if (value.name == key) return &value;
  }
  return nullptr;
}

const NamedValue* RunValues::find_result(NodeId node) const {
  const Step* step = state_.plan().step_if_any(node);
  if (step == nullptr) return nullptr;
  const std::string_view key = result_key(step->details());
  return key.empty() ? nullptr : find_output(node, key);
}

Datum RunValues::exit_code_of(NodeId node) const {
  const auto attempts = state_.attempts(node);
  for (auto it = attempts.rbegin(); it != attempts.rend(); ++it) {
    if (it->key.part != 0) continue;
    const auto* exited = std::get_if<Exited>(&it->outcome);
    return exited == nullptr ? Datum{} : Datum{std::int64_t{exited->code}};
  }
  // Attempts that succeeded in silence leave no record.
  if (!is_success(state_.node(node).state) || !has_command(state_.plan().step_if_any(node)))
    return {};
  return Datum{std::int64_t{0}};
}

GroupId RunValues::body_of(GroupId group) const {
  const Plan& plan = state_.plan();
  for (const GroupId inner : plan.inner_groups(group)) {
    if (plan.group(inner).role == GroupRole::body) return inner;
  }
  return {};
}

// As written, whatever order the nodes have.
std::vector<NodeId> RunValues::members_in_order(GroupId group) const {
  const Plan& plan = state_.plan();
  const PlanGroup& of = plan.group(group);
  std::vector<NodeId> out;
  if (of.role == GroupRole::fan_out) {
    const auto members = plan.members(group);
    out.assign(members.begin(), members.end());
    std::sort(out.begin(), out.end(),
              [&](NodeId a, NodeId b) { return plan.node(a).item < plan.node(b).item; });
    return out;
  }
  if (of.declared == PlanGroup::kWholeWorkstream) return out;
  const Workstream& workstream = plan.workset().workstreams[of.workstream];
  for (const Dependency& member : workstream.groups[of.declared].members) {
    // A member that is assumed complete is not in the plan and keeps its place.
    out.push_back(plan.find(of.workstream, member.name));
  }
  return out;
}

Datum RunValues::results_of(GroupId group, std::size_t depth) const {
  Datum::List out;
  for (const NodeId node : members_in_order(group)) out.push_back(value_of_member(node, depth));
  return {std::move(out)};
}

Datum RunValues::value_of_member(NodeId node, std::size_t depth) const {
  const Plan& plan = state_.plan();
  if (!node.is_valid() || depth == kDeepestResults) return {};
  if (plan.node(node).kind != NodeKind::end) return list_item(find_result(node));
  if (const NodeId member = result_member(plan, node); member.is_valid())
    return value_of_member(member, depth + 1);
  return results_of(plan.node(node).group, depth + 1);
}

Datum RunValues::outputs_of(GroupId group, std::string_view key) const {
  Datum::List out;
  for (const NodeId node : members_in_order(group))
    out.push_back(list_item(find_output(node, key)));
  return {std::move(out)};
}

// The body whose failure a catch or finally step answers: of the innermost group that has one the
// step is not part of.
GroupId RunValues::body_beside(NodeId asking) const {
  const Plan& plan = state_.plan();
  GroupId g = plan.node(asking).group;
  if (is_gate(plan.node(asking))) g = plan.group(g).parent;
  for (; g.is_valid(); g = plan.group(g).parent) {
    if (plan.group(g).role == GroupRole::body) {
      g = plan.group(g).parent;
    } else if (const GroupId body = body_of(g); body.is_valid()) {
      return body;
    }
  }
  return {};
}

Evaluated RunValues::of_error(NodeId asking, Names names) const {
  const GroupId body = body_beside(asking);
  if (!body.is_valid()) return NoValue{"only catch and finally steps have an error"};
  if (names.size() != 1) return NoValue{"an error has step, message and code"};
  const Plan& plan = state_.plan();
  const NodeId end = plan.group(body).end;
  const NodeId failed = state_.failure_in(body);
  const bool has_failed = failed.is_valid() || is_failure(state_.node(end).state);
  if (!has_failed) return Datum{};
  if (names[0] == "step")
    return failed.is_valid() ? Datum{std::string(plan.short_name(failed))} : Datum{};
  if (names[0] == "message") {
    return Datum{failure_text(state_, failed.is_valid() ? failed : end)};
  }
  if (names[0] == "code") return failed.is_valid() ? exit_code_of(failed) : Datum{};
  return NoValue{fmt::format("an error has step, message and code, no '{}'", names[0])};
}

Evaluated RunValues::of_input(NodeId asking, Names names) const {
  if (names.empty()) return all_inputs(asking);
  const auto given = inputs_.find(names[0]);
  if (given != inputs_.end()) return member(given->second, names.subspan(1));
  for (const Input& input : state_.plan().workstream_of(asking).inputs) {
    if (input.name != names[0]) continue;
    if (!input.default_json) break;
    const auto value = parse_json(*input.default_json);
    if (!value) return NoValue{"its default is not JSON"};
    return member(*value, names.subspan(1));
  }
  return NoValue{fmt::format("no input '{}' was given", printable(names[0]))};
}

// The given ones, and the defaults of the workstream that asks.
Datum RunValues::all_inputs(NodeId asking) const {
  Datum::Map all;
  for (const auto& [name, value] : inputs_) all.emplace_back(name, value);
  for (const Input& input : state_.plan().workstream_of(asking).inputs) {
    if (!input.default_json || inputs_.contains(input.name)) continue;
    all.emplace_back(input.name, parse_json(*input.default_json).value_or(Datum{}));
  }
  return {std::move(all)};
}

Evaluated RunValues::of_item(NodeId asking, Names names) const {
  const Plan& plan = state_.plan();
  const std::uint32_t item = plan.node(asking).item;
  if (item == PlanNode::kNoItem) return NoValue{"only a step with for_each has items"};
  if (names[0] == "index") return alone(Datum{std::int64_t{item}}, names.subspan(1));
  const auto value = parse_json(plan.item_of(asking));
  if (!value) return NoValue{"the item is not JSON"};
  return member(*value, names.subspan(1));
}

Evaluated RunValues::of_attempt(AttemptKey asking, std::string_view name) const {
  const Plan& plan = state_.plan();
  const Workstream& workstream = plan.workstream_of(asking.node);
  if (name == "workstream_id") return Datum{workstream.id};
  if (name == "step_id") return Datum{std::string(plan.short_name(asking.node))};
  if (name == "attempt_number") return Datum{std::int64_t{asking.attempt}};
  if (name == "max_attempts") {
    // Rounds of groups and the try after a cooldown are not of the retry's making.
    const std::uint32_t attempts = effective_retry(plan, asking.node).attempts;
    return Datum{std::int64_t{std::max(attempts, asking.attempt)}};
  }
  if (name == "worktree_path" || name == "pause_duration" || name == "compensation_count")
    return NoValue{"it is known only in the messages of error_handling"};
  return NoValue{fmt::format("nothing is named '{}'", printable(name))};
}

}  // namespace ws
