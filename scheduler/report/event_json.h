// Events for programs: one JSON object a line, with names instead of numbers.
//
// Pure. `seq` and `at_ms` never go back. Names of events are those of engine/event.cpp, of steps
// Plan::full_name. Adding a member is compatible; documented in scheduler/README.md. Used by
// --events and by the observers.
#pragma once

#include <string>

#include "engine/run_state.h"
#include "report/json_text.h"

namespace ws {

inline constexpr int kEventStreamVersion = 1;

// {"seq": 7, "at_ms": 1203, "wall": "2025-…Z", "event": "step_finished", "step": "ws/build", …}
[[nodiscard]] Json event_json(const Event& event, const RunState& state);

// "INFO", "WARN" or "ERROR": how much an event matters to somebody who reads them all.
[[nodiscard]] std::string_view level_of(const Event& event);

}  // namespace ws
