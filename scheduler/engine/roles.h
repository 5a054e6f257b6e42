// What the engine needs from the world: something that runs attempts, something that keeps events,
// eyes, and a clock. Knows nothing of how any of them is done.
//
// Each role is declared here, beside its consumer. Implementations: executors/ (Executor), store/
// (Recorder, Memory), report/ (Observer), platform through cli/ (Clock); tests have scripted ones.
#pragma once

#include <chrono>
#include <span>

#include "base/result.h"
#include "engine/event.h"

namespace ws {

class RunState;
class RunValues;

using MonotonicTime = std::chrono::steady_clock::time_point;

// Starts and stops attempts. Answers through AttemptListener, never from inside start() or stop().
class Executor {
 public:
  virtual ~Executor() = default;
  // The attempt was recorded. Exactly one ended() follows, also when it could not be started.
  // `values` gives what the step refers to (model/expression.h); it is not kept beyond the call.
  virtual void start(AttemptKey key, const RunValues& values) = 0;
  // Walks the ladder of signals; ended() still follows. A second call with StopWhy::killed goes
  // straight to SIGKILL.
  virtual void stop(AttemptKey key, StopWhy why) = 0;
  // As a person would type it; what AttemptStarted records.
  [[nodiscard]] virtual std::string command_text(AttemptKey key, const RunValues& values) const = 0;
};

// What came back from an attempt; the engine turns it into facts.
struct AttemptResult {
  Outcome outcome;  // Exited, Signaled, SpawnFailed or Lost: the engine knows why it stopped one
  AttemptFacts facts;
  std::vector<NamedValue> outputs = {};  // of a command: what it handed on
  std::vector<std::string> items = {};   // of an expansion: JSON texts
  std::string error_text = {};           // the end of its output; what its error is recognised by
};

class AttemptListener {
 public:
  virtual ~AttemptListener() = default;
  virtual void attempt_running(AttemptKey key, ProcessIdentity process) = 0;
  // The machine is short of something: it is started later, and its time limit counts from then.
  virtual void attempt_held(AttemptKey /*key*/) {}
  virtual void attempt_ended(AttemptKey key, AttemptResult result) = 0;
};

// Keeps events. All events of one turn come in one call and are kept together or not at all.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual Result<void> record(std::span<const Event> events) = 0;
};

// Looks on. Called after the event was recorded, with the state that already holds it. Must not
// fail.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(const Event& event, const RunState& state) = 0;
};

// A success of an earlier run that stands for a step of this one.
struct Remembered {
  std::string run_id;
  std::vector<NamedValue> outputs;
};

// What earlier runs did. Asked for steps with an idempotency_key, before anything of them starts.
class Memory {
 public:
  virtual ~Memory() = default;
  // The newest success of the node's step with this key (StepFinished::key) and the definition it
  // has now, in another run, at or after `since`; empty: there is none whose outputs can still be
  // had.
  [[nodiscard]] virtual Result<std::optional<Remembered>> recall(NodeId node, std::string_view key,
                                                                 WallTime since) const = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual MonotonicTime now() const = 0;
  [[nodiscard]] virtual WallTime wall() const = 0;
  // Calls Engine::turn() at (or soon after) `when`; replaces the previous wish. One timer for the
  // earliest thing to come.
  virtual void wake_at(MonotonicTime when) = 0;
  virtual void cancel_wake() = 0;
};

}  // namespace ws
