// What signals mean to a run, and how the program ends by the one that ended the run.
//
//   INT, TERM, HUP   ask the run to stop, the second of any of them kills   QUIT  kills at once
//                    (the same one again at once is no second one: signal_wishes.h)
//   TSTP (Ctrl-Z)    the steps stand still, then we do, until CONT          WINCH the screen's size
//   USR1, USR2       pause and go on
//
// Decides no ladder and no exit code: the engine stops, cli/exit_code.cpp counts. Made by
// cli/run_session, and outlives everything else of the session.
#pragma once

#include <optional>

#include "cli/exit_code.h"
#include "cli/signal_wishes.h"
#include "platform/signals.h"

namespace ws {
class Engine;
class EventLoop;
class LocalExecutor;
}  // namespace ws

namespace ws::cli {

class RunOnlookers;
class RunScreen;

class RunSignals {
 public:
  // Whom signals reach; borrowed until rest().
  struct Reach {
    Engine& engine;
    RunScreen& screen;
    LocalExecutor* executor = nullptr;  // of a dry run this and the next are null
    RunOnlookers* onlookers = nullptr;
  };

  explicit RunSignals(EventLoop& loop) : loop_(loop) {}

  // From now on they arrive in the loop instead of doing what they do by default.
  void listen(Reach reach);
  // They do again what they do by default; none that has come by now is lost. To be called when
  // what must be kept was written: a signal may end us from here on.
  void rest();
  // After all of the session was put away. Shells and their loops want to see that a program was
  // interrupted: one that was asked to stop ends by that signal, also when the wish came after the
  // run's own end. Where the world failed, that is the more important news.
  [[nodiscard]] ExitCode end_with(ExitCode code) const;

 private:
  void arrived(int signal, const Reach& reach);
  void stop_with_steps(const Reach& reach);

  EventLoop& loop_;
  std::optional<SignalWatch> watch_;
  std::optional<int> first_;  // that asked for the end
  SignalWishes wishes_;
};

}  // namespace ws::cli
