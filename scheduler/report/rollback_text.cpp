#include "report/rollback_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/rollback.h"
#include "report/event_lines.h"
#include "report/step_lines.h"

namespace ws {
namespace {

constexpr std::size_t kShown = 20;

bool can_be_undone(const Step& step) {
  const auto& compensation = step.details().compensation;
  return compensation && compensation->enabled;
}

bool is_rolled_back(const RunState& state, const PlanGroup& group) {
  return group.role == GroupRole::workstream &&
         asks_for_rollback(state.plan().workset().workstreams[group.workstream],
                           state.node(group.end).state, state.stop());
}

using Told = std::set<std::pair<NodeId, std::uint32_t>>;

// What the run could have undone and never came to, because the rollback ended before: steps, then
// the actions of the workstreams.
void add_unreached(const RunState& state, const Told& told, RollbackReading& reading) {
  const Plan& plan = state.plan();
  constexpr std::string_view kWhy = "the rollback ended before it";
  std::set<std::uint32_t> workstreams;
  for (const PlanGroup& group : plan.groups()) {
    if (is_rolled_back(state, group)) workstreams.insert(group.workstream);
  }
  for (std::size_t i = 0; i < plan.node_count(); ++i) {
    const NodeId node(i);
    const Step* step = plan.step_if_any(node);
    if (step == nullptr || told.contains({node, AttemptKey::kCompensation})) continue;
    if (!is_success(state.node(node).state) || !workstreams.contains(plan.node(node).workstream))
      continue;
    if (can_be_undone(*step)) reading.left.push_back({node, 0, std::string(kWhy)});
  }
  for (const PlanGroup& group : plan.groups()) {
    if (!is_rolled_back(state, group)) continue;
    const auto& actions = plan.workset().workstreams[group.workstream].compensation_actions;
    for (std::uint32_t k = 0; k < actions.size(); ++k) {
      if (!told.contains({group.end, AttemptKey::kCompensation + k}))
        reading.left.push_back({group.end, k + 1, std::string(kWhy)});
    }
  }
}

std::string entry_name(const Plan& plan, const RollbackEntry& entry) {
  const std::string name = subject_name(plan, entry.node);
  return entry.action == 0 ? name : fmt::format("compensation action {} of {}", entry.action, name);
}

}  // namespace

RollbackReading rollback_of(const RunState& state) {
  RollbackReading reading;
  reading.has_run = state.status() == RunStatus::rolled_back ||
                    state.status() == RunStatus::partially_rolled_back;
  std::map<std::pair<NodeId, std::uint32_t>, const CompensationFinished*> last;  // of each
  for (const CompensationFinished& fact : state.compensations())
    last[{fact.node, fact.part}] = &fact;
  Told told;
  for (const CompensationFinished& fact : state.compensations()) {
    if (last[{fact.node, fact.part}] != &fact) continue;
    const bool is_step = state.plan().node(fact.node).kind == NodeKind::step;
    const std::uint32_t action = is_step ? 0 : fact.part - AttemptKey::kCompensation + 1;
    told.insert({fact.node, fact.part});
    std::string why = fact.why.empty() ? "it failed" : fact.why;
    (fact.is_success ? reading.undone : reading.left)
        .push_back({fact.node, action, fact.is_success ? std::string() : std::move(why)});
  }
  if (state.status() == RunStatus::partially_rolled_back) add_unreached(state, told, reading);
  reading.has_run = reading.has_run || !told.empty();
  return reading;
}

std::string rollback_text(const RunState& state, const Style& style) {
  const RollbackReading reading = rollback_of(state);
  const Plan& plan = state.plan();
  std::string out;
  if (!reading.undone.empty()) {
    std::vector<std::string> names;
    for (const RollbackEntry& one : reading.undone) names.push_back(entry_name(plan, one));
    out += fmt::format("{} Rolled back: {}\n", style.paint(Paint::green, style.symbol(Symbol::ok)),
                       style.clean(listed(names, kShown)));
  }
  if (reading.left.empty()) return out;
  out += "Not rolled back, for a person to look at:\n";
  for (std::size_t i = 0; i < std::min(reading.left.size(), kShown); ++i) {
    const RollbackEntry& one = reading.left[i];
    out +=
        fmt::format("  {} [{}] {}\n", style.paint(Paint::red, style.symbol(Symbol::failed)),
                    style.clean(entry_name(plan, one)), style.clean(told(one.why, Detail::brief)));
  }
  if (reading.left.size() > kShown)
    out += fmt::format("  {} and {} more\n", style.symbol(Symbol::ellipsis),
                       reading.left.size() - kShown);
  return out;
}

}  // namespace ws
