#include "report/plan_text.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/retry.h"
#include "report/drawing.h"
#include "report/event_lines.h"
#include "report/group_results.h"
#include "report/group_text.h"
#include "report/plan_limits.h"
#include "report/run_reading.h"

namespace ws {
namespace {

std::string_view rollback_order(RollbackOrder order) {
  switch (order) {
    case RollbackOrder::reverse:
      return "the last one first";
    case RollbackOrder::parallel:
      return "in reverse waves";
    case RollbackOrder::custom:
      return "in the order given";
  }
  return {};
}

constexpr std::size_t kWavesShown = 30;
constexpr std::size_t kStepsShown = 20;  // per wave
constexpr std::size_t kListShown = 20;   // of any other list

std::size_t limit(const PlanSettings& settings, std::size_t bounded) {
  return settings.show_all ? static_cast<std::size_t>(-1) : bounded;
}

struct ActionText {
  std::string operator()(const NoAction& /*action*/) const { return "nothing to run"; }
  std::string operator()(const ManualAction& action) const { return "by hand: " + action.text; }
  std::string operator()(const CommandAction& action) const { return action.command.text(); }
  std::string operator()(const ScriptAction& action) const {
    const std::size_t end = action.script.find('\n');
    const bool is_long = end != std::string::npos && end + 1 < action.script.size();
    return fmt::format("script: {}{}", action.script.substr(0, end), is_long ? " …" : "");
  }
  std::string operator()(const ToolAction& action) const {
    return fmt::format("{}: {}", action.tool, counted(action.prompt.size(), "task"));
  }
  std::string operator()(const WaitAction& action) const {
    if (action.duration > Duration::zero()) return "wait " + format_exact(action.duration);
    return "wait for " + (action.event.empty() ? action.until : "event " + action.event);
  }
  std::string operator()(const CallAction& action) const {
    return "workstream " + action.workstream;
  }
};

std::string action_of(const Plan& plan, NodeId node) {
  if (const Step* step = plan.step_if_any(node)) return describe_action(*step);
  const bool is_preflight = plan.node(node).kind == NodeKind::preflight;
  return counted(plan.acceptance_tests(node).size(),
                 is_preflight ? "pre-flight check" : "acceptance test");
}

// The items of a larger fan-out are one line, the first one's.
bool is_folded_item(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  return of.item != PlanNode::kNoItem && plan.group(of.group).items.size() > kMostItemsDrawn;
}

std::string line_name(const Plan& plan, NodeId node) {
  if (!is_folded_item(plan, node)) return plan.display_name(node);
  const PlanGroup& group = plan.group(plan.node(node).group);
  return fmt::format("{} ×{}", subject_name(plan, group.end), group.items.size());
}

// What else a person should know of a step before it runs.
void add_notes(const Plan& plan, NodeId node, const Step& step, std::vector<std::string>& notes) {
  const StepDetails& details = step.details();
  if (!details.when.empty()) notes.push_back("when " + details.when);
  if (const std::uint32_t tries = effective_retry(plan, node).attempts; tries > 1)
    notes.push_back(counted(tries, "attempt"));
  if (!details.pools.empty()) {
    std::vector<std::string> pools;
    for (const auto& [pool, slots] : details.pools)
      pools.push_back(slots == 1 ? pool : fmt::format("{} ×{}", pool, slots));
    notes.push_back("pools " + listed(pools));
  }
  if (!details.idempotency_key.empty()) notes.push_back("once per " + details.idempotency_key);
  if (!details.conflict_group.empty()) notes.push_back("conflicts " + details.conflict_group);
  if (!details.parallel_ok) notes.emplace_back("runs alone");
  if (details.compensation && details.compensation->enabled) notes.emplace_back("can be undone");
}

// "  name   command   [timeout 5m, tests 2]"
std::string step_line(const Plan& plan, NodeId node, std::size_t name_columns,
                      const PlanSettings& settings) {
  const Style& style = settings.style;
  std::string name = style.cut(line_name(plan, node), name_columns);
  name.append(name_columns - std::min(name_columns, display_width(name)), ' ');
  std::vector<std::string> notes;
  if (const Step* step = plan.step_if_any(node)) {
    const std::size_t tests = step->details().acceptance_tests.size();
    if (step->timeout > Duration::zero()) notes.push_back("timeout " + format_exact(step->timeout));
    if (tests > 0) notes.push_back(counted(tests, "test"));
    if (step->priority != 0) notes.push_back(fmt::format("priority {}", step->priority));
    if (!step->is_critical) notes.push_back("not critical");
    add_notes(plan, node, *step, notes);
  }
  const std::string note =
      notes.empty() ? "" : style.clean(fmt::format("  [{}]", fmt::join(notes, ", ")));
  const std::size_t used = 4 + name_columns + 2 + display_width(note);
  const std::size_t room = settings.columns > used + 8 ? settings.columns - used : 8;
  return fmt::format("    {}  {}{}\n", name, style.cut(one_line(action_of(plan, node)), room),
                     note);
}

// "2 steps", "acceptance tests", "1 step, acceptance tests of 3 workstreams".
std::string wave_size(const Plan& plan, const std::vector<NodeId>& wave) {
  std::size_t steps = 0;
  std::size_t checked = 0;
  for (const NodeId node : wave) {
    if (plan.node(node).kind == NodeKind::step) ++steps;
    if (plan.node(node).kind == NodeKind::preflight) ++checked;
  }
  const std::size_t tested = wave.size() - steps - checked;
  if (checked > 0) {
    const std::string checks = checked == 1
                                   ? "pre-flight checks"
                                   : fmt::format("pre-flight checks of {} workstreams", checked);
    return steps == 0 ? checks : fmt::format("{}, {}", counted(steps, "step"), checks);
  }
  if (tested == 0) return counted(steps, "step");
  const std::string tests =
      tested == 1 ? "acceptance tests" : fmt::format("acceptance tests of {} workstreams", tested);
  return steps == 0 ? tests : fmt::format("{}, {}", counted(steps, "step"), tests);
}

std::string waves_text(const Plan& plan, const PlanAnalysis& analysis,
                       const PlanSettings& settings) {
  std::string out;
  const std::size_t waves = std::min(analysis.waves.size(), limit(settings, kWavesShown));
  for (std::size_t i = 0; i < waves; ++i) {
    out += fmt::format("  Wave {} ({})\n", i + 1, wave_size(plan, analysis.waves[i]));
    std::vector<NodeId> wave;
    for (const NodeId node : analysis.waves[i]) {
      if (plan.node(node).item == 0 || !is_folded_item(plan, node)) wave.push_back(node);
    }
    const std::size_t shown = std::min(wave.size(), limit(settings, kStepsShown));
    std::size_t widest = 0;
    for (std::size_t k = 0; k < shown; ++k)
      widest = std::max(widest, display_width(settings.style.clean(line_name(plan, wave[k]))));
    const std::size_t name_columns =
        std::min(widest, std::max<std::size_t>(settings.columns / 2, 16));
    for (std::size_t k = 0; k < shown; ++k) out += step_line(plan, wave[k], name_columns, settings);
    if (shown < wave.size())
      out += fmt::format("    {} and {} more\n", settings.style.symbol(Symbol::ellipsis),
                         wave.size() - shown);
  }
  if (waves < analysis.waves.size())
    out += fmt::format("  {} and {} more waves\n", settings.style.symbol(Symbol::ellipsis),
                       analysis.waves.size() - waves);
  return out;
}

std::string critical_path(const Plan& plan, const PlanAnalysis& analysis,
                          const PlanSettings& settings) {
  const auto& path = analysis.critical_path;
  if (path.empty()) return {};
  const std::string arrow = fmt::format(" {} ", settings.style.symbol(Symbol::arrow));
  const std::size_t most = limit(settings, kListShown);
  std::vector<std::string> names;
  const auto add = [&](NodeId node) {
    names.push_back(settings.style.clean(plan.display_name(node)));
  };
  if (path.size() <= most) {
    for (const NodeId node : path) add(node);
  } else {
    for (std::size_t i = 0; i < most / 2; ++i) add(path[i]);
    names.push_back(fmt::format("({} more)", path.size() - most));
    for (std::size_t i = path.size() - most / 2; i < path.size(); ++i) add(path[i]);
  }
  return fmt::format("  Critical path:  {}: {}\n", counted(path.size(), "step"),
                     fmt::join(names, arrow));
}

std::string limits_text(const Plan& plan, const PlanAnalysis& analysis,
                        const PlanSettings& settings) {
  std::string workers = fmt::format("{}", settings.max_workers);
  if (settings.is_sequential) {
    workers = "1 (sequential)";
  } else if (settings.is_auto) {
    workers += " (auto)";
  }
  std::string out = fmt::format("  Width:          {} at once\n", counted(analysis.width, "step"));
  out += fmt::format("  Speed-up:       at most {:.1f}x over running one by one\n",
                     analysis.speedup_bound);
  out += fmt::format("  Workers:        {}\n", workers);
  if (written_steps(plan) > 0)
    out += fmt::format("  Timeouts:       {}\n", timeouts_line(plan, settings));
  if (settings.start_gap > Duration::zero())
    out +=
        fmt::format("  Start gap:      {} between two starts\n", format_exact(settings.start_gap));
  return out;
}

// A headed list, cut with a count.
class BoundedList {
 public:
  BoundedList(std::string head, const PlanSettings& settings)
      : head_(std::move(head)), settings_(settings), most_(limit(settings, kListShown)) {}

  void add(std::string_view line) {
    if (count_++ >= most_) return;
    lines_ += fmt::format(
        "    {}\n",
        settings_.style.cut(one_line(line), std::max<std::size_t>(settings_.columns, 24) - 4));
  }
  [[nodiscard]] std::string text() const {
    if (count_ == 0) return {};
    std::string out = fmt::format("  {} ({}):\n{}", head_, count_, lines_);
    if (count_ > most_)
      out += fmt::format("    {} and {} more\n", settings_.style.symbol(Symbol::ellipsis),
                         count_ - most_);
    return out;
  }

 private:
  std::string head_;
  const PlanSettings& settings_;
  std::size_t most_;
  std::size_t count_ = 0;
  std::string lines_;
};

// In a set each workstream keeps its own limits inside the shared pool.
std::string limits_inside(const Plan& plan, const PlanSettings& settings) {
  if (plan.workstreams().size() < 2 || settings.is_sequential) return {};
  BoundedList list("Limits inside a workstream", settings);
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    const std::string limits = workstream_limits(workstream);
    if (!limits.empty()) list.add(fmt::format("{}: {}", workstream.id, limits));
  }
  return list.text();
}

std::string scope_pairs(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("One after the other, because their files overlap", settings);
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    for (const PlanEdge& edge : plan.successors(NodeId(i))) {
      if (edge.why != EdgeWhy::scope) continue;
      list.add(fmt::format("{} {} {}", plan.display_name(NodeId(i)),
                           settings.style.symbol(Symbol::arrow), plan.display_name(edge.node)));
    }
  }
  return list.text();
}

std::string manual_parts(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("For a person, never run", settings);
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    if (!is_shown(plan, node)) continue;
    const std::string name = plan.display_name(node);
    const Step* step = plan.step_if_any(node);
    if (step != nullptr && std::holds_alternative<ManualAction>(step->action))
      list.add(fmt::format("[{}] {}", name, std::get<ManualAction>(step->action).text));
    for (const AcceptanceTest& test : plan.acceptance_tests(node)) {
      if (test.is_manual())
        list.add(fmt::format("[{}] test: {} ({})", name, test.text, test.manual_reason));
    }
  }
  return list.text();
}

std::string deferred_features(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("Not supported by `run` yet", settings);
  for (const std::uint32_t index : plan.workstreams()) {
    for (const DeferredFeature& feature : plan.workset().workstreams[index].deferred)
      list.add(fmt::format("{} in {}", feature.key, feature.owner));
  }
  return list.text();
}

// Step groups, phases and fan-outs with their rules and members.
std::string groups(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("Groups", settings);
  for (std::size_t i = 0; i < plan.groups().size(); ++i) {
    const GroupId id(i);
    const PlanGroup& group = plan.group(id);
    if (group.role == GroupRole::workstream || group.role == GroupRole::body) continue;
    std::string line = subject_name(plan, group.end);
    if (group.role == GroupRole::group) {
      std::vector<std::string> names;
      for (const NodeId member : declared_members(plan, id))
        names.push_back(subject_name(plan, member));
      line += ": " + (names.empty() ? "empty" : listed(names, 5));
    }
    if (const std::string rule = group_text(plan, id); !rule.empty())
      line += (group.role == GroupRole::group ? "; " : ": ") + rule;
    list.add(line);
  }
  return list.text();
}

std::string rollback(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("Rolled back when the run fails", settings);
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    if (!workstream.saga || !workstream.saga->rolls_back_on_failure) continue;
    std::size_t steps = 0;
    for (const Step& step : workstream.steps) {
      const auto& undo = step.details().compensation;
      if (undo && undo->enabled) ++steps;
    }
    list.add(fmt::format("{}: {}, {}", workstream.id, counted(steps, "step"),
                         rollback_order(workstream.saga->order)));
  }
  return list.text();
}

// What the run hands on, by name.
std::string outputs(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("Outputs of the run", settings);
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    const std::string prefix = plan.workstreams().size() == 1 ? "" : workstream.id + "/";
    for (const RunOutput& output : workstream.outputs)
      list.add(fmt::format("{}{}: {}", prefix, output.name, output.source));
  }
  return list.text();
}

std::string assumed(const Plan& plan, const PlanSettings& settings) {
  BoundedList list("Assumed complete", settings);
  for (const std::string& name : plan.assumed_complete()) list.add(name);
  return list.text();
}

}  // namespace

std::string describe_action(const Step& step) { return std::visit(ActionText{}, step.action); }

std::string plan_text(const Plan& plan, const PlanAnalysis& analysis,
                      const PlanSettings& settings) {
  const Style& style = settings.style;
  const auto workstreams = plan.workstreams();
  const std::string what = workstreams.size() == 1
                               ? plan.workset().workstreams[workstreams.front()].id
                               : counted(workstreams.size(), "workstream");
  const std::size_t edges = plan.dependency_count();
  std::string out = fmt::format("Plan of {}: {}, {} {}\n\n", style.clean(what),
                                counted(written_steps(plan), "step"), edges,
                                edges == 1 ? "dependency" : "dependencies");
  const bool is_empty =
      written_steps(plan) == 0 &&
      std::none_of(plan.nodes().begin(), plan.nodes().end(),
                   [](const PlanNode& node) { return node.kind == NodeKind::acceptance; });
  out += (is_empty ? "  nothing to run\n" : waves_text(plan, analysis, settings)) + "\n";
  out += limits_text(plan, analysis, settings) + critical_path(plan, analysis, settings);
  for (const std::string& part :
       {groups(plan, settings), rollback(plan, settings), limits_inside(plan, settings),
        scope_pairs(plan, settings), manual_parts(plan, settings), outputs(plan, settings),
        deferred_features(plan, settings), assumed(plan, settings)}) {
    if (!part.empty()) out += "\n" + part;
  }
  return out;
}

}  // namespace ws
