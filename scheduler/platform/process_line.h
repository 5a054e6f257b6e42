// One process as /proc/PID/stat tells of it (proc(5)), and all that there are.
//
// Knows nothing of what anybody wants of them. Called by process_stamp.cpp, leftovers.cpp,
// orphan_sweep.cpp and keeper_sweep.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace ws {

struct ProcessLine {
  pid_t pid = 0;
  char state = '?';  // 'T': stopped, 'Z': a zombie, …
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  std::uint64_t start_ticks = 0;  // clock ticks since boot
};

// Empty when there is no such process.
[[nodiscard]] std::optional<ProcessLine> process_line_of(pid_t pid);

// It has ended, and only its line is left.
[[nodiscard]] inline bool is_dead(const ProcessLine& line) {
  return line.state == 'Z' || line.state == 'X';
}

// Of every process there is, in the kernel's order (by number).
[[nodiscard]] std::vector<pid_t> all_processes();

}  // namespace ws
