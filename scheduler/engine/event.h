// Events: facts in the past tense, the only thing that changes RunState and the only thing the
// store keeps.
//
// Does not know who listens, nor how an event is stored or shown; what follows from one is decided
// in engine.cpp. Facts carry no presentation and no preferences. Adding a field is compatible;
// changing one's meaning raises kEventVersion and is documented in scheduler/README.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/duration.h"
#include "engine/outcome.h"
#include "model/plan.h"

namespace ws {

inline constexpr int kEventVersion = 1;

using WallTime = std::chrono::system_clock::time_point;

// One process of a step: attempt counts from 1; part 0 is the command, part k is acceptance test k.
struct AttemptKey {
  NodeId node;
  std::uint32_t attempt = 1;
  std::uint32_t part = 0;
  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

// Enough to recognise a process again after a crash: a recycled pid has another start time.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  // field 22 of /proc/PID/stat
};

enum class StopWhy : std::uint8_t {
  timeout,
  run_timeout,
  interrupted,
  terminated,
  hang_up,
  fail_fast,
  killed,
  store_failed
};
[[nodiscard]] std::string_view name(StopWhy why);

// What the executor knows about an attempt that ended, beyond the outcome.
struct AttemptFacts {
  std::uint64_t output_bytes = 0;
  std::string log;                          // path of out.log; empty: silent, or log_error
  std::vector<std::string> missing_output;  // require_output patterns that never matched
  std::string forbidden_output;  // the first fail_on_output pattern that matched, with its line
  Duration user_time{};
  Duration system_time{};
  std::int64_t max_rss_kib = 0;
  std::string log_error = {};  // why the log is missing or cut short; empty: it is whole
};

struct RunStarted {
  std::string run_id;
  std::string workstream;  // the home workstream: its directory holds the run's log and result
  std::vector<std::string> workstreams;
  std::uint32_t max_workers = 1;
  bool is_sequential = false;
  bool is_dry = false;
  std::uint64_t seed = 0;
  std::uint32_t steps = 0;
};
struct AttemptStarted {  // intent: recorded before the spawn
  AttemptKey key;
  std::string command;  // as a person would type it
};
struct AttemptRunning {
  AttemptKey key;
  ProcessIdentity process;
};
struct AttemptStopping {
  AttemptKey key;
  StopWhy why = StopWhy::timeout;
};
struct AttemptFinished {
  AttemptKey key;
  Outcome outcome;
  bool is_success = false;  // after the success rule
  std::string why;          // why it is none: "exit 1", "output matched 'FAILED'"
  Duration duration{};
  AttemptFacts facts;
};
struct AcceptanceFinished {
  NodeId node;
  std::uint32_t attempt = 1;
  std::uint32_t test = 1;  // 1-based
  bool is_manual = false;  // nothing ran: prose
  bool is_success = false;
  std::string why;
};
struct StepFinished {
  NodeId node;
  StepState state = StepState::succeeded;
  std::string why;           // empty on success
  bool is_accepted = false;  // a failure that was declared acceptable
};
struct StepSkipped {
  NodeId node;
  NodeId cause;     // the step whose failure is the reason; invalid: the run stopped first
  std::string why;  // "dep:build failed"
};
struct GroupJoined {
  GroupId group;
  StepState state = StepState::succeeded;
  NodeId cause;  // the first failed member
};
struct StopRequested {
  StopWhy why = StopWhy::interrupted;
  NodeId cause;  // for fail_fast: the step that failed
};
struct RunFinished {
  RunStatus status = RunStatus::succeeded;
  Duration duration{};
  std::uint32_t peak = 0;  // most steps running at once, measured
};

using Fact = std::variant<RunStarted, AttemptStarted, AttemptRunning, AttemptStopping,
                          AttemptFinished, AcceptanceFinished, StepFinished, StepSkipped,
                          GroupJoined, StopRequested, RunFinished>;

struct Event {
  std::uint64_t seq = 0;  // 1, 2, 3, … without gaps
  Duration at{};          // monotonic, since the run started
  WallTime wall;
  Fact fact;
};

// "run_started", "attempt_finished", …
[[nodiscard]] std::string_view name(const Fact& fact);

}  // namespace ws
