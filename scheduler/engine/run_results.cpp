// What a step is given without asking: RunValues::results_for().
#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "engine/run_state.h"
#include "engine/run_values.h"
#include "model/providers.h"

namespace ws {
namespace {

// Gates hand on what their own predecessors gave; scopes only order.
bool is_dependency(const PlanEdge& edge) { return edge.why != EdgeWhy::scope; }

NamedValue as_list(std::string name, const Datum& list) {
  return {std::move(name), to_json(list), ""};
}

bool has_any_value(const Datum& list) {
  const auto& items = std::get<Datum::List>(list.value);
  return std::any_of(items.begin(), items.end(), [](const Datum& item) { return !item.is_null(); });
}

// Of several with one name the first: a JSON object has no two equal keys.
std::vector<NamedValue> with_distinct_names(std::vector<NamedValue> all) {
  std::unordered_set<std::string> names;
  std::vector<NamedValue> out;
  out.reserve(all.size());
  for (NamedValue& value : all) {
    if (names.insert(value.name).second) out.push_back(std::move(value));
  }
  return out;
}

}  // namespace

std::vector<NamedValue> RunValues::results_for(NodeId node) const {
  const Plan& plan = state_.plan();
  std::vector<NamedValue> out;
  add_consumed(node, out);  // asked for by name: first
  for (const NodeId needed : needed_by(node)) {
    if (plan.node(needed).kind == NodeKind::end) {
      add_group_results(needed, out);
    } else {
      add_step_results(needed, out);
    }
  }
  return with_distinct_names(std::move(out));
}

// Steps and end gates the node waits for, by itself or through the groups around it.
std::vector<NodeId> RunValues::needed_by(NodeId node) const {
  const Plan& plan = state_.plan();
  std::vector<NodeId> out;
  std::vector<NodeId> begins = {node};
  while (!begins.empty()) {
    const NodeId at = begins.back();
    begins.pop_back();
    for (const PlanEdge& edge : plan.predecessors(at)) {
      if (!is_dependency(edge)) continue;
      const PlanNode& before = plan.node(edge.node);
      if (before.kind == NodeKind::begin) {
        // A workstream's own begin only leads to other workstreams.
        if (plan.group(before.group).role != GroupRole::workstream) begins.push_back(edge.node);
      } else if (before.workstream == plan.node(node).workstream) {
        out.push_back(edge.node);
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void RunValues::add_step_results(NodeId node, std::vector<NamedValue>& out) const {
  const Step* step = state_.plan().step_if_any(node);
  if (step == nullptr) return;
  if (const NamedValue* result = find_result(node)) {
    out.push_back(*result);
    out.back().name = step->id;
  }
  for (const NamedValue& value : state_.outputs(node)) {
    out.push_back(value);
    out.back().name = fmt::format("{}_{}", step->id, value.name);
  }
}

void RunValues::add_group_results(NodeId end, std::vector<NamedValue>& out) const {
  const Plan& plan = state_.plan();
  const GroupId group = plan.node(end).group;
  const PlanGroup& of = plan.group(group);
  if (of.role == GroupRole::workstream) return;
  const std::string id(plan.group_id(group));
  const Datum results = results_of(group, 0);
  if (has_any_value(results)) out.push_back(as_list(id, results));
  if (of.role != GroupRole::fan_out) return;
  std::vector<std::string> keys;
  for (const NodeId member : plan.members(group)) {
    for (const NamedValue& value : state_.outputs(member)) {
      if (std::find(keys.begin(), keys.end(), value.name) == keys.end()) keys.push_back(value.name);
    }
  }
  for (const std::string& key : keys)
    out.push_back(as_list(fmt::format("{}_{}", id, key), outputs_of(group, key)));
}

void RunValues::add_consumed(NodeId node, std::vector<NamedValue>& out) const {
  const Step* step = state_.plan().step_if_any(node);
  if (step == nullptr) return;
  for (const Dependency& consumed : step->details().consumes) {
    const NodeId provider = provider_of(consumed.name);
    if (!provider.is_valid()) continue;
    if (auto value = provided(provider, consumed.name)) out.push_back(std::move(*value));
  }
}

std::optional<NamedValue> RunValues::provided(NodeId provider, std::string_view name) const {
  const PlanNode& node = state_.plan().node(provider);
  if (node.kind == NodeKind::end) {
    Datum list = outputs_of(node.group, name);
    if (!has_any_value(list)) list = results_of(node.group, 0);
    return as_list(std::string(name), list);
  }
  const NamedValue* value = find_output(provider, name);
  if (value == nullptr) value = find_result(provider);
  if (value == nullptr) return std::nullopt;
  return NamedValue{std::string(name), value->json, value->file};
}

NodeId RunValues::provider_of(std::string_view name) const {
  if (!providers_) {
    providers_.emplace();
    for (const Provision& provision : provisions_of(state_.plan()))
      providers_->emplace(provision.name->name, provision.node);
  }
  const auto found = providers_->find(name);
  return found == providers_->end() ? NodeId() : found->second;
}

}  // namespace ws
