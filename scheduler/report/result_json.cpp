#include "report/result_json.h"

#include "report/event_lines.h"
#include "report/group_reading.h"
#include "report/json_text.h"
#include "report/rollback_text.h"
#include "report/run_outputs.h"
#include "report/run_reading.h"
#include "report/step_lines.h"

namespace ws {
namespace {

// Null without a value; `output_errors` says why.
void add_outputs(Json& item, const std::vector<RunOutputValue>& outputs) {
  if (outputs.empty()) return;
  Json values = Json::object();
  Json errors = Json::object();
  for (const RunOutputValue& output : outputs) {
    values[output.name] = Json::parse(to_json(output.value));
    if (!output.why.empty()) errors[output.name] = output.why;
  }
  item["outputs"] = std::move(values);
  if (!errors.empty()) item["output_errors"] = std::move(errors);
}

Json workstreams_json(const RunState& state, const ResultFacts& facts) {
  const Plan& plan = state.plan();
  Json list = Json::array();
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    Json item{{"id", workstream.id}};
    if (!workstream.name.empty()) item["name"] = workstream.name;
    item["version"] = workstream.version.empty() ? Json() : Json(workstream.version);
    item["file"] = workstream.file;
    if (!workstream.tags.empty()) item["tags"] = workstream.tags;
    if (!workstream.metadata.empty()) {
      Json metadata = Json::object();
      for (const auto& [key, text] : workstream.metadata) metadata[key] = text;
      item["metadata"] = std::move(metadata);
    }
    if (!state.header().is_dry) add_outputs(item, run_outputs(state, facts.inputs, index));
    list.push_back(std::move(item));
  }
  return list;
}

Json tests_json(const RunState& state, NodeId node) {
  Json list = Json::array();
  const auto planned = state.plan().acceptance_tests(node);
  const bool is_dry = state.header().is_dry;
  const auto ended = is_dry ? std::span<const AcceptanceFinished>() : state.tests(node);
  std::size_t next = 0;  // both are in test order
  for (std::uint32_t number = 1; number <= planned.size(); ++number) {
    Json item{{"test", number}, {"text", test_text(state.plan(), node, number)}};
    item["verdict"] = "NOT_RUN";
    while (next < ended.size() && ended[next].test < number) ++next;
    if (next < ended.size() && ended[next].test == number) {
      item["verdict"] = name(verdict_of(ended[next]));
      if (!ended[next].why.empty()) item["why"] = ended[next].why;
    }
    list.push_back(std::move(item));
  }
  return list;
}

void add_usage(Json& item, const RunState& state, NodeId node) {
  Duration user{};
  Duration system{};
  std::int64_t rss = 0;
  std::uint64_t bytes = 0;
  for (const AttemptFinished& attempt : state.attempts(node)) {
    user += attempt.facts.user_time;
    system += attempt.facts.system_time;
    rss = std::max(rss, attempt.facts.max_rss_kib);
    bytes += attempt.facts.output_bytes;
  }
  if (user + system == Duration::zero() && rss == 0 && bytes == 0) return;
  item["usage"] = Json{{"user_ms", milliseconds_of(user)},
                       {"system_ms", milliseconds_of(system)},
                       {"max_rss_kib", rss},
                       {"output_bytes", bytes}};
}

// What it created without saying so, and what it said and did not create.
void add_files(Json& item, const RunState& state, NodeId node) {
  for (const AttemptFinished& attempt : state.attempts(node)) {
    if (attempt.key.attempt != state.node(node).attempts || attempt.key.part != 0) continue;
    if (!attempt.facts.undeclared_files.empty())
      item["undeclared_files"] = attempt.facts.undeclared_files;
    if (!attempt.facts.uncreated_files.empty())
      item["uncreated_files"] = attempt.facts.uncreated_files;
  }
}

// What the files said it may cost; only reported.
Json budget_json(const Plan& plan) {
  std::optional<double> cost;
  std::optional<std::uint64_t> tokens;
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    if (workstream.max_cost_usd) cost = cost.value_or(0) + *workstream.max_cost_usd;
    if (workstream.estimated_context_tokens)
      tokens = tokens.value_or(0) + *workstream.estimated_context_tokens;
  }
  if (!cost && !tokens) return nullptr;
  return Json{{"max_cost_usd", cost ? Json(*cost) : Json()},
              {"estimated_context_tokens", tokens ? Json(*tokens) : Json()}};
}

Json rollback_json(const RunState& state) {
  const RollbackReading reading = rollback_of(state);
  if (!reading.has_run) return nullptr;
  const auto entry = [&](const RollbackEntry& one) {
    Json item{{"node", subject_name(state.plan(), one.node)}};
    if (one.action > 0) item["action"] = one.action;
    if (!one.why.empty()) item["why"] = one.why;
    return item;
  };
  Json json{{"undone", Json::array()}, {"left", Json::array()}};
  for (const RollbackEntry& one : reading.undone) json["undone"].push_back(entry(one));
  for (const RollbackEntry& one : reading.left) json["left"].push_back(entry(one));
  return json;
}

Json cause_json(const RunState& state, NodeId cause) {
  if (!cause.is_valid()) return nullptr;
  const Plan& plan = state.plan();
  if (is_shown(plan, cause)) return plan.full_name(cause);
  const GroupId group = plan.node(cause).group;
  const std::string& workstream = plan.workstream_of(cause).id;
  if (plan.group(group).role == GroupRole::workstream) return workstream;
  return workstream + "/" + std::string(plan.group_id(group));
}

// The group that lives with the failure of a step that did not declare it acceptable.
std::string accepted_by(const RunState& state, NodeId node) {
  const NodeRecord& record = state.node(node);
  const bool is_failed = record.state == StepState::failed || record.state == StepState::timed_out;
  if (!is_failed || record.is_accepted) return {};
  const GroupId by = accepting_group(state, node);
  return by.is_valid() ? std::string(state.plan().group_id(by)) : std::string();
}

// The limit it ran into, and the event it waits for.
void add_limit_and_event(Json& item, const RunState& state, NodeId node) {
  if (const auto limit = limit_of(state, node)) item["timeout_ms"] = milliseconds_of(*limit);
  const Step* step = state.plan().step_if_any(node);
  const auto* wait = step == nullptr ? nullptr : std::get_if<WaitAction>(&step->action);
  if (wait != nullptr && !wait->event.empty()) item["event"] = wait->event;
}

Json step_json(const RunState& state, NodeId node) {
  const Plan& plan = state.plan();
  const NodeRecord& record = state.node(node);
  const bool has_run = record.attempts > 0;
  Json item{{"id", std::string(plan.short_name(node))},
            {"workstream", plan.workstream_of(node).id}};
  if (plan.node(node).kind == NodeKind::acceptance) item["kind"] = "acceptance";
  if (plan.node(node).kind == NodeKind::preflight) item["kind"] = "preflight";
  if (const std::string_view own = plan.item_of(node); !own.empty()) {
    item["index"] = plan.node(node).item;
    Json value = Json::parse(own, nullptr, /*allow_exceptions=*/false);
    item["item"] = value.is_discarded() ? Json(own) : std::move(value);
  }
  item["state"] = name(record.state);
  item["attempts"] = record.attempts;
  item["started_ms"] = has_run ? Json(milliseconds_of(record.started)) : Json();
  item["ended_ms"] = is_settled(record.state) ? Json(milliseconds_of(record.ended)) : Json();
  item["duration_ms"] = milliseconds_of(duration_of(record));
  item["outcome"] = outcome_of(state, node);
  add_limit_and_event(item, state, node);
  const std::string_view restored_from = state.restored_from(node);
  item["why"] =
      is_success(record.state) && record.state != StepState::unverified && restored_from.empty()
          ? std::string()
          : reason_of(state, node);
  if (!restored_from.empty()) item["restored_from"] = restored_from;
  if (record.cause.is_valid()) item["cause"] = cause_json(state, record.cause);
  if (record.is_accepted) item["is_accepted"] = true;
  if (record.is_unwanted) item["by_a_person"] = true;
  if (const std::string by = accepted_by(state, node); !by.empty()) item["accepted_by"] = by;
  item["log"] = log_of(state, node);
  if (std::string error = log_error_of(state, node); !error.empty())
    item["log_error"] = std::move(error);
  if (!plan.acceptance_tests(node).empty()) item["acceptance_tests"] = tests_json(state, node);
  if (!state.outputs(node).empty()) item["outputs"] = outputs_json(state, node);
  if (const auto unwritten = unwritten_outputs(state, node); !unwritten.empty())
    item["unwritten_outputs"] = unwritten;
  add_files(item, state, node);
  add_usage(item, state, node);
  return item;
}

// Null without a failure, or when all of them were accepted.
Json first_failure_json(const RunState& state) {
  const NodeId first = state.first_failure();
  if (!first.is_valid() || state.node(first).is_accepted) return nullptr;
  return cause_json(state, first);
}

std::int64_t epoch_ms(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Json head_json(const RunState& state, const ResultFacts& facts) {
  const Tally totals = tally(state);
  const RunState::Counts& counts = totals.counts;
  const RunStarted& header = state.header();
  const TestCounts tests = test_counts(state);
  const bool is_finished = state.status() != RunStatus::running;
  const Duration wall = is_finished ? state.duration() : state.last_event();
  Json head{{"schema_version", kResultSchemaVersion},
            {"run_id", header.run_id},
            {"workstreams", workstreams_json(state, facts)},
            {"status", name(state.status())},
            {"exit_code", facts.exit_code},
            {"is_dry_run", header.is_dry},
            {"is_sequential", header.is_sequential},
            {"started_at", iso_utc(facts.started)},
            {"started_timestamp", epoch_ms(facts.started)},
            {"ended_at", iso_utc(facts.ended)},
            {"timestamp", epoch_ms(facts.ended)},
            {"duration_ms", milliseconds_of(wall)},
            {"totals",
             {{"total", counts.total},
              {"completed", counts.succeeded},
              {"failed", counts.failed},
              {"timed_out", counts.timed_out},
              {"skipped", counts.skipped},
              {"cancelled", counts.cancelled},
              {"unverified", counts.unverified},
              {"accepted", counts.accepted},
              {"ignored", totals.ignored},
              {"failed_groups", totals.failed_groups}}},
            {"acceptance_tests",
             {{"passed", tests.passed},
              {"failed", tests.failed},
              {"manual", tests.manual},
              {"not_run", tests.not_run}}},
            {"concurrent_peak", state.peak()},
            {"max_workers", header.max_workers},
            {"sequential_estimate_ms", milliseconds_of(state.busy())},
            {"time_saved_percent", time_saved_percent(state.busy(), wall)}};
  if (state.stop()) head["stop"] = name(*state.stop());
  head["first_failure"] = first_failure_json(state);
  head["assumed_complete"] = Json::array();
  for (const std::string& assumed : state.plan().assumed_complete())
    head["assumed_complete"].push_back(assumed);
  head["errors"] = facts.errors;
  if (Json budget = budget_json(state.plan()); !budget.is_null())
    head["budget"] = std::move(budget);
  if (Json rollback = rollback_json(state); !rollback.is_null())
    head["rollback"] = std::move(rollback);
  head["groups"] = groups_json(state, facts.read_log);
  for (Json& group : head["groups"]) {
    const Json& ended = group["ended_ms"];
    group["timestamp"] =
        ended.is_null() ? Json() : Json(epoch_ms(facts.started) + ended.get<std::int64_t>());
  }
  return head;
}

}  // namespace

std::string result_json(const RunState& state, const ResultFacts& facts) {
  const Plan& plan = state.plan();
  JsonListWriter writer(head_json(state, facts), "steps");
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    if (is_shown(plan, NodeId(i))) writer.add(step_json(state, NodeId(i)));
  }
  return writer.finish();
}

}  // namespace ws
