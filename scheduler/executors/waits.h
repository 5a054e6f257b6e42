// Steps that wait: for a while, until a time, or until an event's file is there. No process and no
// thread: one timer for the earliest end, and a look at the files ten times a second.
//
// Knows nothing of who makes the files (`workstream signal` does). Used by local_executor.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/event.h"
#include "model/command.h"
#include "model/wall_moment.h"
#include "platform/timer.h"

namespace ws {

class EventLoop;

// A file of that name in this directory of a run is an event that happened.
inline constexpr const char* kSignalsDirectory = "signals";

// As a person would say it: "wait 10s", "wait until 14:30", "wait for the event 'go'".
[[nodiscard]] std::string text_of(const WaitAction& action);
// The event of such a text: the store keeps no more of a wait. Empty for every other text.
[[nodiscard]] std::string awaited_event(std::string_view text);

class Waits {
 public:
  // `ended` is called from the loop, never from inside begin() or stop(), once for each wait.
  using Ended = std::function<void(AttemptKey, Outcome)>;
  Waits(EventLoop& loop, Ended ended);

  // `run_dir` is where the events of its workstream are.
  void begin(AttemptKey key, const WaitAction& action, const std::string& run_dir);
  // Time stood still for a while, but not the clock on the wall.
  void look_at_clock();
  // False when it does not wait (any more).
  bool stop(AttemptKey key);

 private:
  using Moment = std::chrono::steady_clock::time_point;
  using WallClock = std::chrono::system_clock;

  void end_soon(AttemptKey key, Outcome outcome);
  void take_due();
  void look_for_events();
  void arm();
  void add_due(AttemptKey key, Moment when);
  [[nodiscard]] Moment next_look(WallClock::time_point until) const;

  EventLoop& loop_;
  Ended ended_;
  std::set<std::pair<Moment, AttemptKey>> due_;
  std::map<AttemptKey, Moment> due_of_;
  std::map<AttemptKey, WallClock::time_point> until_;
  std::map<AttemptKey, std::string> event_files_;
  std::map<AttemptKey, Outcome> ending_;
  Timer due_timer_;
  Timer look_timer_;
};

}  // namespace ws
