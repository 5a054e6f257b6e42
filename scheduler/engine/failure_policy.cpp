#include "engine/failure_policy.h"

namespace ws {
namespace {

OnFailure default_of(const Workstream& workstream) {
  if (workstream.execution.on_failure) return *workstream.execution.on_failure;
  switch (workstream.error_handling.on_failure.action) {
    case ErrorAction::fail_fast:
    case ErrorAction::escalate:
      return OnFailure::abort;
    case ErrorAction::log_and_continue:
    case ErrorAction::skip_step:
      return OnFailure::carry_on;
    case ErrorAction::none:
    case ErrorAction::pause_and_notify:
      return OnFailure::skip_dependents;
  }
  return OnFailure::skip_dependents;
}

}  // namespace

bool answers_to_workstream(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  const bool is_gate = of.kind == NodeKind::begin || of.kind == NodeKind::end;
  const GroupId around = is_gate ? plan.group(of.group).parent : of.group;
  return !around.is_valid() || plan.group(around).role == GroupRole::workstream;
}

OnFailure on_failure_of(const Plan& plan, NodeId node) {
  const PlanNode& of = plan.node(node);
  const Workstream& workstream = plan.workstream_of(node);
  const Step* step = plan.step_if_any(node);
  // What an item's failure does is its fan-out's rule; the fan-out as a whole is the step.
  if (of.item != PlanNode::kNoItem) return OnFailure::skip_dependents;
  if (of.kind == NodeKind::end) {
    const PlanGroup& group = plan.group(of.group);
    if (group.role == GroupRole::fan_out) step = &workstream.steps[group.step];
    if (group.role == GroupRole::group) {
      const auto& own = workstream.groups[group.declared].on_phase_failure;
      if (own) return *own;
    }
  }
  OnFailure policy =
      answers_to_workstream(plan, node) ? default_of(workstream) : OnFailure::skip_dependents;
  if (step != nullptr && step->on_failure) policy = *step->on_failure;
  const bool is_critical = step == nullptr || step->is_critical;
  return !is_critical && policy == OnFailure::abort ? OnFailure::skip_dependents : policy;
}

}  // namespace ws
