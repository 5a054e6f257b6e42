// limit_of of plan_text.h, and the lines of a plan about limits (plan_limits.h).
#include "report/plan_limits.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "model/tool_profile.h"

namespace ws {
namespace {

constexpr std::size_t kNamed = 3;  // sources of one and the same limit

std::string source_name(const Plan& plan, NodeId node, StepLimit::Source source) {
  switch (source) {
    case StepLimit::Source::command_line:
      return "command line";
    case StepLimit::Source::tool:
      return "tool " + std::get<ToolAction>(plan.step_of(node).action).tool;
    case StepLimit::Source::workstream:
    case StepLimit::Source::none:
    case StepLimit::Source::own:
      break;
  }
  return plan.workstream_of(node).id;
}

// Who gives one and the same limit to steps without their own, in plan order.
struct Given {
  Duration limit{};
  std::vector<std::string> sources;  // the first few
  std::size_t count = 0;
};

std::vector<Given> given_limits(const Plan& plan, const PlanSettings& settings) {
  std::vector<Given> given;
  std::map<Duration, std::size_t> by_limit;
  std::map<std::pair<Duration, std::string>, bool> seen;
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const Step* step = plan.step_if_any(node);
    if (step == nullptr || !has_command(step)) continue;
    const StepLimit found = limit_of(plan, node, settings);
    if (found.source == StepLimit::Source::own) continue;
    std::string source = source_name(plan, node, found.source);
    if (!seen.emplace(std::pair{found.limit, source}, true).second) continue;
    const auto [at, is_new] = by_limit.try_emplace(found.limit, given.size());
    if (is_new) given.push_back({found.limit, {}, 0});
    Given& one = given[at->second];
    ++one.count;
    if (one.sources.size() < kNamed) one.sources.push_back(std::move(source));
  }
  return given;
}

std::string one_limit(const Given& given) {
  if (given.limit <= Duration::zero()) return "none";
  return format_exact(given.limit);
}

std::string sources_of(const Given& given) {
  const std::size_t rest = given.count - given.sources.size();
  if (rest == 0) return listed(given.sources);
  return fmt::format("{} and {} more", fmt::join(given.sources, ", "), rest);
}

}  // namespace

StepLimit limit_of(const Plan& plan, NodeId node, const PlanSettings& settings) {
  using Source = StepLimit::Source;
  const Step* step = plan.step_if_any(node);
  if (step != nullptr && step->timeout > Duration::zero()) return {step->timeout, Source::own};
  if (settings.default_timeout > Duration::zero())
    return {settings.default_timeout, Source::command_line};
  const Duration of_workstream = plan.workstream_of(node).execution.timeout_per_step;
  if (of_workstream > Duration::zero()) return {of_workstream, Source::workstream};
  const auto* action = step != nullptr ? std::get_if<ToolAction>(&step->action) : nullptr;
  if (action == nullptr) return {};
  const auto tool = find_tool(settings.tool_timeouts, *action);
  if (tool != settings.tool_timeouts.end() && tool->second > Duration::zero())
    return {tool->second, Source::tool};
  if (action->default_timeout <= Duration::zero()) return {};
  return {action->default_timeout, Source::own};
}

std::string timeouts_line(const Plan& plan, const PlanSettings& settings) {
  const std::vector<Given> given = given_limits(plan, settings);
  constexpr std::size_t kShown = 5;
  std::string steps;
  for (std::size_t i = 0; i < std::min(given.size(), kShown); ++i) {
    if (i > 0) steps += ", ";
    steps += one_limit(given[i]);
    if (i == 0) steps += " for steps without their own";
    if (given[i].limit > Duration::zero() || given.size() > 1)
      steps += fmt::format(" ({})", sources_of(given[i]));
  }
  if (given.size() > kShown) steps += fmt::format(" and {} more", given.size() - kShown);
  if (given.empty()) steps = "every step its own";
  const std::string run = settings.run_timeout > Duration::zero()
                              ? "run " + format_exact(settings.run_timeout)
                              : "none for the run";
  return fmt::format("{}, {}", settings.style.clean(steps), run);
}

std::string workstream_limits(const Workstream& workstream) {
  const Execution& execution = workstream.execution;
  std::vector<std::string> parts;
  if (!execution.parallel.value_or(true)) {
    parts.emplace_back("sequential");
  } else if (execution.max_workers) {
    parts.push_back(fmt::format("max_workers {}", *execution.max_workers));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace ws
