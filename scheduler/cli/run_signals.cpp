#include "cli/run_signals.h"

#include <csignal>
#include <string>

#include "cli/run_onlookers.h"
#include "cli/run_screen.h"
#include "engine/engine.h"
#include "platform/event_loop.h"

namespace ws::cli {
namespace {

const std::vector<int> kEnding = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
const std::vector<int> kOthers = {SIGWINCH, SIGTSTP, SIGCONT, SIGUSR1, SIGUSR2};

StopWhy why_of(int signal) {
  if (signal == SIGHUP) return StopWhy::hang_up;
  if (signal == SIGQUIT) return StopWhy::quit;
  return signal == SIGINT ? StopWhy::interrupted : StopWhy::terminated;
}

}  // namespace

void RunSignals::listen(Reach reach) {
  std::vector<int> all = kEnding;
  all.insert(all.end(), kOthers.begin(), kOthers.end());
  watch_.emplace(loop_, all, [this, reach](int signal) { arrived(signal, reach); });
}

void RunSignals::arrived(int signal, const Reach& reach) {
  Engine& engine = reach.engine;
  switch (signal) {
    case SIGWINCH:  // has woken the loop: the screen asks for the size
      return;
    case SIGTSTP:
      return stop_with_steps(reach);
    case SIGCONT:  // the shell may have written meanwhile
      return reach.screen.let_go();
    case SIGUSR1:
      return engine.request_pause(Duration::zero(), "asked by SIGUSR1");
    case SIGUSR2:
      return engine.request_resume();
    default:  // kEnding
      break;
  }
  if (!wishes_.is_new(signal, loop_.now())) return;
  loop_.post([this] { wishes_.settle(loop_.now()); });  // after the turn that carries it out
  if (!first_) first_ = signal;
  if (engine.is_finished() && reach.onlookers != nullptr) reach.onlookers->give_up();
  engine.request_stop(why_of(signal));
  // Ctrl-\ is for those who do not want to wait: as if they had asked twice.
  if (signal == SIGQUIT) engine.request_stop(StopWhy::quit);
}

// Steps lead groups of their own, so the terminal's Ctrl-Z reaches only us.
void RunSignals::stop_with_steps(const Reach& reach) {
  reach.screen.let_go();
  if (reach.executor != nullptr) reach.executor->freeze();
  const auto stopped = loop_.now();
  stand_still();
  loop_.skip(loop_.now() - stopped);
  if (reach.executor != nullptr) reach.executor->thaw();
}

void RunSignals::rest() {
  if (!watch_) return;
  const SignalBlock block(kEnding);
  loop_.poll();  // brings those that are on the way
  watch_.reset();
}

ExitCode RunSignals::end_with(ExitCode code) const {
  if (!first_ || code == ExitCode::world_failed) return code;
  die_by_signal(*first_ == SIGHUP ? SIGTERM : *first_);
}

}  // namespace ws::cli
