// What the machine and the environment say: processors, clocks, random numbers, environment,
// directories. The only place below cli/ that may ask them.
//
// Knows nothing of workstreams. Called by cli/, which hands the answers down as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "platform/environment_block.h"

namespace ws {

// Processors this process may use: its affinity mask, and the processor quota of its control group
// and of those above (cgroup v2 cpu.max, v1 cpu.cfs_quota_us), rounded up. At least 1.
[[nodiscard]] unsigned usable_processors();

// The same, from texts: for tests. A quota text is "max 100000", "150000 100000" or empty.
[[nodiscard]] std::optional<unsigned> processors_of_quota(const std::string& cpu_max);

[[nodiscard]] std::uint64_t random_seed();  // getrandom(2)
[[nodiscard]] std::chrono::system_clock::time_point wall_now();

// Of this process, in its order.
[[nodiscard]] EnvironmentList own_environment();
// nullopt when it is not set; an empty value is a value.
[[nodiscard]] std::optional<std::string> environment_value(const char* name);

[[nodiscard]] Result<std::string> current_directory();
// $XDG_CONFIG_HOME or ~/.config (XDG Base Directory Specification); empty when there is no home.
[[nodiscard]] std::string config_directory();

[[nodiscard]] std::string host_name();

}  // namespace ws
