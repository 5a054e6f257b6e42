#include "cli/stored_result.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/failure.h"
#include "cli/group_progress.h"
#include "cli/project_store.h"
#include "executors/waits.h"
#include "platform/files.h"
#include "report/error_categories.h"
#include "report/group_text.h"
#include "report/json_text.h"
#include "report/run_reading.h"
#include "report/views/views.h"

namespace ws::cli {
namespace {

struct Rows {
  std::vector<StepRow> steps;
  std::vector<GroupRow> groups;
  std::vector<OutputRow> outputs;
  std::unordered_map<NodeId, std::string> awaited;  // events, of steps that run
};

Result<Rows> rows_of(RunStore& store, std::int64_t run) {
  Rows rows;
  auto steps = store.steps(run);
  if (steps.has_error()) return steps.error();
  auto groups = store.groups(run);
  if (groups.has_error()) return groups.error();
  auto outputs = store.outputs(run);
  if (outputs.has_error()) return outputs.error();
  rows.steps = std::move(*steps);
  rows.groups = std::move(*groups);
  rows.outputs = std::move(*outputs);
  for (const StepRow& step : rows.steps) {
    if (step.state != StepState::running) continue;
    const auto attempts = store.attempts(run, step.node);
    if (attempts.has_error()) return attempts.error();
    if (attempts->empty()) continue;
    if (std::string event = awaited_event(attempts->back().command); !event.empty())
      rows.awaited[step.node] = std::move(event);
  }
  return rows;
}

std::int64_t epoch_ms(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Json time_or_null(const std::optional<Duration>& time) {
  return time ? Json(milliseconds_of(*time)) : Json();
}

std::string step_id(const StepRow& step) {
  return step.step.empty() ? std::string(kind_name(step.kind)) : step.step;
}

// A step, or a group that stands for its members.
struct Member {
  std::string name;
  StepState state = StepState::waiting;
  std::string why;
  Json result;
};

class Writer {
 public:
  Writer(const RunRow& run, const Rows& rows)
      : run_(run), rows_(rows), progress_(rows.groups, rows.steps) {
    for (const OutputRow& output : rows.outputs) outputs_[output.node].push_back(&output);
    sort_members();
  }

  [[nodiscard]] Json result() const {
    Json json{{"run_id", run_.id}, {"workstreams", Json::array()}};
    for (const std::string& workstream : run_.workstreams)
      json["workstreams"].push_back({{"id", workstream}, {"version", nullptr}});
    json["status"] = name(run_.status);
    json["exit_code"] = exit_code();
    json["started_at"] = iso_utc(run_.started);
    json["started_timestamp"] = epoch_ms(run_.started);
    json["ended_at"] = run_.ended ? Json(iso_utc(*run_.ended)) : Json();
    json["duration_ms"] = milliseconds_of(so_far());
    json["errors"] = Json::array();
    json["steps"] = Json::array();
    for (const StepRow& step : rows_.steps) json["steps"].push_back(step_json(step));
    json["groups"] = Json::array();
    for (const GroupRow& group : rows_.groups) {
      if (group.role != GroupRole::body) json["groups"].push_back(group_json(group));
    }
    return json;
  }

 private:
  [[nodiscard]] Json exit_code() const {
    switch (run_.status) {
      case RunStatus::running:
      case RunStatus::crashed:
        return nullptr;
      case RunStatus::succeeded:
      case RunStatus::completed_with_errors:
        return 0;
      case RunStatus::failed:
      case RunStatus::timed_out:
      case RunStatus::cancelled:
      case RunStatus::rolled_back:
      case RunStatus::partially_rolled_back:
        return 1;
    }
    return nullptr;
  }

  // When the run ended, or the last moment anything in it is known of.
  [[nodiscard]] Duration so_far() const {
    if (run_.duration) return *run_.duration;
    Duration last{};
    for (const StepRow& step : rows_.steps) {
      last = std::max(
          {last, step.started.value_or(Duration::zero()), step.ended.value_or(Duration::zero())});
    }
    if (run_.status == RunStatus::running) return running_for(run_, last);
    return last;
  }

  // The members of a body are its group's.
  [[nodiscard]] GroupId told_as(GroupId id) const {
    while (id.is_valid() && id.index() < rows_.groups.size() &&
           rows_.groups[id.index()].role == GroupRole::body)
      id = rows_.groups[id.index()].parent;
    return id;
  }

  [[nodiscard]] Json value_of(NodeId node) const {
    const auto found = outputs_.find(node);
    if (found == outputs_.end()) return nullptr;
    const auto one = [](const OutputRow& output) {
      if (!output.value.file.empty()) return Json{{"file", output.value.file}};
      Json value = Json::parse(output.value.json, nullptr, /*allow_exceptions=*/false);
      return value.is_discarded() ? Json(output.value.json) : value;
    };
    if (found->second.size() == 1) return one(*found->second.front());
    Json values = Json::object();
    for (const OutputRow* output : found->second) values[output->value.name] = one(*output);
    return values;
  }

  // Steps first, then groups; inner groups come behind those around them, so backwards every
  // fan-out's items are there before it is told as a member.
  void sort_members() {
    for (const StepRow& step : rows_.steps) {
      members_[told_as(step.group)].push_back(
          {step_id(step), step.state, step.why, value_of(step.node)});
    }
    std::vector<std::pair<GroupId, Member>> groups;
    for (auto group = rows_.groups.rbegin(); group != rows_.groups.rend(); ++group) {
      if (group->role == GroupRole::body || group->role == GroupRole::workstream) continue;
      Json result{{"group", group->name}};
      if (group->role == GroupRole::fan_out) {
        result = Json::array();
        for (const Member& item : members_[group->group]) result.push_back(item.result);
      }
      groups.emplace_back(told_as(group->parent),
                          Member{group->name, state_of(*group), group->why, std::move(result)});
    }
    for (auto one = groups.rbegin(); one != groups.rend(); ++one)
      members_[one->first].push_back(std::move(one->second));
  }

  [[nodiscard]] StepState state_of(const GroupRow& group) const {
    return group.decision.value_or(progress_.state_of(group));
  }

  [[nodiscard]] Json step_json(const StepRow& step) const {
    Json json{{"id", step_id(step)}, {"workstream", step.workstream}};
    if (step.kind != NodeKind::step) json["kind"] = kind_name(step.kind);
    if (step.item != PlanNode::kNoItem) json["index"] = step.item;
    json["state"] = name(step.state);
    json["attempts"] = step.attempts;
    json["started_ms"] = time_or_null(step.started);
    json["ended_ms"] = time_or_null(step.ended);
    const bool is_known = step.started && step.ended;
    json["duration_ms"] = is_known ? milliseconds_of(*step.ended - *step.started) : 0;
    json["why"] = step.why;
    if (const auto event = rows_.awaited.find(step.node); event != rows_.awaited.end())
      json["event"] = event->second;
    if (step.is_accepted) json["is_accepted"] = true;
    return json;
  }

  [[nodiscard]] Json group_json(const GroupRow& group) const {
    const GroupRule rule = rule_from_text(group.rule);
    const StepState state = state_of(group);
    const auto started = progress_.began(group);
    Json json{{"id", group.name},
              {"workstream", group.workstream},
              {"role", name(group.role)},
              {"join", name(rule.join)}};
    add_policy(json, rule);
    json["execute"] = rule.execute == Execute::sequential ? "sequential" : "parallel";
    json["state"] = name(state);
    json["success"] = is_success(state);
    json["started_ms"] = time_or_null(started);
    json["ended_ms"] = time_or_null(group.joined);
    json["timestamp"] =
        group.joined ? Json(epoch_ms(run_.started) + milliseconds_of(*group.joined)) : Json();
    if (!group.why.empty()) json["why"] = group.why;
    add_members(json, group, rule);
    return json;
  }

  void add_members(Json& json, const GroupRow& group, const GroupRule& rule) const {
    json["members"] = json["results"] = json["states"] = json["error_list"] = Json::array();
    std::vector<MemberError> errors;
    std::size_t completed = 0;
    std::size_t failed = 0;
    std::size_t index = 0;
    const std::vector<Member> none;
    const auto found = members_.find(group.group);
    for (const Member& member : found == members_.end() ? none : found->second) {
      json["members"].push_back(member.name);
      json["results"].push_back(member.result);
      json["states"].push_back(name(member.state));
      if (is_success(member.state)) ++completed;
      if (has_failed(member.state)) ++failed;
      if (has_failed(member.state) && rule.errors != Errors::drop) {
        json["error_list"].push_back(
            {{"node", member.name}, {"index", index}, {"error", member.why}});
        errors.push_back({index, member.why});
      }
      ++index;
    }
    json["error"] = errors.empty() ? Json() : Json(describe_errors(errors));
    const auto from = progress_.began(group);
    const Duration until = group.joined.value_or(so_far());
    json["execution_info"] = {{"total", index},
                              {"completed", completed},
                              {"failed", failed},
                              {"duration_ms", from ? milliseconds_of(until - *from) : 0},
                              {"concurrent_peak", nullptr}};
  }

  const RunRow& run_;
  const Rows& rows_;
  std::unordered_map<NodeId, std::vector<const OutputRow*>> outputs_;
  std::unordered_map<GroupId, std::vector<Member>> members_;
  GroupProgress progress_;
};

}  // namespace

Result<std::string> stored_result(RunStore& store, const RunRow& run, const StateLayout& layout) {
  const std::string file = layout.run_result(run.workstream, run.id).string();
  if (run.ended && is_file(file)) return read_regular_file(file);
  const Result<Rows> rows = rows_of(store, run.number);
  if (rows.has_error()) return rows.error();
  return pretty(Writer(run, *rows).result());
}

ExitCode answer_as(const std::string& view, const std::string& result) {
  const auto shown = view_of(view, result);
  if (shown.has_value()) return answer(*shown);
  return fail(Form::json, ExitCode::world_failed, shown.error().message);
}

}  // namespace ws::cli
