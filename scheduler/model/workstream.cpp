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

}  // namespace ws
