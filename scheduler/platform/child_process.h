// One child process: started, read, stopped, ended. The only header of the house that stands for
// Boost.Process; its .cpp is the only file that includes it.
//
// Knows nothing of steps, logs or success. Ended means: the leader ended, what was already in its
// pipe was delivered, nothing of its process group or of its descendants is left, and all of it was
// reaped. Made and used by executors/; everything happens in the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "platform/child_host.h"
#include "platform/child_spec.h"
#include "platform/process_stamp.h"

namespace ws {

struct ChildEnd {
  bool is_signaled = false;
  int code = 0;  // exit code, or the signal
  bool is_core_dumped = false;
  Duration user_time{};  // of the leader and the descendants it waited for (getrusage(2))
  Duration system_time{};
  std::int64_t max_rss_kib = 0;
};

// Either running, output…, ended; or only not_started; before both perhaps held. Never called from
// inside start() or stop().
class ChildListener {
 public:
  virtual ~ChildListener() = default;
  virtual void child_running(const ProcessStamp& stamp) = 0;
  // The machine is short of something: it is started when there is room. At most once.
  virtual void child_held(const Error& /*why*/) {}
  // Valid during the call. Must not destroy the child.
  virtual void child_output(std::string_view bytes) = 0;
  // Those of them that came through stdout, in a call of their own after that; only for a spec that
  // wants it apart.
  virtual void child_stdout(std::string_view /*bytes*/) {}
  // The last call; may destroy the child.
  virtual void child_ended(const ChildEnd& end) = 0;
  // The last call; may destroy the child. The message says what was tried and why it failed.
  virtual void child_not_started(const Error& error) = 0;
};

// Send `signal`, wait, go on to the next rung. SIGKILL follows the last one if it is not there.
struct StopRung {
  int signal = 0;
  Duration wait{};
};
using StopLadder = std::vector<StopRung>;
[[nodiscard]] StopLadder default_stop_ladder();  // SIGTERM, 5 s, SIGKILL

class ChildProcess {
 public:
  // Starts it. Failures come through the listener too.
  ChildProcess(ChildHost& host, ChildSpec spec, ChildListener& listener);
  // A child that still runs is killed with its group and reaped (waits for that).
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Signals the whole process group, stopped processes too. The second call kills at once.
  void stop(const StopLadder& ladder);
  void kill();

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;  // shared with handlers under way
};

}  // namespace ws
