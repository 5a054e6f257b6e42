// Which signals are wishes of their own. The second wish to end kills, and is for people; but
// supervisors such as timeout(1) signal a process and then its whole group, so that one wish of
// theirs arrives twice.
//
// Knows nothing of what a wish does. Used by cli/run_signals.
#pragma once

#include "engine/roles.h"

namespace ws::cli {

class SignalWishes {
 public:
  // So soon nobody asks twice: a key held down repeats no faster than that.
  static constexpr std::chrono::milliseconds kSameWish{100};

  // False: the signal that came last, once more and at once. Another one is always a wish.
  [[nodiscard]] bool is_new(int signal, MonotonicTime now) {
    if (signal == last_ && now < settled_ + kSameWish) return false;
    last_ = signal;
    settled_ = now;
    return true;
  }
  // The last wish was carried out only now: what came while that took its time was there before.
  void settle(MonotonicTime now) { settled_ = now; }

 private:
  int last_ = 0;  // no signal
  MonotonicTime settled_{};
};

}  // namespace ws::cli
