#include "report/rollback_text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "report/event_lines.h"
#include "report/step_lines.h"

namespace ws {
namespace {

constexpr std::size_t kShown = 20;

// The last attempt of each compensation of the node that left a trace.
std::map<std::uint32_t, const AttemptFinished*> last_tries(const RunState& state, NodeId node) {
  std::map<std::uint32_t, const AttemptFinished*> last;
  for (const AttemptFinished& attempt : state.attempts(node)) {
    if (attempt.key.is_compensation()) last[attempt.key.part] = &attempt;
  }
  return last;
}

bool can_be_undone(const Step& step) {
  const auto& compensation = step.details().compensation;
  return compensation && compensation->enabled;
}

std::string reason_of(const AttemptFinished& attempt) {
  return attempt.why.empty() ? describe(attempt.outcome) : attempt.why;
}

void read_step(const RunState& state, NodeId node, RollbackReading& reading) {
  if (state.node(node).state == StepState::compensated) {
    reading.undone.push_back({node, 0, {}});
    return;
  }
  const auto tries = last_tries(state, node);
  const AttemptFinished* last = tries.empty() ? nullptr : tries.rbegin()->second;
  if (last != nullptr && !last->is_success) {
    reading.left.push_back({node, 0, reason_of(*last)});
  } else if (last == nullptr && is_success(state.node(node).state) &&
             state.status() == RunStatus::partially_rolled_back &&
             can_be_undone(state.plan().step_of(node))) {
    reading.left.push_back({node, 0, "the rollback ended before it"});
  }
}

void read_actions(const RunState& state, NodeId gate, RollbackReading& reading) {
  for (const auto& [part, last] : last_tries(state, gate)) {
    const std::uint32_t action = part - AttemptKey::kCompensation + 1;
    (last->is_success ? reading.undone : reading.left)
        .push_back({gate, action, last->is_success ? std::string() : reason_of(*last)});
  }
}

std::string undoing_name(const Plan& plan, const Undoing& undoing) {
  const std::string name = subject_name(plan, undoing.node);
  return undoing.action == 0 ? name
                             : fmt::format("compensation action {} of {}", undoing.action, name);
}

}  // namespace

RollbackReading rollback_of(const RunState& state) {
  RollbackReading reading;
  reading.has_run = state.status() == RunStatus::rolled_back ||
                    state.status() == RunStatus::partially_rolled_back;
  for (std::size_t i = 0; i < state.plan().node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = state.plan().node(node).kind;
    if (kind == NodeKind::step) read_step(state, node, reading);
    if (kind == NodeKind::end) read_actions(state, node, reading);
  }
  std::stable_sort(reading.undone.begin(), reading.undone.end(),
                   [&](const Undoing& a, const Undoing& b) {
                     return state.node(a.node).ended > state.node(b.node).ended;
                   });
  reading.has_run = reading.has_run || !reading.undone.empty() || !reading.left.empty();
  return reading;
}

std::string rollback_text(const RunState& state, const Style& style) {
  const RollbackReading reading = rollback_of(state);
  const Plan& plan = state.plan();
  std::string out;
  if (!reading.undone.empty()) {
    std::vector<std::string> names;
    for (const Undoing& one : reading.undone) names.push_back(undoing_name(plan, one));
    out += fmt::format("{} Rolled back: {}\n", style.paint(Paint::green, style.symbol(Symbol::ok)),
                       style.clean(listed(names, kShown)));
  }
  if (reading.left.empty()) return out;
  out += "Not rolled back, for a person to look at:\n";
  for (std::size_t i = 0; i < std::min(reading.left.size(), kShown); ++i) {
    const Undoing& one = reading.left[i];
    out += fmt::format("  {} [{}] {}\n", style.paint(Paint::red, style.symbol(Symbol::failed)),
                       style.clean(undoing_name(plan, one)),
                       style.clean(told(one.why, Detail::brief)));
  }
  if (reading.left.size() > kShown)
    out += fmt::format("  {} and {} more\n", style.symbol(Symbol::ellipsis),
                       reading.left.size() - kShown);
  return out;
}

}  // namespace ws
