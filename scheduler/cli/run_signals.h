// What signals mean to a run: INT, TERM, HUP and QUIT ask it to stop, WINCH has the screen look at
// its size.
//
// Decides no ladder and no exit code: the engine stops, cli/exit_code.cpp counts. Made by
// cli/run_session, and outlives everything else of the session.
#pragma once

#include <optional>

#include "platform/signals.h"

namespace ws {
class Engine;
class EventLoop;
}  // namespace ws

namespace ws::cli {

class RunOnlookers;

class RunSignals {
 public:
  // Whom signals reach; borrowed until rest().
  struct Reach {
    Engine& engine;
    RunOnlookers* onlookers = nullptr;  // of a dry run: null
  };

  explicit RunSignals(EventLoop& loop) : loop_(loop) {}

  // From now on they arrive in the loop instead of doing what they do by default.
  void listen(Reach reach);
  // They do again what they do by default.
  void rest();

 private:
  void arrived(int signal, const Reach& reach);

  EventLoop& loop_;
  std::optional<SignalWatch> watch_;
};

}  // namespace ws::cli
