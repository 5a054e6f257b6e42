// When a run began and ended by the clock on the wall, for its result file.
//
// Knows nothing of what happened in between. Used by run_session.cpp.
#pragma once

#include <variant>

#include "engine/event.h"
#include "engine/roles.h"

namespace ws::cli {

class TimeKeeper final : public Observer {
 public:
  void observe(const Event& event, const RunState& /*state*/) override {
    if (std::holds_alternative<RunStarted>(event.fact)) started = event.wall;
    ended = event.wall;
  }
  WallTime started;
  WallTime ended;
};

}  // namespace ws::cli
