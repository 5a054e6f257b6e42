// Recognises a process again: a pid alone may have been recycled, a pid with its start time has
// not (within one boot).
//
// Knows nothing of attempts. Callers: child_process.cpp, lock_file.cpp, store's readers through
// cli/.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ws {

struct ProcessStamp {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  // field 22 of /proc/PID/stat: clock ticks since boot
  friend bool operator==(const ProcessStamp&, const ProcessStamp&) = default;
};

// Reads /proc; an Error when there is no such process.
[[nodiscard]] Result<ProcessStamp> stamp_of(std::int64_t pid);
[[nodiscard]] ProcessStamp own_stamp();

// Whether this very process still runs. A zombie does not. The caller compares boot_id() itself
// when the stamp may be older than the machine's last start.
[[nodiscard]] bool is_same_process_alive(const ProcessStamp& stamp);

// The ticks of now, on the clock that stamps processes. A process started between two equal
// readings has exactly this start time, which saves reading /proc (measured: 6 µs) for every child.
[[nodiscard]] std::uint64_t start_ticks_now();

// /proc/sys/kernel/random/boot_id; empty when it cannot be read.
[[nodiscard]] std::string boot_id();

}  // namespace ws
