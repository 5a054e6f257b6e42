// Signals of the process, delivered in the event loop.
//
// Does not know what they mean: cli/ turns INT, TERM, HUP and QUIT into Engine::request_stop(),
// WINCH into a redraw.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ws {

class EventLoop;

class SignalWatch {
 public:
  // Calls back in the loop, once for each delivery; deliveries of one signal that come faster than
  // the loop runs may count as one, as signals do. Signals that were ignored when the process began
  // (nohup) stay ignored. Signals not named keep their disposition: SIGTSTP stops us and Ctrl-Z
  // works (children, in groups of their own, run on).
  SignalWatch(EventLoop& loop, std::vector<int> signals, std::function<void(int signal)> callback);
  // Default dispositions again.
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// "SIGTERM"; "signal 77" for one without a name.
[[nodiscard]] std::string signal_name(int signal);

// Ends this process by that signal's default action, so that our parent sees the truth.
[[noreturn]] void die_by_signal(int signal);

}  // namespace ws
