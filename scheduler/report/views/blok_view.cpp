// The result as Blok's parallel-execution container answers it (FORMATS.md 5.3), with the run's
// and the nodes' states in its words.
#include <optional>

#include <fmt/format.h>

#include "report/views/view_forms.h"

namespace ws {
namespace {

std::string run_word(const Json& result) {
  const std::string status = text_of(result, "status");
  if (status == "running" || status == "crashed" || status == "cancelled") return status;
  if (status == "timed_out") return "timedOut";
  return result.at("exit_code") == 0 ? "completed" : "failed";
}

// A member that was stopped while it ran has failed to its workflow; one that never ran was passed
// over.
std::string_view node_word(std::string_view state, bool has_run) {
  if (is_success_word(state)) return "completed";
  if (is_failure_word(state)) return "failed";
  if (is_running_word(state)) return "running";
  if (state == "cancelled") return has_run ? "failed" : "skipped";
  return state == "skipped" ? "skipped" : "pending";
}

// The limit the member itself ran into; nothing when another's ended it.
std::optional<std::int64_t> limit_of(const ViewedMember& member) {
  const Json* record = member.step != nullptr ? member.step : member.group;
  if (member.state != "timed_out" || record == nullptr || !record->contains("timeout_ms"))
    return std::nullopt;
  return number_of(*record, "timeout_ms");
}

std::string error_of(const ViewedMember& member) {
  const auto limit = limit_of(member);
  return limit ? fmt::format("Node {} timed out after {}ms", member.name, *limit) : member.error;
}

Json execution_info(const Json& group) {
  const Json& native = group.at("execution_info");
  Json info = Json::object();
  for (const char* key : {"total", "completed", "failed", "duration_ms", "concurrent_peak"})
    info[key] = native.at(key);
  return info;
}

Json results_of(const ResultReading& reading, const Json& group,
                const std::vector<ViewedMember>& members) {
  Json results = Json::array();
  for (const ViewedMember& member : members)
    results.push_back(is_success_word(member.state) ? reading.value(group, member) : Json());
  return results;
}

Json errors_of(const std::vector<ViewedMember>& members) {
  Json errors = Json::array();
  for (const ViewedMember& member : members) {
    if (!member.error.empty())
      errors.push_back({{"node", member.name}, {"error", error_of(member)}});
  }
  return errors;
}

// What Promise.all rejects with: the error of whoever failed first.
std::string first_error(const Json& group, const std::vector<ViewedMember>& members) {
  const std::string cause = text_of(group, "cause");
  const ViewedMember* first = nullptr;
  for (const ViewedMember& member : members) {
    if (member.error.empty()) continue;
    if (first == nullptr || cause == member.name || cause.ends_with("/" + member.name))
      first = &member;
  }
  return first == nullptr ? std::string() : error_of(*first);
}

Json data_of(const ResultReading& reading, const Json& group) {
  const std::vector<ViewedMember> members = reading.members(group);
  Json data{{"results", results_of(reading, group, members)}};
  if (Json errors = errors_of(members); !errors.empty()) data["errors"] = std::move(errors);
  data["execution_info"] = execution_info(group);
  return data;
}

// `fallback` says what no member's error does.
Json failure_of(const Json& group, const std::vector<ViewedMember>& members,
                const std::string& fallback) {
  std::string why = first_error(group, members);
  if (why.empty()) why = fallback;
  return Json{{"success", false},
              {"data", nullptr},
              {"error",
               {{"message", "Parallel execution failed: " + why},
                {"execution_info", execution_info(group)}}}};
}

Json container_form(const ResultReading& reading, const Json& group) {
  const bool has_failed =
      is_settled_word(text_of(group, "state")) && !group.at("success").get<bool>();
  if (!has_failed) return data_of(reading, group);
  const std::vector<ViewedMember> members = reading.members(group);
  std::string why = text_of(group, "error");
  if (why.empty()) why = text_of(group, "state");
  return failure_of(group, members, why);
}

Json nodes_of(const ResultReading& reading, const Json& group) {
  Json nodes = Json::array();
  for (const ViewedMember& member : reading.members(group)) {
    Json node{{"name", member.name}, {"status", node_word(member.state, has_run(member))}};
    if (member.step != nullptr) node["attempts"] = member.step->at("attempts");
    if (const std::string error = error_of(member); !error.empty()) node["error"] = error;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

Json workflow_form(const ResultReading& reading, const std::string& workstream) {
  const Json* all = reading.whole(workstream);
  const Json* main = reading.main_group(workstream);
  const bool is_success = reading.has_succeeded(workstream);
  Json form{{"success", is_success}, {"data", nullptr}};
  if (!reading.is_over()) form["success"] = nullptr;
  if (main != nullptr && (is_success || !reading.is_over())) {
    form["data"] = data_of(reading, *main);
  } else if (main != nullptr) {
    const bool is_main = !main->at("success").get<bool>() || !main->at("error_list").empty();
    const Json& failed = is_main ? *main : *all;
    form = failure_of(failed, reading.members(failed), reading.error_of(workstream));
  }
  form["name"] = workstream;
  form["status"] = run_word(reading.result());
  form["exit_code"] = reading.result().at("exit_code");
  if (all != nullptr) form["nodes"] = nodes_of(reading, *all);
  Json vars = Json::object();
  for (const Json* group : reading.groups(workstream))
    add_unique(vars, text_of(*group, "id"), container_form(reading, *group));
  form["vars"] = std::move(vars);
  return form;
}

}  // namespace

Json blok_view(const ResultReading& reading) {
  const Json& result = reading.result();
  const Json& code = result.at("exit_code");
  const Json verdict{{"success", reading.is_over() ? Json(code == 0) : Json()},
                     {"status", run_word(result)},
                     {"exit_code", result.at("exit_code")}};
  return each_workstream(reading, verdict, [&](const std::string& workstream) {
    return workflow_form(reading, workstream);
  });
}

}  // namespace ws
