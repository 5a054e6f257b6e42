// The events of go-agents-orchestration (FORMATS.md 4.3): parallel.* and worker.* of groups whose
// members run side by side, chain.* and step.* of sequences and whole workstreams.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "report/event_lines.h"
#include "report/event_names/event_names.h"
#include "report/group_text.h"

namespace ws {
namespace {

// The lowest number nobody works under, as long as somebody does.
class WorkerIds {
 public:
  std::size_t take(NodeId node) {
    std::size_t id = 0;
    while (id < taken_.size() && taken_[id]) ++id;
    if (id == taken_.size()) taken_.push_back(false);
    taken_[id] = true;
    ids_[node] = id;
    return id;
  }
  std::size_t give_back(NodeId node) {
    const auto found = ids_.find(node);
    if (found == ids_.end()) return 0;
    const std::size_t id = found->second;
    taken_[id] = false;
    ids_.erase(found);
    return id;
  }

 private:
  std::vector<bool> taken_;
  std::unordered_map<NodeId, std::size_t> ids_;
};

class GoEvents final : public EventTranslator {
 public:
  std::vector<NamedEvent> translate(const Event& event, const RunState& state) override {
    out_.clear();
    for (const Occurrence& one : story_.tell(event, state)) {
      switch (one.kind) {
        case Occurrence::Kind::group_began:
          group_began(one, state);
          break;
        case Occurrence::Kind::member_began:
          member_began(one, state.plan());
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
  void say(std::string type, const Plan& plan, GroupId group, Json data) {
    out_.push_back({std::move(type), subject_name(plan, plan.group(group).end), std::move(data)});
  }

  void group_began(const Occurrence& one, const RunState& state) {
    const Plan& plan = state.plan();
    if (!runs_side_by_side(plan, one.group)) {
      say("chain.start", plan, one.group,
          Json{{"item_count", one.total}, {"has_progress_callback", false}});
      return;
    }
    const GroupRule& rule = written_rule(plan, one.group);
    std::size_t workers = std::max(state.workers().value_or(state.header().max_workers), 1U);
    if (rule.max_workers > 0) workers = std::min<std::size_t>(workers, rule.max_workers);
    say("parallel.start", plan, one.group,
        Json{{"item_count", one.total},
             {"worker_count", std::min(workers, one.total)},
             {"fail_fast", rule.on_first_failure == OnFirstFailure::cancel},
             {"has_progress_callback", false}});
  }

  void member_began(const Occurrence& one, const Plan& plan) {
    if (one.index == Occurrence::kNoMember) return;
    if (!runs_side_by_side(plan, one.group)) {
      say("step.start", plan, one.group,
          Json{{"step_index", one.index}, {"total_steps", one.total}});
      return;
    }
    say("worker.start", plan, one.group,
        Json{{"worker_id", workers_[one.group].take(one.node)},
             {"item_index", one.index},
             {"total_items", one.total}});
  }

  // `error` is a truth value there; the text stands beside it.
  void add_error(Json& data, StepState ended, const Event& event, const RunState& state,
                 NodeId node) {
    data["error"] = !is_success(ended);
    if (ended == StepState::cancelled) data["error_message"] = "context canceled";
    if (ended == StepState::failed || ended == StepState::timed_out)
      data["error_message"] = error_told_by(event, state, node);
  }

  // Items that never started are in no event.
  void member_ended(const Occurrence& one, const Event& event, const RunState& state) {
    if (!one.has_begun || one.index == Occurrence::kNoMember) return;
    const Plan& plan = state.plan();
    const bool is_worker = runs_side_by_side(plan, one.group);
    Json data = is_worker ? Json{{"worker_id", workers_[one.group].give_back(one.node)},
                                 {"item_index", one.index},
                                 {"total_items", one.total}}
                          : Json{{"step_index", one.index}, {"total_steps", one.total}};
    add_error(data, one.state, event, state, one.node);
    say(is_worker ? "worker.complete" : "step.complete", plan, one.group, std::move(data));
  }

  void group_ended(const Occurrence& one, const Event& event, const RunState& state) {
    const Plan& plan = state.plan();
    const bool is_parallel = runs_side_by_side(plan, one.group);
    Json data = is_parallel ? Json{{"items_processed", one.succeeded}, {"items_failed", one.failed}}
                            : Json{{"steps_completed", one.succeeded}};
    add_error(data, one.state, event, state, one.node);
    say(is_parallel ? "parallel.complete" : "chain.complete", plan, one.group, std::move(data));
  }

  GroupStory story_;
  std::vector<NamedEvent> out_;
  std::unordered_map<GroupId, WorkerIds> workers_;
};

}  // namespace

std::unique_ptr<EventTranslator> make_go_events() { return std::make_unique<GoEvents>(); }

}  // namespace ws
