// Kata's events (FORMATS.md 2.3): a workstream is a task, its outermost steps and groups are its
// phases, every step is a child task, named as everywhere: "ws", "ws/step".
#include <unordered_map>
#include <utility>

#include "report/event_lines.h"
#include "report/event_names/event_names.h"
#include "report/group_results.h"
#include "report/group_text.h"
#include "report/views/kata_words.h"

namespace ws {
namespace {

class KataEvents final : public EventTranslator {
 public:
  std::vector<NamedEvent> translate(const Event& event, const RunState& state) override {
    out_.clear();
    const Plan& plan = state.plan();
    if (const auto* started = std::get_if<RunStarted>(&event.fact)) create_tasks(*started, plan);
    for (const Occurrence& one : story_.tell(event, state)) {
      switch (one.kind) {
        case Occurrence::Kind::group_began:
          group_began(one, plan);
          break;
        case Occurrence::Kind::member_began:
          member_began(one, plan);
          break;
        case Occurrence::Kind::member_ended:
          member_ended(one, event, state);
          break;
        case Occurrence::Kind::group_ended:
          group_ended(one, event, state);
          break;
      }
    }
    return std::move(out_);
  }

 private:
  void say(std::string type, Json data) { out_.push_back({std::move(type), {}, std::move(data)}); }
  void change(const std::string& task, std::string_view from, std::string_view to) {
    say("task.state_changed", Json{{"taskId", task}, {"from", from}, {"to", to}});
  }

  static std::string task_of(const Plan& plan, NodeId node) {
    return plan.workstream_of(node).id + "/" + plan.member_name(node);
  }
  static bool is_whole(const Plan& plan, GroupId group) {
    return plan.group(group).role == GroupRole::workstream;
  }
  // Children of a group belong to its workstream's task, unless the group is a child itself.
  static std::string parent_task(const Plan& plan, GroupId group) {
    while (!is_whole(plan, group)) {
      const GroupId around = group_around(plan, plan.group(group).end);
      if (is_call(plan, around)) return task_of(plan, plan.group(around).end);
      if (runs_side_by_side(plan, around)) return task_of(plan, plan.group(group).end);
      group = around;
    }
    return std::string(plan.group_id(group));
  }

  void create_tasks(const RunStarted& fact, const Plan& plan) {
    for (const std::uint32_t index : plan.workstreams()) {
      const Workstream& workstream = plan.workset().workstreams[index];
      say("task.created",
          Json{{"taskId", workstream.id},
               {"kataName", workstream.id},
               {"kataVersion", workstream.version.empty() ? Json() : Json(workstream.version)},
               {"runId", fact.run_id}});
    }
  }

  // The task waits while some of its children run side by side.
  void count_waits(const std::string& task, int by) {
    int& count = waits_[task];
    const int before = count;
    count += by;
    if (before == 0 && count > 0) change(task, "running", "waiting");
    if (before > 0 && count == 0) change(task, "waiting", "running");
  }

  void group_began(const Occurrence& one, const Plan& plan) {
    if (is_whole(plan, one.group))
      return change(std::string(plan.group_id(one.group)), "pending", "running");
    if (!runs_side_by_side(plan, one.group)) return;
    const GroupRule& rule = written_rule(plan, one.group);
    const std::string parent = parent_task(plan, one.group);
    say("task.parallel_spawned",
        Json{{"parentTaskId", parent},
             {"phase", plan.group_id(one.group)},
             {"childCount", one.total},
             {"joinStrategy", kata_join(name(rule.join))},
             {"failureMode", kata_failure_mode(name(rule.on_first_failure), name(rule.fail_if))}});
    count_waits(parent, 1);
  }

  void member_began(const Occurrence& one, const Plan& plan) {
    const std::string member = name_inside(plan, one.group, one.node);
    if (is_whole(plan, one.group) || is_called(plan, one.group)) {
      const std::string task = parent_task(plan, one.group);
      const auto [phase, is_first] = phases_.try_emplace(task);
      say("task.phase_changed",
          Json{
              {"taskId", task}, {"from", is_first ? Json() : Json(phase->second)}, {"to", member}});
      phase->second = member;
    }
    const Step* step = plan.step_if_any(one.node);
    const bool is_child = runs_side_by_side(plan, one.group);
    if (!is_child && !is_task(plan, one.node)) return;
    const std::string task = task_of(plan, one.node);
    const std::string parent = parent_task(plan, one.group);
    say("task.created", Json{{"taskId", task}, {"parentTaskId", parent}, {"childName", member}});
    if (!is_child)
      say("task.child_spawned",
          Json{{"parentTaskId", parent}, {"childTaskId", task}, {"childName", member}});
    change(task, "pending", "running");
    if (waits_for_event(step)) change(task, "running", "waiting_for_event");
  }

  // A sequence is a phase, and no task.
  static bool is_task(const Plan& plan, NodeId node) {
    return plan.step_if_any(node) != nullptr || is_call(plan, plan.node(node).group);
  }

  static bool waits_for_event(const Step* step) {
    const auto* wait = step == nullptr ? nullptr : std::get_if<WaitAction>(&step->action);
    return wait != nullptr && !wait->event.empty();
  }

  void member_ended(const Occurrence& one, const Event& event, const RunState& state) {
    const Plan& plan = state.plan();
    const bool is_child = runs_side_by_side(plan, one.group);
    const bool is_told = is_child || is_task(plan, one.node);
    const std::string task = task_of(plan, one.node);
    const std::string parent = parent_task(plan, one.group);
    Json child{{"parentTaskId", parent}};
    if (!is_child) child["childTaskId"] = task;
    child["childName"] = name_inside(plan, one.group, one.node);
    if (is_success(one.state)) {
      const Json result = member_result(state, one.node);
      if (is_told) say("task.completed", Json{{"taskId", task}, {"output", result}});
      child["result"] = result;
      if (is_child) return say("task.parallel_child_completed", std::move(child));
      if (is_told) say("task.child_completed", std::move(child));
      return;
    }
    if (!is_told) return;
    if (one.state == StepState::skipped || one.state == StepState::cancelled) {
      if (one.has_begun) change(task, "running", "canceled");
      return;
    }
    const std::string error = error_told_by(event, state, one.node);
    say("task.failed", Json{{"taskId", task}, {"error", error}});
    child["childTaskId"] = task;
    child["error"] = error;
    say("task.child_failed", std::move(child));
  }

  void group_ended(const Occurrence& one, const Event& event, const RunState& state) {
    const Plan& plan = state.plan();
    if (is_whole(plan, one.group)) {
      const std::string task(plan.group_id(one.group));
      if (is_success(one.state)) return say("task.completed", Json{{"taskId", task}});
      if (one.state == StepState::skipped || one.state == StepState::cancelled)
        return change(task, "running", "canceled");
      return say("task.failed",
                 Json{{"taskId", task}, {"error", error_told_by(event, state, one.node)}});
    }
    if (!runs_side_by_side(plan, one.group)) return;
    const std::string parent = parent_task(plan, one.group);
    say("task.parallel_joined",
        Json{{"parentTaskId", parent},
             {"phase", plan.group_id(one.group)},
             {"joinStrategy", kata_join(name(written_rule(plan, one.group).join))},
             {"successCount", one.succeeded},
             {"failureCount", one.failed}});
    count_waits(parent, -1);
  }

  GroupStory story_;
  std::vector<NamedEvent> out_;
  std::unordered_map<std::string, std::string> phases_;  // of a task: the last it entered
  std::unordered_map<std::string, int> waits_;
};

}  // namespace

std::unique_ptr<EventTranslator> make_kata_events() { return std::make_unique<KataEvents>(); }

}  // namespace ws
