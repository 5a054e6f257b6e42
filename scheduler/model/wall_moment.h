// `wait.until` and `wait.event`: what people may write there.
//
// Pure: a time of day is only a time of day; the clock and the time zone are asked by platform/.
// Called by formats/ (to refuse) and executors/ (to wait).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

namespace ws {

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};
using WallMoment = std::variant<std::chrono::system_clock::time_point, TimeOfDay>;

// "2026-03-01T14:30:00Z", with an offset ("+01:00"), a blank for the T or a fraction of the second
// (RFC 3339); or "14:30", "14:30:15": the next time a local clock shows that. Else nullopt. A leap
// second counts as the one after it.
[[nodiscard]] std::optional<WallMoment> parse_wall_time(std::string_view text);

// Letters, digits, and whatever else is fine in the name of a file: not empty, no slash, no control
// character, no dot in front, at most 200 bytes.
[[nodiscard]] bool is_event_name(std::string_view text);

}  // namespace ws
