// The result as go-agents-orchestration's ParallelResult and ParallelError tell it (FORMATS.md
// 4.3).
#include "report/views/view_forms.h"

namespace ws {
namespace {

// What a stop from outside is called there, by the reason the context gives.
std::string cancelled_text(std::string_view state) {
  const std::string_view why =
      state == "timed_out" ? "context deadline exceeded" : "context canceled";
  return "parallel execution cancelled: " + std::string(why);
}

// An item as the file gave it; of a step group's member its name.
Json item_of(const ViewedMember& member) {
  if (member.step != nullptr && member.step->contains("item")) return member.step->at("item");
  return member.name;
}

// Both lists are dense: who neither succeeded nor failed is in none.
void add_lists(Json& form, const ResultReading& reading, const Json& group) {
  Json results = Json::array();
  Json errors = Json::array();
  for (const ViewedMember& member : reading.members(group)) {
    if (is_success_word(member.state)) {
      results.push_back(reading.value(group, member));
    } else if (!member.error.empty()) {
      errors.push_back({{"Index", member.index}, {"Item", item_of(member)}, {"Err", member.error}});
    }
  }
  form["Results"] = std::move(results);
  form["Errors"] = std::move(errors);
}

// Null when it went well.
Json error_of(const Json& group) {
  const std::string state = text_of(group, "state");
  if (state == "cancelled" || state == "timed_out") return cancelled_text(state);
  return is_failure_word(state) ? group.at("error") : Json();
}

Json group_form(const ResultReading& reading, const Json& group) {
  Json form = Json::object();
  add_lists(form, reading, group);
  form["Error"] = error_of(group);
  return form;
}

Json workstream_form(const ResultReading& reading, const std::string& workstream) {
  const Json& result = reading.result();
  Json form = Json::object();
  const Json* main = reading.main_group(workstream);
  if (main != nullptr) {
    add_lists(form, reading, *main);
  } else {
    form["Results"] = form["Errors"] = Json::array();
  }
  form["Error"] = nullptr;
  if (std::string error = reading.error_of(workstream); !error.empty()) {
    const std::string status = text_of(result, "status");
    const bool is_stopped = status == "cancelled" || status == "timed_out";
    form["Error"] = is_stopped        ? Json(cancelled_text(status))
                    : main != nullptr ? error_of(*main)
                                      : Json();
    if (form["Error"].is_null()) form["Error"] = std::move(error);
  }
  form["Name"] = workstream;
  form["ExitCode"] = result.at("exit_code");
  Json groups = Json::object();
  for (const Json* group : reading.groups(workstream))
    add_unique(groups, text_of(*group, "id"), group_form(reading, *group));
  form["Groups"] = std::move(groups);
  return form;
}

}  // namespace

Json go_view(const ResultReading& reading) {
  const Json verdict{{"ExitCode", reading.result().at("exit_code")}};
  return each_workstream(reading, verdict, [&](const std::string& workstream) {
    return workstream_form(reading, workstream);
  });
}

}  // namespace ws
