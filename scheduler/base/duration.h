// Durations as people write and read them: "90s", "1h30m", "250ms" in; "2m 45s" out.
//
// Knows nothing of clocks. Units live in the type: everything inside is std::chrono::nanoseconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ws {

using Duration = std::chrono::nanoseconds;

// The longest duration accepted from a user: ten years. Larger ones are mistakes and would overflow
// sums.
inline constexpr Duration kLongestDuration = std::chrono::hours(24 * 3653);

// Parses "<number><unit>" parts written together or with spaces, each unit once, in falling order:
// d, h, m (or min), s, ms, us, ns. The last part may have a fraction ("1.5s"). Long names
// ("5 minutes") are accepted too. A bare number is not a duration here: the caller decides its
// unit. Negative and overlong values are nullopt.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

// Seconds with fraction to Duration; nullopt when negative, not finite, or over kLongestDuration.
[[nodiscard]] std::optional<Duration> from_seconds(double seconds);
[[nodiscard]] double to_seconds(Duration duration);

// For people: "0.25s" below ten seconds, "45s", "2m 45s", "3h 07m", "2d 04h". Truncates, never
// rounds up to the next unit.
[[nodiscard]] std::string format_duration(Duration duration);

// Exact, and read back by parse_duration: "1h30m", "250ms".
[[nodiscard]] std::string format_exact(Duration duration);

}  // namespace ws
