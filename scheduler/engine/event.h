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
  // Beyond any test: what undoes the step; k further on (of a workstream's own end gate), its
  // compensation action k. And what finds the items of a fan-out (of its begin gate).
  static constexpr std::uint32_t kCompensation = 1'000'000'000;
  static constexpr std::uint32_t kExpansion = 2'000'000'000;

  NodeId node;
  std::uint32_t attempt = 1;
  std::uint32_t part = 0;
  [[nodiscard]] bool is_test() const { return part > 0 && part < kCompensation; }
  [[nodiscard]] bool is_compensation() const { return part >= kCompensation && part < kExpansion; }
  [[nodiscard]] bool is_expansion() const { return part == kExpansion; }
  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

// One result of a step: `json` is its value as JSON text, unless it was too large or binary; then
// `file` holds its bytes (an absolute path).
struct NamedValue {
  std::string name;
  std::string json;
  std::string file;
  bool is_masked = false;  // as stored or shown: a secret was in it, and nobody can have it back
  friend bool operator==(const NamedValue&, const NamedValue&) = default;
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
  store_failed,
  not_needed,     // its group was decided by other members
  group_failed,   // another member of its group failed
  group_timeout,  // its group's time limit was reached
  rollback_timeout,
  quit,            // Ctrl-\: as interrupted, without the asking
  cancelled,       // a person cancelled the run (`workstream cancel`)
  step_cancelled,  // a person cancelled this step
  drained          // a person wanted nothing more to start, and what ran has ended
};
[[nodiscard]] std::string_view name(StopWhy why);
// A person's wish to stop outweighs our own reasons: an interrupted run must say so.
[[nodiscard]] bool is_user_stop(StopWhy why);

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
  std::vector<std::string> missing_files = {};  // that its success rule wanted
  std::string broken_rule = {};  // why it is no success although all of the above is in order
  // What it touched without saying so ("x", "x (changed)", "x (deleted)"), and what it said and did
  // not create (files_create).
  std::vector<std::string> undeclared_files = {};
  std::vector<std::string> uncreated_files = {};
  // The stable form of its error (engine/error_signature.h); 0: none. Set by the engine.
  std::uint64_t signature = 0;
  std::string last_line = {};  // of a failed one: the last line of its output, printable
  bool is_retryable = true;    // its policy's patterns, if it has any, matched the output
  bool is_unchanged = false;   // it changed no file, which its success rule calls a skip
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
  std::vector<std::string> resumes = {};  // the earlier runs whose work it goes on with
};
// A step goes on after attempts of an earlier run, which was interrupted in the middle of it: the
// next one is number attempts + 1.
struct AttemptsResumed {
  NodeId node;
  std::uint32_t attempts = 1;
  std::string why;  // "attempt 2 was lost with run …"
};
// A group goes on in a later round than its first.
struct RoundResumed {
  GroupId group;
  std::uint32_t round = 2;
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
// Before the StepFinished of a success: what the step handed on. Only when there is something.
struct OutputsCollected {
  NodeId node;
  std::uint32_t attempt = 1;
  std::vector<NamedValue> values;
};
// The step goes into backing_off and gives its slot back.
struct RetryScheduled {
  NodeId node;
  std::uint32_t attempt = 2;  // the one to come
  Duration due{};             // since the run started
  std::string why;            // why the last one failed
  bool is_probe = false;      // the one try of a half-open breaker
};
// `scope` is the step's node, or the end gate of the phase or workstream whose breaker it is.
struct BreakerOpened {
  NodeId scope;
  NodeId cause;  // the step whose failure opened it
  std::string why;
  Duration until{};  // since the run started; zero: it stays open
};
struct BreakerClosed {
  NodeId scope;
};
// A group with a condition or with items to find was entered. Others begin without an event.
struct GroupBegan {
  GroupId group;
};
struct FanOutExpanded {
  GroupId group;
  std::vector<std::string> items;  // JSON texts
  bool is_masked = false;          // as NamedValue's
};
// The verdict is known; members may still have to end. Only when it is known before the last member
// settled.
struct GroupDecided {
  GroupId group;
  StepState state = StepState::succeeded;  // succeeded, failed or timed_out
  NodeId cause;                            // the member that decided it; invalid: time
  std::string why;
};
// All members wait again: the group's next round.
struct GroupRestarted {
  GroupId group;
  std::uint32_t round = 2;
  Duration due{};  // since the run started
  std::string why;
};
// No step starts until `until` (since the run started; zero: no such moment), or until RunResumed.
struct RunPaused {
  Duration until{};
  std::string why;
  bool is_draining = false;  // the run stops as soon as nothing runs any more
  friend bool operator==(const RunPaused&, const RunPaused&) = default;
};
struct RunResumed {};
struct WorkersChanged {
  std::uint32_t workers = 1;
  std::string why;
};
struct RollbackStarted {
  std::uint32_t steps = 0;  // that are to be undone
  NodeId cause;
  std::uint32_t actions = 0;  // compensation actions of workstreams, besides the steps
};
// `node` is the step, or a workstream's end gate for one of its compensation actions.
struct CompensationFinished {
  NodeId node;
  std::uint32_t part = AttemptKey::kCompensation;
  bool is_success = false;
  std::string why;
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
  std::string why;           // empty on success, unless it was restored
  bool is_accepted = false;  // a failure that was declared acceptable
  // Of a success that later runs may rely on: what they know it by, the text of its
  // idempotency_key; of an item of a fan-out the item (JSON) and a space before it.
  std::string key = {};
  std::string restored_from = {};  // the run that did it; empty: this one
  bool is_unwanted = false;        // a person cancelled it, alone of the run: it counts as failed
  // With restored_from: how its last attempt there ended, when that says more than the state.
  std::optional<Outcome> outcome = {};
};
struct StepSkipped {
  NodeId node;
  NodeId cause;     // the step whose failure is the reason; invalid: the run stopped first
  std::string why;  // "dep:build failed"
};
struct GroupJoined {
  GroupId group;
  StepState state = StepState::succeeded;
  NodeId cause;              // the first failed member
  bool is_accepted = false;  // a failure that was declared acceptable (of a fan-out: by its step)
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
                          GroupJoined, StopRequested, RunFinished, OutputsCollected, RetryScheduled,
                          BreakerOpened, BreakerClosed, GroupBegan, FanOutExpanded, GroupDecided,
                          GroupRestarted, RunPaused, RunResumed, WorkersChanged, RollbackStarted,
                          CompensationFinished, AttemptsResumed, RoundResumed>;

struct Event {
  std::uint64_t seq = 0;  // 1, 2, 3, … without gaps
  Duration at{};          // monotonic, since the run started
  WallTime wall;
  Fact fact;
};

// "run_started", "attempt_finished", …
[[nodiscard]] std::string_view name(const Fact& fact);

}  // namespace ws
