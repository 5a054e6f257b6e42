// The engine's clock in a real run: the event loop's time and its one wake-up.
//
// Knows nothing of who wakes. Made by cli/run_session.
#pragma once

#include "engine/roles.h"
#include "platform/event_loop.h"
#include "platform/machine.h"

namespace ws::cli {

class LoopClock final : public Clock {
 public:
  explicit LoopClock(EventLoop& loop) : loop_(loop) {}
  [[nodiscard]] MonotonicTime now() const override { return loop_.now(); }
  [[nodiscard]] WallTime wall() const override { return wall_now(); }
  void wake_at(MonotonicTime when) override { loop_.wake_at(when); }
  void cancel_wake() override { loop_.cancel_wake(); }

 private:
  EventLoop& loop_;
};

}  // namespace ws::cli
