#include "cli/resumption.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/project_store.h"
#include "cli/resume_refusals.h"
#include "cli/resume_text.h"
#include "cli/run_context.h"
#include "cli/run_place.h"

namespace ws::cli {
namespace {

// Ended by somebody or something from outside, not by its own work: the same command goes on.
bool was_interrupted(const RunRow& run) {
  switch (run.status) {
    case RunStatus::running:  // whoever it says holds it does not: we hold its locks
    case RunStatus::crashed:
    case RunStatus::cancelled:
      return true;
    case RunStatus::failed:
      return run.stop == StopWhy::store_failed;
    case RunStatus::partially_rolled_back:
      return run.stop && is_user_stop(*run.stop);
    case RunStatus::succeeded:
    case RunStatus::completed_with_errors:
    case RunStatus::timed_out:
    case RunStatus::rolled_back:
      return false;
  }
  return false;
}

bool ended_badly(const RunRow& run) {
  return run.status == RunStatus::failed || run.status == RunStatus::timed_out;
}

struct Earlier {
  EarlierRuns left;
  std::vector<RunRow> runs;           // gone on with, newest first
  std::optional<RunRow> passed_over;  // failed: --resume would go on with it
  std::vector<RollbackUnderWay> rollbacks;
  std::optional<RunRow> elsewhere;  // the same of one that was made in another directory
};

std::vector<std::string> workstreams_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const std::uint32_t index : plan.workstreams())
    ids.push_back(plan.workset().workstreams[index].id);
  return ids;
}

Result<NewestRuns> newest_runs(RunStore& store, const Plan& plan, const ResumeFlags& flags) {
  NewestRuns newest;
  if (!flags.run.empty()) {
    auto found = find_run(store, flags.run);
    if (found.has_error()) return found.error();
    const std::int64_t number = found->number;
    newest.emplace(number, std::pair(std::move(*found), workstreams_of(plan)));
    return newest;
  }
  for (const std::string& id : workstreams_of(plan)) {
    auto run = store.latest(id);
    if (run.has_error()) return run.error();
    if (!run->has_value()) continue;
    const std::int64_t number = (*run)->number;
    auto& [row, ids] =
        newest.try_emplace(number, std::move(**run), std::vector<std::string>()).first->second;
    ids.push_back(id);
  }
  return newest;
}

// The run and those it went on with, oldest first.
Result<std::vector<RunRow>> story_of(RunStore& store, const RunRow& run) {
  constexpr std::size_t kLongestStory = 100;
  std::vector<RunRow> story = {run};
  std::set<std::string> known = {run.id};
  for (std::size_t i = 0; i < story.size() && story.size() < kLongestStory; ++i) {
    const std::vector<std::string> before = story[i].resumes;
    for (const std::string& id : before) {
      if (!known.insert(id).second) continue;
      auto found = store.find(id);
      if (found.has_error()) return found.error();
      // One that was cleaned away is not needed: what it did stands in a later one.
      if (found->size() == 1 && found->front().id == id) story.push_back(found->front());
    }
  }
  std::sort(story.begin(), story.end(),
            [](const RunRow& a, const RunRow& b) { return a.number < b.number; });
  return story;
}

// What the files say, where the command line says nothing.
bool goes_on_by_itself(const Plan& plan, const RunRow& run,
                       const std::vector<std::string>& workstreams) {
  bool is_after_failure = false;
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    const bool is_of_run =
        std::find(workstreams.begin(), workstreams.end(), workstream.id) != workstreams.end();
    if (!is_of_run || !workstream.resume) continue;
    const ResumePolicy& policy = *workstream.resume;
    if (!policy.is_enabled || policy.from == ResumePolicy::From::beginning) return false;
    is_after_failure = true;
  }
  return was_interrupted(run) || (is_after_failure && ended_badly(run));
}

Result<Earlier> find_earlier(const StateLayout& layout, const Plan& plan,
                             const ResumeFlags& flags) {
  Earlier earlier;
  if (flags.is_fresh) return earlier;
  auto store = open_store(layout);
  if (store.has_error()) return store.error();
  if (!store->has_value()) return earlier;
  auto newest = newest_runs(**store, plan, flags);
  if (newest.has_error()) return newest.error();
  const bool is_wished = flags.is_wished || !flags.from.empty() || !flags.run.empty();
  const auto goes_on = [&](const NewestRuns::value_type& one) {
    return goes_on_by_itself(plan, one.second.first, one.second.second);
  };
  if (!is_wished && !flags.is_any_place)
    earlier.elsewhere = leave_out_those_elsewhere(layout, *newest, goes_on);
  // With one of them the others that ended well stand, too.
  const bool is_any = is_wished || std::any_of(newest->begin(), newest->end(), goes_on);
  for (auto& [number, found] : *newest) {
    auto& [run, ids] = found;
    const bool ended_well =
        run.status == RunStatus::succeeded || run.status == RunStatus::completed_with_errors;
    if (!is_wished && !goes_on_by_itself(plan, run, ids) && !(is_any && ended_well)) {
      if (ended_badly(run) && !earlier.passed_over) earlier.passed_over = run;
      continue;
    }
    auto story = story_of(**store, run);
    if (story.has_error()) return story.error();
    earlier.left.is_rolling_back = false;  // each story says so for itself
    for (const RunRow& one : *story) {
      if (auto done = (*store)->add_earlier(one, ids, earlier.left); done.has_error())
        return done.error();
    }
    if (earlier.left.is_rolling_back) {
      auto steps = (*store)->steps(run.number);
      if (steps.has_error()) return steps.error();
      earlier.rollbacks.push_back({run, ids, completed_of(*steps)});
    }
    earlier.runs.push_back(std::move(run));
  }
  earlier.left.is_rolling_back = !earlier.rollbacks.empty();
  return earlier;
}

// Every step, group or phase of that name: of "ws/name" one, of "name" one in each workstream.
std::vector<NodeId> all_named(const Plan& plan, const std::string& name) {
  std::vector<NodeId> found;
  const std::size_t slash = name.find('/');
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string& id = plan.workset().workstreams[index].id;
    if (slash != name.npos && name.substr(0, slash) != id) continue;
    const std::string_view inside =
        slash == name.npos ? std::string_view(name) : std::string_view(name).substr(slash + 1);
    if (const NodeId node = plan.find(index, inside); node.is_valid()) found.push_back(node);
  }
  return found;
}

NodeId node_named(const Plan& plan, const std::string& name) {
  const std::vector<NodeId> found = all_named(plan, name);
  return found.empty() ? NodeId() : found.front();
}

Result<std::vector<NodeId>> nodes_named(const Plan& plan, const std::vector<std::string>& names,
                                        std::string_view option) {
  std::vector<NodeId> nodes;
  for (const std::string& name : names) {
    const std::vector<NodeId> found = all_named(plan, name);
    if (found.size() == 1) {
      nodes.push_back(found.front());
      continue;
    }
    if (found.size() > 1) {
      std::vector<std::string> full;
      for (const NodeId node : found)
        full.push_back(fmt::format("{}/{}", plan.workstream_of(node).id, name));
      return Error{
          fmt::format("{} '{}' could be {}", option, printable(name), printable(listed(full))),
          kPersonsMistake};
    }
    std::vector<std::string_view> known;
    for (const std::uint32_t index : plan.workstreams()) {
      const Workstream& workstream = plan.workset().workstreams[index];
      for (const Step& step : workstream.steps) known.push_back(step.id);
      for (const Group& group : workstream.groups) known.push_back(group.id);
    }
    const auto near = nearest(name, known);
    return Error{
        fmt::format("{} '{}': there is no such step, group or phase{}", option, printable(name),
                    near ? fmt::format("; did you mean '{}'?", printable(*near)) : ""),
        kPersonsMistake};
  }
  return nodes;
}

// Steps and tests that come before the node, in the plan's order.
std::vector<NodeId> all_before(const Plan& plan, NodeId node) {
  std::set<NodeId> seen;
  const bool is_end = plan.node(node).kind == NodeKind::end;
  std::vector<NodeId> open = {is_end ? plan.group(plan.node(node).group).begin : node};
  std::vector<NodeId> before;
  const auto add = [&](NodeId next) {
    if (!seen.insert(next).second) return;
    open.push_back(next);
    const NodeKind kind = plan.node(next).kind;
    if (kind == NodeKind::step || kind == NodeKind::acceptance) before.push_back(next);
  };
  while (!open.empty()) {
    const NodeId at = open.back();
    open.pop_back();
    for (const PlanEdge& edge : plan.predecessors(at)) {
      add(edge.node);
      if (plan.node(edge.node).kind != NodeKind::end) continue;
      const GroupId group = plan.node(edge.node).group;
      for (const NodeId member : plan.members(group)) add(member);
      for (const GroupId inner : plan.inner_groups(group)) add(plan.group(inner).end);
    }
  }
  std::sort(before.begin(), before.end());
  return before;
}

// Why the run cannot begin at `from`; empty: it can.
std::string not_done_before(const Plan& plan, const Resume& resume, NodeId from,
                            const std::string& name) {
  std::vector<std::string> missing;
  for (const NodeId node : all_before(plan, from)) {
    if (resume.kept(node) == nullptr) missing.push_back("'" + plan.member_name(node) + "'");
  }
  if (missing.empty()) return {};
  std::string edited;
  for (const Resume::Again& again : resume.again()) {
    if (again.why.starts_with("its ")) edited = " (--force keeps the result of edited steps)";
  }
  return fmt::format(
      "--resume-from '{}': before it, {} {} not done, or not as the file says now{}; "
      "--assume-previous-complete takes that as done",
      printable(name), listed(missing), missing.size() == 1 ? "is" : "are", edited);
}

// The end gates of outermost groups and phases, where the file wants them whole.
std::vector<NodeId> phases_to_begin_anew(const Plan& plan) {
  std::vector<NodeId> ends;
  for (const PlanGroup& group : plan.groups()) {
    const auto& policy = plan.workset().workstreams[group.workstream].resume;
    const bool is_wanted = policy && policy->from == ResumePolicy::From::phase_start;
    const bool is_outermost =
        group.parent.is_valid() && !plan.group(group.parent).parent.is_valid();
    if (is_wanted && is_outermost && group.role == GroupRole::group) ends.push_back(group.end);
  }
  return ends;
}

Result<std::unique_ptr<Resume>> make_resume(const Plan& plan, Earlier& earlier,
                                            const InputValues& inputs, const ResumeFlags& flags) {
  EarlierRuns& left = earlier.left;
  ResumeWish wish;
  std::vector<std::string> names = flags.again;
  if (!flags.from.empty()) names.push_back(flags.from);
  auto again = nodes_named(plan, names, flags.from.empty() ? "--step" : "--resume-from");
  if (again.has_error()) return again.error();
  wish.again = std::move(*again);
  wish.keeps_dependents = flags.keeps_dependents;
  wish.is_definition_kept = flags.is_forced;
  wish.retries_failures = flags.retries_failures;
  if (std::string why = not_undone(plan, earlier.rollbacks, {!names.empty(), flags.is_forced});
      !why.empty())
    return Error{std::move(why), kRefusedToResume};
  const PartsText parts = parts_text(inputs);
  // The items of a step stand together and have its parts, and its list may be long.
  const Step* last = nullptr;
  std::string of_last;
  const PartsNow parts_now = [&](NodeId node) {
    const bool is_item = plan.node(node).item != PlanNode::kNoItem;
    const Step* step = plan.step_if_any(node);
    if (is_item && step == last) return of_last;
    std::string text = parts(plan, node);
    if (is_item) {
      last = step;
      of_last = text;
    }
    return text;
  };
  const std::vector<NodeId> phases = phases_to_begin_anew(plan);
  if (phases.empty() || left.is_rolling_back)
    return std::make_unique<Resume>(plan, std::move(left), parts_now, std::move(wish));
  const Resume first(plan, left, parts_now, wish);
  for (const NodeId end : phases) {
    if (!first.is_as_before(end)) wish.again.push_back(end);
  }
  return std::make_unique<Resume>(plan, std::move(left), parts_now, std::move(wish));
}

}  // namespace

void add_resume_flags(CLI::App& app, ResumeFlags& flags) {
  app.add_flag("--resume", flags.is_wished,
               "Keep what the latest run has finished, also when that run failed (an interrupted "
               "one is gone on with anyway)");
  app.add_option("--resume-from", flags.from,
                 "Keep what was finished before this step, group or phase, and run from there")
      ->type_name("PHASE|STEP")
      ->check([](const std::string& text) {
        return text.empty() ? std::string("from where? the name is empty") : std::string();
      });
  app.add_flag("--fresh-start", flags.is_fresh, "Run everything, whatever earlier runs did");
  app.add_flag("--force", flags.is_forced, "Keep finished steps although they were edited since");
  app.add_flag("--assume-previous-complete", flags.is_previous_assumed,
               "With --resume-from: take everything before it as done");
  // What `retry` hands to the run it starts.
  constexpr const char* kHidden = "";
  app.add_option("--resume-run", flags.run)->group(kHidden);
  app.add_option("--again", flags.again)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kHidden);
  app.add_flag("--again-alone", flags.keeps_dependents)->group(kHidden);
  app.add_flag("--again-failed", flags.retries_failures)->group(kHidden);
}

std::string contradiction(const ResumeFlags& flags) {
  if (flags.is_fresh && (flags.is_wished || !flags.from.empty()))
    return "--fresh-start runs everything: it cannot go with --resume or --resume-from";
  if (flags.is_fresh && flags.is_forced)
    return "--force keeps edited steps and --fresh-start runs everything: give one of them";
  if (flags.is_previous_assumed && flags.from.empty())
    return "--assume-previous-complete needs --resume-from: everything before what?";
  return {};
}

Result<Resumption> find_resumption(const StateLayout& layout, const Plan& plan,
                                   const InputValues& inputs, const ResumeFlags& flags,
                                   const Style& style) {
  auto earlier = find_earlier(layout, plan, flags);
  if (earlier.has_error()) return earlier.error();
  Resumption found;
  if (earlier->runs.empty() && flags.from.empty()) {
    if (flags.is_wished) found.lines = nothing_to_resume_line(style);
    if (!flags.is_fresh && earlier->passed_over)
      found.lines = could_resume_line(style, *earlier->passed_over);
    if (earlier->elsewhere) found.lines += elsewhere_line(style, *earlier->elsewhere);
    return found;
  }
  auto resume = make_resume(plan, *earlier, inputs, flags);
  if (resume.has_error()) return resume.error();
  if (!flags.from.empty() && !flags.is_previous_assumed) {
    const std::string why =
        not_done_before(plan, **resume, node_named(plan, flags.from), flags.from);
    if (!why.empty()) return Error{why, kRefusedToResume};
  }
  if (!flags.is_forced) {
    const std::string edits = refused_edits(plan, **resume);
    if (!edits.empty()) return Error{edits, kRefusedToResume};
  }
  if (earlier->passed_over) found.lines = could_resume_line(style, *earlier->passed_over);
  if (earlier->elsewhere) found.lines += elsewhere_line(style, *earlier->elsewhere);
  found.lines += resume_lines(style, plan, **resume, earlier->runs);
  found.resume = std::move(*resume);
  return found;
}

Result<std::vector<std::string>> previous_to_assume(const StateLayout& layout, const Plan& plan,
                                                    const InputValues& inputs,
                                                    const ResumeFlags& flags) {
  std::vector<std::string> names;
  std::set<std::string> known;
  auto earlier = find_earlier(layout, plan, flags);
  if (earlier.has_error()) return earlier.error();
  auto resume = make_resume(plan, *earlier, inputs, flags);
  if (resume.has_error()) return resume.error();
  for (const NodeId node : all_before(plan, node_named(plan, flags.from))) {
    const Step* step = plan.step_if_any(node);
    if (step == nullptr || (*resume)->kept(node) != nullptr) continue;
    std::string name = fmt::format("{}/{}", plan.workstream_of(node).id, step->id);
    if (known.insert(name).second) names.push_back(std::move(name));
  }
  return {boost::system::in_place_value, std::move(names)};
}

}  // namespace ws::cli
