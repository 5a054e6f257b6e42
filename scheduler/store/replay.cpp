// RunStore::replay: the stored events folded into a RunState.
#include <fmt/format.h>

#include "base/text.h"
#include "store/run_store.h"

namespace ws {
namespace {

// The fold indexes arrays by these numbers, so a damaged one must not reach it.
struct RefersInto {
  const Plan& plan;

  [[nodiscard]] bool is_node(NodeId id) const { return id.index() < plan.node_count(); }
  [[nodiscard]] bool is_group(GroupId id) const { return id.index() < plan.groups().size(); }
  [[nodiscard]] bool is_node_or_none(NodeId id) const { return !id.is_valid() || is_node(id); }

  bool operator()(const RunStarted&) const { return true; }
  bool operator()(const AttemptStarted& f) const { return is_node(f.key.node); }
  bool operator()(const AttemptRunning& f) const { return is_node(f.key.node); }
  bool operator()(const AttemptStopping& f) const { return is_node(f.key.node); }
  bool operator()(const AttemptFinished& f) const { return is_node(f.key.node); }
  bool operator()(const AcceptanceFinished& f) const { return is_node(f.node); }
  bool operator()(const StepFinished& f) const { return is_node(f.node); }
  bool operator()(const StepSkipped& f) const {
    return is_node(f.node) && is_node_or_none(f.cause);
  }
  bool operator()(const GroupJoined& f) const {
    return is_group(f.group) && is_node_or_none(f.cause);
  }
  bool operator()(const StopRequested& f) const { return is_node_or_none(f.cause); }
  bool operator()(const RunFinished&) const { return true; }
  bool operator()(const OutputsCollected& f) const { return is_node(f.node); }
  bool operator()(const RetryScheduled& f) const { return is_node(f.node); }
  bool operator()(const BreakerOpened& f) const {
    return is_node(f.scope) && is_node_or_none(f.cause);
  }
  bool operator()(const BreakerClosed& f) const { return is_node(f.scope); }
  bool operator()(const GroupBegan& f) const { return is_group(f.group); }
  bool operator()(const FanOutExpanded& f) const {
    if (!is_group(f.group)) return false;
    const PlanGroup& group = plan.group(f.group);
    return group.is_dynamic && (group.items.empty() || group.items.size() == f.items.size());
  }
  bool operator()(const GroupDecided& f) const {
    return is_group(f.group) && is_node_or_none(f.cause);
  }
  bool operator()(const GroupRestarted& f) const { return is_group(f.group); }
  bool operator()(const RunPaused&) const { return true; }
  bool operator()(const RunResumed&) const { return true; }
  bool operator()(const WorkersChanged&) const { return true; }
  bool operator()(const RollbackStarted& f) const { return is_node_or_none(f.cause); }
  bool operator()(const CompensationFinished& f) const { return is_node(f.node); }
  bool operator()(const AttemptsResumed& f) const { return is_node(f.node); }
  bool operator()(const RoundResumed& f) const { return is_group(f.group); }
};

}  // namespace

// The nodes of the plan as it is; what the run found more stands behind them.
Result<std::size_t> RunStore::check_nodes(std::int64_t run, const Plan& plan) {
  Result<Statement> query = database_.prepare(
      "SELECT workstream, step, kind FROM steps WHERE run = ?1 ORDER BY node", "read");
  if (!query) return query.error();
  query->bind_all(run);
  std::size_t node = 0;
  for (const NodeDescription& expected :
       describe_nodes(plan, [](const Workstream&, const Step&) { return std::uint64_t{0}; })) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row || query->text(0) != expected.workstream || query->text(1) != expected.step ||
        query->text(2) != kind_name(expected.kind)) {
      return Error{fmt::format("the run had another plan: its node {} is not '{}' of '{}'", node,
                               printable(expected.step), printable(expected.workstream)),
                   0};
    }
    ++node;
  }
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) return node;
    ++node;
  }
}

Result<RunState> RunStore::replay(std::int64_t run, Plan& plan) {
  const Result<std::size_t> nodes = check_nodes(run, plan);
  if (!nodes) return in_context("cannot replay", nodes.error());
  RunState state(plan);
  std::uint64_t expected = 0;
  Result<void> done = for_each_event(run, 0, [&](const Event& event) -> Result<void> {
    if (event.seq != ++expected) return Error{fmt::format("event {} is missing", expected), 0};
    if (!std::visit(RefersInto{plan}, event.fact)) {
      return Error{fmt::format("event {} is about a node that is not in the plan", event.seq), 0};
    }
    if (const auto* found = std::get_if<FanOutExpanded>(&event.fact)) {
      plan.expand(found->group, found->items);
    }
    state.apply(event);
    return {};
  });
  if (done && plan.node_count() != *nodes) {
    done = Error{"the run had another plan: it had more nodes", 0};
  }
  if (!done) return in_context("cannot replay", done.error());
  return state;
}

}  // namespace ws
