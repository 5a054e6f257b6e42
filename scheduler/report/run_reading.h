// What the reports read out of a RunState: durations, outcomes, logs, test verdicts, order of
// failures, time saved.
//
// Pure functions of the fold, so a live run and one replayed from the store are told the same way.
// No clock, no files, no screen. Read by the console reports, the summary and the result JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run_state.h"

namespace ws {

enum class TestVerdict : std::uint8_t { passed, failed, manual };
[[nodiscard]] std::string_view name(TestVerdict verdict);  // "PASS", "FAIL", "MANUAL"
[[nodiscard]] TestVerdict verdict_of(const AcceptanceFinished& test);

struct TestCounts {
  std::size_t passed = 0, failed = 0, manual = 0;
  std::size_t not_run = 0;  // promised by the plan, never reached
  [[nodiscard]] std::size_t ran() const { return passed + failed; }
};
[[nodiscard]] TestCounts test_counts(const RunState& state, NodeId node);
[[nodiscard]] TestCounts test_counts(const RunState& state);  // over all nodes

// Nodes people know: steps and the workstreams' own tests and checks; never gates.
[[nodiscard]] bool is_shown(const Plan& plan, NodeId node);

// How many steps the files of the plan have: a file without steps, tasks and tests is one node to
// the plan, and none to people.
[[nodiscard]] std::size_t written_steps(const Plan& plan);

// From the first start to the end, pauses between attempts included; zero when it never ran.
[[nodiscard]] Duration duration_of(const NodeRecord& record);

// How the command of the last attempt ended: "exit 1". Empty when it never ended.
[[nodiscard]] std::string outcome_of(const RunState& state, NodeId node);
// The time limit that ended the last attempt, its own or its group's; nothing when none did.
[[nodiscard]] std::optional<Duration> limit_of(const RunState& state, NodeId node);
// The log that explains the last attempt: of the test that failed, else of the command.
struct ExplainingLog {
  std::string path;        // empty: it was silent
  std::string error;       // why it is missing or cut short; empty: it is whole
  std::uint32_t test = 0;  // whose log it is; 0: the command's
};
[[nodiscard]] ExplainingLog explaining_log(const RunState& state, NodeId node);
[[nodiscard]] std::string log_of(const RunState& state, NodeId node);  // its path
// Why that log is missing or cut short; empty: it is whole, or there was nothing to write.
[[nodiscard]] std::string log_error_of(const RunState& state, NodeId node);

// Steps that failed or timed out, and the end gates of groups that did so for a reason of their
// own, in the order they ended, accepted failures last: the first is the cause.
[[nodiscard]] std::vector<NodeId> failures(const RunState& state);

// Percent of `sequential` that `wall` saves, rounded down; 0 when it saves nothing.
[[nodiscard]] int time_saved_percent(Duration sequential, Duration wall);

// "2025-11-22T10:15:30.123Z": ISO 8601, UTC, milliseconds.
[[nodiscard]] std::string iso_utc(WallTime time);

}  // namespace ws
