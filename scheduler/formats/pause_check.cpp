#include "formats/pause_check.h"

#include <algorithm>

#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

bool cools(const std::optional<BreakerPolicy>& breaker) {
  return breaker && breaker->cooldown > Duration::zero();
}

bool has_cooldown(const Workstream& workstream) {
  const auto& groups = workstream.groups;
  const auto& steps = workstream.steps;
  return cools(workstream.breaker) ||
         std::any_of(groups.begin(), groups.end(),
                     [](const Group& group) { return cools(group.breaker); }) ||
         std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return cools(step.details().breaker); });
}

}  // namespace

void check_pause(const Field* error_handling, Reading& reading) {
  const ErrorHook& hook = reading.workstream.error_handling.on_circuit_open;
  const bool lacks_length =
      hook.action == ErrorAction::pause_and_notify && hook.pause <= Duration::zero();
  if (!lacks_length || error_handling == nullptr || has_cooldown(reading.workstream)) return;
  const Fields occasions(error_handling->value, kErrorHandlingObject);
  const Field* occasion = occasions.find(Key::on_circuit_open);
  if (occasion == nullptr) return;
  const Fields fields(occasion->value, kErrorHookObject);
  const Field* action = fields.find(Key::action);
  if (action == nullptr) return;
  reading.diagnostics.warning(
      mistakes::not_applicable, action->value.place(), "'pause_and_notify' only notifies here",
      "there is nothing to say how long the pause is: add 'pause_duration' beside it, or a "
      "'cooldown' to the breaker");
}

}  // namespace ws
