// What the children of one event loop share: the launcher, /dev/null, the read buffer, the
// prospect of news at the end of a batch, and the sweep of what they leave behind.
//
// Knows nothing of steps. Made by executors/ (one a run), before the engine's turn() is added to
// the loop; used by child_process.cpp. While it lives, nobody else may start children: a stranger
// that appears when none of its own runs would be taken for an orphan and killed. Those that were
// there before are let be.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace ws {

class EventLoop;
class Keeper;

// One fewer than the processors, at most two: tests/bench/spawn_bench.cpp shows what they buy.
[[nodiscard]] unsigned default_launch_threads();

struct ChildHostOptions {
  unsigned launch_threads = 0;  // that help the loop to launch; default_launch_threads()
  Keeper* keeper = nullptr;     // borrowed; null: nobody ends the children's descendants when this
                                // process is killed
  // Told once for each thing the machine is short of (held_launches.h).
  std::function<void(const std::string&)> on_shortage = {};
};

class ChildHost {
 public:
  // `mark_variable`: an environment variable whose value differs for every child that runs at the
  // same time, or is the same for those that belong together (orphan_sweep.h).
  ChildHost(EventLoop& loop, std::string mark_variable, ChildHostOptions options = {});
  // Kills and reaps every orphan; waits for that, at most two seconds.
  ~ChildHost();
  ChildHost(const ChildHost&) = delete;
  ChildHost& operator=(const ChildHost&) = delete;

  // Stops every child and its group, as Ctrl-Z would: SIGTSTP, so that it may put its own house in
  // order, and SIGSTOP for who has not stopped soon. What left its group runs on.
  void freeze();
  void thaw();

  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace ws
