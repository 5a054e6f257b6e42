// The result as kata's tasks, phases and variables (FORMATS.md 2.3): a workstream is a task, its
// outermost steps and groups are phases, a parallel group's members are children.
#include "report/views/kata_words.h"
#include "report/views/view_forms.h"

namespace ws {
namespace {

std::string child_id(const Json& group, const ViewedMember& member) {
  const Json* record = member.step != nullptr ? member.step : member.group;
  return text_of(group, "workstream") + "/" +
         (record != nullptr ? text_of(*record, "id") : member.name);
}

bool waits_for_event(const Json* step) {
  return step != nullptr && step->contains("event") && is_running_word(text_of(*step, "state"));
}

std::string_view task_state(const ViewedMember& member) {
  if (waits_for_event(member.step)) return "waiting_for_event";
  const std::string_view state = kata_task_state(member.state);
  const bool is_parent = member.group != nullptr && is_parallel(*member.group);
  return is_parent && state == "running" ? "waiting" : state;
}

std::string_view phase_state(const ViewedMember& member) {
  return kata_phase_state({member.state, has_run(member)});
}

// Keys are the members' names: what kata calls bindings.
Json parallel_variables(const ResultReading& reading, const Json& group) {
  Json results = Json::object();
  Json errors = Json::object();
  std::size_t total = 0;
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  for (const ViewedMember& member : reading.members(group)) {
    if (is_check(member)) continue;
    ++total;
    if (is_success_word(member.state)) {
      ++succeeded;
      add_unique(results, member.name, reading.value(group, member));
    } else if (is_failure_word(member.state)) {
      ++failed;
      if (!member.error.empty()) add_unique(errors, member.name, member.error);
    }
  }
  const auto timestamp = group.find("timestamp");
  Json aggregated{
      {"results", results},     {"errors", errors},
      {"totalChildren", total}, {"successCount", succeeded},
      {"failureCount", failed}, {"timestamp", timestamp == group.end() ? Json() : *timestamp}};
  return Json{{"parallel_results", std::move(results)},
              {"parallel_errors", std::move(errors)},
              {"parallel_aggregated", std::move(aggregated)}};
}

Json started_at(const ResultReading& reading, const Json& group) {
  const auto started = group.find("started_ms");
  const bool is_known = started != group.end() && started->is_number();
  if (!is_known || !reading.result().contains("started_timestamp")) return nullptr;
  return number_of(reading.result(), "started_timestamp") + started->get<std::int64_t>();
}

void add_live_state(Json& phase, const ResultReading& reading, const Json& group) {
  Json active = Json::array();
  Json completed = Json::array();
  Json failed = Json::array();
  Json children = Json::array();
  for (const ViewedMember& member : reading.members(group)) {
    const std::string_view state = task_state(member);
    children.push_back(
        {{"childTaskId", child_id(group, member)}, {"childName", member.name}, {"state", state}});
    if (state == "completed") completed.push_back(member.name);
    if (state == "failed") failed.push_back(member.name);
    if (state == "running" || state.starts_with("waiting")) active.push_back(member.name);
  }
  const Json& policy = group.at("policy");
  phase["joinStrategy"] = kata_join(text_of(group, "join"));
  phase["failureMode"] =
      kata_failure_mode(text_of(policy, "on_first_failure"), text_of(policy, "fail_if"));
  phase["startedAt"] = started_at(reading, group);
  phase["activeChildren"] = std::move(active);
  phase["completedChildren"] = std::move(completed);
  phase["failedChildren"] = std::move(failed);
  phase["children"] = std::move(children);
}

bool is_parallel_phase(const ViewedMember& member) {
  return member.group != nullptr && is_parallel(*member.group);
}

// A sequential group's members are its phase's actions.
Json phase_of(const ResultReading& reading, const ViewedMember& member, std::size_t depth) {
  Json phase{{"name", member.name}, {"state", phase_state(member)}};
  if (!member.error.empty()) phase["error"] = member.error;
  const bool is_alone = member.group == nullptr || is_call(*member.group);
  if (is_alone || depth == kDeepestGroup) return phase;
  if (is_parallel_phase(member)) {
    add_live_state(phase, reading, *member.group);
    phase["variables"] = parallel_variables(reading, *member.group);
    return phase;
  }
  phase["actions"] = Json::array();
  for (const ViewedMember& action : reading.members(*member.group))
    phase["actions"].push_back(phase_of(reading, action, depth + 1));
  return phase;
}

// Of what ran alone: the value of its binding.
Json single_spawn(const ResultReading& reading, const Json& all, const ViewedMember& member) {
  const bool is_success = is_success_word(member.state);
  return Json{{"childTaskId", child_id(all, member)},
              {"success", is_success},
              {"output", is_success ? reading.value(all, member) : Json()}};
}

void set_parallel(Json& variables, Json parallel) {
  for (auto& [key, value] : parallel.items()) variables[key] = std::move(value);
}

std::string_view state_of_task(const ResultReading& reading, const std::string& workstream,
                               const std::vector<ViewedMember>& phases) {
  const std::string status = text_of(reading.result(), "status");
  if (status == "cancelled") return "canceled";
  if (status != "running") return reading.has_succeeded(workstream) ? "completed" : "failed";
  bool is_waiting = false;
  for (const ViewedMember& phase : phases) {
    const std::string_view state = task_state(phase);
    if (state == "waiting_for_event") return state;
    is_waiting = is_waiting || state == "waiting";
  }
  return is_waiting ? "waiting" : "running";
}

// The last one that was entered; null before the first.
Json current_phase(const std::vector<ViewedMember>& phases) {
  Json current = nullptr;
  std::int64_t latest = -1;
  for (const ViewedMember& phase : phases) {
    const Json* record = phase.step != nullptr ? phase.step : phase.group;
    if (record == nullptr || !has_run(phase)) continue;
    const std::int64_t started = number_of(*record, "started_ms");
    if (started < latest) continue;
    latest = started;
    current = phase.name;
  }
  return current;
}

// The variables that parallel groups write are overwritten by the next; here by file order.
// Whether there was any.
bool add_variables(Json& variables, const ResultReading& reading, const Json& around,
                   std::size_t depth) {
  bool is_any_parallel = false;
  for (const ViewedMember& member : reading.members(around)) {
    if (is_check(member)) continue;
    if (is_parallel_phase(member)) {
      is_any_parallel = true;
      set_parallel(variables, parallel_variables(reading, *member.group));
      continue;
    }
    if (has_run(member) || is_success_word(member.state))
      add_unique(variables, member.name, single_spawn(reading, around, member));
    // What a called workstream keeps is its own.
    const bool is_sequence = member.group != nullptr && !is_call(*member.group);
    if (is_sequence && depth < kDeepestGroup)
      is_any_parallel =
          add_variables(variables, reading, *member.group, depth + 1) || is_any_parallel;
  }
  return is_any_parallel;
}

Json variables_of(const ResultReading& reading, const Json& all) {
  Json variables = Json::object();
  if (!add_variables(variables, reading, all, 0))
    set_parallel(variables, parallel_variables(reading, all));
  return variables;
}

Json task_of(const ResultReading& reading, const std::string& workstream) {
  const Json& result = reading.result();
  const Json* all = reading.whole(workstream);
  const std::vector<ViewedMember> phases =
      all == nullptr ? std::vector<ViewedMember>() : reading.members(*all);
  Json task{{"taskId", workstream},
            {"runId", result.at("run_id")},
            {"kataName", workstream},
            {"kataVersion", reading.head(workstream).at("version")},
            {"state", state_of_task(reading, workstream, phases)},
            {"exitCode", result.at("exit_code")},
            {"error", nullptr}};
  if (std::string error = reading.error_of(workstream); !error.empty()) task["error"] = error;
  task["currentPhase"] = current_phase(phases);
  task["phases"] = Json::array();
  for (const ViewedMember& phase : phases) task["phases"].push_back(phase_of(reading, phase, 0));
  task["variables"] = all == nullptr ? Json::object() : variables_of(reading, *all);
  return task;
}

}  // namespace

Json kata_view(const ResultReading& reading) {
  const Json& result = reading.result();
  const Json verdict{{"runId", result.at("run_id")}, {"exitCode", result.at("exit_code")}};
  return each_workstream(reading, verdict, [&](const std::string& workstream) {
    return task_of(reading, workstream);
  });
}

}  // namespace ws
