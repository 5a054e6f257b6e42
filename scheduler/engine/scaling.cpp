#include "engine/scaling.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {
namespace {

// Why there should be fewer workers; empty: no reason.
std::string pressure_in(const MachineReading& reading) {
  if (reading.rate_limited > 0)
    return fmt::format("{} turned away by a rate limit", counted(reading.rate_limited, "attempt"));
  if (reading.memory_available && *reading.memory_available < kLowMemory)
    return fmt::format("memory is low: {:.0f}% available", *reading.memory_available * 100);
  if (reading.memory_stalled && *reading.memory_stalled > kHighStall)
    return fmt::format("memory is short: {:.0f}% of the time is spent waiting for it",
                       *reading.memory_stalled * 100);
  if (reading.load_per_processor && *reading.load_per_processor > kHighLoad)
    return fmt::format("the machine is busy: load {:.1f} per processor",
                       *reading.load_per_processor);
  return {};
}

bool is_calm(const MachineReading& reading) {
  return reading.load_per_processor.value_or(0) <= kCalmLoad &&
         reading.memory_available.value_or(1) >= kCalmMemory &&
         reading.memory_stalled.value_or(0) <= kCalmStall;
}

}  // namespace

WorkerLimit next_limit(std::uint32_t current, std::uint32_t configured,
                       const MachineReading& reading) {
  configured = std::max(configured, 1U);
  current = std::clamp(current, 1U, configured);
  std::string pressure = pressure_in(reading);
  if (!pressure.empty()) {
    if (current == 1) return {1, {}};
    return {current / 2, std::move(pressure)};
  }
  if (current == configured || !is_calm(reading)) return {current, {}};
  return {current + 1, "the pressure is gone"};
}

}  // namespace ws
