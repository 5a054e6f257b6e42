// Signals of the process, delivered in the event loop.
//
// Does not know what they mean: cli/run_signals.cpp does.
#pragma once

#include <csignal>
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
  // (nohup) stay ignored. Signals not named keep their disposition.
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

// Ends this process by that signal's default action, so that our parent sees the truth; without a
// core file. As the first process of a container it cannot die so: then it exits with 128 + signal.
[[noreturn]] void die_by_signal(int signal);

// Does what SIGTSTP does by default: this process stands still until it gets SIGCONT. Returns at
// once where the kernel ignores that: the process leads its container, or no shell could continue
// it (its group is orphaned).
void stand_still();

// None of these signals is delivered to this thread while it lives; then what came meanwhile is.
class SignalBlock {
 public:
  explicit SignalBlock(const std::vector<int>& signals);
  ~SignalBlock();
  SignalBlock(const SignalBlock&) = delete;
  SignalBlock& operator=(const SignalBlock&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace ws
