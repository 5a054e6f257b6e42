// Files of /proc/PID and the environment another process was started with.
//
// Knows nothing of what a variable means. Called by orphan_sweep.cpp and leftovers.cpp.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace ws {

// At most about `limit` bytes; empty when it cannot be read.
[[nodiscard]] std::string read_process_file(pid_t pid, std::string_view name, std::size_t limit);

// From its start (proc(5), environ), so later changes of its own do not show. Empty when it has no
// such variable, is not ours to read, is dead, or is just being replaced by another program.
[[nodiscard]] std::string environment_value_of(pid_t pid, std::string_view variable);

}  // namespace ws
