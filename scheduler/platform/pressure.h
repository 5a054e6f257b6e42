// How hard the machine is worked: load, memory, and what the kernel says of stalls (proc(5),
// Documentation/accounting/psi.rst).
//
// Knows nothing of workers and decides nothing. Called by cli/, which hands the values to
// engine/scaling.h.
#pragma once

#include <optional>
#include <string_view>

namespace ws {

// Empty: the system does not say, or not in a form known here.
struct Pressure {
  std::optional<double> load_per_processor;  // runnable processes, mean of the last minute
  std::optional<double> memory_available;    // share of all memory, 0 to 1
  std::optional<double> memory_stalled;      // share of the last ten seconds in which something
                                             // waited for memory, 0 to 1
};

// Reads three small files of /proc; what is missing (no PSI in this kernel) stays empty. The load
// is that of the whole machine, so it is shared among all of its processors, not only the usable
// ones.
[[nodiscard]] Pressure read_pressure();

// The same from texts, for tests: the first number of /proc/loadavg; MemAvailable over MemTotal of
// /proc/meminfo; avg10 of the line "some" of a file in /proc/pressure.
[[nodiscard]] std::optional<double> load_of(std::string_view loadavg);
[[nodiscard]] std::optional<double> available_share_of(std::string_view meminfo);
[[nodiscard]] std::optional<double> stalled_share_of(std::string_view pressure);

}  // namespace ws
