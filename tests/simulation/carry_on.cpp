#include "simulation/carry_on.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "engine/resume.h"
#include "simulation/simulation.h"
#include "support/broken_invariant.h"
#include "support/left_by.h"
#include "support/mini.h"

namespace ws::test {
namespace {

using Counts = std::map<std::string, std::uint32_t>;

// How often each step has run and succeeded, and was undone.
void count_successes(const Plan& plan, const std::vector<Event>& events, Counts& counts) {
  std::set<NodeId> has_run;
  std::set<std::pair<NodeId, std::uint32_t>> undoing;
  for (const Event& event : events) {
    if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
      if (started->key.part < AttemptKey::kCompensation) has_run.insert(started->key.node);
      if (started->key.is_compensation()) undoing.insert({started->key.node, started->key.part});
    }
    if (const auto* undone = std::get_if<CompensationFinished>(&event.fact)) {
      const bool was_undone = undoing.erase({undone->node, undone->part}) > 0;
      if (was_undone && undone->is_success)
        ++counts[fmt::format("undoing {} {}", plan.full_name(undone->node), undone->part)];
    }
    const auto* end = std::get_if<StepFinished>(&event.fact);
    if (end == nullptr || has_run.erase(end->node) == 0 || !is_success(end->state)) continue;
    if (plan.node(end->node).kind == NodeKind::step) ++counts[plan.full_name(end->node)];
  }
}

std::string step_name(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  const std::uint32_t step = is_gate ? plan.group(of.group).step : of.step;
  const Workstream& workstream = plan.workstream_of(node);
  return workstream.id + "/" + workstream.steps[step].id;
}

bool is_fan_out_gate(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  return is_gate && plan.group(of.group).role == GroupRole::fan_out;
}

// The definition of each node is its name, and another one once it was edited.
PartsOf parts_of(const std::string& edited) {
  return [edited](const Plan& plan, NodeId node) -> std::string {
    const NodeKind kind = plan.node(node).kind;
    if (kind == NodeKind::acceptance) return "tests:1";
    if (kind != NodeKind::step && !is_fan_out_gate(plan, node)) return {};
    const std::string name = step_name(plan, node);
    return fmt::format("do:{}{}", name, name == edited ? "-edited" : "");
  };
}

// The steps that come after these nodes, and they themselves.
std::set<std::string> touched_by(const Plan& plan, std::vector<NodeId> open) {
  std::set<NodeId> seen;
  std::set<std::string> names;
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    if (plan.node(node).kind == NodeKind::step) names.insert(plan.full_name(node));
    for (const PlanEdge& edge : plan.successors(node)) open.push_back(edge.node);
    if (plan.node(node).kind != NodeKind::begin) continue;
    for (const NodeId member : plan.members(plan.node(node).group)) open.push_back(member);
  }
  return names;
}

std::set<std::string> touched_by_edit(const Plan& plan, const std::string& edited) {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    // Without items nothing was done that an edit could change.
    const bool is_gate = is_fan_out_gate(plan, node);
    const PlanGroup* group = is_gate ? &plan.group(plan.node(node).group) : nullptr;
    const bool has_items =
        is_gate && (group->is_dynamic || !plan.members(plan.node(node).group).empty());
    const bool is_named = plan.node(node).kind == NodeKind::step || has_items;
    if (is_named && step_name(plan, node) == edited) nodes.push_back(node);
  }
  return touched_by(plan, std::move(nodes));
}

// What failed runs again, and so does what came after it; a group with rounds from the first one.
// What was skipped may have been so before all that it needs had ended: then that runs, and what
// comes after it again.
std::set<std::string> touched_by_failures(const RunState& state) {
  const Plan& plan = state.plan();
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const StepState how = state.node(node).state;
    if (!is_failure(how) && how != StepState::skipped) continue;
    nodes.push_back(node);
    for (GroupId g = plan.node(node).group; g.is_valid(); g = plan.group(g).parent) {
      if (has_rounds(plan.workset(), plan.group(g))) nodes.push_back(plan.group(g).begin);
    }
  }
  return touched_by(plan, std::move(nodes));
}

// Which of the two depends on what was known first.
bool has_not_run(StepState state) {
  return state == StepState::skipped || state == StepState::cancelled;
}

// Whether the same command would go on with it: it has no end, or one from outside.
bool can_be_carried_on(const std::vector<Event>& recorded) {
  std::optional<StopWhy> stop;
  for (const Event& event : recorded) {
    if (const auto* asked = std::get_if<StopRequested>(&event.fact)) {
      if (!stop || is_user_stop(asked->why)) stop = asked->why;
    }
    const auto* end = std::get_if<RunFinished>(&event.fact);
    if (end == nullptr) continue;
    if (end->status == RunStatus::cancelled) return true;
    return end->status == RunStatus::partially_rolled_back && stop && is_user_stop(*stop);
  }
  return !recorded.empty();
}

// One run of several. The plan and the resumption are borrowed by the story.
struct Run {
  std::unique_ptr<Mini> plan;
  std::unique_ptr<Resume> resume;
  std::unique_ptr<Story> story;
};

class CarryOn {
 public:
  explicit CarryOn(const Tale& tale) : tale_(tale), text_(mini_text(tale)) {}

  void run() {
    Tale undisturbed = tale_;
    undisturbed.wishes.clear();
    const Run calm = begin(undisturbed);
    calm.story->run();
    tell("undisturbed", *calm.story);
    try {
      run_until_it_ends();
      compare(calm);
    } catch (const BrokenInvariant& broken) {
      throw BrokenInvariant(broken, told_);
    }
  }

 private:
  Run begin(const Tale& tale) const {
    Run run;
    run.plan = std::make_unique<Mini>(text_);
    run.story = std::make_unique<Story>(run.plan->plan());
    prepare(tale, *run.story);
    return run;
  }

  void tell(std::string_view what, const Story& story) {
    told_ +=
        fmt::format("--- {}{}\n{}", what, story.has_died() ? " (died)" : "", story.transcript());
  }

  // A first run with the wishes, then as many as there are crashes, then one that nobody disturbs.
  void run_until_it_ends() {
    Tale later = tale_;
    later.wishes.clear();
    for (std::size_t n = 0; n <= tale_.crashes.size() + 1; ++n) {
      Run now = begin(n == 0 ? tale_ : later);
      Plan& plan = now.plan->plan();
      now.story->options.run_id = fmt::format("run-{}", n + 1);
      if (!left_.empty()) {
        now.resume = resume_of(plan, earlier(plan), {}, parts_of(tale_.edited));
        now.story->options.resume = now.resume.get();
      }
      if (n < tale_.crashes.size()) kill(tale_.crashes[n], now.story->recorder);
      now.story->run();
      tell(now.story->options.run_id, *now.story);
      const std::vector<Event>& recorded = now.story->recorder.events;
      if (recorded.empty()) continue;  // as if it had never been
      ++runs_;
      if (runs_ == 1) count_successes(plan, recorded, before_edit_);
      count_successes(plan, recorded, successes_);
      left_ = recorded;
      story_.push_back(recorded);
      check_undo_order(plan, recorded);
      note_stop(recorded);
      if (!can_be_carried_on(left_)) return;
    }
    require(false, "resume-verdict", [] { return "it was carried on, and did not end"; });
  }

  EarlierRuns earlier(const Plan& plan) const {
    EarlierRuns found;
    for (std::size_t i = 0; i < story_.size(); ++i)
      add_left_by(story_[i], plan, found, parts_of(i == 0 ? "" : tale_.edited));
    return found;
  }

  // What was completed last is undone first, whichever run completed it.
  void check_undo_order(const Plan& plan, const std::vector<Event>& recorded) {
    std::map<std::uint32_t, Completion> last;  // undone, in each workstream
    for (const Event& event : recorded) {
      if (const auto* end = std::get_if<StepFinished>(&event.fact)) {
        const bool is_own = end->restored_from.empty() && is_success(end->state);
        if (is_own) completed_[plan.full_name(end->node)] = {runs_, event.at};
      }
      const auto* started = std::get_if<AttemptStarted>(&event.fact);
      const bool is_undoing = started != nullptr && started->key.is_compensation() &&
                              started->key.attempt == 1 &&
                              plan.node(started->key.node).kind == NodeKind::step;
      if (!is_undoing) continue;
      const NodeId node = started->key.node;
      const std::uint32_t workstream = plan.node(node).workstream;
      if (plan.workset().workstreams[workstream].saga->order != RollbackOrder::reverse) continue;
      const Completion when = completed_[plan.full_name(node)];
      const auto [before, is_first] = last.try_emplace(workstream, when);
      require(is_first || when <= before->second, "resume-undo-order", [&] {
        return plan.full_name(node) + " is undone after what had been completed before it";
      });
      before->second = when;
    }
  }

  // A stop that keeps steps from starting is the end of a run that had failed before, if it is
  // undone; and so it is gone on with.
  void note_stop(const std::vector<Event>& recorded) {
    const auto has = [&](const auto& is_one) {
      return std::any_of(recorded.begin(), recorded.end(), is_one);
    };
    const bool was_stopped =
        has([](const Event& event) { return std::holds_alternative<StopRequested>(event.fact); });
    const bool is_undone =
        has([](const Event& event) { return std::holds_alternative<RollbackStarted>(event.fact); });
    if (is_undone && runs_ == 1) is_edit_seen_ = false;  // undoing goes on whatever was edited
    if (was_stopped && (is_undone || !can_be_carried_on(recorded))) is_incomparable_ = true;
  }

  void compare(const Run& calm) {
    if (is_incomparable_) return;
    Mini mine(text_);
    RunState state(mine.plan());
    for (const Event& event : left_) state.apply(event);
    const RunState& wanted = calm.story->state();
    const Plan& plan = mine.plan();
    require(state.status() == wanted.status(), "resume-verdict", [&] {
      return fmt::format("the run is {}, and {} when nobody disturbs it", name(state.status()),
                         name(wanted.status()));
    });
    require(plan.node_count() == wanted.plan().node_count(), "resume-verdict",
            [] { return "it found other items"; });
    // Items have their numbers in the order in which they were found.
    std::map<std::string, NodeId> others;
    for (std::uint32_t i = 0; i < plan.node_count(); ++i)
      others[wanted.plan().full_name(NodeId(i))] = NodeId(i);
    for (std::uint32_t i = 0; i < plan.node_count(); ++i) {
      const NodeId node(i);
      const NodeId other = others[plan.full_name(node)];
      const NodeKind kind = plan.node(node).kind;
      if (kind == NodeKind::begin || kind == NodeKind::end) continue;
      require(other.is_valid(), "resume-verdict", [] { return "it found other items"; });
      const bool is_same =
          state.node(node).state == wanted.node(other).state ||
          (has_not_run(state.node(node).state) && has_not_run(wanted.node(other).state));
      require(is_same, "resume-verdict", [&] {
        return fmt::format("{} is {}, and {} when nobody disturbs it", plan.full_name(node),
                           name(state.node(node).state), name(wanted.node(other).state));
      });
      const auto mine_out = state.outputs(node);
      const auto theirs = wanted.outputs(other);
      require(std::equal(mine_out.begin(), mine_out.end(), theirs.begin(), theirs.end()),
              "resume-verdict", [&] { return plan.full_name(node) + " handed on other values"; });
    }
    check_again(calm, plan);
  }

  // What had succeeded did not run again; after an edit exactly what it touches did.
  void check_again(const Run& calm, const Plan& plan) {
    Counts wanted;
    count_successes(calm.plan->plan(), calm.story->recorder.events, wanted);
    std::set<std::string> touched;
    if (!tale_.edited.empty() && runs_ > 1 && is_edit_seen_)
      touched = touched_by_edit(plan, tale_.edited);
    const std::set<std::string> unsure = touched_by_failures(calm.story->state());
    for (const auto& [name, count] : successes_) {
      if (unsure.contains(name)) continue;
      const bool is_again = touched.contains(name) && before_edit_.contains(name);
      const std::uint32_t most = wanted[name] + (is_again ? 1 : 0);
      require(count == most, is_again ? "resume-edited" : "resume-again", [&, &step = name] {
        return fmt::format("{} ran and succeeded {} times, and should have {} times", step, count,
                           most);
      });
    }
  }

  const Tale& tale_;
  std::string text_;
  using Completion = std::pair<std::size_t, Duration>;  // in which run, and when in it
  std::vector<Event> left_;                             // of the latest run that recorded anything
  std::vector<std::vector<Event>> story_;               // of all that did, oldest first
  std::map<std::string, Completion> completed_;
  std::size_t runs_ = 0;  // that recorded anything
  Counts successes_;
  Counts before_edit_;
  std::string told_;
  bool is_incomparable_ = false;
  bool is_edit_seen_ = true;
};

}  // namespace

void carry_on(const Tale& tale) { CarryOn(tale).run(); }

}  // namespace ws::test
