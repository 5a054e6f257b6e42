// Outputs that are made of other values (StepDetails::values). Part of the update half of the
// engine.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/engine.h"
#include "model/value_template.h"

namespace ws {

// Before the step starts, because all that a value can be made of is known then: one that is
// missing costs no process.
bool Engine::makes_values(NodeId node) {
  const Step* step = plan_.step_if_any(node);
  if (step == nullptr || step->details().values.empty()) return true;
  const StepDetails& details = step->details();
  std::vector<NamedValue> made;
  for (const auto& [name, json] : details.values) {
    Evaluated value = fill_json(json, details.for_each.has_value(),
                                values_.look_up({node, state_.node(node).attempts + 1, 0}));
    if (const auto* missing = std::get_if<NoValue>(&value)) {
      if (options_.is_dry) continue;  // nothing ran that could have given it one
      finish_step(node, StepState::failed, fmt::format("its '{}': {}", name, missing->why));
      return false;
    }
    made.push_back({name, to_json(std::get<Datum>(value)), {}});
  }
  made_[node] = std::move(made);
  return true;
}

// Only what was checked is handed on: a failed acceptance test leaves nothing.
void Engine::hand_on(NodeId node, StepState state) {
  std::vector<NamedValue> values;
  if (auto made = made_.extract(node)) values = std::move(made.mapped());
  if (auto written = handed_on_.extract(node)) {
    for (NamedValue& value : written.mapped()) {
      const bool is_made = std::any_of(values.begin(), values.end(), [&](const NamedValue& other) {
        return other.name == value.name;
      });
      if (!is_made) values.push_back(std::move(value));
    }
  }
  if (is_success(state) && !values.empty())
    note(OutputsCollected{node, state_.node(node).attempts, std::move(values)});
}

}  // namespace ws
