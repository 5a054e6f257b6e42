// The sentences about what happens between the starts and ends of steps: retries, breakers, groups,
// pauses, items found, rollback.
//
// Pure; used by the plain report, the live view and the log, so that all of them say the same. Says
// nothing about events that step_lines.h or the summary tell. Knows nothing of where a line goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/run_state.h"
#include "report/style.h"

namespace ws {

enum class Weight : std::uint8_t { detail, info, warning, error };  // detail: only for the log

struct News {
  Symbol symbol = Symbol::arrow;
  Paint paint = Paint::plain;
  Weight weight = Weight::info;
  NodeId about;      // a step, or a gate that stands for its group; invalid: the run
  std::string text;  // not cleaned; without symbol and name
};

// What the event says besides; empty for most events.
[[nodiscard]] std::optional<News> news_of(const Event& event, const RunState& state);

// "⟳ [id] Attempt 1 failed: exit 1; trying again in 2.00s (2/5)"; empty when there is no news.
[[nodiscard]] std::string news_line(const Style& style, const Event& event, const RunState& state);

// The name people know a node by: of a gate, its group's or workstream's.
[[nodiscard]] std::string subject_name(const Plan& plan, NodeId node);

}  // namespace ws
