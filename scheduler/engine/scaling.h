// How many workers a run should have now, from how the machine feels (FEATURES.md F21).
//
// Pure arithmetic over readings: does not know where they come from (platform/pressure.h), nor who
// starts workers. Called by cli/worker_scaling at every reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ws {

// What the machine says; empty: it does not say.
struct MachineReading {
  std::optional<double> load_per_processor = {};
  std::optional<double> memory_available = {};  // share of all, 0 to 1
  std::optional<double> memory_stalled = {};    // share of the last ten seconds in which something
                                                // waited for memory, 0 to 1
  std::uint32_t rate_limited = 0;  // attempts that were turned away since the last reading
};

// Above (or, for memory, below) these there are fewer workers; only beyond the second value of each
// there are more again, so that a limit does not swing around one value.
inline constexpr double kHighLoad = 2.0;
inline constexpr double kCalmLoad = 1.5;
inline constexpr double kLowMemory = 0.05;
inline constexpr double kCalmMemory = 0.10;
inline constexpr double kHighStall = 0.20;
inline constexpr double kCalmStall = 0.10;

struct WorkerLimit {
  std::uint32_t workers = 1;
  std::string why;  // "memory is low: 3% available"; empty when nothing changed
};

// Half of `current` under pressure, one more when all is calm, unchanged in between. Never below 1,
// never above `configured`.
[[nodiscard]] WorkerLimit next_limit(std::uint32_t current, std::uint32_t configured,
                                     const MachineReading& reading);

}  // namespace ws
