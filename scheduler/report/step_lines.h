// The one-line sentences about a step: started, complete, failed, skipped, and why.
//
// Pure; used by the plain report, the live view, the summary and the log, so that all of them say
// the same. Knows nothing of where the line goes. No line ends with a newline.
#pragma once

#include <cstdint>
#include <string>

#include "engine/run_state.h"
#include "report/style.h"

namespace ws {

// "  → [id] Starting..."; a second attempt says so.
[[nodiscard]] std::string started_line(const Style& style, const Plan& plan, AttemptKey key);

// How much of a reason is told. In brief: without the searched PATH, which fills a screen.
enum class Detail : std::uint8_t { brief, full };

// "✓ [id] Complete (2m 45s)", "✗ [id] Failed (12s): exit 1", "✗ [id] Timed out (5m 06s; limit 5m
// 00s)", "⊘ [id] Skipped: dependency 'build' failed", "● [id] Unverified (12s): …". For a settled
// node, or the end gate of a group that failed.
[[nodiscard]] std::string settled_line(const Style& style, const RunState& state, NodeId node,
                                       Detail detail = Detail::brief);

// The same of a step as the fact left it: its group may have begun another round in the same turn.
[[nodiscard]] std::string finished_line(const Style& style, const RunState& state,
                                        const StepFinished& fact);
[[nodiscard]] NodeRecord as_finished(const RunState& state, const StepFinished& fact);

// Why a settled node did not succeed, without symbol or name, not cleaned: "exit 1",
// "acceptance test 2 of 3 failed: exit 1: pytest -q", "dependency 'build' failed".
[[nodiscard]] std::string reason_of(const RunState& state, NodeId node,
                                    Detail detail = Detail::full);
[[nodiscard]] std::string reason_of(const RunState& state, const StepFinished& fact, Detail detail);
// The sentence of a failed attempt with as much detail.
[[nodiscard]] std::string_view told(std::string_view why, Detail detail);

// One test as a person wrote it; empty for a number the node does not have.
[[nodiscard]] std::string test_text(const Plan& plan, NodeId node, std::uint32_t test);

// "interrupted (Ctrl-C)", "the run's own timeout", "a step failed (fail-fast)", …
[[nodiscard]] std::string describe(StopWhy why);

}  // namespace ws
