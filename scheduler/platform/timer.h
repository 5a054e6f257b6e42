// One timer of the event loop: calls back once at a time, can be re-armed and cancelled.
//
// Does not know what the time means. Used by executors/ (signal ladders) and cli/ (screen refresh).
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace ws {

class EventLoop;

class Timer {
 public:
  // The callback runs in the loop. It may re-arm the timer, but must not destroy it.
  Timer(EventLoop& loop, std::function<void()> callback);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Calls back once at `when` of the loop's time (at once when it has passed); replaces an earlier
  // wish.
  void arm(std::chrono::steady_clock::time_point when);
  // After it no callback comes, not even one that was due.
  void cancel();
  [[nodiscard]] bool is_armed() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the handler under way, which may outlive the timer
};

}  // namespace ws
