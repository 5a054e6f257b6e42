#include "cli/run_signals.h"

#include <csignal>

#include "cli/run_onlookers.h"
#include "engine/engine.h"

namespace ws::cli {
namespace {

StopWhy why_of(int signal) {
  if (signal == SIGHUP) return StopWhy::hang_up;
  return signal == SIGINT ? StopWhy::interrupted : StopWhy::terminated;
}

}  // namespace

void RunSignals::listen(Reach reach) {
  watch_.emplace(loop_, std::vector<int>{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH},
                 [this, reach](int signal) { arrived(signal, reach); });
}

void RunSignals::arrived(int signal, const Reach& reach) {
  if (signal == SIGWINCH) return;  // has woken the loop: the screen asks for the size
  if (reach.engine.is_finished() && reach.onlookers != nullptr) reach.onlookers->give_up();
  reach.engine.request_stop(why_of(signal));
  // Ctrl-\ is for those who do not want to wait: as if they had asked twice.
  if (signal == SIGQUIT) reach.engine.request_stop(why_of(signal));
}

void RunSignals::rest() { watch_.reset(); }

}  // namespace ws::cli
