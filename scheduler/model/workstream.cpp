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
