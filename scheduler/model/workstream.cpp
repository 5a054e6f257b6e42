#include "model/workstream.h"

namespace ws {

const StepDetails& Step::details() const {
  static const StepDetails kNothing;
  return details_if_any ? *details_if_any : kNothing;
}

StepDetails& Step::edit_details() {
  if (!details_if_any) details_if_any = std::make_unique<StepDetails>();
  return *details_if_any;
}

Step copy_of(const Step& step) {
  Step copy;
  copy.id = step.id;
  copy.place = step.place;
  copy.action = step.action;
  copy.depends_on = step.depends_on;
  copy.timeout = step.timeout;
  copy.on_failure = step.on_failure;
  copy.priority = step.priority;
  copy.is_critical = step.is_critical;
  if (step.details_if_any)
    copy.details_if_any = std::make_unique<StepDetails>(*step.details_if_any);
  return copy;
}

bool has_command(const Step* step) {
  return step != nullptr && !std::holds_alternative<NoAction>(step->action) &&
         !std::holds_alternative<ManualAction>(step->action);
}

bool is_wait(const Step* step) {
  return step != nullptr && std::holds_alternative<WaitAction>(step->action) &&
         step->details().acceptance_tests.empty();
}

bool has_handlers(const Group& group) {
  return !group.catch_steps.empty() || !group.finally_steps.empty();
}

bool has_rounds(const Group& group) {
  return (group.retry && group.retry->attempts != 1) || group.repeat.has_value();
}

}  // namespace ws
