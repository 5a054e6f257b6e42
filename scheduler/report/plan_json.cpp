// plan_json of plan_text.h.
#include <variant>

#include "engine/retry.h"
#include "report/group_text.h"
#include "report/json_text.h"
#include "report/plan_text.h"
#include "report/run_reading.h"

namespace ws {
namespace {

Json name_json(const Plan& plan, NodeId node) { return plan.full_name(node); }

// What the user wrote and what scopes added; through gates the names of the workstreams.
Json needs_json(const Plan& plan, NodeId node) {
  Json list = Json::array();
  for (const PlanEdge& edge : plan.predecessors(node)) {
    if (edge.why == EdgeWhy::dependency && is_shown(plan, edge.node))
      list.push_back(name_json(plan, edge.node));
  }
  return list;
}

Json optional_ms(Duration duration) {
  return duration > Duration::zero() ? Json(milliseconds_of(duration)) : Json();
}

Json retry_json(const RetryPolicy& retry) {
  return Json{{"attempts", retry.attempts},
              {"initial_delay_ms", milliseconds_of(retry.initial_delay)},
              {"max_delay_ms", optional_ms(retry.max_delay)},
              {"text", retry_text(retry)}};
}

void add_rules(Json& item, const Plan& plan, NodeId node, const StepDetails& details) {
  const PlanNode& of = plan.node(node);
  if (plan.group(of.group).role != GroupRole::workstream)
    item["group"] = std::string(plan.group_id(of.group));
  if (of.item != PlanNode::kNoItem) item["index"] = of.item;
  if (!details.when.empty()) item["when"] = details.when;
  if (const RetryPolicy retry = effective_retry(plan, node); retry.attempts > 1)
    item["retry"] = retry_json(retry);
  if (!details.pools.empty()) {
    item["pools"] = Json::object();
    for (const auto& [pool, slots] : details.pools) item["pools"][pool] = slots;
  }
  if (details.compensation)
    item["compensation"] = Json{{"text", details.compensation->text},
                                {"enabled", details.compensation->enabled},
                                {"retries", details.compensation->retries},
                                {"timeout_ms", optional_ms(details.compensation->timeout)}};
  if (!details.conflict_group.empty()) item["conflict_group"] = details.conflict_group;
  if (!details.idempotency_key.empty()) {
    item["idempotency_key"] = details.idempotency_key;
    item["idempotency_ttl_ms"] = milliseconds_of(details.idempotency_ttl);
  }
  if (!details.parallel_ok) item["parallel_ok"] = false;
}

Json groups_of(const Plan& plan) {
  Json list = Json::array();
  for (std::size_t i = 0; i < plan.groups().size(); ++i) {
    const GroupId id(i);
    const PlanGroup& group = plan.group(id);
    const GroupRule& rule = written_rule(plan, id);
    if (group.role == GroupRole::workstream || group.role == GroupRole::body) continue;
    Json item{{"id", std::string(plan.group_id(id))},
              {"workstream", plan.workset().workstreams[group.workstream].id},
              {"role", name(group.role)},
              {"parent", std::string(plan.group_id(group.parent))},
              {"join", name(rule.join)}};
    add_policy(item, rule);
    item["is_sequential"] = rule.execute == Execute::sequential;
    item["max_workers"] = rule.max_workers > 0 ? Json(rule.max_workers) : Json();
    item["timeout_ms"] = optional_ms(rule.timeout);
    item["text"] = group_text(plan, id);
    if (rule.join == Join::any) item["join_count"] = rule.join_count;
    if (group.role == GroupRole::fan_out) {
      item["items"] = group.is_dynamic ? Json() : Json(group.items.size());
    } else {
      const Group& written = plan.workset().workstreams[group.workstream].groups[group.declared];
      item["is_phase"] = written.is_phase;
      if (!written.when.empty()) item["when"] = written.when;
      if (written.retry) item["retry"] = retry_json(*written.retry);
      item["catch"] = written.catch_steps;
      item["finally"] = written.finally_steps;
      item["members"] = Json::array();
      for (const Dependency& member : written.members) item["members"].push_back(member.name);
    }
    list.push_back(std::move(item));
  }
  return list;
}

Json step_json(const Plan& plan, NodeId node, std::size_t wave, const PlanSettings& settings) {
  Json item{{"id", std::string(plan.short_name(node))},
            {"workstream", plan.workstream_of(node).id},
            {"wave", wave + 1},
            {"depends_on", needs_json(plan, node)}};
  const Step* step = plan.step_if_any(node);
  if (step == nullptr) {
    item["kind"] = plan.node(node).kind == NodeKind::preflight ? "preflight" : "acceptance";
  } else {
    item["action"] = describe_action(*step);
    item["is_manual"] = std::holds_alternative<ManualAction>(step->action);
    if (has_command(step)) item["timeout_ms"] = optional_ms(limit_of(plan, node, settings).limit);
    if (step->priority != 0) item["priority"] = step->priority;
    if (!step->is_critical) item["is_critical"] = false;
    const StepDetails& details = step->details();
    if (!details.description.empty()) item["description"] = details.description;
    if (!details.tags.empty()) item["tags"] = details.tags;
    add_rules(item, plan, node, details);
  }
  const auto tests = plan.acceptance_tests(node);
  if (!tests.empty()) {
    item["acceptance_tests"] = Json::array();
    for (const AcceptanceTest& test : tests)
      item["acceptance_tests"].push_back(
          {{"text", test.text.empty() ? test.command.text() : test.text},
           {"manual_reason", test.is_manual() ? Json(test.manual_reason) : Json()}});
  }
  return item;
}

Json workstreams_json(const Plan& plan) {
  Json list = Json::array();
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    Json item{{"id", workstream.id}, {"file", workstream.file}};
    if (!workstream.version.empty()) item["version"] = workstream.version;
    if (!workstream.description.empty()) item["description"] = workstream.description;
    item["depends_on"] = Json::array();
    for (const Dependency& need : workstream.depends_on) item["depends_on"].push_back(need.name);
    const Execution& execution = workstream.execution;
    item["timeout_per_step_ms"] = optional_ms(execution.timeout_per_step);
    item["timeout_ms"] = optional_ms(execution.timeout);
    item["max_workers"] = execution.max_workers ? Json(*execution.max_workers) : Json();
    item["is_sequential"] = !execution.parallel.value_or(true);
    if (!workstream.tags.empty()) item["tags"] = workstream.tags;
    for (const RunOutput& output : workstream.outputs) item["outputs"][output.name] = output.source;
    if (!workstream.metadata.empty()) {
      item["metadata"] = Json::object();
      for (const auto& [key, text] : workstream.metadata) item["metadata"][key] = text;
    }
    list.push_back(std::move(item));
  }
  return list;
}

Json scope_json(const Plan& plan) {
  Json list = Json::array();
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    for (const PlanEdge& edge : plan.successors(NodeId(i))) {
      if (edge.why == EdgeWhy::scope)
        list.push_back(
            {{"first", name_json(plan, NodeId(i))}, {"then", name_json(plan, edge.node)}});
    }
  }
  return list;
}

}  // namespace

std::string plan_json(const Plan& plan, const PlanAnalysis& analysis,
                      const PlanSettings& settings) {
  Json head{{"schema_version", 2},
            {"workstreams", workstreams_json(plan)},
            {"step_count", plan.step_count()},
            {"dependency_count", plan.dependency_count()},
            {"wave_count", analysis.waves.size()},
            {"width", analysis.width},
            {"speedup_bound", analysis.speedup_bound},
            {"max_workers", settings.is_sequential ? 1U : settings.max_workers},
            {"is_sequential", settings.is_sequential},
            {"timeout_per_step_ms", optional_ms(settings.default_timeout)},
            {"timeout_ms", optional_ms(settings.run_timeout)},
            {"rate_limit_delay_ms", optional_ms(settings.start_gap)}};
  head["critical_path"] = Json::array();
  for (const NodeId node : analysis.critical_path)
    head["critical_path"].push_back(name_json(plan, node));
  head["groups"] = groups_of(plan);
  head["serialised"] = scope_json(plan);
  head["deferred"] = Json::array();
  for (const std::uint32_t index : plan.workstreams()) {
    for (const DeferredFeature& feature : plan.workset().workstreams[index].deferred)
      head["deferred"].push_back({{"key", feature.key},
                                  {"owner", feature.owner},
                                  {"place", place_json(plan.workset().sources, feature.place)}});
  }
  head["assumed_complete"] = Json::array();
  for (const std::string& name : plan.assumed_complete()) head["assumed_complete"].push_back(name);
  JsonListWriter writer(head, "steps");
  for (std::size_t wave = 0; wave < analysis.waves.size(); ++wave) {
    for (const NodeId node : analysis.waves[wave])
      writer.add(step_json(plan, node, wave, settings));
  }
  return writer.finish();
}

}  // namespace ws
